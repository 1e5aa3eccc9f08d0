"""Opening the widget: who is there, which conversation goes on, and the token for the rest."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.conversations import chat_settings, identity, queries
from app.conversations.chat_settings import Introduction
from app.conversations.errors import (
    BadIdentity,
    IntroductionNeeded,
    OriginNotAllowed,
    UnknownInbox,
    WidgetSessionEnded,
)
from app.conversations.events import CustomerIdentified
from app.conversations.models import (
    Conversation,
    Inbox,
    Verification,
    WidgetSession,
)
from app.conversations.service import activities, beginning
from app.core import clock, db, events, turns
from app.core.actor import SYSTEM, Actor
from app.core.secrets import keyed_hash, new_token, token_hash
from app.customers.models import Customer

ANONYMOUS_LIFE = timedelta(days=30)
VERIFIED_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Opened:
    """`token` is the browser's secret for this chat; `resumed` when an earlier talk goes on.
    `inbox` is the widget's, wherever the talk is held now."""

    token: str
    inbox: Inbox
    conversation: Conversation
    resumed: bool
    actor: Actor


@dataclass(frozen=True, slots=True)
class Visit:
    """Who a widget token speaks for, and the one conversation it is good for."""

    actor: Actor
    conversation_id: UUID
    inbox_id: UUID


def open_widget(
    inbox_key: str,
    *,
    identity_token: str | None,
    resume_token: str | None,
    language: str,
    origin: str | None,
    introduction: Introduction | None = None,
    network: str = "",
) -> Opened:
    """Start or go on with a conversation. `network` is where it is opened from.

    Raises UnknownInbox, OriginNotAllowed, BadIdentity, IntroductionNeeded; then nothing is written.
    """
    inbox = _inbox_for(inbox_key, origin)
    customer = _customer_for(inbox, identity_token)
    with db.transaction():
        visit = _live_session(inbox, resume_token, lock=True)
        if visit is not None and _goes_on(visit, customer):
            return _resume(inbox, visit, customer, resume_token or "")
        opened = _start(inbox, customer, language, introduction or Introduction())
        _note_network(opened, network)
        return opened


def visit_of(token: str) -> Visit:
    """Who holds this widget token. Raises WidgetSessionEnded for any token not good now."""
    query = (
        select(WidgetSession, Conversation, Customer)
        .join(Conversation, Conversation.id == WidgetSession.conversation_id)
        .outerjoin(Customer, Customer.id == WidgetSession.customer_id)
        .where(WidgetSession.token_hash == token_hash(token), WidgetSession.ended_at.is_(None))
    )
    row = db.session.execute(query).one_or_none()
    if row is None or not _is_live(row[0]):
        raise WidgetSessionEnded
    session, conversation, customer = row
    return Visit(beginning.writer_of(conversation, customer), conversation.id, session.inbox_id)


def introduce(conversation: Conversation, given: Introduction) -> None:
    """What a stranger says of herself. Joins the caller's transaction. Raises Invalid."""
    told = chat_settings.introduced(given)
    if conversation.customer_id is None:
        conversation.visitor_name = told.name or conversation.visitor_name
        conversation.visitor_email = told.email or conversation.visitor_email
    conversation.visitor_topic = told.topic or conversation.visitor_topic


