"""Deciding on what was put aside. One decision, one transaction, one entry in the trail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid, Refusal
from app.customers.access import customer_for
from app.mediation import access, layout
from app.mediation.entries import Entry, Origin
from app.mediation.errors import AlreadyDecided, CannotBeAccepted, CannotBeCorrected, StillRefused
from app.mediation.events import AnomaliesChanged, UsageCustomerFlagged
from app.mediation.mapping import BadField, Parsed
from app.mediation.merging import merged
from app.mediation.models import Anomaly, Decision, PartedSession, SessionStatus, Suspect
from app.mediation.reading import Row
from app.mediation.service import parts
from app.mediation.service.judging import judge
from app.usage.models import ChargingSession

# Sound as it is, once somebody says so; or sound by now, because a line was opened meanwhile.
FORCED = frozenset({"absurd_quantity"})
TRIED_AGAIN = frozenset({"unknown_line", "not_in_service", "bad_time"})
ACCEPTABLE = FORCED | TRIED_AGAIN | {"missing_part", "differs_from_charged"}
# A session is not one record that could be written anew.
UNCORRECTABLE = frozenset({"missing_part"})
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Bulk:
    """How many were decided, and how many were not and why, by code."""

    done: int
    refused: Mapping[str, int]


def accept(anomaly_id: UUID, *, by: Actor) -> Anomaly:
    """Have it rated after all, where that is sound: a limit of policy is waived, a session without
    its missing part merged, the difference to a charged session rated, anything else tried again.

    Raises CannotBeAccepted, StillRefused, AlreadyDecided.
    """
    with db.transaction():
        anomaly = _open(anomaly_id, by)
        if anomaly.reason not in ACCEPTABLE:
            raise CannotBeAccepted(reason=anomaly.reason)
        parsed = _parsed(anomaly)
        if anomaly.reason == "missing_part":
            parsed = _without_the_missing(anomaly, parsed)
        elif anomaly.reason == "differs_from_charged":
            parsed = _rest(parsed)
        _rate(anomaly, parsed, by, waive=FORCED & {anomaly.reason})
        return _decide(anomaly, Decision.ACCEPTED, by)


def correct(anomaly_id: UUID, fields: Mapping[str, str], *, by: Actor) -> Anomaly:
    """Rate it as somebody wrote it: `fields` as the record's plain text. It is judged anew.

    Raises Invalid with the field, StillRefused, AlreadyDecided, CannotBeCorrected.
    """
    with db.transaction():
        anomaly = _open(anomaly_id, by)
        if anomaly.reason in UNCORRECTABLE:
            raise CannotBeCorrected(reason=anomaly.reason)
        before = anomaly.record
        kept = ("record_id", "currency")
        record: dict[str, str] = {name: str(before[name]) for name in kept if name in before}
        record |= {name: text for name, text in fields.items() if text}
        try:
            parsed = Parsed.from_plain(record)
        except BadField as bad:
            raise Invalid(field=bad.field) from None
        if not all(text.isprintable() and len(text) <= 200 for text in record.values()):
            raise Invalid
        if anomaly.reason == "differs" or parsed.record_id is None:
            parsed = parsed.named(f"{parsed.record_id or 'corrected'}~{anomaly.id}")
        _rate(anomaly, parsed, by)
        anomaly.record = parsed.plain()
        return _decide(anomaly, Decision.CORRECTED, by, record=(before, anomaly.record))


def reject(anomaly_id: UUID, note: str, *, by: Actor) -> Anomaly:
    """It is not rated, and `note` says why. Raises AlreadyDecided, Invalid without a note."""
    if not (note.strip() and len(note) <= 500):
        raise Invalid(field="note")
    with db.transaction():
        anomaly = _open(anomaly_id, by)
        anomaly.note = note.strip()
        if anomaly.reason == "missing_part":
            _session(anomaly).status = SessionStatus.WHOLE  # its parts say nothing any more
        return _decide(anomaly, Decision.REJECTED, by, note=anomaly.note)


def accept_all(anomaly_ids: Sequence[UUID], *, by: Actor) -> Bulk:
    return _each(anomaly_ids, lambda each: accept(each, by=by))


def reject_all(anomaly_ids: Sequence[UUID], note: str, *, by: Actor) -> Bulk:
    return _each(anomaly_ids, lambda each: reject(each, note, by=by))


def flag_customer(customer_id: UUID, note: str, *, by: Actor) -> Suspect:
    """This customer's usage is to be watched. Again, it changes the note."""
    if not (note.strip() and len(note) <= 500):
        raise Invalid(field="note")
    by.must("usage.review")
    with db.transaction():
        customer = customer_for(by, customer_id, "customers.read", lock=True)
        suspect = db.session.get(Suspect, customer.id)
        if suspect is None:
            suspect = Suspect(customer_id=customer.id, since=clock.now())
            db.session.add(suspect)
        suspect.flagged_at, suspect.flagged_by = clock.now(), by.name
        suspect.note = note.strip()
        audit.record(by, "customer.usage_flagged", "customer", customer.id, note=suspect.note)
        events.announce(UsageCustomerFlagged(customer.id, suspect.note))
    return suspect


