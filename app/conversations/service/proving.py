"""Asking somebody to prove who she is: a code leaves, and its digits come back in the talk.

Whose account it is is never decided by text. A stranger may name any number; what she is told is
the same for every one, and only whoever gets the code can go on.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.conversations import access, proof
from app.conversations.errors import (
    AlreadyProven,
    NotYourConversation,
    NoWayToProve,
    NumberNeeded,
)
from app.conversations.events import CodeTried, VerificationMoved
from app.conversations.models import Conversation, Status, Verification, WidgetSession
from app.conversations.service import trying
from app.conversations.service.activities import leave
from app.conversations.service.messages import say
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.i18n import gettext as _
from app.core.i18n import ngettext, speaking
from app.core.secrets import masked_address
from app.identity import codes
from app.identity.errors import TooManyCodes
from app.identity.models import OneTimeCode
from app.subscriptions import msisdn

# A family or an office shares one; whoever tries number after number does not get far.
MOST_FROM_A_NETWORK = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """The same for every number, known or not."""

    to: str
    minutes: int
    tries: int


def ask(conversation_id: UUID, *, by: Actor, number: str = "") -> Sent:
    """Send a code to the customer of the conversation, else to the `number` that a stranger says
    is hers. The codes before it are worth nothing now.

    Raises AlreadyProven, NoWayToProve, NumberNeeded, BadNumber, TooManyCodes, and to an agent who
    does not own the conversation NotYourConversation.
    """
    with db.transaction():
        conversation = access.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        _may_ask(conversation, by)
        with speaking(conversation.language):
            code = _issue(conversation, number, by)
        conversation.code_id, conversation.code_due = code.id, code.expires_at + proof.LATE
        sent = Sent(masked_address(code.address), _minutes(), proof.TRIES)
        audit.record(
            by,
            "conversation.code_asked",
            "conversation",
            conversation.id,
            to=sent.to,
            channel=code.channel,
        )
        if by.is_staff:
            _tell_her(conversation, by.name, sent)
        events.announce(VerificationMoved(conversation.id, conversation.customer_id))
    return sent


def tell_outcome(event: CodeTried) -> None:
    """The line among the messages; and where no bot says it, the words. In the transaction."""
    conversation = db.session.get_one(Conversation, event.conversation_id)
    if event.outcome == trying.PROVEN:
        leave(conversation, "proven", name=conversation.visitor_name)
    if conversation.status is Status.BOT and conversation.inbox.bot_on:
        return
    with speaking(conversation.language):
        words = _outcome_text(event.outcome, event.left)
    said = say(conversation.id, words, by=SYSTEM, client_key=f"code:{event.message_id}")
    conversation.bot_seq = max(conversation.bot_seq, said.seq)


def _may_ask(conversation: Conversation, by: Actor) -> None:
    if by.is_staff:
        owns = conversation.status is Status.OPEN and conversation.assignee_id == by.id
        if not owns and not by.may("conversations.assign"):
            raise NotYourConversation
    if conversation.verification is Verification.IDENTITY:
        raise AlreadyProven


def _issue(conversation: Conversation, number: str, by: Actor) -> OneTimeCode:
    """For a customer to what we have on file, whatever number is named."""
    if conversation.customer_id is not None:
        way = proof.way_to(conversation)
        if way is None:
            raise NoWayToProve
        about, reaches = conversation.customer_id, True
        channel, address = way.channel, way.address
    else:
        if not number.strip():
            raise NumberNeeded
        channel, address = "sms", msisdn.checked(number, conversation.market_code)
        _refuse_flooding_network(conversation.id)
        about = conversation.id
        reaches = proof.holder_of(address, conversation.market_code) is not None
    codes.refuse_flooded_address(address, proof.PURPOSE)
    return codes.issue(
        conversation.id,
        proof.PURPOSE,
        about,
        by=by,
        channel=channel,
        address=address,
        valid_for=proof.CODE_VALID_FOR,
        about="conversation",
        sent=reaches,
    )


def _refuse_flooding_network(conversation_id: UUID) -> None:
    """Counted over all talks that were opened in widgets from one network."""
    here = (
        select(WidgetSession.network)
        .where(WidgetSession.conversation_id == conversation_id, WidgetSession.network != "")
        .limit(1)
        .scalar_subquery()
    )
    talks = select(WidgetSession.conversation_id).where(WidgetSession.network == here)
    query = select(func.count()).where(
        OneTimeCode.owner_id.in_(talks),
        OneTimeCode.purpose == proof.PURPOSE,
        OneTimeCode.issued_at > clock.now() - timedelta(hours=1),
    )
    if (db.session.scalar(query) or 0) >= MOST_FROM_A_NETWORK:
        raise TooManyCodes


def _tell_her(conversation: Conversation, name: str, sent: Sent) -> None:
    with speaking(conversation.language):
        words = _(
            "%(name)s asks you to confirm that it is you. We have sent a code of six digits to "
            "%(to)s. Write it here within %(minutes)s minutes.",
            name=name,
            to=sent.to,
            minutes=sent.minutes,
        )
    say(conversation.id, words, by=SYSTEM, client_key=f"code-asked:{conversation.code_id}")


def _outcome_text(outcome: str, left: int) -> str:
    match outcome:
        case trying.PROVEN:
            return _("Thank you, now we know that it is you.")
        case trying.WRONG:
            return ngettext(
                "That code is not right. You have %(num)s try left.",
                "That code is not right. You have %(num)s tries left.",
                left,
            )
        case trying.MISTYPED:
            return _("The code has six digits. Write just them.")
        case trying.EXPIRED:
            return _("That code is no longer valid. We can send you a new one.")
        case _:
            return _("That code was wrong too often. We can send you a new one.")


def _minutes() -> int:
    return round(proof.CODE_VALID_FOR.total_seconds() / 60)
