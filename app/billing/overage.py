"""Usage beyond the allowances as charges: all that was rated, less all that was billed.

A closed bill never changes: records that arrive late are on the next bill as a prior period.
Until then the sums may still go up and down, as records take their places among others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Uuid, column, func, select, values

from app.billing.models import Charge, ChargeKind
from app.billing.periods import Period
from app.billing.recurring import NewCharge
from app.core import db
from app.core.money import Money, Rounding
from app.usage import service as usage
from app.usage.models import UsageRecord


@dataclass(frozen=True, slots=True)
class Metered:
    """A line whose period, in days of the market, has ended."""

    line_id: UUID
    number: str
    currency: str
    period: Period


@dataclass(frozen=True, slots=True)
class _Rated:
    """Sums of one kind of usage: before the period, and in it."""

    kind: str
    before: Decimal
    within: Decimal


def overage_of(
    lines: Sequence[Metered], timezone: str, rounding: Rounding
) -> dict[UUID, list[NewCharge]]:
    """Charges by line, in two statements however many lines there are."""
    if not lines:
        return {}
    rated = _rated(lines, timezone)
    billed = _billed([line.line_id for line in lines])
    return {
        line.line_id: [
            charge
            for sums in rated.get(line.line_id, [])
            for charge in _charges(
                line, sums, billed.get((line.line_id, sums.kind), Decimal(0)), rounding
            )
        ]
        for line in lines
    }


def close(billed: Iterable[tuple[UUID, date]], timezone: str) -> None:
    """Say of each account until which day its usage is on a closed bill, as that is issued."""
    usage.close({account_id: _at(end, timezone) for account_id, end in billed})


def _charges(
    line: Metered, sums: _Rated, billed: Decimal, rounding: Rounding
) -> Iterator[NewCharge]:
    before = Money(sums.before, line.currency).rounded(rounding)
    until_end = Money(sums.before + sums.within, line.currency).rounded(rounding)
    for amount, late in (
        (before - Money(billed, line.currency), True),
        (until_end - before, False),
    ):
        if amount:
            yield NewCharge(
                line_id=line.line_id,
                kind=ChargeKind.USAGE,
                description=sums.kind,
                amount=amount,
                period=line.period,
                because={
                    "rule": "overage",
                    "number": line.number,
                    "usage": sums.kind,
                    "prior": late,
                },
                effect_key=f"usage{'-prior' if late else ''}"
                f":{line.line_id}:{sums.kind}:{line.period.start}",
            )


def _rated(lines: Sequence[Metered], timezone: str) -> dict[UUID, list[_Rated]]:
    cut = values(
        column("line_id", Uuid),
        column("starts_at", DateTime(timezone=True)),
        column("ends_at", DateTime(timezone=True)),
        name="cut",
    ).data(
        [
            (each.line_id, _at(each.period.start, timezone), _at(each.period.end, timezone))
            for each in lines
        ]
    )
    charged, started_at = func.sum(UsageRecord.charged), UsageRecord.started_at
    query = (
        select(
            UsageRecord.line_id,
            UsageRecord.kind,
            func.coalesce(charged.filter(started_at < cut.c.starts_at), 0),
            func.coalesce(charged.filter(started_at >= cut.c.starts_at), 0),
        )
        .join(cut, cut.c.line_id == UsageRecord.line_id)
        .where(UsageRecord.charged > 0, started_at < cut.c.ends_at)
        .group_by(UsageRecord.line_id, UsageRecord.kind)
        .order_by(UsageRecord.kind)
    )
    found: dict[UUID, list[_Rated]] = {}
    for line_id, kind, before, within in db.session.execute(query):
        found.setdefault(line_id, []).append(_Rated(kind.value, before, within))
    return found


def _billed(line_ids: Sequence[UUID]) -> dict[tuple[UUID, str], Decimal]:
    query = (
        select(Charge.line_id, Charge.description, func.sum(Charge.amount))
        .where(Charge.kind == ChargeKind.USAGE, Charge.line_id.in_(line_ids))
        .group_by(Charge.line_id, Charge.description)
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(query) if row[0]}


def _at(day: date, timezone: str) -> datetime:
    """The midnight with which a day begins there."""
    return datetime.combine(day, time(), ZoneInfo(timezone))
