"""Writing the books: from sets of rows, each row once, and proving that both agree."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, text

from app.core import clock, db, events
from app.core.ids import new_id
from app.ledger import proofs, rules
from app.ledger.events import LedgerOutOfBalance
from app.ledger.models import Difference, Proof
from app.ledger.proofs import Found

log = structlog.get_logger(__name__)

AT_ONCE = 5000
# Ids are ordered by time, but commits are not: this far behind the newest is looked again.
OVERLAP = timedelta(hours=1)
# How far back late usage is looked for every hour; the nightly run looks at everything.
LATE_USAGE = timedelta(days=40)
EVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

_ENTRIES = """
INSERT INTO ledger_entry (key, kind, source_id, market_code, at, posted_at)
SELECT DISTINCT key, :kind, source_id, market_code, at, CAST(:now AS timestamptz)
FROM ({rule}) legs WHERE amount <> 0
ON CONFLICT (key) DO NOTHING RETURNING id
"""
# Each leg finds its entry by the key's own index, however badly the sizes are estimated.
_LEGS = """
INSERT INTO ledger_leg (entry_id, position, book, account_id, provider, amount, currency)
SELECT e.id, row_number() OVER (PARTITION BY e.id), book, account_id, provider, amount, currency
FROM ({rule}) legs JOIN ledger_entry e ON e.key = legs.key
WHERE amount <> 0 AND e.id = ANY(:new)
"""

# Rows that no listener posts: written many at once by bill runs.
_OF_RUNS = {
    "invoice": "invoice s WHERE true",
    "account_credit": "account_credit s WHERE true",
    "credit_note": "credit_note s WHERE true",
}
# Those that listeners post too: from before there were books, or missed for whatever reason.
_ALL = {
    **_OF_RUNS,
    "debit_note": "debit_note s WHERE true",
    "payment": "payment s WHERE s.status IN ('succeeded', 'refunded')",
    "refund_requested": "refund s WHERE true",
    "refund_paid": "refund s WHERE s.status IN ('succeeded', 'failed')",
    "refund_refused": "refund s WHERE s.status = 'refused'",
    "refund_failed": "refund s WHERE s.status = 'failed'",
    "chargeback_opened": "chargeback s WHERE true",
    "chargeback_won": "chargeback s WHERE s.status = 'won'",
    "cash": "unallocated_cash s WHERE s.refund_id IS NULL",
    "cash_returned": "cash_use s WHERE s.payment_id IS NULL",
    "voucher": "voucher s WHERE s.redeemed_at IS NOT NULL",
    "deposit_taken": "deposit s WHERE true",
    "deposit_returned": "deposit s WHERE s.returned_at IS NOT NULL AND s.used < s.amount",
    "deposit_used": "deposit_use s WHERE true",
    "bad_debt": "bad_debt s WHERE true",
    "credit_moved": "line_transfer s WHERE s.status = 'done'",
}


def post(kind: str, ids: Sequence[UUID]) -> int:
    """Write the entries of these rows in the caller's transaction; those written before are left.

    Two statements however many there are. Returns how many legs were written.
    """
    db.session.flush()  # the statement reads what the transaction has just made
    with db.transaction():
        return _post(kind, rules.RULES[kind], ids=list(ids))


def sweep(*, everything: bool = False) -> int:
    """Post what bill runs have written since the last time; `everything` looks at all rows."""
    return sum(_sweep(kind, everything) for kind in (_ALL if everything else _OF_RUNS))


def post_prepaid_days(*, everything: bool = False) -> int:
    """Post what was used of prepaid credit, in sums a day and account; late usage once more."""
    since = EVER if everything else clock.now() - LATE_USAGE
    with db.transaction():
        values = {"since": since, "elsewhere": list(rules.RECORDED_ELSEWHERE)}
        return _post("prepaid_day", rules.PREPAID_DAY, **values)


def prove() -> Proof:
    """Bring the books up to date and compare them with the rows they record.

    What differs is a row until a later proof finds it gone; any is announced.
    """
    _catch_up()
    if proofs.differences():
        _catch_up()  # what was written in between is no difference
    with db.transaction():
        found, moment = proofs.differences(), clock.now()
        _note(found, moment)
        proof = Proof(id=new_id(), at=moment, differences=len(found))
        db.session.add(proof)
        if found:
            log.error("ledger_out_of_balance", differences=len(found))
            events.announce(LedgerOutOfBalance(proof.id, len(found), moment))
    return proof


def _catch_up() -> None:
    sweep(everything=True)
    post_prepaid_days(everything=True)


def _post(kind: str, rule: str, **values: Any) -> int:
    sent = {"kind": kind, "now": clock.now(), **values}
    new = list(db.session.scalars(text(_ENTRIES.format(rule=rule)), sent))
    if not new:
        return 0
    legs = db.session.execute(text(_LEGS.format(rule=rule)), {**values, "new": new})
    return int(legs.rowcount)  # type: ignore[attr-defined]


def _sweep(kind: str, everything: bool) -> int:
    """In portions, each a transaction: stopped anywhere it goes on from there."""
    posted, after = 0, UUID(int=0) if everything else _floor(kind)
    while True:
        with db.transaction():
            ids = _unposted(kind, after)
            posted += post(kind, ids) if ids else 0
        if len(ids) < AT_ONCE:
            return posted
        after = ids[-1]


def _unposted(kind: str, after: UUID) -> list[UUID]:
    query = text(
        f"SELECT s.id FROM {_ALL[kind]} AND s.id > :after AND NOT EXISTS ("
        " SELECT FROM ledger_entry e WHERE e.kind = :kind AND e.source_id = s.id)"
        " ORDER BY s.id LIMIT :most"
    )
    found = db.session.execute(query, {"after": after, "kind": kind, "most": AT_ONCE})
    return list(found.scalars())


def _floor(kind: str) -> UUID:
    """Just before the newest row that is posted: a UUID of version 7 starts with milliseconds."""
    newest = db.session.scalar(
        text(
            "SELECT source_id FROM ledger_entry WHERE kind = :kind ORDER BY source_id DESC LIMIT 1"
        ),
        {"kind": kind},
    )
    if newest is None or newest.version != 7:
        return UUID(int=0)
    back = int(OVERLAP.total_seconds() * 1000)
    return UUID(int=max(0, (newest.int >> 80) - back) << 80)


def _note(found: Sequence[Found], moment: datetime) -> None:
    known = {
        (each.what, each.account_id, each.market_code, each.currency): each
        for each in db.session.scalars(select(Difference).where(Difference.resolved_at.is_(None)))
    }
    for each in found:
        row = known.pop((each.what, each.account_id, each.market_code, each.currency), None)
        if row is None:
            row = Difference(
                what=each.what,
                account_id=each.account_id,
                market_code=each.market_code,
                currency=each.currency,
                found_at=moment,
            )
            db.session.add(row)
        row.in_ledger, row.in_rows, row.seen_at = each.in_ledger, each.in_rows, moment
    for gone in known.values():
        gone.resolved_at = moment
