"""Credits to many accounts for the same disturbance, each account once for each cause."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.billing.models import ChargeKind
from app.billing.periods import Period
from app.billing.recurring import NewCharge
from app.billing.service import charges
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.money import Money
from app.customers.models import Account

RULE = "goodwill"


def credit_accounts(
    account_ids: Sequence[UUID], amount: Money, *, by: Actor, cause: str, days: Period
) -> set[UUID]:
    """Put a credit on the next bill of each, and say which are new: whoever was credited for this
    cause before gets nothing again. Three statements, however many they are."""
    if not amount.is_payable:
        raise Invalid(field="amount")
    by.must("billing.credit")
    with db.transaction():
        query = select(Account.id).where(
            Account.id.in_(account_ids), Account.currency == amount.currency
        )
        keys = {f"goodwill:{cause}:{each}": each for each in db.session.scalars(query)}
        because = {"rule": RULE, "cause": cause}
        made = charges.write_billed(
            (
                account_id,
                None,
                NewCharge(None, ChargeKind.CREDIT, RULE, -amount, days, because, key),
            )
            for key, account_id in keys.items()
        )
        new = {keys[key] for key in made}
        audit.record_all(by, "account.goodwill", "account", {e: {"amount": amount} for e in new})
    return new
