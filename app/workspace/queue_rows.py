"""The rows of the queue and of the agent's own list, made ready so that the page only prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select

from app.conversations.models import Conversation, Message, MessageKind
from app.core import db
from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.selfservice import queries as calls
from app.subscriptions.msisdn import for_people
from app.tickets import clock_queries, listing, queries, views
from app.tickets.clock_queries import Shown
from app.tickets.queries import QueueRow
from app.workspace.clock_signs import clock_sign
from app.workspace.labels import label, shield

_LONGEST_TEXT = 160
_BY_PHONE = frozenset({"voice", "ussd"})


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in a list. Moments are ISO 8601; a ticket without a talk has no
    `conversation_id`. `is_mine` while it is offered to the reader, until `offered_until`;
    `offered_to` names somebody else."""

    ticket_id: str
    conversation_id: str
    url: str
    accept_url: str
    name: str
    shield: Markup
    text: str
    tags: Markup
    priority: str
    since: str
    clock: Markup
    last_at: str
    unread: int
    is_mine: bool = False
    decline_url: str = ""
    offered_to: str = ""
    offered_until: str = ""


def waiting(actor: Actor, *, view_id: UUID | None = None) -> list[Row]:
    """What this actor may accept: what is offered to her, then the most pressing, of all or of a
    view of hers."""
    filters = views.filters_of(actor, view_id) if view_id else None
    found = queries.queue(actor, among=listing.holds(actor, filters) if filters else None)
    look = _Look(actor.id, clock_queries.next_of([each.ticket_id for each in found]))
    by_phone = [e.conversation_id for e in found if e.conversation_id and e.channel in _BY_PHONE]
    numbers = calls.call_backs(by_phone) if by_phone else {}
    rows = [look.row(each, _wish(each), numbers) for each in found]
    return sorted(rows, key=lambda row: not row.is_mine)


def mine(actor: Actor) -> list[Row]:
    """What this actor works on, each with what was said last."""
    found = queries.mine(actor)
    look = _Look(actor.id, clock_queries.next_of([each.ticket_id for each in found]))
    texts = _last_texts([each.conversation_id for each in found if each.conversation_id])
    return [look.row(each, texts.get(each.conversation_id, each.subject)) for each in found]


def _wish(found: QueueRow) -> str:
    """What the bot understood, in the reader's language, and the customer's own last words."""
    intent = found.learnt.get("intent")
    said = f"“{found.summary[:_LONGEST_TEXT]}”" if found.summary else ""
    parts = (label(intent, "wish") if intent else "", said)
    return " · ".join(part for part in parts if part) or found.subject


def _last_texts(conversation_ids: Sequence[UUID]) -> dict[UUID | None, str]:
    last_said = (
        select(Message.body)
        .where(Message.conversation_id == Conversation.id, Message.kind == MessageKind.TEXT)
        .order_by(Message.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(Conversation.id, last_said).where(Conversation.id.in_(conversation_ids))
    return {each: body[:_LONGEST_TEXT] for each, body in db.session.execute(query) if body}


class _Look:
    """Words and addresses that many rows share, each made once."""

    def __init__(self, reader: UUID | None, clocks: Mapping[UUID, Shown]) -> None:
        nowhere = UUID(int=0)
        self._reader = reader
        self._clocks = clocks
        self._decline = url_for("workspace.decline", ticket_id=nowhere)
        self._ticket = url_for("workspace.ticket", ticket_id=nowhere)
        self._accept = url_for("workspace.accept", ticket_id=nowhere)
        self._conversation = url_for("workspace.conversation", conversation_id=nowhere)
        self._nowhere = str(nowhere)
        self._visitor = _("Visitor")
        self._language = language()
        self._shields: dict[str, Markup] = {}

    def row(self, found: QueueRow, text: str, numbers: Mapping[UUID, str] | None = None) -> Row:
        ticket_id = str(found.ticket_id)
        number = (numbers or {}).get(found.conversation_id) if found.conversation_id else None
        own = str(found.conversation_id or ticket_id)
        page = self._conversation if found.conversation_id else self._ticket
        return Row(
            ticket_id=ticket_id,
            conversation_id=str(found.conversation_id or ""),
            url=page.replace(self._nowhere, own),
            accept_url=self._accept.replace(self._nowhere, ticket_id),
            name=found.customer_name
            or (self._visitor if found.conversation_id else found.reference),
            shield=self._shield(found.verification or "none"),
            text=text,
            tags=self._tags(found, number),
            priority=found.priority.value,
            since=found.waiting_since.isoformat(),
            clock=clock_sign(self._clocks.get(found.ticket_id)),
            last_at=(found.last_message_at or found.waiting_since).isoformat(),
            unread=found.unread,
            is_mine=found.offered_to is not None and found.offered_to == self._reader,
            decline_url=self._decline.replace(self._nowhere, ticket_id),
            offered_to=found.offered_name or "",
            offered_until=found.offered_until.isoformat() if found.offered_until else "",
        )

    def _tags(self, found: QueueRow, number: str | None) -> Markup:
        tags = _tags(
            self._language, found.language, found.topic, found.channel or "", found.priority
        )
        if number is None:
            return tags
        told = _("Call back: %(number)s", number=for_people(number))
        return Markup('<span class="tag tag-call num">{}</span>').format(told) + tags

    def _shield(self, verification: str) -> Markup:
        if verification not in self._shields:
            self._shields[verification] = shield(verification, words=False)
        return self._shields[verification]


@lru_cache(maxsize=2000)
def _tags(_reader: str, spoken: str, topic: str, channel: str, priority: str) -> Markup:
    """The small signs under a name, in the reader's language; the same few again and again."""
    tag = Markup('<span class="tag">{}</span>')
    parts = [
        Markup('<span class="language" title="{}">{}</span>').format(
            label(spoken, "language"), spoken
        ),
        tag.format(label(topic, "topic")),
    ]
    if channel:
        parts.append(tag.format(label(channel, "channel")))
    if priority in {"high", "urgent"}:
        text = label(priority, "priority")
        parts.insert(0, Markup('<span class="tag tag-{}">{}</span>').format(priority, text))
    return Markup("").join(parts)
