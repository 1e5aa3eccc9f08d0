"""Whose number it is, and what a dialogue became."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.catalog.models import Service
from app.conversations.models import Author, Inbox, Message, MessageKind
from app.core import db
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.customers.models import Customer
from app.selfservice.models import Dialogue
from app.subscriptions.models import Line, LineStatus


def line_of(number: str, market_code: str) -> Line | None:
    """The active mobile line of this number in this market, if somebody alive uses it."""
    query = (
        select(Line)
        .join(Customer, Customer.id == Line.customer_id)
        .where(
            Line.number == number,
            Line.closed_at.is_(None),
            Line.status == LineStatus.ACTIVE,
            Line.service == Service.MOBILE,
            Line.market_code == market_code,
            Customer.deceased_at.is_(None),
        )
    )
    return db.session.scalar(query) if number else None


def inbox_of(channel: str, key: str) -> Inbox | None:
    if not key.isprintable():
        return None
    return db.session.scalar(select(Inbox).where(Inbox.key == key, Inbox.channel == channel))


def inboxes_for_calls(actor: Actor) -> list[Inbox]:
    query = select(Inbox).where(
        Inbox.channel == "voice", Inbox.is_on, in_markets_of(actor, Inbox.market_code)
    )
    return list(db.session.scalars(query.order_by(Inbox.id)))


def dialogue_of(inbox_id: UUID, session_id: str, *, lock: bool = False) -> Dialogue | None:
    query = select(Dialogue).where(Dialogue.inbox_id == inbox_id, Dialogue.session_id == session_id)
    if lock:
        query = query.with_for_update(of=Dialogue).execution_options(populate_existing=True)
    return db.session.scalar(query)


def is_said(conversation_id: UUID, client_key: str) -> bool:
    query = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.client_key == client_key
    )
    return db.session.scalar(query) is not None


def asked_and_answered(conversation_id: UUID, seq: int) -> list[Message]:
    """What she said as this number, and what the bot said after it."""
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.kind == MessageKind.TEXT,
        (Message.seq == seq) | ((Message.seq > seq) & (Message.author == Author.BOT)),
    )
    return list(db.session.scalars(query.order_by(Message.seq)))


def call_backs(conversation_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers at which somebody waits to be called back, by conversation."""
    query = select(Dialogue.conversation_id, Dialogue.sender).where(
        Dialogue.conversation_id.in_(conversation_ids),
        Dialogue.call_back,
        Dialogue.called_back_at.is_(None),
    )
    found = db.session.execute(query)
    return {row.conversation_id: row.sender for row in found}


def latest_of(conversation_id: UUID) -> Dialogue | None:
    query = select(Dialogue).where(Dialogue.conversation_id == conversation_id)
    return db.session.scalar(query.order_by(Dialogue.id.desc()).limit(1))
