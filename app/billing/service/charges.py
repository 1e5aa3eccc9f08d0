"""Writing charges: each cause once, whoever finds it first."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.billing.models import Charge
from app.billing.recurring import NewCharge
from app.core import clock, db
from app.core.ids import new_id


def write(charges: Iterable[tuple[UUID, NewCharge]]) -> None:
    """Add (account id, charge) pairs unless their effect keys are known; zeros are left out."""
    moment = clock.now()
    rows = [
        {
            "id": new_id(),
            "account_id": account_id,
            "line_id": charge.line_id,
            "kind": charge.kind,
            "description": charge.description,
            "amount": charge.amount.amount,
            "currency": charge.amount.currency,
            "period_start": charge.period.start,
            "period_end": charge.period.end,
            "because": charge.because,
            "effect_key": charge.effect_key,
            "created_at": moment,
        }
        for account_id, charge in charges
        if charge.amount
    ]
    if rows:
        db.session.execute(insert(Charge).on_conflict_do_nothing(), rows)
