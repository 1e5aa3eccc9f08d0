"""What becomes of tickets as talks go on, and when it is known whose they are."""

from uuid import UUID

from sqlalchemy import select, update

from app.conversations.events import (
    ConversationReopened,
    ConversationResolved,
    CustomerAnswered,
    CustomerIdentified,
    GivenBackToBot,
    HandedOver,
    MessagePosted,
)
from app.conversations.models import Author, Conversation, MessageKind, Verification
from app.conversations.models import Status as TalkStatus
from app.core import db
from app.core.actor import SYSTEM
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.customers.models import Customer
from app.tickets import outages, queries, service, triage
from app.tickets.events import TicketOpened
from app.tickets.models import Status, Ticket, Topic
from app.tickets.service import handing_back, lifecycle, outage_mode, resting, timing

_WITH_A_PERSON = frozenset({TalkStatus.WAITING, TalkStatus.OPEN})


def open_for_handover(event: HandedOver) -> None:
    """Somebody asks for a person: a ticket in the queue, or the open one back into it."""
    talk = db.session.get_one(Conversation, event.conversation_id)
    ticket = queries.open_ticket_of(event.conversation_id, lock=True)
    if ticket is not None:
        service.requeue(ticket, by=SYSTEM, summary=event.summary, context=talk.learnt)
        return
    service.open(
        by=SYSTEM,
        subject=triage.subject_of(event.intent, event.language),
        topic=triage.topic_of(event.topic),
        priority=triage.priority_of(event.intent, _segment(event.customer_id)),
        customer_id=event.customer_id,
        conversation_id=event.conversation_id,
        language=event.language,
        summary=event.summary,
        context=talk.learnt,
    )


def resolve_with_conversation(event: ConversationResolved | GivenBackToBot) -> None:
    """A ticket has nothing to wait for once its conversation is done or the bot's again."""
    ticket = queries.open_ticket_of(event.conversation_id, lock=True)
    if ticket is None:
        return
    with speaking(ticket.language):
        lifecycle.mark_resolved(ticket, by=SYSTEM, resolution=_("Resolved with the conversation."))


def reopen_with_conversation(event: ConversationReopened) -> None:
    """The last ticket of a conversation comes back with it."""
    if queries.open_ticket_of(event.conversation_id, lock=True) is not None:
        return
    ticket = queries.last_done_of(event.conversation_id, lock=True)
    if ticket is not None:
        lifecycle.comes_back(ticket, by=SYSTEM, to_queue=event.status != "open")


def wrap_up(event: ConversationResolved) -> None:
    """Whoever has ended a talk has some time for herself, where her market gives it."""
    if event.staff_id is not None:
        handing_back.after_talk(event.staff_id, event.market_code)


def wake_pending(event: CustomerAnswered) -> None:
    """Her ticket waits for us again, and sleeps no longer."""
    ticket = queries.open_ticket_of(event.conversation_id, lock=True)
    if ticket is None:
        return
    resting.mark_awake(ticket, by=SYSTEM)
    if ticket.status is Status.PENDING:
        lifecycle.mark_answered(ticket, by=SYSTEM)


def follow_talk(event: MessagePosted) -> None:
    """What an agent says where the customer sees it is an answer; what she says awaits one, where
    a person has her conversation. Notes, the bot and what is said by itself are neither."""
    if event.kind != MessageKind.TEXT:
        return
    if event.author == Author.AGENT:
        timing.answered(event.at, conversation_id=event.conversation_id)
    elif event.author == Author.CUSTOMER and event.status in _WITH_A_PERSON:
        timing.customer_wrote(event.at, conversation_id=event.conversation_id)


def know_customer(event: CustomerIdentified) -> None:
    """She has signed in, or proved who she is: her ticket is hers, too. What staff merely think
    changes nothing here."""
    talk = db.session.get_one(Conversation, event.conversation_id)
    if talk.verification is Verification.NONE:
        return
    statement = (
        update(Ticket)
        .where(Ticket.conversation_id == event.conversation_id, Ticket.customer_id.is_(None))
        .values(customer_id=event.customer_id)
        .returning(Ticket)
    )
    for ticket in db.session.scalars(statement).all():
        if not ticket.is_open:
            continue
        timing.follow(ticket)  # promises may be of her segment
        if ticket.topic is Topic.TECHNICAL:
            _link_if_hit(ticket, event.customer_id)


def link_to_outage(event: TicketOpened) -> None:
    """Who comes with a technical matter while a disturbance hits her is put below it."""
    if event.customer_id is None or event.topic != Topic.TECHNICAL:
        return
    _link_if_hit(db.session.get_one(Ticket, event.ticket_id), event.customer_id)


def _link_if_hit(ticket: Ticket, customer_id: UUID) -> None:
    case = outages.hitting(db.session.get_one(Customer, customer_id))
    if case is not None and ticket.parent_id is None and case.ticket_id != ticket.id:
        outage_mode.link_to_case(ticket, case)


def _segment(customer_id: UUID | None) -> str | None:
    if customer_id is None:
        return None
    return db.session.scalar(select(Customer.segment).where(Customer.id == customer_id))
