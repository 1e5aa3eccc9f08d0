"""A customer who proved who she is gets her session."""

from flask import Response, url_for

from app.customers.models import Customer
from app.identity.models import SessionKind
from app.web import entering as browsers
from app.web import login

CUSTOMER = SessionKind.CUSTOMER


def let_in(customer: Customer, answer: Response, *factors: str) -> Response:
    """Whatever is unusual about it she is told; what costs or tells much asks again anyway."""
    actor = login.customer_actor(customer)
    found = browsers.verdict(CUSTOMER, actor)
    return browsers.let_in(CUSTOMER, actor, answer, factors=factors, found=found)


def address_of(next_path: str) -> str:
    return login.own_path(next_path, under="/my/") or url_for("portal.home")
