"""Whether the trail is whole: every chain walked, every seal opened, every checkpoint kept.

Everything is read as a stream, in one snapshot, so writers go on meanwhile. What is wrong does not
end the walk: the chain goes on from the next link as it stands, so that each break is told.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, text

from app.audit import chain_sql, checkpoints, sealing

# What was there before entries were linked; nothing is ever added to it.
BEFORE = -1
_STREAM = {"stream_results": True, "yield_per": 2000}

_LINKS = text(f"""
    SELECT l.shard, l.number, l.hash, l.entry_id, l.entry_at, e.id IS NOT NULL AS is_there,
        {chain_sql.SAID} AS said, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action,
        e.object_kind, e.object_id, e.changes, e.seal, e.market_code
    FROM audit_link l LEFT JOIN audit_entry e ON e.id = l.entry_id AND e.at = l.entry_at
    ORDER BY l.shard, l.number
""")
_UNLINKED = text("""
    SELECT e.id, e.at FROM audit_entry e WHERE NOT EXISTS (
        SELECT FROM audit_link l WHERE l.entry_id = e.id AND l.entry_at = e.at
    ) ORDER BY e.id
""")
_COPIES = text("""
    SELECT max(e.id), max(e.at) FROM audit_entry e WHERE e.seal IS NOT NULL
    GROUP BY e.seal HAVING count(*) > 1 ORDER BY 1
""")
_CHECKPOINTS = text("SELECT number, content, hash, signature FROM audit_checkpoint ORDER BY number")
_LOST_HEADS = text("""
    SELECT c.number AS checkpoint, (h.head ->> 0)::int AS shard, (h.head ->> 1)::bigint AS number,
        l.hash IS NOT NULL AS is_there
    FROM audit_checkpoint c
    CROSS JOIN jsonb_array_elements(c.content::jsonb -> 'heads') AS h (head)
    LEFT JOIN audit_link l
        ON l.shard = (h.head ->> 0)::int AND l.number = (h.head ->> 1)::bigint
    WHERE l.hash IS DISTINCT FROM decode(h.head ->> 2, 'hex')
    ORDER BY c.number, shard
""")
_END_OF_BEFORE = text("""
    SELECT (SELECT (h.head ->> 1)::bigint FROM audit_checkpoint c
            CROSS JOIN jsonb_array_elements(c.content::jsonb -> 'heads') AS h (head)
            WHERE (h.head ->> 0)::int = -1 ORDER BY c.number LIMIT 1) AS said,
        (SELECT max(l.number) FROM audit_link l WHERE l.shard = -1) AS found
