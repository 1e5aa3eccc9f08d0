"""Writing charges: each cause once, whoever finds it first."""

from collections.abc import Iterable
from uuid import UUID

from app.billing.models import Charge
from app.billing.recurring import NewCharge
from app.core import bulk, clock
from app.core.ids import new_id


def write(charges: Iterable[tuple[UUID, UUID | None, NewCharge]]) -> set[str]:
    """Add (account id, invoice id, charge) unless their effect keys are known; zeros are left out.

    Returns the effect keys that are new. The invoice may be written later, in the same
    transaction; without one the charge waits for the next.
    """
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
            "invoice_id": invoice_id,
            "created_at": moment,
        }
        for account_id, invoice_id, charge in charges
        if charge.amount
    ]
    return set(bulk.insert(Charge, rows, unless_known="effect_key", returning="effect_key"))
