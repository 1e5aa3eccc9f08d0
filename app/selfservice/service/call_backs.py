"""Somebody who writes wants to be called: her conversation goes to a person, who rings her."""

from collections.abc import Sequence

from sqlalchemy import select

from app.conversations.models import Inbox
from app.conversations.service import handover
from app.core import clock, db
from app.core.actor import BOT
from app.core.i18n import gettext as _
from app.core.turns import take_turn
from app.selfservice import queries
from app.selfservice.asker import Asker
from app.selfservice.errors import NobodyToCall, NumberNeeded
from app.selfservice.models import Dialogue
from app.selfservice.service import desk
from app.subscriptions import msisdn
from app.subscriptions.msisdn import for_people


def number_for(asker: Asker, wanted: str | None) -> str:
    """In E.164: the one she told, of her market alone, else the one on file of somebody we know.

    Raises BadNumber, NumberNeeded.
    """
    if wanted:
        return msisdn.checked(wanted, asker.market.code)
    if not asker.verified:
        raise NumberNeeded
    return asker.customer.phone


def ask(asker: Asker, number: str, *, intent: str, topic: str, tried: Sequence[str]) -> Dialogue:
    """Once for each conversation, however often she asks: the last number counts.

    Who accepts the conversation is connected with her (`outgoing.call_back_once`). Raises
    NobodyToCall where the market has no telephone.
    """
    with db.transaction():
        conversation = asker.conversation
        take_turn(f"call_back:{conversation.id}")
        found = queries.latest_of(conversation.id)
        waiting = found is not None and found.call_back and found.called_back_at is None
        if found is None or not waiting:
            found = Dialogue(
                inbox_id=_telephone(asker.market.code).id,
                session_id=f"written:{conversation.id}:{clock.now().timestamp()}",
                conversation_id=conversation.id,
                conversation=conversation,
                sender=number,
                started_at=clock.now(),
                ended_at=clock.now(),
            )
            db.session.add(found)
            db.session.flush()
        found.sender = number
        handover.hand_over(
            conversation.id,
            by=BOT,
            reason="asked",
            intent=intent,
            topic=topic,
            slots={"phone_number": number},
            tried=list(tried),
            summary=_("Wants to be called back at %(number)s.", number=for_people(number)),
        )
        desk.want_call_back(found)
    return found


def _telephone(market_code: str) -> Inbox:
    query = select(Inbox).where(
        Inbox.channel == "voice", Inbox.market_code == market_code, Inbox.is_on
    )
    inbox = db.session.scalar(query.order_by(Inbox.id).limit(1))
    if inbox is None:
        raise NobodyToCall
    return inbox
