"""AutoPay of a customer as the agent sees it: whether it is on, and how the last debits went."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from app.payments import queries
from app.web.login import staff_with
from app.workspace import bp, doors

_LATEST = 5


@bp.get("/desk/customers/<uuid:customer_id>/autopay")
@staff_with("payments.read")
def customer_autopay(customer_id: UUID) -> ResponseReturnValue:
    customer = doors.customer_for(customer_id, "payments.read")
    debits = queries.debits_of(customer.id, limit=_LATEST)
    return render_template(
        "workspace/customers/_autopay.html",
        mandates=queries.mandates_of(customer.id),
        debits=debits,
        attempts=queries.attempts_of([each.id for each in debits]),
    )
