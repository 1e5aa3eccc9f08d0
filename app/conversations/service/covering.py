"""Secrets that were told in messages: readable long enough to be typed, then covered."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from app.conversations.events import MessageMarked, WordsCovered
from app.conversations.models import Message, ToldSecret
from app.conversations.secret_words import Span, covered
from app.core import clock, db, events
from app.core.sweeps import together

READABLE_FOR = timedelta(minutes=15)
_AT_ONCE = 500


def cover_later(message: Message, spans: Sequence[Span]) -> None:
    """Joins the transaction that says it."""
    if spans and db.session.get(ToldSecret, message.id) is None:
        due = clock.now() + READABLE_FOR
        places = [{"start": start, "end": end} for start, end in spans]
        db.session.add(ToldSecret(message_id=message.id, spans=places, cover_at=due))


def told_in(conversation_id: UUID) -> dict[UUID, list[Span]]:
    """Where in its messages secrets still stand, which nothing else should take along."""
    query = select(ToldSecret).join(Message, Message.id == ToldSecret.message_id)
    found = db.session.scalars(query.where(Message.conversation_id == conversation_id))
    return {each.message_id: _spans(each) for each in found}


def cover_due() -> int:
    """Returns how many messages were covered. What is left over is covered next time."""
    query = select(ToldSecret.message_id).where(ToldSecret.cover_at <= clock.now())
    due = db.session.scalars(query.order_by(ToldSecret.cover_at).limit(_AT_ONCE)).all()
    return together(_cover_all, due)


def _cover_all(message_ids: Sequence[UUID]) -> int:
    """Those that nobody else covers at this moment, or has."""
    with db.transaction():
        query = select(ToldSecret).where(ToldSecret.message_id.in_(message_ids))
        due = db.session.scalars(query.with_for_update(skip_locked=True)).all()
        for each in due:
            _cover(each)
        gone = [each.message_id for each in due]
        db.session.execute(delete(ToldSecret).where(ToldSecret.message_id.in_(gone)))
    return len(due)


def _cover(told: ToldSecret) -> None:
    message = db.session.get_one(Message, told.message_id, with_for_update=True)
    message.body = covered(message.body, _spans(told))
    events.announce(WordsCovered(message.conversation_id, message.id))
    events.announce(MessageMarked(message.conversation_id, message.id))


def _spans(told: ToldSecret) -> list[Span]:
    return [(each["start"], each["end"]) for each in told.spans]
