"""What automation does when something is announced. `…_noticed` are in its transaction and write
a row only where a rule waits for it; the rest happens in a worker."""

from uuid import UUID

from app.automation.events import CallDue, FlowAsked, Happened
from app.automation.service import calling, flows, running
from app.automation.telling import tell
from app.conversations.events import (
    ColleagueMentioned,
    ConversationRated,
    ConversationStarted,
    MessagePosted,
)
from app.conversations.models import Author, MessageKind
from app.core import db
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.identity.models import Staff
from app.tickets import queries as tickets
from app.tickets.events import (
    MentionedOnTicket,
    SlaBreached,
    SlaWarned,
    TicketAccepted,
    TicketChanged,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTransferred,
    TicketWoken,
)

_TICKETS: dict[type, str] = {
    TicketOpened: "ticket.opened",
    TicketAccepted: "ticket.accepted",
    TicketTransferred: "ticket.transferred",
    TicketChanged: "ticket.changed",
    TicketResolved: "ticket.resolved",
    TicketReopened: "ticket.reopened",
    TicketWoken: "ticket.woken",
}


def ticket_noticed(
    event: TicketOpened
    | TicketAccepted
    | TicketTransferred
    | TicketChanged
    | TicketResolved
    | TicketReopened
    | TicketWoken,
) -> None:
    running.notice(
        _TICKETS[type(event)],
        f"{event.ticket_id}:{event.at.isoformat()}",
        ticket_id=event.ticket_id,
        conversation_id=None,
    )


def promise_warned(event: SlaWarned) -> None:
    _promise("sla.warned", event)


def promise_broken(event: SlaBreached) -> None:
    _promise("sla.breached", event)


def message_noticed(event: MessagePosted) -> None:
    """On the way of every message: a look into memory, and nothing where no rule waits."""
    if event.kind != MessageKind.TEXT:
        return
    if event.author == Author.CUSTOMER:
        running.notice("message.customer", event.message_id, **_of_talk(event.conversation_id))
    elif event.author == Author.AGENT:
        running.notice("message.reply", event.message_id, **_of_talk(event.conversation_id))


def talk_noticed(event: ConversationStarted) -> None:
    talk = event.conversation_id
    running.notice("conversation.started", talk, ticket_id=None, conversation_id=talk)


def rating_noticed(event: ConversationRated) -> None:
    ticket = tickets.of_conversation(event.conversation_id)
    running.notice(
        "conversation.rated",
        f"{event.conversation_id}:{event.at.isoformat()}",
        ticket_id=ticket.id if ticket else None,
        conversation_id=event.conversation_id,
    )


def colleague_mentioned(event: ColleagueMentioned | MentionedOnTicket) -> None:
    """She is told that, not what: it is read where one may see it."""
    person = db.session.get_one(Staff, event.staff_id)
    with speaking(person.language):
        if isinstance(event, MentionedOnTicket):
            text = _("%(name)s mentioned you in a comment.", name=event.by_name)
            ticket_id: UUID | None = event.ticket_id
        else:
            text = _("%(name)s mentioned you in a note.", name=event.by_name)
            ticket = tickets.of_conversation(event.conversation_id)
            ticket_id = ticket.id if ticket else None
    tell(person.id, text, ticket_id)


def begin_flow(event: FlowAsked) -> None:
    """In the transaction of whatever asked for it, which hears what is refused."""
    flows.begin(event.workflow, event.ticket_id, begun_by=event.by)


def end_flows(event: TicketResolved) -> None:
    """In the transaction that resolves the ticket."""
    flows.end_of(event.ticket_id)


def consider(event: Happened) -> None:
    """A reaction: once for what happened."""
    running.consider(event)


def call(event: CallDue) -> None:
    """An errand."""
    calling.call(event.call_id)


def _of_talk(conversation_id: UUID) -> dict[str, UUID | None]:
    """Which ticket it is about is found by the worker."""
    return {"ticket_id": None, "conversation_id": conversation_id}


def _promise(trigger: str, event: SlaWarned | SlaBreached) -> None:
    running.notice(
        trigger,
        f"{event.clock_id}:{event.at.isoformat()}",
        ticket_id=event.ticket_id,
        conversation_id=None,
    )
