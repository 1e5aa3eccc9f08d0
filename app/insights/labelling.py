"""Saying what a message really meant, and teaching the bot with it."""

from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.conversations.models import Conversation, Understanding
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.customers.models import Customer
from app.insights import reviewing
from app.insights.intents import INTENTS
from app.insights.masking import masked
from app.insights.models import BotLabel
from app.insights.reviewing import Reading


def label(message_id: UUID, intent: str, *, by: Actor, to_learn: bool = False) -> BotLabel:
    """The last word counts. Raises NotFound for a message that the actor must not know of."""
    if intent not in INTENTS:
        raise Invalid(field="intent")
    with db.transaction():
        reading = _locked(message_id, by)
        given = reading.label
        before = (given.intent, given.to_learn) if given else (None, False)
        said = {
            "language": reading.what.language,
            "intent": intent,
            "words": masked(reading.words, _names(reading.conversation)),
            "to_learn": to_learn,
            "labelled_by": by.id,
            "labelled_at": clock.now(),
        }
        if given is None:
            market = reading.what.market_code
            given = BotLabel(message_id=message_id, market_code=market, **said)
            db.session.add(given)
        else:
            for name, value in said.items():
                setattr(given, name, value)
        audit.record(
            by,
            "bot.labelled",
            "message",
            message_id,
            intent=(before[0], intent),
            to_learn=(before[1], to_learn),
        )
    return given


def take_back(message_id: UUID, *, by: Actor) -> None:
    """As if nobody had said anything of it. Nothing to take back is no fault."""
    with db.transaction():
        given = _locked(message_id, by).label
        if given is None:
            return
        db.session.delete(given)
        audit.record(by, "bot.label_taken_back", "message", message_id, intent=(given.intent, None))


def _locked(message_id: UUID, by: Actor) -> Reading:
    """Two supervisors at one message: one after the other."""
    row = select(Understanding.message_id).where(Understanding.message_id == message_id)
    db.session.execute(row.with_for_update())
    reading = reviewing.reading_for(by, message_id)
    if reading is None:
        raise NotFound
    return reading


def _names(conversation: Conversation) -> list[str]:
    """Who she says she is, and who we know she is."""
    names = [conversation.visitor_name]
    if conversation.customer_id is not None:
        customer = db.session.get(Customer, conversation.customer_id)
        names.append(customer.name if customer else "")
    return names
