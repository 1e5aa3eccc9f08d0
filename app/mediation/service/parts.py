"""Keeping the parts of sessions until they are whole."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, db
from app.core.ids import new_id
from app.mediation.entries import Entry
from app.mediation.merging import Piece, is_whole, merged
from app.mediation.models import Anomaly, Decision, Part, PartedSession, SessionStatus

_WAITING = (SessionStatus.OPEN, SessionStatus.FLAGGED)


@dataclass(slots=True)
class Kept:
    """`ready` are to be rated: sessions that became whole, and parts that came too late for it."""

    kept: int = 0
    duplicates: int = 0
    differing: list[Entry] = field(default_factory=list)
    ready: list[Entry] = field(default_factory=list)


def keep(source: str, entries: Sequence[Entry]) -> Kept:
    """Inside the caller's transaction, whose lock on a session makes two deliveries take turns."""
    outcome = Kept()
    if not entries:
        return outcome
    sessions = _locked(source, entries)
    pieces = _pieces_of(sessions.values())
    for entry in entries:
        session = sessions[entry.parsed.session_id or ""]
        known = pieces[session.id]
        piece = _piece(entry)
        twin = known.get(piece.sequence)
        if session.status is SessionStatus.WHOLE or twin == piece:
            outcome.duplicates += 1
        elif twin is not None or not _fits(session, entry, known.values()):
            outcome.differing.append(entry)
        else:
            known[piece.sequence] = piece
            _add(session.id, piece)
            outcome.kept += 1
            _use(session, entry, known, outcome)
    return outcome


def reported_whole(source: str, entries: Iterable[Entry]) -> set[str]:
    """Sessions whose record tells all of it: parts, earlier or later, say nothing new.

    Those come back that were merged from their parts before, and are rated.
    """
    owners = {each.parsed.session_id: each.owner for each in entries}
    names = sorted(name for name in owners if name)
    rows = [
        {
            "id": new_id(),
            "source": source,
            "session_id": name,
            "line_id": owner.line_id,
            "status": SessionStatus.WHOLE,
            "last_part_at": clock.now(),
        }
        for name in names
        if (owner := owners[name])
    ]
    if not rows:
        return set()
    query = insert(PartedSession).values(rows)
    query = query.on_conflict_do_update(
        index_elements=["source", "session_id"],
        set_={"status": SessionStatus.WHOLE},
        where=PartedSession.status.in_(_WAITING),
    )
    db.session.execute(query)
    _nothing_missing_any_more(source, names)
    merged_before = select(PartedSession.session_id).where(
        PartedSession.source == source,
        PartedSession.session_id.in_(names),
        PartedSession.status == SessionStatus.MERGED,
    )
    return set(db.session.scalars(merged_before))


def pieces_of(session_id: UUID) -> list[Piece]:
    query = select(PartedSession).where(PartedSession.id == session_id)
    return list(_pieces_of(db.session.scalars(query).all())[session_id].values())


def missing_digest(source: str, session_id: str) -> str:
    """The name of the anomaly that says a part of this session is missing."""
    return f"missing:{source}:{session_id}"


def _use(session: PartedSession, entry: Entry, known: dict[int, Piece], outcome: Kept) -> None:
    if session.status is SessionStatus.MERGED:
        name = f"{session.session_id}#{entry.parsed.sequence}"
        outcome.ready.append(_as_record(entry, known[entry.parsed.sequence or 0], name))
    elif is_whole(list(known.values())):
        whole = merged(list(known.values()))
        outcome.ready.append(_as_record(entry, whole, session.session_id))
        if session.status is SessionStatus.FLAGGED:
            _nothing_missing_any_more(session.source, [session.session_id])
        session.status = SessionStatus.MERGED


def _as_record(entry: Entry, piece: Piece, name: str) -> Entry:
    parsed = replace(
        entry.parsed,
        kind=piece.kind,
        started_at=piece.started_at,
        quantity=piece.quantity,
        other_party=piece.other_party,
        record_id=name,
        part="complete",
    )
    return replace(entry, parsed=parsed)


def _nothing_missing_any_more(source: str, names: Iterable[str]) -> None:
    """Nobody is asked any more for parts of these sessions."""
    query = update(Anomaly).where(
        Anomaly.digest.in_([missing_digest(source, name) for name in names]),
        Anomaly.decision == Decision.OPEN,
    )
    decided = {"decision": Decision.ACCEPTED, "decided_at": clock.now(), "decided_by": "Dialtone"}
    db.session.execute(query.values(**decided))


def _locked(source: str, entries: Sequence[Entry]) -> dict[str, PartedSession]:
    """The sessions of these parts, made where they are new, in one order for everybody."""
    rows = {
        entry.parsed.session_id: {
            "id": new_id(),
            "source": source,
            "session_id": entry.parsed.session_id,
            "line_id": entry.owner.line_id if entry.owner else None,
            "status": SessionStatus.OPEN,
            "last_part_at": clock.now(),
        }
        for entry in sorted(entries, key=lambda each: each.parsed.session_id or "")
    }
    new = insert(PartedSession).values(list(rows.values()))
    latest = func.greatest(PartedSession.last_part_at, new.excluded.last_part_at)
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["source", "session_id"], set_={"last_part_at": latest}
        )
    )
    query = (
        select(PartedSession)
        .where(PartedSession.source == source, PartedSession.session_id.in_(list(rows)))
        .execution_options(populate_existing=True)
    )
    return {each.session_id: each for each in db.session.scalars(query)}


def _pieces_of(sessions: Iterable[PartedSession]) -> dict[UUID, dict[int, Piece]]:
    found: dict[UUID, dict[int, Piece]] = defaultdict(dict)
    query = select(Part).where(Part.session_id.in_([each.id for each in sessions]))
    for part in db.session.scalars(query):
        found[part.session_id][part.sequence] = Piece(
            part.sequence,
            part.is_last,
            part.kind,
            part.started_at,
            part.quantity,
            part.other_party,
        )
    return found


def _piece(entry: Entry) -> Piece:
    parsed = entry.parsed
    return Piece(
        parsed.sequence or 0,
        parsed.part == "last",
        parsed.kind,
        parsed.started_at,
        parsed.quantity,
        parsed.other_party,
    )


def _fits(session: PartedSession, entry: Entry, known: Iterable[Piece]) -> bool:
    """Of the same line and kind, and neither a second end nor beyond the end."""
    parsed = entry.parsed
    if entry.owner is None or entry.owner.line_id != session.line_id:
        return False
    known = list(known)
    if any(each.kind is not parsed.kind for each in known):
        return False
    end = next((each.sequence for each in known if each.is_last), None)
    number = parsed.sequence or 0
    if parsed.part == "last":
        return end is None and all(each.sequence < number for each in known)
    return end is None or number < end


def _add(session_id: UUID, piece: Piece) -> None:
    db.session.add(
        Part(
            session_id=session_id,
            sequence=piece.sequence,
            is_last=piece.is_last,
            kind=piece.kind,
            started_at=piece.started_at,
            quantity=piece.quantity,
            other_party=piece.other_party,
        )
    )
