"""Stored records that a new one comes before: what is not on a closed bill can be rated anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.catalog.models import Mode, UsageKind
from app.core import db
from app.usage import outcome
from app.usage.meters import LineFacts
from app.usage.outcome import Outcome
from app.usage.records import Use

_COLUMNS = """record.identity, record.line_id, record.kind, record.started_at, record.quantity,
    record.ended_at, record.other_party, record.abroad, record.charged, record.bucket_id,
    record.units, record.because"""
_AFTER = text(
    f"""
    SELECT {_COLUMNS}
    FROM unnest(
        CAST(:line_ids AS uuid[]), CAST(:kinds AS text[]), CAST(:begins AS timestamptz[]),
        CAST(:billed_until AS timestamptz[]), CAST(:billed_at AS timestamptz[])
    ) AS new (line_id, kind, started_at, billed_until, billed_at)
    JOIN usage_record AS record ON record.line_id = new.line_id AND record.kind = new.kind
        AND record.started_at >= new.started_at
    WHERE record.started_at >= :earliest AND NOT coalesce(
        record.started_at < new.billed_until AND record.received_at <= new.billed_at, false)
    """
)
# A chain of calls to one number: each begins within so long after the end of the one before.
_BEFORE = text(
    f"""
    WITH RECURSIVE chain AS (
        SELECT new.line_id, new.number, new.started_at, new.within, false AS found
        FROM unnest(
            CAST(:line_ids AS uuid[]), CAST(:numbers AS text[]), CAST(:begins AS timestamptz[]),
            CAST(:within AS interval[])
        ) AS new (line_id, number, started_at, within)
        UNION
        SELECT record.line_id, record.other_party, record.started_at, chain.within, true
        FROM chain
        JOIN usage_record AS record ON record.line_id = chain.line_id
            AND record.other_party = chain.number AND record.kind = 'voice'
            AND record.started_at < chain.started_at
            AND record.started_at >= chain.started_at - interval '1 day'
            AND record.started_at + make_interval(secs => record.quantity)
                >= chain.started_at - chain.within
    )
    SELECT DISTINCT {_COLUMNS}
    FROM chain
    JOIN usage_record AS record ON record.line_id = chain.line_id
        AND record.other_party = chain.number AND record.kind = 'voice'
        AND record.started_at = chain.started_at
    WHERE chain.found
    ORDER BY record.started_at, record.identity
    """
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it was rated before."""

    use: Use
    outcome: Outcome


def after(
    uses: Sequence[Use], lines: Mapping[UUID, LineFacts], relatives: Mapping[UUID, set[UUID]]
) -> list[Stored]:
    """What is stored of the same lines, their relatives and kinds, began later and is on no closed
    bill.

    Prepaid lines have none: they pay as records come, or while they call (`service.charging`),
    and what was paid is neither asked for again nor given back.
    """
    first: dict[tuple[UUID, UsageKind], Use] = {}
    for use in uses:
        for line_id in {use.line_id, *relatives.get(use.line_id, ())} & lines.keys():
            key = line_id, use.kind
            if lines[line_id].mode is Mode.POSTPAID and (
                key not in first or use.place < first[key].place
            ):
                first[key] = use
    if not first:
        return []
    values = {
        "line_ids": [line_id for line_id, _ in first],
        "kinds": [kind.value for _, kind in first],
        "begins": [use.started_at for use in first.values()],
        "billed_until": [lines[line_id].billed_until for line_id, _ in first],
        "billed_at": [lines[line_id].billed_at for line_id, _ in first],
        "earliest": min(use.started_at for use in first.values()),
    }
    found = (Stored(Use.read(row), outcome.read(row)) for row in db.session.execute(_AFTER, values))
    return [each for each in found if each.use.place > first[each.use.line_id, each.use.kind].place]


def before(wanted: Iterable[tuple[Use, timedelta]]) -> list[Use]:
    """Calls that those of `wanted` may be one with, each within so long of the one before it."""
    asked = [(use, within) for use, within in wanted if use.other_party]
    if not asked:
        return []
    values = {
        "line_ids": [use.line_id for use, _ in asked],
        "numbers": [use.other_party for use, _ in asked],
        "begins": [use.started_at for use, _ in asked],
        "within": [within for _, within in asked],
    }
    return [Use.read(row) for row in db.session.execute(_BEFORE, values)]
