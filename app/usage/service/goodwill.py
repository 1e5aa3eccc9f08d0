"""Credit given to many prepaid lines for the same disturbance, each line once for each cause."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.money import Money
from app.usage.events import BalanceChanged

# Balances are held in one order, as whoever holds several must.
_HELD = text("""
WITH given AS (
    SELECT line.id FROM line JOIN account ON account.id = line.account_id
    WHERE line.id = ANY(:line_ids) AND line.mode = 'prepaid' AND line.closed_at IS NULL
        AND account.currency = :currency
), made AS (
    INSERT INTO balance (line_id, amount, currency) SELECT id, 0, :currency FROM given
    ON CONFLICT DO NOTHING
)
SELECT line_id FROM balance WHERE line_id IN (SELECT id FROM given) ORDER BY line_id FOR UPDATE
""")
_GIVEN = text("""
WITH moved AS (
    INSERT INTO balance_movement (id, line_id, at, reason, amount, effect_key)
    SELECT gen_random_uuid(), line.id, :now, 'goodwill', :amount, :cause || line.id
    FROM line JOIN account ON account.id = line.account_id
    WHERE line.id = ANY(:line_ids) AND line.mode = 'prepaid' AND line.closed_at IS NULL
        AND account.currency = :currency
    ON CONFLICT (effect_key) DO NOTHING RETURNING line_id
)
UPDATE balance SET amount = balance.amount + :amount
FROM moved JOIN line ON line.id = moved.line_id WHERE balance.line_id = moved.line_id
RETURNING balance.line_id, line.customer_id, balance.amount
""")


def credit_lines(line_ids: Sequence[UUID], amount: Money, *, by: Actor, cause: str) -> set[UUID]:
    """Put credit on the balance of each prepaid one of these, and say which are new: whoever was
    credited for this cause before gets nothing again. A few statements, however many they are."""
    if not amount.is_payable:
        raise Invalid(field="amount")
    by.must("billing.credit")
    given = {"line_ids": list(line_ids), "currency": amount.currency}
    with db.transaction():
        db.session.execute(_HELD, given)
        told = given | {
            "now": clock.now(),
            "amount": amount.amount,
            "cause": f"goodwill:{cause}:",
        }
        new = db.session.execute(_GIVEN, told).all()
        audit.record_all(
            by, "balance.goodwill", "line", {e.line_id: {"amount": amount} for e in new}
        )
        events.announce_all([BalanceChanged(e.line_id, e.customer_id, e.amount) for e in new])
    return {each.line_id for each in new}
