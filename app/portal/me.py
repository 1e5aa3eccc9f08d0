"""The customer whose page it is, and what every page of hers shows around its own matter."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import jwt
from flask import current_app, g, request, url_for
from sqlalchemy import select

from app.conversations.identity import ALGORITHM, AUDIENCE, LONGEST_LIFE
from app.conversations.models import Inbox
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.core.money import Money
from app.customers import access
from app.customers.models import Customer
from app.identity.models import SessionKind
from app.portal import bp
from app.tickets import outages
from app.web import login


@dataclass(frozen=True, slots=True)
class Tag:
    """The attributes of the widget's <script> tag."""

    inbox: str
    identity: str


@dataclass(frozen=True, slots=True)
class Place:
    url: str
    icon: str
    name: str

    @property
    def is_here(self) -> bool:
        home = url_for("portal.home")
        return request.path == self.url or (self.url != home and request.path.startswith(self.url))


def me() -> Customer:
    """The signed-in customer; from now on times are those of her market."""
    actor = login.current_actor()
    customer = access.customer_for(actor, actor.id, "customers.read")
    g.timezone = customer.market.timezone
    return customer


def actor() -> Actor | None:
    """Who is signed in, on a page that is also for strangers."""
    return login.optional(SessionKind.CUSTOMER)


@bp.context_processor
def surroundings() -> dict[str, Any]:
    return {
        "operator": current_app.config["DIALTONE"].operator_name,
        "widget_tag": widget_tag,
        "signed_in": lambda: actor() is not None,
        "portal_places": places,
        "disturbance": disturbance,
        "amount": Money,
    }


@bp.get("/my/identity")
@login.customer_with()
def fresh_identity() -> dict[str, str]:
    """What the widget on our own pages asks for when its identity is old."""
    tag = widget_tag()
    return {"identity": tag.identity if tag else ""}


def widget_tag() -> Tag | None:
    """None for strangers, and where no web chat is open for our own pages."""
    if actor() is None:
        return None
    customer = me()
    query = select(Inbox).where(
        Inbox.channel == "webchat",
        Inbox.market_code == customer.market_code,
        Inbox.allowed_origins.contains([current_app.config["DIALTONE"].public_url]),
    )
    inbox = db.session.scalar(query.order_by(Inbox.name).limit(1))
    return Tag(inbox.key, _signed(customer, inbox)) if inbox else None


def _signed(customer: Customer, inbox: Inbox) -> str:
    issued = clock.now().astimezone(UTC)
    claims = {
        "iss": inbox.key,
        "aud": AUDIENCE,
        "sub": customer.reference,
        "iat": issued,
        "exp": issued + timedelta(seconds=LONGEST_LIFE),
    }
    return jwt.encode(claims, inbox.secret, algorithm=ALGORITHM)


def disturbance() -> str:
    """What disturbs a service of hers now, in her words; empty for nothing, and for strangers."""
    who = db.session.get(Customer, login.current_actor().id) if actor() else None
    case = outages.hitting(who) if who else None
    return outages.notice_of(case) if case else ""


def places() -> list[Place]:
    """The main navigation."""
    places = [
        ("portal.home", "home", _("Overview")),
        ("portal.bills", "receipt", _("Bills")),
        ("portal.paying", "wallet", _("Ways to pay")),
        ("portal.usage", "chart-bar", _("Usage")),
        ("portal.plans", "device-mobile", _("Plans")),
        ("portal.tickets", "ticket", _("Requests")),
        ("portal.my_data", "shield-check", _("My data")),
        ("portal.help", "help", _("Help")),
    ]
    who = db.session.get(Customer, login.current_actor().id)
    if who is not None and who.parent_id is not None:
        places.insert(4, ("portal.approvals", "hand-stop", _("Approvals")))
    return [Place(url_for(endpoint), icon, name) for endpoint, icon, name in places]
