"""A code that somebody has written into her conversation: right once, and then she is known."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update

from app.audit import service as audit
from app.conversations import proof
from app.conversations.events import CodeTried, CustomerIdentified, VerificationMoved
from app.conversations.models import Conversation, Message, Verification, WidgetSession
from app.core import clock, db, events
from app.core.actor import Actor
from app.customers.models import Customer
from app.identity import codes
from app.identity.errors import WrongCode
from app.identity.models import OneTimeCode

# What came of a try. The bot is told this, and never the code.
PROVEN, WRONG, FAILED, EXPIRED, MISTYPED = "proven", "wrong", "failed", "expired", "mistyped"


@dataclass(frozen=True, slots=True)
class Try:
    """`left` are the tries that remain."""

    outcome: str
    left: int


def take(message: Message, code: str | None, *, by: Actor) -> None:
    """Try it, note with the message what came of it, and announce it. Joins the transaction that
    said the message and holds the conversation's row, so tries come one after the other."""
    db.session.flush()  # what was changed before is part of what is read here
    conversation = db.session.get_one(Conversation, message.conversation_id, populate_existing=True)
    tried = give(conversation, code, by=by)
    message.extra = {**message.extra, "code": {"outcome": tried.outcome, "left": tried.left}}
    events.announce(CodeTried(conversation.id, message.id, tried.outcome, tried.left))


def is_awaited(conversation: Conversation) -> bool:
    return conversation.code_due is not None and clock.now() < conversation.code_due


def give(conversation: Conversation, code: str | None, *, by: Actor) -> Try:
    """A try at the code that the conversation waits for; None is one that was mistyped. Joins the
    transaction that holds the conversation's row."""
    sent = db.session.get_one(OneTimeCode, conversation.code_id, populate_existing=True)
    outcome = _tried(conversation, sent, code, by)
    db.session.refresh(sent)
    left = max(0, proof.TRIES - sent.tries)
    if outcome == WRONG and not left:
        outcome = FAILED
    if outcome in {PROVEN, FAILED, EXPIRED}:
        conversation.code_due = None
    if outcome not in {PROVEN, MISTYPED}:
        audit.record(
            by, "conversation.code_failed", "conversation", conversation.id, outcome=outcome
        )
    events.announce(VerificationMoved(conversation.id, conversation.customer_id))
    return Try(outcome, left)


def _tried(conversation: Conversation, sent: OneTimeCode, code: str | None, by: Actor) -> str:
    if sent.expires_at <= clock.now():
        return EXPIRED
    if code is None:
        return MISTYPED
    try:
        codes.attempt(
            sent.id,
            code,
            owner_id=conversation.id,
            purpose=proof.PURPOSE,
            object_id=sent.object_id,
            tries=proof.TRIES,
        )
        customer = _customer_of(conversation, sent)
        codes.spend(sent.id)
    except WrongCode:
        return WRONG
    _prove(conversation, customer, sent, by)
    return PROVEN


def _customer_of(conversation: Conversation, sent: OneTimeCode) -> Customer:
    """Whom the code was for. A number may have changed hands, or the talk been found to be
    somebody else's, since it left. Raises WrongCode."""
    if sent.object_id == conversation.id:
        found = proof.holder_of(sent.address, conversation.market_code)
    else:
        found = db.session.get(Customer, sent.object_id)
    if found is None or conversation.customer_id not in {None, found.id}:
        raise WrongCode
    return found


def _prove(conversation: Conversation, customer: Customer, sent: OneTimeCode, by: Actor) -> None:
    is_new = conversation.customer_id is None
    conversation.customer_id, conversation.customer = customer.id, customer
    conversation.visitor_name = customer.name
    conversation.proven_as = _proven_as(conversation, sent)
    conversation.proven_until = clock.now() + proof.PROVEN_FOR
    _shorten_widgets(conversation.id)
    audit.record(
        by,
        "conversation.proven",
        "conversation",
        conversation.id,
        customer_id=customer.id,
        by_code=sent.channel,
        sureness=conversation.proven_as,
        until=conversation.proven_until,
    )
    if is_new:
        audit.record(
            by, "conversation.identified", "conversation", conversation.id, customer_id=customer.id
        )
        events.announce(
            CustomerIdentified(conversation.id, customer.id, conversation.market_code, clock.now())
        )


def _proven_as(conversation: Conversation, sent: OneTimeCode) -> Verification:
    """It may be written by another way than was thought when it left."""
    here = proof.is_here(conversation, sent.channel, sent.address)
    return Verification.PRESENT if here else Verification.IDENTITY


def _shorten_widgets(conversation_id: UUID) -> None:
    """A browser that shows a customer's figures is trusted no longer than one she signed in at."""
    db.session.execute(
        update(WidgetSession)
        .where(
            WidgetSession.conversation_id == conversation_id,
            WidgetSession.verified_at.is_(None),
            WidgetSession.ended_at.is_(None),
        )
        .values(verified_at=clock.now())
    )
