"""Somebody who writes wants to be called: that is a conversation of its own, which waits for a
person. The one that she writes in goes on with the bot."""

from collections.abc import Sequence
from itertools import count

from sqlalchemy import select

from app.conversations.models import Conversation, Inbox, Verification
from app.conversations.service import handover
from app.conversations.service.beginning import begin
from app.core import clock, db
from app.core.actor import BOT
from app.core.i18n import gettext as _
from app.core.turns import take_turn
from app.messaging.service import hours
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


def ask(
    asker: Asker, number: str, *, intent: str, topic: str, tried: Sequence[str], said: str
) -> Dialogue:
    """Once for each conversation, however often she asks until she is called: the last number
    counts. Who accepts it is connected with her (`outgoing.call_back_once`).

    `said` is how she asked, for whoever calls. Raises NobodyToCall where the market has no
    telephone.
    """
    with db.transaction():
        written, told = asker.conversation, for_people(number)
        take_turn(f"call_back:{written.id}")
        inbox = _telephone(asker.market.code)
        session_id, found = _not_yet_made(inbox, written)
        if found is None:
            found = _begun(asker, inbox, number, session_id)
        found.sender, found.conversation.verification = number, _how_sure(asker, number)
        summary = _("Wants to be called back at %(number)s.", number=told)
        handover.hand_over(
            found.conversation_id,
            by=BOT,
            reason="asked",
            intent=intent,
            topic=topic,
            slots={"phone_number": number},
            tried=list(tried),
            summary=f"{summary} “{said}”" if said else summary,
        )
        desk.want_call_back(found)
        desk.leave(written.id, "call_back", f"{found.id}:{number.lstrip('+')}", number=told)
        hours.tell_when_back(written, f"{found.id}:closed")
    return found


def _not_yet_made(inbox: Inbox, written: Conversation) -> tuple[str, Dialogue | None]:
    """Of the calls wanted in that conversation the one that is still to come, under its name."""
    for place in count(1):
        session_id = f"written:{written.id}:{place}"
        found = queries.dialogue_of(inbox.id, session_id)
        if found is None or found.called_back_at is None:
            break
    return session_id, found


def _begun(asker: Asker, inbox: Inbox, number: str, session_id: str) -> Dialogue:
    """As when she had rung and hung up."""
    conversation = begin(
        inbox,
        asker.customer if asker.verified else None,
        verification=_how_sure(asker, number),
        language=asker.language,
        name=for_people(number),
    )
    dialogue = Dialogue(
        inbox_id=inbox.id,
        session_id=session_id,
        conversation_id=conversation.id,
        conversation=conversation,
        sender=number,
        started_at=clock.now(),
        ended_at=clock.now(),
    )
    db.session.add(dialogue)
    db.session.flush()
    return dialogue


def _how_sure(asker: Asker, number: str) -> Verification:
    """At a number that is not on file anybody may answer."""
    on_file = asker.verified and asker.customer.phone == number
    return Verification.ADDRESS if on_file else Verification.NONE


def _telephone(market_code: str) -> Inbox:
    query = select(Inbox).where(
        Inbox.channel == "voice", Inbox.market_code == market_code, Inbox.is_on
    )
    inbox = db.session.scalar(query.order_by(Inbox.id).limit(1))
    if inbox is None:
        raise NobodyToCall
    return inbox
