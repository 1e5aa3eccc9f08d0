"""One key, one effect: the first answer is kept beside what it did, and given again."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.api.models import ApiAnswer
from app.core import clock, db
from app.core.errors import Conflict, Invalid
from app.core.i18n import lazy

KEPT_FOR = timedelta(hours=48)
LONGEST_KEY = 200

# What was answered: the status and the text of the body.
Answer = tuple[int, str]


class KeyNeeded(Invalid):
    code = "idempotency_key_needed"
    message = lazy("A command needs an Idempotency-Key.")


class KeyReused(Conflict):
    code = "idempotency_key_reused"
    message = lazy("This Idempotency-Key was used for another request.")


def checked(key: str | None) -> str:
    """Visible ASCII, at most 200 signs. Raises KeyNeeded."""
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise KeyNeeded
    return key


def once(client_id: UUID, key: str, request_hash: str, act: Callable[[], Answer]) -> Answer:
    """Act in one transaction with the note of its answer; a repeat gets that answer.

    A repeat at the same instant waits for the first. A refusal is no effect: it is not kept.
    Raises KeyReused.
    """
    with db.transaction():
        note = insert(ApiAnswer).values(
            client_id=client_id, key=key, request_hash=request_hash, created_at=clock.now()
        )
        fresh = db.session.scalar(note.on_conflict_do_nothing().returning(ApiAnswer.key))
        kept = db.session.get_one(ApiAnswer, (client_id, key), populate_existing=True)
        if fresh is None:
            if kept.request_hash != request_hash:
                raise KeyReused
            return kept.status or 500, kept.body or ""
        status, body = act()
        kept.status, kept.body = status, body
    return status, body


def forget() -> int:
    """Drop answers nobody will ask for again: how many."""
    with db.transaction():
        old = delete(ApiAnswer).where(ApiAnswer.created_at < clock.now() - KEPT_FOR)
        return len(db.session.scalars(old.returning(ApiAnswer.key)).all())
