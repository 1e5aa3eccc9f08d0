"""What becomes of records: rated, joined to their session, or put aside with a reason."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select

from app.core import clock, db
from app.core.actor import SYSTEM
from app.markets.queries import settings_at
from app.mediation.entries import Entry, Judged, Odd, Origin
from app.mediation.limits import Limits
from app.mediation.lines import Owner, Owners
from app.mediation.mapping import Parsed
from app.mediation.service import parts
from app.usage import service as usage
from app.usage.models import ChargingSession
from app.usage.records import NewRecord


def judge(
    origin: Origin, entries: Sequence[Entry], *, waive: frozenset[str] = frozenset()
) -> Judged:
    """Inside the caller's transaction. What somebody has decided to `waive` is not asked again."""
    judged = Judged()
    sound = list(_sound(origin, entries, waive, judged))
    sound = list(_not_charged_yet(sound, judged))
    whole = [each for each in sound if each.parsed.part == "complete"]
    pieces = [each for each in sound if each.parsed.part != "complete"]
    if origin.in_parts:
        _join(origin, pieces, whole, judged)
    _rate(origin, whole, judged)
    return judged


def new_record(origin: Origin, entry: Entry) -> NewRecord:
    parsed, owner = entry.parsed, entry.owner
    assert owner is not None  # noqa: S101 - only those with an owner are sound
    return NewRecord(
        owner.line_id,
        parsed.kind,
        parsed.started_at,
        parsed.quantity,
        parsed.other_party,
        source=origin.source,
        record_id=parsed.name,
    )


def doubts(origin: Origin, entries: Sequence[Entry]) -> Iterator[tuple[Entry, str | None]]:
    """Whose each record is, and what is wrong with it taken by itself; nothing is changed."""
    owners = Owners((each.parsed.number for each in entries), origin.market_code)
    limits, now = Limits.of(settings_at(origin.market_code, clock.now())), clock.now()
    for entry in entries:
        parsed, known = entry.parsed, owners.of(entry.parsed.number)
        if origin.markets:
            known = [each for each in known if each.market_code in origin.markets]
        entry.owner = next(
            (each for each in known if each.had_it_at(parsed.started_at)),
            known[-1] if known else None,
        )
        reason = _fault(parsed, entry.owner) or limits.fault(
            parsed.kind, parsed.quantity, parsed.started_at, now
        )
        if parsed.part != "complete" and not (parsed.session_id and parsed.sequence):
            reason = "malformed"
        yield entry, reason


def _sound(
    origin: Origin, entries: Sequence[Entry], waive: frozenset[str], judged: Judged
) -> Iterator[Entry]:
    for entry, reason in doubts(origin, entries):
        if reason is None or reason in waive:
            yield entry
        else:
            judged.odd.append(Odd(entry.row, reason, entry.parsed, entry.owner))


def _fault(parsed: Parsed, owner: Owner | None) -> str | None:
    if owner is None:
        return "unknown_line"
    if not owner.had_it_at(parsed.started_at):
        return "not_in_service"
    if parsed.currency is not None and parsed.currency != owner.currency:
        return "wrong_currency"
    return None


def _not_charged_yet(entries: Sequence[Entry], judged: Judged) -> Iterator[Entry]:
    """What was paid for while it went on is matched and not rated again."""
    keys = {each.parsed.session_id for each in entries if each.parsed.session_id}
    if not keys:
        yield from entries
        return
    query = select(ChargingSession).where(ChargingSession.key.in_(keys))
    charged = {each.key: each for each in db.session.scalars(query)}
    for entry in entries:
        parsed, owner = entry.parsed, entry.owner
        session = charged.get(parsed.session_id or "")
        if session is None or owner is None or session.line_id != owner.line_id:
            yield entry
        elif _says_otherwise(session, parsed):
            judged.odd.append(Odd(entry.row, "differs_from_charged", parsed, owner))
        else:
            judged.matched += 1


def _says_otherwise(session: ChargingSession, parsed: Parsed) -> bool:
    """Only of a session that is over and a record that tells all of it can that be said."""
    if session.closed_at is None or parsed.part != "complete":
        return False
    return (session.kind, session.used) != (parsed.kind, parsed.quantity)


def _join(origin: Origin, pieces: Sequence[Entry], whole: Sequence[Entry], judged: Judged) -> None:
    """Keep parts, and rate the sessions that are whole with them and parts that come too late."""
    if "part" in origin.definition.fields:
        merged = parts.reported_whole(origin.source, whole)
        for each in whole:
            if (name := each.parsed.session_id) and name in merged:
                each.parsed = each.parsed.named(name)  # as what its parts have left
    outcome = parts.keep(origin.source, pieces)
    judged.duplicates += outcome.duplicates
    judged.odd += [Odd(each.row, "differs", each.parsed, each.owner) for each in outcome.differing]
    judged.parts += outcome.kept
    refused = Judged()
    _rate(origin, outcome.ready, refused)
    judged.odd += refused.odd
    judged.parts -= len(refused.odd)


def _rate(origin: Origin, entries: Iterable[Entry], judged: Judged) -> None:
    records = [(new_record(origin, entry), entry) for entry in entries]
    if not records:
        return
    by_record = dict(records)
    outcome = usage.ingest([record for record, _ in records], by=SYSTEM)
    judged.accepted += outcome.accepted
    judged.duplicates += outcome.duplicates
    for refused in outcome.refused:
        entry = by_record[refused.record]
        judged.odd.append(Odd(entry.row, refused.reason, entry.parsed, entry.owner))
