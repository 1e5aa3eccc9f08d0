"""Usage beyond the allowances as charges: all that was rated, less all that was billed.

A closed bill never changes: records that arrive late are on the next bill as a prior period.
Until then the sums may still go up and down, as records take their places among others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, func, literal, select, text

from app.billing.models import Charge, ChargeKind
from app.billing.periods import Period
from app.billing.recurring import NewCharge
from app.core import clock, db
from app.core.money import Money, Rounding
from app.usage import service as usage

_SUMS = text(
    """
    SELECT cut.line_id, kind,
        coalesce(sum(charged) FILTER (WHERE started_at < cut.starts_at), 0),
        coalesce(sum(charged) FILTER (WHERE started_at >= cut.starts_at), 0),
        count(*) FILTER (WHERE started_at >= cut.starts_at)
    FROM unnest(
        CAST(:line_ids AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[])
    ) AS cut (line_id, starts_at, ends_at)
    JOIN usage_record ON usage_record.line_id = cut.line_id
        AND charged > 0 AND started_at < cut.ends_at
    GROUP BY cut.line_id, kind
    ORDER BY kind
    """
)


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
    records: int


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
    usage.close({account_id: clock.midnight(end, timezone) for account_id, end in billed})


def _charges(
    line: Metered, sums: _Rated, billed: Decimal, rounding: Rounding
) -> Iterator[NewCharge]:
    before = Money(sums.before, line.currency).rounded(rounding)
    until_end = Money(sums.before + sums.within, line.currency).rounded(rounding)
    for rated, known, late in (
        (before, Money(billed, line.currency), True),
        (until_end, before, False),
    ):
        if amount := rated - known:
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
                    "rated": str(rated.amount),
                    "billed": str(known.amount),
                    "records": sums.records,
                },
                effect_key=f"usage{'-prior' if late else ''}"
                f":{line.line_id}:{sums.kind}:{line.period.start}",
            )


def _rated(lines: Sequence[Metered], timezone: str) -> dict[UUID, list[_Rated]]:
    rows = db.session.execute(
        _SUMS,
        {
            "line_ids": [each.line_id for each in lines],
            "starts": [clock.midnight(each.period.start, timezone) for each in lines],
            "ends": [clock.midnight(each.period.end, timezone) for each in lines],
        },
    )
    found: dict[UUID, list[_Rated]] = {}
    for line_id, *sums in rows:
        found.setdefault(line_id, []).append(_Rated(*sums))
    return found


def _billed(line_ids: Sequence[UUID]) -> dict[tuple[UUID, str], Decimal]:
    query = (
        select(Charge.line_id, Charge.description, func.sum(Charge.amount))
        .where(
            Charge.kind == ChargeKind.USAGE,
            Charge.line_id == any_(literal(list(line_ids), ARRAY(Uuid))),
        )
        .group_by(Charge.line_id, Charge.description)
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(query) if row[0]}
