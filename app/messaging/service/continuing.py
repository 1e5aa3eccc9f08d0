"""Going on by mail when the visitor has gone: answers that she does not read in the widget."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import Integer, delete, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.conversations.chat_settings import USUAL_MAIL_AFTER
from app.conversations.events import MessagePosted
from app.conversations.models import Author, Conversation, Inbox, Message, MessageKind
from app.core import clock, db
from app.core.sweeps import one_by_one
from app.messaging.models import Delivery, UnreadAnswer
from app.messaging.service import chat_mail, queueing

log = structlog.get_logger(__name__)

_AT_ONCE = 200


def expect_reading(event: MessagePosted) -> None:
    """The clock of the first answer that waits runs. One statement, in the answer's transaction."""
    if event.kind != MessageKind.TEXT:
        return
    minutes = func.coalesce(
        Inbox.chat["mail_after"].astext.cast(Integer), literal(USUAL_MAIL_AFTER)
    )
    due = literal(event.at) + minutes * literal(timedelta(minutes=1))
    waits = (
        select(Conversation.id, due)
        .join(Inbox, Inbox.id == Conversation.inbox_id)
        .where(Conversation.id == event.conversation_id, minutes > 0)
    )
    new = insert(UnreadAnswer).from_select(["conversation_id", "due_at"], waits)
    db.session.execute(new.on_conflict_do_nothing())


def mail_unread() -> int:
    """Send what was not read in time. Returns to how many people."""
    return one_by_one(_mail, _due())


def _due() -> Sequence[UUID]:
    query = select(UnreadAnswer.conversation_id).where(UnreadAnswer.due_at <= clock.now())
    return db.session.scalars(query.order_by(UnreadAnswer.due_at).limit(_AT_ONCE)).all()


def _mail(conversation_id: UUID) -> bool:
    """Once, however many sweep: the conversation's row is held, and so its reading too."""
    with db.transaction():
        conversation = db.session.get_one(
            Conversation,
            conversation_id,
            with_for_update={"of": Conversation},
            populate_existing=True,
        )
        waiting = delete(UnreadAnswer).where(UnreadAnswer.conversation_id == conversation_id)
        taken = db.session.execute(waiting.returning(UnreadAnswer.due_at)).one_or_none()
        if taken is None or conversation.channel != chat_mail.WEBCHAT:
            return False
        unread = _unread(conversation)
        way = chat_mail.open_way(conversation) if unread else None
        if way is None:
            return False
        for message in unread:
            queueing.queue(message, conversation, *way)
    return True


def _unread(conversation: Conversation) -> Sequence[Message]:
    """Answers of people that she has not seen and that have not left before."""
    query = select(Message).where(
        Message.conversation_id == conversation.id,
        Message.seq > conversation.customer_read_seq,
        Message.author == Author.AGENT,
        Message.kind == MessageKind.TEXT,
        ~exists().where(Delivery.message_id == Message.id),
    )
    return db.session.scalars(query.order_by(Message.seq)).all()
