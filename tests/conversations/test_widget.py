from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.conversations import identity
from app.conversations.errors import (
    BadIdentity,
    OriginNotAllowed,
    UnknownInbox,
    WidgetSessionEnded,
)
from app.conversations.events import ConversationStarted, CustomerIdentified
from app.conversations.models import Conversation, Status, Verification, WidgetSession
from app.conversations.service import chat
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import Kind
from tests.factories.conversations import SITE, InboxFactory, signed_identity
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")


def open_widget(inbox, customer=None, *, resume=None, origin=SITE, token=None):
    return chat.open_widget(
        inbox.key,
        identity_token=signed_identity(inbox, customer) if customer else token,
        resume_token=resume,
        language="pt",
        origin=origin,
    )


def test_a_visitor_starts_an_anonymous_conversation_with_the_bot():
    with heard(ConversationStarted) as said:
        opened = open_widget(InboxFactory())

    conversation = opened.conversation
    assert not opened.resumed
    assert opened.actor.kind is Kind.VISITOR
    assert (conversation.status, conversation.verification) == (Status.BOT, Verification.NONE)
    assert conversation.language == "pt"
    assert [each.conversation_id for each in said] == [conversation.id]


def test_the_token_brings_the_browser_back_and_is_not_stored():
    inbox = InboxFactory()
    first = open_widget(inbox)

    again = open_widget(inbox, resume=first.token)

    assert (again.resumed, again.conversation.id) == (True, first.conversation.id)
    assert chat.visit_of(first.token).conversation_id == first.conversation.id
    stored = db.session.scalars(select(WidgetSession.token_hash)).one()
    assert first.token not in stored


def test_signing_in_keeps_the_conversation_and_changes_the_token():
    inbox, customer = InboxFactory(), CustomerFactory()
    anonymous = open_widget(inbox)
    say(anonymous.conversation.id, "Hola", by=anonymous.actor, client_key="a")

    with heard(CustomerIdentified) as said:
        signed_in = open_widget(inbox, customer, resume=anonymous.token)

    conversation = signed_in.conversation
    assert conversation.id == anonymous.conversation.id
    assert (conversation.customer_id, conversation.verification) == (customer.id, "identity")
    assert (signed_in.actor.kind, signed_in.actor.id) == (Kind.CUSTOMER, customer.id)
    assert len(said) == 1
    assert conversation.last_seq == 2
    with pytest.raises(WidgetSessionEnded):
        chat.visit_of(anonymous.token)


def test_a_customer_finds_her_unfinished_talk_in_another_browser():
    inbox, customer = InboxFactory(), CustomerFactory()
    laptop = open_widget(inbox, customer)

    phone = open_widget(inbox, customer)

    assert (phone.resumed, phone.conversation.id) == (True, laptop.conversation.id)
    assert phone.token != laptop.token


@pytest.mark.parametrize("next_one", ["another customer", "nobody"])
def test_a_shared_computer_does_not_show_the_last_customers_talk(next_one):
    inbox = InboxFactory()
    hers = open_widget(inbox, CustomerFactory())
    customer = CustomerFactory() if next_one == "another customer" else None

    after = open_widget(inbox, customer, resume=hers.token)

    assert not after.resumed
    assert after.conversation.id != hers.conversation.id


def test_a_token_of_another_inbox_starts_anew():
    first = open_widget(InboxFactory())

    other = open_widget(InboxFactory(), resume=first.token)

    assert other.conversation.id != first.conversation.id


FORGED = {
    "another key": lambda now: {"secret": "x" * 48},
    "no signature": lambda now: {"algorithm": "none"},
    "another algorithm": lambda now: {"algorithm": "HS512"},
    "another audience": lambda now: {"aud": "api"},
    "another issuer": lambda now: {"iss": "another-inbox"},
    "unknown customer": lambda now: {"sub": "C-000000"},
    "a number for a name": lambda now: {"sub": 7},
    "expired": lambda now: {"iat": now - 200, "exp": now - 1},
    "lives too long": lambda now: {"iat": now, "exp": now + 301},
    "too old": lambda now: {"iat": now - 600, "exp": now - 300},
    "from the future": lambda now: {"iat": now + 600, "exp": now + 700},
    "odd time": lambda now: {"exp": 10**400},
    "time in words": lambda now: {"iat": "now"},
}


@pytest.mark.parametrize("changes", [pytest.param(each, id=why) for why, each in FORGED.items()])
def test_a_forged_identity_is_refused_and_nothing_is_written(changes):
    inbox, customer = InboxFactory(), CustomerFactory()
    token = signed_identity(inbox, customer, **changes(int(clock.now().timestamp())))

    with pytest.raises(BadIdentity):
        open_widget(inbox, token=token)

    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 0


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "x" * 5000, "é.é.é"])
def test_what_is_no_identity_at_all_is_refused(token):
    with pytest.raises(BadIdentity):
        open_widget(InboxFactory(), token=token)


def test_a_customer_of_another_market_is_not_known_here():
    brazil = MarketFactory(brazil=True)

    with pytest.raises(BadIdentity):
        open_widget(InboxFactory(), CustomerFactory(market=brazil))


def test_an_identity_is_good_for_five_minutes():
    inbox, customer = InboxFactory(), CustomerFactory()
    token = signed_identity(inbox, customer)

    with clock.moved_to(clock.now() + timedelta(minutes=6)), pytest.raises(BadIdentity):
        identity.read(token, inbox_key=inbox.key, secret=inbox.secret)


@pytest.mark.parametrize("origin", [None, "", "https://evil.example", f"{SITE}.evil.example"])
def test_only_the_operators_sites_open_the_chat(origin):
    with pytest.raises(OriginNotAllowed):
        open_widget(InboxFactory(), origin=origin)


def test_an_unknown_inbox_is_refused():
    with pytest.raises(UnknownInbox):
        open_widget(InboxFactory.build(key="nothing"))


@pytest.mark.parametrize(("signed_in", "hours"), [(True, 12), (False, 30 * 24)])
def test_a_chat_ends_after_its_time(signed_in, hours):
    opened = open_widget(InboxFactory(), CustomerFactory() if signed_in else None)
    end = clock.now() + timedelta(hours=hours)

    with clock.moved_to(end - timedelta(minutes=1)):
        assert chat.visit_of(opened.token).conversation_id == opened.conversation.id
    with clock.moved_to(end + timedelta(minutes=1)), pytest.raises(WidgetSessionEnded):
        chat.visit_of(opened.token)


def test_a_closed_chat_is_over():
    opened = open_widget(InboxFactory())

    chat.close_widget(opened.token)

    with pytest.raises(WidgetSessionEnded):
        chat.visit_of(opened.token)
