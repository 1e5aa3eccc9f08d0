"""The usage behind a bill, record by record, in chunks; the other party's number is masked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select

from app.billing.clocks import midnight
from app.billing.models import Invoice
from app.core import db
from app.core.money import Money
from app.subscriptions.models import Line
from app.usage.models import UsageRecord

CHUNK = 200
# More than this nobody reads on paper; the bill says how many there were.
MOST = 2000
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


def annex_of(invoice: Invoice, *, mask: bool = True) -> Annex:
    """What the account's lines used in the invoice's period, the first MOST records of it."""
    timezone = invoice.account.market.timezone
    lines = select(Line.id).where(Line.account_id == invoice.account_id)
    where = and_(
        UsageRecord.line_id.in_(lines),
        UsageRecord.started_at >= midnight(invoice.period_start, timezone),
        UsageRecord.started_at < midnight(invoice.period_end, timezone),
    )
    count = db.session.scalar(select(func.count()).select_from(UsageRecord).where(where)) or 0
    return Annex(list(_chunks(where, invoice.currency, mask)), count)


def masked_party(number: str | None) -> str:
    """`+5255••••5678` is enough to recognise a call, and too little to find who was called."""
    if not number:
        return ""
    if len(number) <= 2 * _SHOWN:
        return number if len(number) <= _SHOWN else "•" * _SHOWN + number[-2:]
    return number[: -2 * _SHOWN] + "•" * _SHOWN + number[-_SHOWN:]


def _chunks(where: object, currency: str, mask: bool) -> Iterator[list[Use]]:
    after: tuple[datetime, UUID] | None = None
    for _ in range(MOST // CHUNK):
        query = (
            select(UsageRecord, Line.number)
            .join(Line, Line.id == UsageRecord.line_id)
            .where(where)  # type: ignore[arg-type]
            .order_by(UsageRecord.started_at, UsageRecord.id)
            .limit(CHUNK)
        )
        if after is not None:
            moment, last = after
            query = query.where(
                (UsageRecord.started_at > moment)
                | and_(UsageRecord.started_at == moment, UsageRecord.id > last)
            )
        rows = db.session.execute(query).all()
        if not rows:
            return
        yield [_use(record, number, currency, mask) for record, number in rows]
        after = (rows[-1][0].started_at, rows[-1][0].id)


def _use(record: UsageRecord, number: str, currency: str, mask: bool) -> Use:
    party = masked_party(record.other_party) if mask else record.other_party or ""
    amount = Money(record.charged, currency)
    return Use(number, record.kind.value, record.started_at, record.quantity, party, amount)
