"""Writing charges: each cause once, whoever finds it first."""

from collections.abc import Iterable
from uuid import UUID

from app.billing.models import Charge
from app.billing.recurring import NewCharge
from app.core import bulk, clock
from app.core.ids import new_id


def write(charges: Iterable[tuple[UUID, NewCharge]]) -> None:
    """Add (account id, charge) pairs, which wait for the next bill.

    Those whose effect keys are known, and zeros, are left out.
    """
    write_billed((account_id, None, charge) for account_id, charge in charges)


def write_billed(charges: Iterable[tuple[UUID, UUID | None, NewCharge]]) -> set[str]:
    """Add (account id, invoice id, charge); the invoice follows in the same transaction.

    Returns the effect keys that are new: what is known is left out, and so are zeros.
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
