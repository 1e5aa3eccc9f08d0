"""The usage behind a bill, record by record, in chunks; the other party's number is masked.

Once for everybody, where the market wants it, and further for staff who do not need it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, and_, func, select, true

from app.billing.models import Invoice
from app.billing.sight import Sight
from app.core import clock, db
from app.core.money import Money
from app.subscriptions.models import Line
from app.usage.models import UsageRecord

CHUNK = 200
# More than this nobody reads on paper; the whole list is a file beside the bill.
MOST = 1000
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Use:
    """`quantity` in bytes, seconds or messages; `amount` beyond the allowances."""

    number: str
    kind: str
    started_at: datetime
    quantity: int
    other_party: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Annex:
    chunks: list[list[Use]]
    count: int

    @property
    def left_out(self) -> int:
        return self.count - sum(len(each) for each in self.chunks)


def annex_of(invoice: Invoice, sight: Sight = Sight.ALL) -> Annex:
    """What the account's lines used in the invoice's period, the first MOST records of it."""
    query = select(func.count()).select_from(UsageRecord).where(_of(invoice))
    count = db.session.scalar(query) or 0
    return Annex(list(islice(chunks_of(invoice, sight), MOST // CHUNK)), count)


def chunks_of(invoice: Invoice, sight: Sight = Sight.ALL) -> Iterator[list[Use]]:
    """All of it, in order of time, a chunk after the other; the invoice is read at once."""
    mask = bool(invoice.account.market.settings_at(clock.now()).get("mask_other_party", True))
    return _chunks(_of(invoice), invoice.currency, mask, sight)


def masked_party(number: str | None) -> str:
    """`+5255••••5678` is enough to recognise a call, and too little to find who was called."""
    if not number:
        return ""
    if len(number) <= 2 * _SHOWN:
        return number if len(number) <= _SHOWN else "•" * _SHOWN + number[-2:]
    return number[: -2 * _SHOWN] + "•" * _SHOWN + number[-_SHOWN:]


def _chunks(
    where: ColumnElement[bool], currency: str, mask: bool, sight: Sight
) -> Iterator[list[Use]]:
    after: ColumnElement[bool] = true()
    while True:
        query = (
            select(UsageRecord, Line.number)
            .join(Line, Line.id == UsageRecord.line_id)
            .where(where, after)
            .order_by(UsageRecord.started_at, UsageRecord.id)
            .limit(CHUNK)
        )
        rows = db.session.execute(query).all()
        if not rows:
            return
        yield [_use(record, number, currency, mask, sight) for record, number in rows]
        last: UsageRecord = rows[-1][0]
        after = (UsageRecord.started_at > last.started_at) | and_(
            UsageRecord.started_at == last.started_at, UsageRecord.id > last.id
        )


def _of(invoice: Invoice) -> ColumnElement[bool]:
    timezone = invoice.account.market.timezone
    return and_(
        UsageRecord.line_id.in_(select(Line.id).where(Line.account_id == invoice.account_id)),
        UsageRecord.started_at >= clock.midnight(invoice.period_start, timezone),
        UsageRecord.started_at < clock.midnight(invoice.period_end, timezone),
    )


def _use(record: UsageRecord, number: str, currency: str, mask: bool, sight: Sight) -> Use:
    called = sight.party(record.other_party or "")
    party = masked_party(called) if mask else called
    amount = Money(record.charged, currency)
    line = sight.line(number)
    return Use(line, record.kind.value, record.started_at, record.quantity, party, amount)
