"""What would this customer pay? A customer, plans, a code: the price with each discount told."""

from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.billing.simulating import Simulation, simulate
from app.catalog import queries as catalog
from app.catalog.models import OfferVersion
from app.customers import access
from app.customers import queries as customers
from app.customers.models import Account, Customer
from app.web import htmx
from app.web.fields import id_of
from app.web.login import current_actor, staff_with

MOST_OFFERS = 20
_PAGE = "backoffice/simulator/simulator.html"
_FRAGMENT = "backoffice/simulator/_simulator.html"


@bp.get("/simulator")
@staff_with("catalog.manage")
def simulator() -> ResponseReturnValue:
    """Everything is in the address: nothing is stored, and it can be sent to a colleague."""
    text = request.args.get("q", "").replace("\0", "").strip()[:200]
    found = customers.search(current_actor(), text, limit=8) if text else []
    account = _account()
    return htmx.show(_PAGE, _FRAGMENT, asked=text, found=found, **_answer(account))


def _answer(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {"account": None}
    customer: Customer = account.customer
    g.timezone = customer.market.timezone
    chosen = [id_of(each, field="offer") for each in request.args.getlist("offer")[:MOST_OFFERS]]
    code = request.args.get("code", "").replace("\0", "").strip()[:40]
    simulation: Simulation = simulate(account.id, chosen, code, by=current_actor())
    on_sale: list[OfferVersion] = catalog.offers(account.market_code)
    return {
        "account": account,
        "accounts": customers.accounts_of(customer.id),
        "on_sale": on_sale,
        "chosen": set(chosen),
        "code": code,
        "simulation": simulation,
    }


def _account() -> Account | None:
    """The one asked for; of a customer the first."""
    if given := request.args.get("account"):
        return access.account_for(current_actor(), id_of(given, field="account"), "customers.read")
    if not (given := request.args.get("customer")):
        return None
    customer = access.customer_for(
        current_actor(), id_of(given, field="customer"), "customers.read"
    )
    return next(iter(customers.accounts_of(customer.id)), None)
