"""Which conversation something belongs to that came in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from app.conversations.models import Conversation, Inbox, Status, Verification
from app.conversations.service import beginning, moving
from app.core import clock, db
from app.core.actor import SYSTEM
from app.customers.models import Customer
from app.messaging import switch, threads, wording
from app.messaging.models import Delivery, Place
from app.messaging.service import recognising
from channels.port import Inbound

# So long after it was resolved, what somebody writes is still about the same.
REOPENING = timedelta(hours=72)
# How the keys begin of messages that a provider brought.
CAME = "in:"


@dataclass(frozen=True, slots=True)
class Found:
    """`conversation` by a token of ours or by what is answered; a `stranger` came with somebody
    else's token."""

    conversation: Conversation | None = None
    stranger: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    value: Conversation
    is_new: bool


def conversation_of(inbox: Inbox, event: Inbound) -> Found:
    """By what only a reply to us can bring back. A number in a subject never counts, nor does what
    another market gave out."""
    named = threads.conversation_of(event.thread) if event.thread else None
    conversation = db.session.get(Conversation, named) if named else _answered(inbox, event)
    if conversation is None or conversation.market_code != inbox.market_code:
        return Found()
    is_here = select(Place.conversation_id).where(
        Place.conversation_id == conversation.id, Place.address == event.sender
    )
    known = db.session.scalar(is_here) is not None
    # A forged sender must not speak for somebody whom we know.
    doubtful = not event.vouched and conversation.verification is not Verification.NONE
    return Found(conversation, stranger=not known or doubtful)


def settled(inbox: Inbox, event: Inbound, found: Found) -> Settled:
    """The conversation it goes into, held by this transaction, at the place she wrote from. The
    caller has the turn at that place."""
    customer = recognising.customer_of(inbox, event)
    conversation = found.conversation or _going_on(inbox, event, customer)
    if conversation is None:
        return Settled(_begin(inbox, event, customer), is_new=True)
    held = db.session.get_one(
        Conversation, conversation.id, with_for_update={"of": Conversation}, populate_existing=True
    )
    # Whose it is may have changed since this session saw it last.
    db.session.expire(held, ["customer", "inbox"])
    if (held.inbox_id, held.address) != (inbox.id, event.sender):
        stay(held.id, inbox.id, event.sender)
        moving.move(held, inbox, event.sender, by=SYSTEM)
    elif not event.vouched:
        moving.unprove(held)
    _be_sure(held, customer)
    return Settled(held, is_new=False)


def _be_sure(held: Conversation, customer: Customer | None) -> None:
    """Who signed in on the site is not signed in to her mailbox: here only her address speaks."""
    if held.known_by is Verification.IDENTITY:
        hers = customer is not None and customer.id == held.customer_id
        held.verification = Verification.ADDRESS if hers else Verification.NONE


def stay(conversation_id: UUID, inbox_id: UUID, address: str) -> None:
    """From now on, what comes from this address in this inbox belongs to the conversation."""
    new = insert(Place).values(conversation_id=conversation_id, inbox_id=inbox_id, address=address)
    db.session.execute(new.on_conflict_do_nothing())


def _answered(inbox: Inbox, event: Inbound) -> Conversation | None:
    """Of the message of ours that it replies to, where the channel has no tokens."""
    if not event.answers:
        return None
    query = (
        select(Conversation)
        .join(Delivery, Delivery.conversation_id == Conversation.id)
        .where(Delivery.inbox_id == inbox.id, Delivery.provider_id == event.answers)
        .limit(1)
    )
    return db.session.scalar(query)


def _going_on(inbox: Inbox, event: Inbound, customer: Customer | None) -> Conversation | None:
    """Her unfinished talk at this place, or one resolved just now. A mail that brings no token
    back begins a new one."""
    provider = switch.provider_of(inbox)
    if provider is not None and provider.abilities.subjects:
        return None
    query = (
        select(Conversation)
        .join(Place, Place.conversation_id == Conversation.id)
        .where(
            Place.inbox_id == inbox.id,
            Place.address == event.sender,
            or_(
                Conversation.status != Status.RESOLVED,
                Conversation.resolved_at > clock.now() - REOPENING,
            ),
        )
        .order_by(Conversation.status == Status.RESOLVED, Conversation.last_message_at.desc())
    )
    return next((c for c in db.session.scalars(query) if _is_hers(c, event, customer)), None)


def _is_hers(conversation: Conversation, event: Inbound, customer: Customer | None) -> bool:
    """Numbers change hands: whoever has one now does not read the talks of who had it before."""
    if conversation.known_by is Verification.NONE:
        return customer is None or conversation.customer_id in {None, customer.id}
    return event.vouched and customer is not None and conversation.customer_id == customer.id


def _begin(inbox: Inbox, event: Inbound, customer: Customer | None) -> Conversation:
    conversation = beginning.begin(
        inbox,
        customer,
        verification=Verification.ADDRESS if customer else Verification.NONE,
        language=customer.language if customer else inbox.language,
        name=" ".join(wording.acceptable(event.name).split())[:80] or event.sender[:80],
        address=event.sender,
    )
    conversation.inbox, conversation.customer = inbox, customer
    stay(conversation.id, inbox.id, event.sender)
    return conversation
