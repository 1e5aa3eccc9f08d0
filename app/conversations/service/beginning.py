"""A conversation begins, whatever channel it comes from."""

from app.audit import service as audit
from app.conversations.events import ConversationStarted
from app.conversations.models import Conversation, Inbox, Status, Verification
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor, Kind
from app.core.i18n import LANGUAGES
from app.core.ids import new_id
from app.customers.models import Customer
from app.identity.permissions import CUSTOMER, VISITOR

# Whoever writes is not signed in to the portal: she talks and reads, nothing else by herself. One
# set for everybody: thousands of actors are held at a time.
IN_CHANNEL = CUSTOMER - {"portal.enter"}


def begin(
    inbox: Inbox,
    customer: Customer | None,
    *,
    verification: Verification,
    language: str = "",
    name: str = "",
    address: str | None = None,
) -> Conversation:
    """Joins the caller's transaction. `name` is what a stranger calls herself."""
    moment = clock.now()
    conversation = Conversation(
        inbox_id=inbox.id,
        channel=inbox.channel,
        address=address,
        market_code=inbox.market_code,
        customer_id=customer.id if customer else None,
        visitor_id=new_id(),
        visitor_name=customer.name if customer else name,
        language=language if language in LANGUAGES else inbox.language,
        status=Status.BOT,
        verification=verification,
        created_at=moment,
        last_message_at=moment,
    )
    db.session.add(conversation)
    db.session.flush()  # messages and sessions refer to it
    audit.record(SYSTEM, "conversation.started", "conversation", conversation.id)
    events.announce(
        ConversationStarted(
            conversation.id, conversation.customer_id, conversation.market_code, moment
        )
    )
    return conversation


def writer_of(conversation: Conversation, customer: Customer | None) -> Actor:
    """Whoever writes in it from outside."""
    market = frozenset({conversation.market_code})
    language = conversation.language
    if customer is None:
        name = conversation.visitor_name
        return Actor(Kind.VISITOR, conversation.visitor_id, name, VISITOR, market, language)
    return Actor(Kind.CUSTOMER, customer.id, customer.name, IN_CHANNEL, market, language)
