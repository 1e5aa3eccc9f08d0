"""Rating what has come in: at once what needs no thought, the rest line by line in its order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert

from app.catalog.models import Mode, UsageKind
from app.core import clock, db, events
from app.usage import incoming, later, settling, sharing, tables
from app.usage.events import AllowanceUsedUp, BalanceChanged, UsageRated
from app.usage.incoming import Turned
from app.usage.later import Stored
from app.usage.metering import Meter, NoRoamingRate
from app.usage.meters import LineFacts, Span, facts_of, meters_for
from app.usage.models import BalanceMovement
from app.usage.outcome import Outcome
from app.usage.records import Ingested, RefusedRecord, Use, Window
from app.usage.roaming import NoExchangeRate
from app.usage.service import quota

_REASONS: dict[type[LookupError], str] = {
    NoExchangeRate: "no_exchange_rate",
    NoRoamingRate: "no_roaming_rate",
}


@dataclass(slots=True)
class _Rated:
    """New records, stored ones whose outcome changed, and those that have no price."""

    new: list[tuple[Use, Outcome]] = field(default_factory=list)
    again: list[tuple[Use, Outcome]] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)


def rate(span: Window) -> Ingested:
    """Rate the table of this delivery, whose lines are locked and whose copies are gone.

    Its records begin within `span`.
    """
    received_at = clock.now()
    half_used = set(settling.settle(received_at, span))
    turned: list[Turned] = []
    drawn: set[UUID] = set()  # only these may be shared
    if left := incoming.left():
        done, drawn = _rate_one_by_one(left, received_at)
        half_used |= drawn
        turned = incoming.refuse(done.refused)
    incoming.add_to_days()
    quota.tell(half_used)
    quota.slow_down_families(drawn)
    line_ids, count = incoming.taken_in()
    if line_ids:
        events.announce(UsageRated(tuple(line_ids)))
    refused = [RefusedRecord(each.record, each.reason or "") for each in turned]
    return Ingested(accepted=count, refused=refused)


def _rate_one_by_one(uses: Sequence[Use], received_at: datetime) -> tuple[_Rated, set[UUID]]:
    line_ids = {use.line_id for use in uses}
    relatives = sharing.relatives(line_ids)
    lines = facts_of(incoming.locked(line_ids.union(*relatives.values())))
    stored = later.after(uses, lines, relatives)
    everything = [*uses, *(each.use for each in stored)]
    meters = meters_for(lines, _spans(everything), _foreign(everything))
    _look_back(everything, meters)
    drawable = [each for meter in meters.values() for each in meter.every_bucket]
    before = {each.id: each.used for each in drawable}
    for each in stored:
        meters[each.use.line_id].undo(each.use, each.outcome.drawn)
    done = _in_order(uses, stored, meters)
    tables.insert_records(done.new, received_at)
    tables.rewrite_records(done.again)
    used = {each.id: each.used for each in drawable if each.used != before[each.id]}
    tables.write_used(used)
    sharing.write_taken(drawable)
    _take_credit(done.new, lines, meters)
    _tell(meters)
    return done, set(used)


def _in_order(
    uses: Sequence[Use], stored: Sequence[Stored], meters: Mapping[UUID, Meter]
) -> _Rated:
    """Every record at its place among those that are stored already."""
    known = {each.use.identity: each.outcome for each in stored}
    done = _Rated()
    for use in sorted([*uses, *(each.use for each in stored)], key=lambda each: each.place):
        try:
            outcome = meters[use.line_id].rate(use)
        except tuple(_REASONS) as error:
            done.refused[use.identity] = _REASONS[type(error)]
            continue
        if use.identity not in known:
            done.new.append((use, outcome))
        elif outcome != known[use.identity]:
            done.again.append((use, outcome))
    return done


def _look_back(uses: Iterable[Use], meters: Mapping[UUID, Meter]) -> None:
    """Where calls that follow each other count as one, tell the meters of those before."""
    first: dict[tuple[UUID, str], Use] = {}
    for use in sorted(uses, key=lambda each: each.place):
        if use.kind is UsageKind.VOICE and use.other_party:
            first.setdefault((use.line_id, use.other_party), use)
    wanted = [(use, meters[use.line_id].looks_back(use)) for use in first.values()]
    for use in later.before((use, within) for use, within in wanted if within):
        meters[use.line_id].remember(use)


def _spans(uses: Iterable[Use]) -> dict[UUID, Span]:
    spans: dict[UUID, Span] = {}
    for use in uses:
        since, until = spans.get(use.line_id, (use.started_at, use.ends_at))
        spans[use.line_id] = min(since, use.started_at), max(until, use.ends_at)
    return spans


def _foreign(uses: Iterable[Use]) -> set[str]:
    """The currencies in which visited networks charge for these."""
    charges = (use.abroad.charge for use in uses if use.abroad)
    return {charge.currency for charge in charges if charge}


def _take_credit(
    rated: Sequence[tuple[Use, Outcome]],
    lines: Mapping[UUID, LineFacts],
    meters: Mapping[UUID, Meter],
) -> None:
    """Write what prepaid lines paid: a movement a record, the new balance a line."""
    paid = [
        (use, outcome.charged)
        for use, outcome in rated
        if outcome.charged and lines[use.line_id].mode is Mode.PREPAID
    ]
    if not paid:
        return
    db.session.execute(
        insert(BalanceMovement),
        [
            {
                "line_id": use.line_id,
                "at": use.started_at,
                "reason": f"usage:{use.kind.value}",
                "amount": -amount,
                # With its beginning: a source may use a name again in another month.
                "effect_key": f"usage:{use.identity}:{use.started_at:%Y%m%dT%H%M%S}",
            }
            for use, amount in paid
        ],
    )
    left = {use.line_id: meters[use.line_id].credit or Decimal(0) for use, _ in paid}
    tables.write_credit(left)
    for line_id, amount in left.items():
        events.announce(BalanceChanged(line_id, lines[line_id].customer_id, amount))


def _tell(meters: Mapping[UUID, Meter]) -> None:
    """Allowances of periods that are over are used up in the books only: nobody is told."""
    moment = clock.now()
    for line_id, meter in meters.items():
        for kind, valid_until in meter.exhausted.items():
            if valid_until > moment:
                events.announce(AllowanceUsedUp(line_id, kind.value))
