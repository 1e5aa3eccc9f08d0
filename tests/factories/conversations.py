"""Inboxes, conversations and messages for tests, and the identity a site would sign."""

import factory
import jwt

from app.conversations import identity
from app.conversations.models import (
    Author,
    Conversation,
    Inbox,
    Message,
    MessageKind,
    Status,
    Verification,
)
from app.core import clock, db
from app.core.ids import new_id
from tests.factories.base import Factory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory

SITE = "https://aurora.example"


class InboxFactory(Factory):
    class Meta:
        model = Inbox

    class Params:
        market = factory.SubFactory(MarketFactory)

    channel = "webchat"
    name = "Aurora web"
    market_code = factory.SelfAttribute("market.code")
    language = "es"
    key = factory.LazyFunction(lambda: f"inbox-{new_id()}")
    secret = "a secret of the operator's own site, long enough for every algorithm in use"
    allowed_origins = factory.LazyFunction(lambda: [SITE])
    theme = factory.LazyFunction(dict)
    bot_on = True


def dialogue_inbox(channel, provider, settings, **inbox):
    """One whose provider holds the line while we answer."""
    made = InboxFactory(channel=channel, provider=provider, bot_on=False, **inbox)
    with db.transaction():
        made.settings = settings
    return made


class ConversationFactory(Factory):
    class Meta:
        model = Conversation

    class Params:
        inbox = factory.SubFactory(InboxFactory)
        customer = factory.SubFactory(CustomerFactory)
        owner = factory.SubFactory(StaffFactory)
        anonymous = factory.Trait(
            customer_id=None, visitor_name="", verification=Verification.NONE, customer=None
        )
        waiting = factory.Trait(
            status=Status.WAITING, handed_over_at=factory.LazyFunction(clock.now)
        )
        open = factory.Trait(
            status=Status.OPEN,
            assignee_id=factory.SelfAttribute("owner.id"),
            handed_over_at=factory.LazyFunction(clock.now),
            accepted_at=factory.LazyFunction(clock.now),
        )

    inbox_id = factory.SelfAttribute("inbox.id")
    channel = "webchat"
    market_code = "MX"
    customer_id = factory.SelfAttribute("customer.id")
    visitor_id = factory.LazyFunction(new_id)
    visitor_name = "Valeria Soto"
    language = "es"
    status = Status.BOT
    verification = Verification.IDENTITY
    created_at = factory.LazyFunction(clock.now)
    last_message_at = factory.LazyFunction(clock.now)


class MessageFactory(Factory):
    class Meta:
        model = Message

    class Params:
        conversation = factory.SubFactory(ConversationFactory)

    conversation_id = factory.SelfAttribute("conversation.id")
    seq = 1
    kind = MessageKind.TEXT
    author = Author.CUSTOMER
    author_name = "Valeria Soto"
    body = "¿Cuánto saldo tengo?"
    client_key = factory.LazyFunction(lambda: str(new_id()))
    at = factory.LazyFunction(clock.now)


def signed_identity(inbox, customer, *, secret=None, algorithm="HS256", **changes):
    """What the operator's site hands the widget for a signed-in customer."""
    issued = int(clock.now().timestamp())
    claims = {
        "iss": inbox.key,
        "aud": identity.AUDIENCE,
        "sub": customer.reference,
        "iat": issued,
        "exp": issued + 300,
        **changes,
    }
    key = None if algorithm == "none" else secret or inbox.secret
    return jwt.encode(claims, key, algorithm)
