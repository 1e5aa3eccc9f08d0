"""Two matters in one ticket: the second, from some point on, gets a ticket of its own."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.conversations import access as conversations
from app.conversations.models import Message, MessageKind
from app.core import bulk, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.tickets import access
from app.tickets.models import Comment, Ticket
from app.tickets.service import opening

_MOST = 500


def split(
    ticket_id: UUID,
    subject: str,
    *,
    by: Actor,
    from_comment: UUID | None = None,
    from_message: int | None = None,
) -> Ticket:
    """The new ticket, linked with the old one: comments from one on are moved to it, messages of
    the conversation from one (its `seq`) on are copied, for a conversation keeps what was said."""
    with db.transaction():
        ticket = access.workable_ticket(by, ticket_id, "tickets.open")
        access.must_be_open(ticket)
        if (from_comment is None) == (from_message is None):
            raise Invalid(field="from")
        new = opening.split_off(ticket, subject, by=by)
        if from_comment is not None:
            moved = _move_comments(ticket, new, from_comment)
        else:
            moved = _copy_messages(ticket, new, from_message or 0, by)
        audit.record(by, "ticket.split", "ticket", ticket.id, new=new.reference, moved=moved)
    return new


def _move_comments(ticket: Ticket, new: Ticket, from_comment: UUID) -> int:
    query = select(Comment.at).where(Comment.id == from_comment, Comment.ticket_id == ticket.id)
    since = db.session.scalar(query)
    if since is None:
        raise NotFound
    moved = db.session.scalars(
        update(Comment)
        .where(Comment.ticket_id == ticket.id, Comment.at >= since)
        .values(ticket_id=new.id)
        .returning(Comment.id)
        .execution_options(synchronize_session=False)
    )
    return len(list(moved))


def _copy_messages(ticket: Ticket, new: Ticket, from_seq: int, by: Actor) -> int:
    if ticket.conversation_id is None:
        raise NotFound
    conversations.conversation_for(by, ticket.conversation_id, "conversations.read")
    query = (
        select(Message)
        .where(
            Message.conversation_id == ticket.conversation_id,
            Message.seq >= from_seq,
            Message.kind.in_([MessageKind.TEXT, MessageKind.NOTE]),
        )
        .order_by(Message.seq)
        .limit(_MOST)
    )
    copies = list(_copies(db.session.scalars(query), new))
    if not copies:
        raise NotFound
    bulk.insert(Comment, copies)
    return len(copies)


def _copies(messages: Iterable[Message], new: Ticket) -> Iterable[dict[str, object]]:
    for message in messages:
        if message.body:
            yield {
                "id": new_id(),
                "ticket_id": new.id,
                "public": message.kind is MessageKind.TEXT,
                "author_kind": message.author.value,
                "author_id": message.author_id or UUID(int=0),
                "author_name": message.author_name,
                "body": message.body,
                "message_id": message.id,
                "at": message.at,
            }
