"""SECURITY.md, Identity: "SSO: OIDC with state, nonce, PKCE; identity is (issuer, subject); an
unverified e-mail never links accounts." Against a real provider over HTTP."""

import re
import time
from datetime import timedelta

import pyotp
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from app.core import clock, db
from app.identity import staffing, switch
from app.identity.adapters.oidc import Oidc
from app.identity.models import Letter, ProviderIdentity, Staff
from tests.conftest import ORIGIN
from tests.factories.actors import administrator
from tests.security.browsers import Browser, staff_browser
from tests.security.coming_by_sso import (
    TOTP,
    give_code,
    hired,
    is_refused,
    leave,
    left,
    linked,
)
from tests.security.provider import CLIENT, SECRET, running

BACK = f"{ORIGIN}/sign-in/sso/back"


@pytest.fixture(scope="module")
def real_provider():
    with running() as found:
        yield found


@pytest.fixture
def provider(real_provider, app):
    real_provider.lies, real_provider.key_of_lies, real_provider.unsigned = {}, None, False
    real_provider.subject = "eva"
    before = switch.sign_on()
    switch.plug_in_sign_on(
        Oidc(real_provider.issuer, CLIENT, SECRET, name="Aurora ID", redirect_uri=BACK)
    )
    yield real_provider
    switch.plug_in_sign_on(before)


@pytest.fixture
def ana(app):
    return hired()


def come_back(browser, state, code):
    return browser.get("/sign-in/sso/back", query_string={"state": state, "code": code})


def test_who_is_linked_comes_in_with_her_second_factor(app, provider, ana):
    linked(ana, provider.issuer)
    browser = Browser(app)

    back = come_back(browser, *provider.agree(leave(browser)))

    assert back.status_code == 200
    assert browser.cookie("__Host-dialtone-staff") is None, "the second factor is still to come"
    assert give_code(browser, back).location == "/desk/tickets"
    assert browser.get("/desk/").status_code == 200


def test_the_address_that_the_provider_tells_links_nobody(app, provider, ana):
    provider.lies = {"email": ana.email, "email_verified": True}
    browser = Browser(app)

    back = come_back(browser, *provider.agree(leave(browser)))

    assert is_refused(back)
    assert db.session.scalars(select(ProviderIdentity)).all() == []


def test_the_same_subject_of_another_issuer_is_somebody_else(app, provider, ana):
    db.session.add(
        ProviderIdentity(
            staff_id=ana.id, issuer="https://other.example", subject="eva", linked_at=clock.now()
        )
    )
    db.session.commit()
    browser = Browser(app)

    assert is_refused(come_back(browser, *provider.agree(leave(browser))))


LIES = {
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody"},
    "several audiences, another party": {"aud": [CLIENT, "x"], "azp": "x"},
    "another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 120},
    "no end": {"exp": None},
    "issued tomorrow": {"iat": int(time.time()) + 86_400},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
}


@pytest.mark.parametrize("lies", LIES.values(), ids=LIES.keys())
def test_a_token_that_is_not_for_us_now_and_from_it_opens_nothing(app, provider, ana, lies):
    linked(ana, provider.issuer)
    linked(ana, provider.issuer, subject="")
    provider.lies = lies
    browser = Browser(app)

    assert is_refused(come_back(browser, *provider.agree(leave(browser))))


def test_a_token_that_nobody_or_another_key_signed_opens_nothing(app, provider, ana):
    linked(ana, provider.issuer)
    browser = Browser(app)

    provider.unsigned = True
    assert is_refused(come_back(browser, *provider.agree(leave(browser))))
    provider.unsigned = False
    provider.key_of_lies = RSAKey.generate_key(2048, {"kid": "one"})
    assert is_refused(come_back(browser, *provider.agree(leave(browser))))


def test_a_state_is_good_once_and_in_the_browser_that_left(app, provider, ana):
    linked(ana, provider.issuer)
    browser, thief = Browser(app), Browser(app)
    state, code = provider.agree(leave(browser))
    _, another_code = provider.agree(leave(browser))

    assert is_refused(come_back(thief, state, code))
    assert come_back(browser, state, code).status_code == 200
    assert is_refused(come_back(browser, state, another_code))


@pytest.mark.parametrize("state", ["", "null", "x" * 43, "\0"])
def test_a_state_that_was_never_given_opens_nothing(app, provider, state):
    browser = Browser(app)
    leave(browser)

    assert is_refused(come_back(browser, state, "code"))


@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (601, 401)])
def test_who_stays_away_too_long_begins_again(app, provider, ana, seconds, status):
    linked(ana, provider.issuer)
    browser = Browser(app)
    state, code = provider.agree(leave(browser))
    now = clock.now()
    provider.lies = {"exp": int(time.time()) + 3600}

    with clock.moved_to(now + timedelta(seconds=seconds)):
        assert come_back(browser, state, code).status_code == status


def test_who_is_signed_in_links_herself_after_proving_who_she_is(app, provider, ana):
    browser = staff_browser(app, staff=ana)

    asked = browser.post("/me/security/sso", data={})
    right = {"confirmation": pyotp.TOTP(TOTP).now()}
    address = left(browser.post("/me/security/sso", data=right))
    back = come_back(browser, *provider.agree(address))

    assert asked.status_code == 428
    assert back.location == "/me/security?done=linked"
    held = db.session.scalars(select(ProviderIdentity)).one()
    assert (held.staff_id, held.issuer, held.subject) == (ana.id, provider.issuer, "eva")


def test_an_account_that_is_somebody_elses_is_not_taken_over(app, provider, ana):
    linked(hired("b@aurora.example", "Beto"), provider.issuer)
    browser = staff_browser(app, staff=ana)
    right = {"confirmation": pyotp.TOTP(TOTP).now()}
    address = left(browser.post("/me/security/sso", data=right))

    assert come_back(browser, *provider.agree(address)).status_code == 409


def test_an_invitation_links_and_still_wants_a_second_factor(app, provider):
    staff = staffing.invite(
        by=administrator(), email="new@aurora.example", name="Nina", roles=["agent"]
    )
    token = re.search(r"token=(\S+)", db.session.scalars(select(Letter)).one().text)[1]
    browser = Browser(app)

    address = left(browser.post("/welcome/sso", data={"token": token}))
    back = come_back(browser, *provider.agree(address))
    page = browser.get(back.location).get_data(as_text=True)
    fresh = re.search(r'name="token" value="([^"]+)"', page)[1]
    secret = db.session.get(Staff, staff.id, populate_existing=True).totp_secret
    form = {"token": fresh, "code": pyotp.TOTP(secret).now(), "password": "", "again": ""}
    done = browser.post("/welcome", data=form)

    assert back.location.startswith("/welcome?token=")
    assert browser.get("/welcome", query_string={"token": token}).status_code == 410
    assert done.status_code == 200
    assert db.session.get(Staff, staff.id, populate_existing=True).password_hash is None
    assert browser.cookie("__Host-dialtone-staff") is None


def test_without_a_sign_on_its_doors_are_not_there(app):
    before = switch.sign_on()
    switch.plug_in_sign_on(None)
    browser = Browser(app)

    answer = browser.post("/sign-in/sso", data={"next": ""})

    switch.plug_in_sign_on(before)
    assert answer.status_code == 404
