"""What an inbox says by itself: when somebody comes, and when nobody is there."""

from app.conversations.models import Conversation, Inbox, Message
from app.conversations.service.messages import say
from app.core import clock
from app.core.actor import SYSTEM
from app.markets import queries as markets
from app.markets.calendars import holidays_of
from app.messaging import switch
from app.messaging.hours import is_open
from app.messaging.models import Contact
from app.messaging.service import contacts


def is_open_now(inbox: Inbox) -> bool:
    """By its hours, in its market's time zone; never on the market's holidays."""
    if not inbox.hours:
        return True
    timezone = markets.market(inbox.market_code).timezone
    return is_open(inbox.hours, clock.now(), timezone, holidays_of(inbox.market_code))


def greet(conversation: Conversation, message: Message, contact: Contact, *, is_new: bool) -> None:
    """The inbox's own words, at most once an hour to one address."""
    inbox = conversation.inbox
    provider = switch.provider_of(inbox)
    # By mail the bot's answer is the one that may leave by itself this hour.
    bot_alone = provider is not None and provider.abilities.subjects and inbox.bot_on
    words = inbox.welcome_words if is_new and not bot_alone else ""
    nobody_there = conversation.is_with_person or not inbox.bot_on
    if inbox.closed_words and nobody_there and not is_open_now(inbox):
        words = inbox.closed_words
    if words and contacts.may_answer_by_itself(contact):
        key = f"greeting:{message.id}"
        say(conversation.id, words, by=SYSTEM, client_key=key, extra={"greeting": True})
