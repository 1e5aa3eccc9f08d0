"""Her last payments and recharges traced."""

from decimal import Decimal, InvalidOperation

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.payments.tracing import OPEN_ENDED, Traced, trace
from app.selfservice.asker import Asker
from app.selfservice.figures import day, day_of, exact
from app.selfservice.traced import told


@bp.get("/conversations/<uuid:conversation_id>/payments")
@on_behalf("payments.read")
def payments(asker: Asker) -> Answer:
    """`?amount=` is what she speaks of. `clear` says that nothing is left to find out."""
    found = trace(asker.customer)
    amount = _amount(request.args.get("amount"))
    meant = [each for each in found if each.money.amount == amount] if amount else found
    return {
        "payments": [_traced(each, asker) for each in meant or found],
        "matches": bool(meant),
        "clear": bool(meant) and meant[0].stage not in OPEN_ENDED,
    }


def _traced(traced: Traced, asker: Asker) -> Answer:
    return {
        "stage": traced.stage.value,
        "amount": exact(traced.money),
        "text": told(traced, asker),
        "day": day(day_of(traced.settled_at or traced.at, asker)),
        "payment_id": str(traced.payment_id) if traced.payment_id else None,
    }


def _amount(said: str | None) -> Decimal | None:
    """What nobody can read is no amount."""
    try:
        amount = Decimal(said or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
