"""What coming in by the operator's own sign-on has in common, whichever way it speaks."""

import re

import pyotp

from app.core import clock, db
from app.core.actor import SYSTEM
from app.identity import service
from app.identity.models import ProviderIdentity

PASSWORD, TOTP = "correct horse battery", pyotp.random_base32()


def hired(email="ana@aurora.example", name="Ana"):
    return service.hire(
        by=SYSTEM, email=email, name=name, roles=["agent"], password=PASSWORD, totp_secret=TOTP
    )


def linked(staff, issuer, subject="eva"):
    db.session.add(
        ProviderIdentity(staff_id=staff.id, issuer=issuer, subject=subject, linked_at=clock.now())
    )
    db.session.commit()


def left(answer):
    """The provider's address that a page of ours sends the browser to."""
    page = answer.get_data(as_text=True)
    return re.search(r'content="0; url=([^"]+)"', page)[1].replace("&amp;", "&")


def leave(browser):
    return left(browser.post("/sign-in/sso", data={"next": "/desk/tickets"}))


def give_code(browser, answer):
    pending = re.search(r'name="pending" value="([^"]+)"', answer.get_data(as_text=True))[1]
    form = {"pending": pending, "code": pyotp.TOTP(TOTP).now(), "next": "/desk/tickets"}
    return browser.post("/sign-in/code", data=form)


def is_refused(answer):
    return answer.status_code == 401 and "pending" not in answer.get_data(as_text=True)
