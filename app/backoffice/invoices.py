"""Finding invoices by number, customer, amount and state."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.backoffice import asked, bp
from app.billing import queries
from app.core.errors import Invalid
from app.customers import queries as customers
from app.web.fields import amount
from app.web.login import current_actor, staff_with

STATES = ("open", "overdue", "paid", "written_off", "void")


@bp.get("/invoices")
@staff_with("billing.read")
def invoices() -> ResponseReturnValue:
    actor, market = current_actor(), asked.market()
    words, state = asked.text("q"), asked.text("state")
    if state and state not in STATES:
        raise Invalid(field="state")
    number = words.upper() if words.upper().startswith("INV") else ""
    people = None
    if words and not number and actor.may("customers.read"):
        people = [each.id for each in customers.search(actor, words, limit=100)]
    page = queries.search_invoices(
        market,
        number=number,
        customer_ids=people,
        amount=amount(asked.text("amount"), market.currency),
        state=state,
        after=asked.text("after") or None,
    )
    return render_template(
        "backoffice/invoices/invoices.html",
        page=page,
        market=market,
        markets=asked.markets(),
        states=STATES,
        asked={"q": words, "amount": asked.text("amount"), "state": state},
    )
