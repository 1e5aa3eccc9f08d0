"""Tickets with a past: their rows, messages and trail as services would have left them.

Times are minutes after BEGIN, ten in the morning of a Monday in Mexico City.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.audit.models import AuditEntry
from app.conversations.models import Author, Availability, MessageKind
from app.conversations.models import Status as TalkStatus
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.tickets.models import Status, Topic
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.tickets import TicketFactory

BEGIN = datetime(2026, 3, 2, 16, tzinfo=UTC)


def at(minute):
    return BEGIN + timedelta(minutes=minute)


@dataclass
class Case:
    """`past` are (minute, what, whom): accept, transfer (None is the queue), resolve, reopen.
    `said` are (minute, author) of text messages."""

    opened: float
    past: list = field(default_factory=list)
    said: list = field(default_factory=list)
    topic: str = "billing"
    channel: str | None = "webchat"
    customer: object = None
    rated: tuple | None = None
    bot: bool = True
    market: str = "MX"
    ticket: object = None

    def make(self):
        talk = self._talk() if self.channel else None
        state = {"status": Status.NEW, "assignee_id": None, "accepted_at": None}
        state |= {"resolved_at": None, "reopened": 0}
        entries = []
        for minute, what, whom in self.past:
            before = state["assignee_id"]
            entries.append((minute, *_step(state, what, whom, at(minute), before)))
        self.ticket = TicketFactory(
            talk=talk or ConversationFactory(market_code=self.market),
            conversation_id=talk.id if talk else None,
            customer_id=self.customer.id if self.customer else None,
            market_code=self.market,
            topic=Topic(self.topic),
            created_at=at(self.opened),
            **state,
        )
        for minute, action, changes in entries:
            _enter("ticket", self.ticket.id, action, at(minute), changes)
        db.session.commit()
        return self

    def _talk(self):
        owners = [whom for _, what, whom in self.past if what in {"accept", "transfer"}]
        more = {}
        if self.rated:
            more = {"rating": self.rated[1], "rated_at": at(self.rated[0])}
        talk = ConversationFactory(
            channel=self.channel,
            market_code=self.market,
            created_at=at(self.opened),
            last_message_at=at(self.opened),
            handed_over_at=at(self.opened),
            status=TalkStatus.OPEN,
            assignee_id=owners[-1].id if owners and owners[-1] else None,
            bot_seq=1 if self.bot else 0,
            last_seq=len(self.said) + 1,
            **more,
        )
        for seq, (minute, author) in enumerate(self.said, start=1):
            MessageFactory(
                conversation=talk,
                seq=seq,
                author=Author(author),
                kind=MessageKind.TEXT,
                at=at(minute),
            )
        return talk


def _step(state, what, whom, moment, before):
    if what == "accept":
        state |= {"status": Status.OPEN, "assignee_id": whom.id, "accepted_at": moment}
        return "ticket.accepted", {"status": ["new", "open"]}
    if what == "transfer":
        to = whom.id if whom else None
        state |= {"status": Status.OPEN if whom else Status.NEW, "assignee_id": to}
        state["accepted_at"] = moment if whom else None
        return "ticket.transferred", {"to": [before and str(before), to and str(to)]}
    if what == "resolve":
        state |= {"status": Status.RESOLVED, "resolved_at": moment}
        return "ticket.resolved", {"status": ["open", "resolved"]}
    state |= {"status": Status.OPEN if state["assignee_id"] else Status.NEW, "resolved_at": None}
    state["reopened"] += 1
    return "ticket.reopened", {"status": ["resolved", "open"]}


def be(staff, minute, availability):
    """An agent's state changes."""
    with clock.moved_to(at(minute)):
        ownership.set_availability(staff.id, Availability(availability), by=SYSTEM)


def _enter(kind, object_id, action, moment, changes):
    db.session.add(
        AuditEntry(
            at=moment,
            actor_kind=SYSTEM.kind.value,
            actor_id=SYSTEM.id,
            actor_name=SYSTEM.name,
            action=action,
            object_kind=kind,
            object_id=str(object_id),
            changes=changes,
        )
    )
    db.session.flush()
