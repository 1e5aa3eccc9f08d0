"""What happened in a talk so far, for whoever takes it over: facts only, told in her language.

Nothing is written down at a transfer that could be late or wrong: it is read when it is shown.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, or_, select

from app.audit.models import AuditEntry
from app.conversations.cleaning import shortened
from app.conversations.models import Author, Conversation, Message, MessageKind, Understanding
from app.core import db
from app.core.actor import Kind
from app.subscriptions.models import Line
from app.tickets.models import Ticket

_MOST_DEEDS = 12
_MOST_SAYINGS = 3
_LONGEST = 200
_NO_WISHES = frozenset({"nlu_fallback", "greet", "goodbye", "thank", "affirm", "deny"})
# Looking is no deed.
_LOOKS = ("%viewed", "suggestion.answered", "%.assigned", "%.accepted", "%.transferred")


@dataclass(frozen=True, slots=True)
class SoFar:
    """`wishes` are intents in the order in which the bot heard them, `asked` what she wrote first
    and last, `people` who has answered her, `deeds` what was done to her and her lines since
    the talk began, the latest first, `promised` what was agreed for when."""

    topic: str
    wishes: list[str]
    asked: list[str]
    people: list[str]
    deeds: list[AuditEntry]
    promised: datetime | None


def so_far(talk: Conversation, ticket: Ticket | None) -> SoFar:
    """Five statements, however long it was."""
    return SoFar(
        topic=ticket.topic.value if ticket else str((talk.learnt or {}).get("topic", "")),
        wishes=_wishes(talk.id),
        asked=_asked(talk.id),
        people=_people(talk.id),
        deeds=_deeds(talk, ticket),
        promised=ticket.due_at if ticket else None,
    )


def _wishes(talk_id: UUID) -> list[str]:
    query = select(Understanding.intent).where(Understanding.conversation_id == talk_id)
    heard = db.session.scalars(query.order_by(Understanding.at)).all()
    return [each for each in dict.fromkeys(heard) if each not in _NO_WISHES]


def _asked(talk_id: UUID) -> list[str]:
    query = select(Message.body).where(
        Message.conversation_id == talk_id,
        Message.author == Author.CUSTOMER,
        Message.kind == MessageKind.TEXT,
        Message.body != "",
    )
    first = db.session.scalars(query.order_by(Message.seq).limit(1)).all()
    latest = db.session.scalars(query.order_by(Message.seq.desc()).limit(_MOST_SAYINGS)).all()
    said = dict.fromkeys([*first, *reversed(latest)])
    return [shortened(each, _LONGEST) for each in said]


def _people(talk_id: UUID) -> list[str]:
    """In the order in which they first answered."""
    query = select(Message.author_name).where(
        Message.conversation_id == talk_id,
        Message.author == Author.AGENT,
        Message.kind == MessageKind.TEXT,
    )
    return list(dict.fromkeys(db.session.scalars(query.order_by(Message.seq))))


def _deeds(talk: Conversation, ticket: Ticket | None) -> list[AuditEntry]:
    """Only what staff did: the rest did not happen in this talk."""
    about = [_is("conversation", str(talk.id))]
    if ticket is not None:
        about.append(_is("ticket", str(ticket.id)))
    if talk.customer_id is not None:
        lines = select(cast(Line.id, Text)).where(Line.customer_id == talk.customer_id)
        about += [
            _is("customer", str(talk.customer_id)),
            and_(AuditEntry.object_kind == "line", AuditEntry.object_id.in_(lines)),
        ]
    query = select(AuditEntry).where(
        or_(*about),
        AuditEntry.at >= (talk.handed_over_at or talk.created_at),
        AuditEntry.actor_kind == Kind.STAFF.value,
        *(AuditEntry.action.not_like(each) for each in _LOOKS),
    )
    return list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(_MOST_DEEDS)))


def _is(kind: str, object_id: str) -> ColumnElement[bool]:
    return and_(AuditEntry.object_kind == kind, AuditEntry.object_id == object_id)
