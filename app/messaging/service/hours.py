"""What an inbox says by itself: when somebody comes, and when nobody is there."""

from datetime import datetime

from babel.dates import format_date, format_skeleton, format_time

from app.conversations.events import HandedOver
from app.conversations.models import Conversation, Inbox, Message
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.markets import queries as markets
from app.markets.calendars import holidays_of
from app.messaging import switch
from app.messaging.hours import is_open, opens_at
from app.messaging.models import Contact
from app.messaging.service import contacts

_SPEAKS_ITSELF = frozenset({"voice", "ussd"})


def is_open_now(inbox: Inbox) -> bool:
    """By its hours, in its market's time zone; never on the market's holidays."""
    if not inbox.hours:
        return True
    timezone = markets.market(inbox.market_code).timezone
    return is_open(inbox.hours, clock.now(), timezone, holidays_of(inbox.market_code))


def back_at(inbox: Inbox) -> datetime | None:
    """When people are back, by the clock of its market; None while they are there, or never."""
    if is_open_now(inbox):
        return None
    timezone = markets.market(inbox.market_code).timezone
    return opens_at(inbox.hours, clock.now(), timezone, holidays_of(inbox.market_code))


def be_honest(event: HandedOver) -> None:
    """Who asks for a person when nobody is there is told when somebody will be, and that she need
    not ask again. Joins the hand-over's transaction; where a telephone menu speaks, it says so."""
    conversation = db.session.get_one(Conversation, event.conversation_id)
    if conversation.channel not in _SPEAKS_ITSELF:
        tell_when_back(conversation, f"closed:{int(event.at.timestamp() * 1000)}")


def tell_when_back(conversation: Conversation, key: str) -> None:
    """Where nobody is there now, and once for each key."""
    inbox = conversation.inbox
    if is_open_now(inbox):
        return
    with speaking(conversation.language):
        words = _closed_words(inbox, conversation.language)
    say(conversation.id, words, by=SYSTEM, client_key=key, extra={"greeting": True})


def _closed_words(inbox: Inbox, language: str) -> str:
    """The operator's own, and always when: a hope for tonight is worse than a time."""
    words = [inbox.closed_words or _("Nobody of our team is here at this hour.")]
    back = back_at(inbox)
    if back is not None:
        locale = markets.market(inbox.market_code).locale_for(language)
        weekday = format_date(back, "EEEE", locale=locale)
        day = f"{weekday}, {format_skeleton('MMMMd', back, locale=locale)}"
        clock_time = format_time(back, "short", tzinfo=back.tzinfo, locale=locale)
        words.append(_("We are back on %(day)s at %(time)s.", day=day, time=clock_time))
    words.append(_("Your request is kept: you need not write again."))
    return " ".join(words)


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
