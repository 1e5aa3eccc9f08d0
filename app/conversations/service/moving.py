"""The same conversation in another inbox, and whose conversation it is."""

from app.audit import service as audit
from app.conversations.events import ConversationMoved, CustomerIdentified
from app.conversations.models import Conversation, Inbox, Verification
from app.conversations.service import activities
from app.core import clock, events
from app.core.actor import Actor
from app.core.errors import NotFound
from app.customers.models import Customer


def move(conversation: Conversation, inbox: Inbox, address: str | None, *, by: Actor) -> None:
    """Its next words leave there. What a code has proven stays where it was written. Joins the
    caller's transaction, which holds the row."""
    before = conversation.channel
    unprove(conversation)
    conversation.inbox_id = inbox.id
    conversation.inbox = inbox
    conversation.channel = inbox.channel
    conversation.address = address
    audit.record(
        by,
        "conversation.moved",
        "conversation",
        conversation.id,
        channel=(before, inbox.channel),
        inbox=inbox.id,
    )
    activities.leave(conversation, "moved", channel=inbox.channel)
    events.announce(ConversationMoved(conversation.id, inbox.id, inbox.channel))


def unprove(conversation: Conversation) -> None:
    """What a code has proven holds no longer, and one that is under way is worth nothing."""
    conversation.proven_as = conversation.proven_until = conversation.code_due = None


def give_to(conversation: Conversation, customer: Customer, *, by: Actor) -> None:
    """Somebody of staff knows who a stranger is. That proves nothing to the bot."""
    if conversation.customer_id is not None or customer.market_code != conversation.market_code:
        raise NotFound
    conversation.customer_id = customer.id
    conversation.customer = customer
    conversation.verification = Verification.NONE
    audit.record(
        by, "conversation.identified", "conversation", conversation.id, customer_id=customer.id
    )
    activities.leave(conversation, "recognised", name=customer.name)
    events.announce(
        CustomerIdentified(conversation.id, customer.id, conversation.market_code, clock.now())
    )


def take_from_customer(conversation: Conversation, *, by: Actor) -> None:
    """It was somebody else: a stranger's from now on."""
    before = conversation.customer_id
    conversation.customer_id = None
    conversation.customer = None
    conversation.visitor_name = ""
    conversation.verification = Verification.NONE
    unprove(conversation)
    audit.record(
        by,
        "conversation.split_off",
        "conversation",
        conversation.id,
        customer_id=(before, None),
    )
    activities.leave(conversation, "split_off")
