"""Parts of one session as one record. No session, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.catalog.models import UsageKind


@dataclass(frozen=True, slots=True)
class Piece:
    """One report of a session; `sequence` counts from 1."""

    sequence: int
    is_last: bool
    kind: UsageKind
    started_at: datetime
    quantity: int
    other_party: str | None


def missing(pieces: Sequence[Piece]) -> list[int] | None:
    """Sequence numbers that are not there; None while nobody knows how many there will be."""
    end = next((each.sequence for each in pieces if each.is_last), None)
    if end is None:
        return None
    there = {each.sequence for each in pieces}
    return [number for number in range(1, end) if number not in there]


def is_whole(pieces: Sequence[Piece]) -> bool:
    return missing(pieces) == []


def merged(pieces: Sequence[Piece]) -> Piece:
    """As one record, whatever order they came in: from the first, with all that was used."""
    first = min(pieces, key=lambda each: each.sequence)
    last = max(pieces, key=lambda each: each.sequence)
    return Piece(
        sequence=last.sequence,
        is_last=True,
        kind=first.kind,
        started_at=min(each.started_at for each in pieces),
        quantity=sum(each.quantity for each in pieces),
        other_party=first.other_party,
    )
