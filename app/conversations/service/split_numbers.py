"""Card numbers that a customer sends in pieces, one message after the other."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.conversations import cards
from app.conversations.models import Author, Message, MessageKind
from app.core import clock, db
from app.core.actor import Actor, Kind

_PIECES = 7
_PAUSE = timedelta(minutes=10)


def cut(conversation_id: UUID, by: Actor, body: str) -> str:
    """What may be stored of `body`; pieces stored before are cut with it.

    Costs a statement only for texts that are little more than a few digits.
    """
    if by.kind not in {Kind.CUSTOMER, Kind.VISITOR} or not cards.may_be_part(body):
        return body
    before = _pieces_before(conversation_id)
    *cleared, last = cards.without_split_numbers([*(each.body for each in before), body])
    for message, text in zip(before, cleared, strict=True):
        if message.body != text:
            message.body = text
    return last


def _pieces_before(conversation_id: UUID) -> list[Message]:
    query = (
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.CUSTOMER,
            Message.kind == MessageKind.TEXT,
            Message.at > clock.now() - _PAUSE,
        )
        .order_by(Message.seq.desc())
        .limit(_PIECES)
    )
    pieces: list[Message] = []
    for message in db.session.scalars(query):
        if not cards.may_be_part(message.body):
            break
        pieces.insert(0, message)
    return pieces
