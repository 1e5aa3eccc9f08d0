"""Card numbers that a customer sends or says in pieces, one message after the other."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select

from app.conversations import activity, cards
from app.conversations.events import MessageMarked
from app.conversations.models import Author, Message, MessageKind
from app.core import clock, db, events
from app.core.actor import Actor, Kind

_PIECES = 7
_PAUSE = timedelta(minutes=10)


def cut(conversation_id: UUID, by: Actor, body: str, client_key: str) -> str:
    """What may be stored of `body`; pieces stored before are cut with it, on open screens too. What
    has its key is the same message, and no piece before it.

    Costs a statement only for texts that are little more than a few digits.
    """
    if by.kind not in {Kind.CUSTOMER, Kind.VISITOR} or not cards.may_be_part(body):
        return body
    others = _said(conversation_id).where(Message.client_key != client_key)
    before = _pieces(others, lambda each: each.body)
    *cleared, last = cards.without_split_numbers([*(each.body for each in before), body])
    for message, text in zip(before, cleared, strict=True):
        if message.body != text:
            message.body = text
            events.announce(MessageMarked(conversation_id, message.id))
    return last


def cut_spoken(conversation_id: UUID, code: str, words: str) -> str:
    """The same of what is written down while somebody speaks, a line (`code`) for each sentence.

    Joins the transaction that holds the conversation's row.
    """
    if not cards.may_be_part(words):
        return words
    before = _pieces(_spoken(conversation_id, code), _words)
    *cleared, last = cards.without_split_numbers([*map(_words, before), words])
    for message, text in zip(before, cleared, strict=True):
        if _words(message) != text:
            told = {"words": text}
            message.body = activity.text_of(code, told)
            message.extra = {**message.extra, "params": told}
            events.announce(MessageMarked(conversation_id, message.id))
    return last


def heard_by_bot(message: Message) -> str:
    """What the bot may hear of a message: it keeps what it hears, so it must not be told a card
    number group by group before the last one gives it away.

    Costs a statement only for a message of a few digits and nothing else.
    """
    if not cards.is_bare_group(message.body):
        return message.body
    groups = [message.body]
    for earlier in db.session.scalars(_said_before(message)):
        if not cards.is_bare_group(earlier):
            break
        groups.insert(0, earlier)
    under_way = any(cards.may_be_under_way(groups[first:]) for first in range(len(groups)))
    return "••••" if under_way else message.body


def _said_before(message: Message) -> Select[str]:
    """The customer's last words before it, the latest first; those cut since are cut here too."""
    query = select(Message.body).where(
        Message.conversation_id == message.conversation_id,
        Message.author == Author.CUSTOMER,
        Message.kind == MessageKind.TEXT,
        Message.seq < message.seq,
        Message.at > message.at - _PAUSE,
    )
    return query.order_by(Message.seq.desc()).limit(_PIECES)


def _pieces(latest_first: Select[Message], text_of: Callable[[Message], str]) -> list[Message]:
    """The last ones without a break that may be parts of a number, in order."""
    pieces: list[Message] = []
    for message in db.session.scalars(latest_first):
        if not cards.may_be_part(text_of(message)):
            break
        pieces.insert(0, message)
    return pieces


def _said(conversation_id: UUID) -> Select[Message]:
    query = _lately(conversation_id).where(Message.kind == MessageKind.TEXT)
    return query.where(Message.author == Author.CUSTOMER)


def _spoken(conversation_id: UUID, code: str) -> Select[Message]:
    query = _lately(conversation_id).where(Message.kind == MessageKind.ACTIVITY)
    return query.where(Message.extra["activity"].astext == code)


def _lately(conversation_id: UUID) -> Select[Message]:
    query = select(Message).where(
        Message.conversation_id == conversation_id, Message.at > clock.now() - _PAUSE
    )
    return query.order_by(Message.seq.desc()).limit(_PIECES)


def _words(line: Message) -> str:
    return str(line.extra["params"]["words"])