def close_widget(token: str) -> None:
    """The browser forgets this chat, as on signing out of the site. Unknown tokens are fine."""
    with db.transaction():
        db.session.execute(
            update(WidgetSession)
            .where(WidgetSession.token_hash == token_hash(token), WidgetSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def _inbox_for(key: str, origin: str | None) -> Inbox:
    inbox = db.session.scalar(select(Inbox).where(Inbox.key == key, Inbox.channel == "webchat"))
    if inbox is None or not inbox.is_on:
        raise UnknownInbox
    if origin not in inbox.allowed_origins:
        raise OriginNotAllowed
    return inbox


def _customer_for(inbox: Inbox, identity_token: str | None) -> Customer | None:
    if not identity_token:
        return None
    signed = identity.read(identity_token, inbox_key=inbox.key, secret=inbox.secret)
    customer = db.session.scalar(
        select(Customer).where(
            Customer.reference == signed.reference, Customer.market_code == inbox.market_code
        )
    )
    if customer is None:
        raise BadIdentity
    return customer


def _live_session(inbox: Inbox, token: str | None, *, lock: bool) -> WidgetSession | None:
    if not token:
        return None
    query = select(WidgetSession).where(
        WidgetSession.token_hash == token_hash(token),
        WidgetSession.inbox_id == inbox.id,
        WidgetSession.ended_at.is_(None),
    )
    session = db.session.scalar(query.with_for_update() if lock else query)
    return session if session is not None and _is_live(session) else None


def _is_live(session: WidgetSession) -> bool:
    if session.verified_at is not None:
        return clock.now() - session.verified_at < VERIFIED_LIFE
    return clock.now() - session.created_at < ANONYMOUS_LIFE


def _note_network(opened: Opened, network: str) -> None:
    """For limits that hold over many talks; what is kept tells nobody the address."""
    if network:
        db.session.execute(
            update(WidgetSession)
            .where(WidgetSession.token_hash == token_hash(opened.token))
            .values(network=keyed_hash(f"network:{network}"))
        )


def _goes_on(session: WidgetSession, customer: Customer | None) -> bool:
    """Not for another customer, and not for a stranger after she signed out."""
    if session.customer_id is None:
        hers = db.session.get_one(Conversation, session.conversation_id).customer_id
        return customer is None or hers in {None, customer.id}
    return customer is not None and session.customer_id == customer.id


def _resume(inbox: Inbox, session: WidgetSession, customer: Customer | None, token: str) -> Opened:
    conversation = db.session.get_one(Conversation, session.conversation_id)
    if customer is not None and session.customer_id is None:
        token = _sign_in(session, conversation, customer)
    elif customer is not None:
        session.verified_at = clock.now()
    actor = beginning.writer_of(conversation, customer)
    return Opened(token, inbox, conversation, True, actor)


def _sign_in(session: WidgetSession, conversation: Conversation, customer: Customer) -> str:
    """The anonymous talk becomes the customer's; the browser gets a new token for it."""
    session.ended_at = clock.now()
    conversation.customer_id = customer.id
    conversation.verification = Verification.IDENTITY
    conversation.visitor_name = customer.name
    audit.record(
        SYSTEM, "conversation.identified", "conversation", conversation.id, customer_id=customer.id
    )
    activities.leave(conversation, "identified", name=customer.name)
    events.announce(
        CustomerIdentified(conversation.id, customer.id, conversation.market_code, clock.now())
    )
    inbox = db.session.get_one(Inbox, session.inbox_id)
    return _new_session(inbox, conversation, customer)


def _start(
    inbox: Inbox, customer: Customer | None, language: str, introduction: Introduction
) -> Opened:
    """A signed-in customer finds her unfinished talk again, from whatever browser, and has one also
    when several windows open at once."""
    if customer is not None:
        turns.take_turn(f"widget:{inbox.id}:{customer.id}")
    conversation = queries.unfinished_of(customer.id, inbox.id) if customer else None
    resumed = conversation is not None
    if conversation is None:
        conversation = _new_conversation(inbox, customer, language, introduction)
    token = _new_session(inbox, conversation, customer)
    actor = beginning.writer_of(conversation, customer)
    return Opened(token, inbox, conversation, resumed, actor)


def _new_conversation(
    inbox: Inbox, customer: Customer | None, language: str, introduction: Introduction
) -> Conversation:
    missing = chat_settings.missing(chat_settings.read(inbox.chat), introduction)
    if customer is None and missing:
        raise IntroductionNeeded(field=missing)
    sure = Verification.IDENTITY if customer else Verification.NONE
    conversation = beginning.begin(inbox, customer, verification=sure, language=language)
    introduce(conversation, introduction)
    return conversation


def _new_session(inbox: Inbox, conversation: Conversation, customer: Customer | None) -> str:
    token = new_token()
    db.session.add(
        WidgetSession(
            token_hash=token_hash(token),
            inbox_id=inbox.id,
            visitor_id=conversation.visitor_id,
            customer_id=customer.id if customer else None,
            conversation_id=conversation.id,
            created_at=clock.now(),
            verified_at=clock.now() if customer else None,
        )
    )
    return token