def clear_customer(customer_id: UUID, *, by: Actor) -> None:
    """Nothing to watch (any more). Repeating later is announced again."""
    by.must("usage.review")
    with db.transaction():
        customer = customer_for(by, customer_id, "customers.read", lock=True)
        suspect = db.session.get(Suspect, customer.id)
        if suspect is not None:
            db.session.delete(suspect)
            audit.record(by, "customer.usage_cleared", "customer", customer.id)


def _each(anomaly_ids: Sequence[UUID], decide: Callable[[UUID], Anomaly]) -> Bulk:
    """Each in a transaction of its own: one that cannot be decided leaves the others."""
    if not 0 < len(anomaly_ids) <= MOST_AT_ONCE:
        raise Invalid(field="ids")
    done, refused = 0, dict[str, int]()
    for anomaly_id in dict.fromkeys(anomaly_ids):
        try:
            decide(anomaly_id)
            done += 1
        except Refusal as refusal:
            refused[refusal.code] = refused.get(refusal.code, 0) + 1
    return Bulk(done, refused)


def _open(anomaly_id: UUID, by: Actor) -> Anomaly:
    anomaly = access.anomaly_for(by, anomaly_id, "usage.review", lock=True)
    if not anomaly.is_open:
        raise AlreadyDecided(by=anomaly.decided_by, decision=anomaly.decision.value)
    return anomaly


def _decide(anomaly: Anomaly, decision: Decision, by: Actor, **more: object) -> Anomaly:
    anomaly.decision, anomaly.decided_at, anomaly.decided_by = decision, clock.now(), by.name
    audit.record(
        by, f"usage_anomaly.{decision.value}", "usage_anomaly", anomaly.id,
        reason=anomaly.reason, source=anomaly.source, **more,
    )  # fmt: skip
    events.announce(AnomaliesChanged(anomaly.market_code))
    return anomaly


def _parsed(anomaly: Anomaly) -> Parsed:
    try:
        return Parsed.from_plain(anomaly.record)
    except BadField:
        raise CannotBeAccepted(reason=anomaly.reason) from None


def _rate(
    anomaly: Anomaly, parsed: Parsed, by: Actor, *, waive: frozenset[str] = frozenset()
) -> None:
    """Judged as if it came now, on lines of the markets of who decides; a record that is known by
    now counts as rated."""
    known = access.layout_for(SYSTEM, anomaly.source, "usage.review")
    definition = layout.read(known.definition)
    origin = Origin(anomaly.source, known.market_code, definition, by.markets)
    row = Row(anomaly.row or 0, anomaly.raw, None)
    judged = judge(origin, [Entry(row, parsed)], waive=waive)
    if judged.odd:
        raise StillRefused(reason=judged.odd[0].reason)


def _without_the_missing(anomaly: Anomaly, parsed: Parsed) -> Parsed:
    """The parts that are there as one record; what comes later is a record of its own."""
    session = _session(anomaly)
    session.status = SessionStatus.MERGED
    whole = merged(parts.pieces_of(session.id))
    return replace(
        parsed,
        started_at=whole.started_at,
        quantity=whole.quantity,
        session_id=None,
        record_id=session.session_id,
        part="complete",
    )


def _rest(parsed: Parsed) -> Parsed:
    """What the record says beyond what was charged while the session went on."""
    session = db.session.get_one(ChargingSession, parsed.session_id)
    rest = parsed.quantity - session.used
    if rest <= 0:
        raise CannotBeAccepted(reason="differs_from_charged")
    return replace(parsed, quantity=rest, session_id=None, record_id=f"{session.key}#rest")


def _session(anomaly: Anomaly) -> PartedSession:
    query = select(PartedSession).where(
        PartedSession.source == anomaly.source,
        PartedSession.session_id == anomaly.record["session_id"],
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one()