""")


class Fault(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    CHAIN = "chain broken"
    INSERTED = "inserted"
    COPIED = "copied"
    TRUNCATED = "truncated"
    CHECKPOINT = "checkpoint broken"


@dataclass(frozen=True, slots=True)
class Break:
    """`entry_id` where an entry is meant; `place` says which link or checkpoint."""

    fault: Fault
    place: str
    entry_id: int | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Pruned:
    """Runs of links that went with their month, by shard and first number."""

    runs: dict[tuple[int, int], tuple[int, bytes]] = field(default_factory=dict)

    def add(self, runs: Iterable[list[Any]]) -> None:
        for shard, first, last, digest in runs:
            self.runs[shard, first] = (last, bytes.fromhex(digest))

    def hash_before(self, shard: int, number: int, following: int) -> bytes | None:
        """The last hash of what is missing from `number` up to, not with, `following`."""
        digest = None
        while number < following:
            run = self.runs.get((shard, number))
            if run is None:
                return None
            number, digest = run[0] + 1, run[1]
        return digest if number == following else None

    def holds(self, shard: int, number: int) -> bool:
        return any(
            of == shard and first <= number <= last for (of, first), (last, _) in self.runs.items()
        )


@dataclass(slots=True)
class Count:
    entries: int = 0
    checkpoints: int = 0


def breaks(connection: Connection, count: Count, kept: Iterable[str] = ()) -> Iterator[Break]:
    """Everything that is wrong. `kept` are lines of checkpoints from outside."""
    pruned = Pruned()
    yield from _checkpoints(connection, pruned, count)
    yield from _outside(connection, kept)
    yield from _chains(connection, pruned, count)
    for entry_id, at in connection.execute(_UNLINKED, execution_options=_STREAM):
        yield Break(Fault.INSERTED, "in no chain", entry_id, at)
    for entry_id, at in connection.execute(_COPIES, execution_options=_STREAM):
        yield Break(Fault.COPIED, "its seal is another entry's", entry_id, at)
    yield from _heads(connection, pruned)


def _checkpoints(connection: Connection, pruned: Pruned, count: Count) -> Iterator[Break]:
    number, digest = 0, b""
    for row in connection.execute(_CHECKPOINTS, execution_options=_STREAM):
        count.checkpoints += 1
        told = json.loads(row.content)
        fits = (row.number, told["number"]) == (number + 1, number + 1)
        is_linked = checkpoints.hash_of(digest, row.content) == row.hash
        if not (fits and is_linked and sealing.is_signed(row.hash, row.signature)):
            yield Break(Fault.CHECKPOINT, f"checkpoint {row.number}")
        elif "pruned" in told:
            pruned.add(told["pruned"]["runs"])
        number, digest = row.number, row.hash


def _outside(connection: Connection, kept: Iterable[str]) -> Iterator[Break]:
    query = text("SELECT encode(hash, 'hex') FROM audit_checkpoint WHERE number = :number")
    for line in kept:
        told = json.loads(line)
        found = connection.scalar(query, {"number": told["number"]})
        if found != told["hash"]:
            yield Break(
                Fault.CHECKPOINT, f"checkpoint {told['number']} is not the one kept outside"
            )


def _chains(connection: Connection, pruned: Pruned, count: Count) -> Iterator[Break]:
    shard, number, digest = None, 0, b""
    for link in connection.execute(_LINKS, execution_options=_STREAM):
        count.entries += 1
        if link.shard != shard:
            shard, number, digest = link.shard, 0, b""
        before: bytes | None = digest
        if link.number != number + 1:
            before = pruned.hash_before(link.shard, number + 1, link.number)
            if before is None:
                place = f"links {number + 1} to {link.number - 1} of chain {link.shard} are missing"
                yield Break(Fault.DELETED, place)
        fault = _fault(link, before)
        if fault:
            place = f"link {link.number} of chain {link.shard}"
            yield Break(fault, place, link.entry_id, link.entry_at)
        number, digest = link.number, link.hash


def _fault(link: Row[Any], before: bytes | None) -> Fault | None:
    """`before` is the hash of the link before it, None where that is not known."""
    if not link.is_there:
        return Fault.DELETED
    if not _is_ours(link):
        return Fault.EDITED if link.seal else Fault.INSERTED
    if before is not None and hashlib.sha256(before + link.said.encode()).digest() != link.hash:
        return Fault.EDITED if link.shard == BEFORE else Fault.CHAIN
    return None


def _is_ours(link: Row[Any]) -> bool:
    if link.seal is None:
        return bool(link.shard == BEFORE)
    return sealing.holds(dict(link._mapping), link.seal)  # noqa: SLF001 - SQLAlchemy's public name for it


def _heads(connection: Connection, pruned: Pruned) -> Iterator[Break]:
    for head in connection.execute(_LOST_HEADS, execution_options=_STREAM):
        if head.is_there:
            yield Break(
                Fault.CHAIN, f"chain {head.shard} is not that of checkpoint {head.checkpoint}"
            )
        elif not pruned.holds(head.shard, head.number):
            place = f"chain {head.shard} ends before checkpoint {head.checkpoint}"
            yield Break(Fault.TRUNCATED, place)
    end = connection.execute(_END_OF_BEFORE).one()
    if end.said is not None and end.found is not None and end.found != end.said:
        yield Break(Fault.INSERTED, "after the end of what was there before the chains")
