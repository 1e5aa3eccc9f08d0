"""How long every chain is now, signed: what is kept outside proves what was here.

A checkpoint is itself linked to the one before it. One advisory lock, one number after the other.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from sqlalchemy import select, text

from app.audit import sealing
from app.audit.models import AuditCheckpoint
from app.core import clock, db, turns

log = structlog.get_logger(__name__)

# One look at the end of each chain, however long they are.
_HEADS = text("""
    WITH RECURSIVE chain (shard) AS (
        (SELECT shard FROM audit_link ORDER BY shard LIMIT 1)
        UNION ALL
        SELECT (SELECT l.shard FROM audit_link l WHERE l.shard > chain.shard
                ORDER BY l.shard LIMIT 1)
        FROM chain WHERE chain.shard IS NOT NULL
    )
    SELECT chain.shard, head.number, encode(head.hash, 'hex')
    FROM chain CROSS JOIN LATERAL (
        SELECT l.number, l.hash FROM audit_link l WHERE l.shard = chain.shard
        ORDER BY l.number DESC LIMIT 1
    ) head
    WHERE chain.shard IS NOT NULL ORDER BY chain.shard
""")


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went with a month: how many entries, and which runs of which chains.

    A run is (shard, first number, last number, hash of the last): there the chain goes on.
    """

    month: date
    entries: int
    runs: Sequence[tuple[int, int, int, str]]


def take() -> AuditCheckpoint | None:
    """A checkpoint of this moment; None when nothing was written since the last one."""
    with db.transaction():
        before = _turn()
        heads = _heads()
        if before is not None and json.loads(before.content)["heads"] == heads:
            return None
        return _add(before, heads, None)


def take_pruning(pruned: Pruned) -> AuditCheckpoint:
    """Before a month goes, in the transaction in which it does."""
    with db.transaction():
        return _add(_turn(), _heads(), pruned)


def latest() -> AuditCheckpoint | None:
    query = select(AuditCheckpoint).order_by(AuditCheckpoint.number.desc()).limit(1)
    return db.session.scalar(query)


def lines(since: int = 0) -> Iterator[str]:
    """Each checkpoint as a line of JSON, to be kept where nobody from here can write."""
    query = select(AuditCheckpoint).where(AuditCheckpoint.number > since)
    for each in db.session.scalars(
        query.order_by(AuditCheckpoint.number).execution_options(yield_per=100)
    ):
        yield line(each)


def line(checkpoint: AuditCheckpoint) -> str:
    return json.dumps(
        {
            "number": checkpoint.number,
            "content": checkpoint.content,
            "hash": checkpoint.hash.hex(),
            "signature": checkpoint.signature.hex(),
        }
    )


def hash_of(before: bytes, content: str) -> bytes:
    return hashlib.sha256(before + content.encode()).digest()


def _turn() -> AuditCheckpoint | None:
    turns.take_turn("audit.checkpoint")
    return latest()


def _heads() -> list[list[Any]]:
    return [list(head) for head in db.session.execute(_HEADS)]


def _add(
    before: AuditCheckpoint | None, heads: list[list[Any]], pruned: Pruned | None
) -> AuditCheckpoint:
    number, at = (before.number + 1 if before else 1), clock.now()
    told = {"number": number, "at": at.isoformat(), "heads": heads}
    if pruned is not None:
        told["pruned"] = {
            "month": pruned.month.isoformat(),
            "entries": pruned.entries,
            "runs": [list(run) for run in pruned.runs],
        }
    content = json.dumps(told, separators=(",", ":"))
    digest = hash_of(before.hash if before else b"", content)
    made = AuditCheckpoint(
        number=number,
        at=at,
        pruned_month=pruned.month if pruned else None,
        content=content,
        hash=digest,
        signature=sealing.signature(digest),
    )
    db.session.add(made)
    db.session.flush()  # the dropping of a month looks for it
    # Logs leave the machine: what they said of the trail nobody here can take back.
    log.info("audit_checkpoint", number=number, hash=digest.hex())
    return made
