"""Proving who one is inside a conversation: by a code, in time, once, and without telling others
whose number is whose."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.conversations import access, proof
from app.conversations.errors import AlreadyProven, NoWayToProve, NumberNeeded
from app.conversations.models import (
    Conversation,
    Message,
    MessageKind,
    Verification,
    WidgetSession,
)
from app.conversations.proof import State
from app.conversations.service import beginning, handover, proving
from app.conversations.service.hearing import next_heard
from app.conversations.service.messages import say
from app.conversations.service.moving import move
from app.conversations.typed_codes import typed
from app.core import clock, db, events
from app.core.actor import BOT, SYSTEM
from app.identity.errors import TooManyCodes
from app.identity.models import OneTimeCode
from app.subscriptions.errors import BadNumber
from app.tickets import queries as tickets
from app.wiring.reactions import IN_TRANSACTION
from tests.api_bot.world import plans
from tests.factories.conversations import ConversationFactory, InboxFactory
from tests.factories.customers import CustomerFactory
from tests.factories.subscriptions import line_with_plan
from tests.statements import statements

UNKNOWN = "+525599990000"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("12-34-56", "123456"),
        ("es 123456", "123456"),
        ("Mi código es el 123456, gracias", "123456"),
        ("my code is 1 2 3 4 5 6", "123456"),
        ("uno dos tres cuatro cinco seis", "123456"),
        ("one, two, three, four, five, six", "123456"),
        ("um dois três quatro cinco meia", "123456"),
        ("é um dois três quatro cinco e seis", "123456"),
        ("１２３４５６", "123456"),
        ("١٢٣٤٥٦", "123456"),
    ],
)
def test_a_code_is_read_in_any_form_and_nothing_of_it_is_kept(text, code):
    read = typed(text)

    assert read.code == code
    assert typed(read.covered) is None
    assert not any(sign.isdecimal() for sign in read.covered)


@pytest.mark.parametrize("text", ["12345", "1234567", "1234"])
def test_a_mistyped_code_is_covered_too(text):
    assert typed(text).code is None
    assert "1" not in typed(text).covered


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "no me llegó",
        "quiero el plan de 20 gigas",
        "preciso de um código",
        "mi número es 55 1234 5678",
        "debo 1234 y pagué 56",
        "",
        "1" * 200,
    ],
)
def test_what_is_about_something_else_is_no_code(text):
    assert typed(text) is None


@given(st.text(max_size=150))
def test_anything_can_be_looked_at(text):
    read = typed(text)
    assert read is None or read.code is None or (len(read.code) == 6 and read.code.isdecimal())


@pytest.fixture
def heard(database):
    """What happens in transactions happens; what is announced is kept."""
    before = events._tables
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    yield
    events._tables = before


@pytest.fixture
def hers(heard):
    """Valeria, who has a line, and a stranger who says in the chat that it is hers."""
    line = line_with_plan(plans().plus)
    talk = ConversationFactory(anonymous=True)
    return SimpleNamespace(line=line, customer=line.customer, talk=talk)


def writes(talk, text, key=None):
    conversation = fresh(talk)
    by = beginning.writer_of(conversation, None)
    if conversation.address:
        by = beginning.writer_of(conversation, conversation.customer)
    key = key or f"k{conversation.last_seq}"
    return say(conversation.id, text, by=by, client_key=key)


def fresh(talk):
    return db.session.get_one(Conversation, talk.id, populate_existing=True)


def code_of(talk):
    return db.session.get_one(OneTimeCode, fresh(talk).code_id, populate_existing=True)


def wrong(talk):
    right = code_of(talk).to_send or "000000"
    return f"{(int(right) + 1) % 10**6:06d}"


def outcome(message):
    return message.extra["code"]["outcome"], message.extra["code"]["left"]


def test_whoever_gets_the_code_is_the_customer_from_then_on(hers):
    sent = proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
    assert (sent.to, sent.minutes, sent.tries) == ("••••" + hers.line.number[-4:], 10, 3)
    assert proof.standing_of(fresh(hers.talk)).state is State.ASKED
    assert code_of(hers.talk).address == hers.line.number

    said = writes(hers.talk, f"es {code_of(hers.talk).to_send}")

    talk = fresh(hers.talk)
    assert outcome(said) == ("proven", 2)
    assert (talk.customer_id, talk.verification) == (hers.customer.id, Verification.IDENTITY)
    assert talk.known_by is Verification.NONE
    assert proof.standing_of(talk).state is State.PROVEN
    assert access.may_see(beginning.writer_of(talk, hers.customer), talk)
    heard = next_heard(talk.id, said.seq - 1)
    assert (heard.text, heard.last.seq) == ('/code_given{"outcome": "proven", "left": 2}', said.seq)


def test_nothing_of_the_code_is_stored(hers):
    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
    code = code_of(hers.talk).to_send

    writes(hers.talk, f"my code is {code[:3]} {code[3:]}")

    query = select(Message).where(Message.conversation_id == hers.talk.id).order_by(Message.seq)
    said = db.session.scalars(query).all()
    trail = db.session.scalars(select(AuditEntry)).all()
    assert said[0].body == "my code is ••• •••"
    everything = str([(each.body, each.extra) for each in said] + [each.changes for each in trail])
    assert code not in everything
    assert {each.action for each in trail} >= {
        "conversation.code_asked",
        "conversation.proven",
        "conversation.identified",
    }
    assert [each.extra.get("activity") for each in said if each.kind is MessageKind.ACTIVITY] == [
        "proven"
    ]


def test_three_wrong_ones_and_the_right_one_is_worth_nothing(hers):
    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
    right = code_of(hers.talk).to_send

    tried = [outcome(writes(hers.talk, wrong(hers.talk))) for _ in range(3)]
    after = writes(hers.talk, right)

    assert tried == [("wrong", 2), ("wrong", 1), ("failed", 0)]
    assert "code" not in after.extra
    assert fresh(hers.talk).verification is Verification.NONE
    assert proof.standing_of(fresh(hers.talk)).state is State.FAILED


def test_a_repeated_message_is_one_try(hers):
    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)

    for _ in range(5):
        said = writes(hers.talk, wrong(hers.talk), key="same")

    assert outcome(said) == ("wrong", 2)
    assert code_of(hers.talk).tries == 1


def test_a_code_is_good_for_ten_minutes(hers):
    now = clock.now()
    with clock.moved_to(now):
        proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
        code = code_of(hers.talk).to_send
    with clock.moved_to(now + proof.CODE_VALID_FOR):
        assert outcome(writes(hers.talk, code)) == ("expired", 3)
    assert fresh(hers.talk).customer_id is None


def test_a_moment_before_it_is_still_good(hers):
    now = clock.now()
    with clock.moved_to(now):
        proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
        code = code_of(hers.talk).to_send
    with clock.moved_to(now + proof.CODE_VALID_FOR - timedelta(seconds=1)):
        assert outcome(writes(hers.talk, code))[0] == "proven"


def test_a_code_is_good_once_and_in_its_own_conversation(hers):
    other = ConversationFactory(anonymous=True)
    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
    proving.ask(other.id, by=BOT, number=hers.line.number)
    mine, others = code_of(hers.talk).to_send, code_of(other).to_send

    if mine != others:
        assert outcome(writes(hers.talk, others))[0] == "wrong"
    assert outcome(writes(hers.talk, mine))[0] == "proven"
    again = writes(hers.talk, mine)

    assert "code" not in again.extra
    assert fresh(other).customer_id is None


def test_a_new_code_ends_the_one_before(hers):
    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
    former = code_of(hers.talk).to_send
    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)

    if former != code_of(hers.talk).to_send:
        assert outcome(writes(hers.talk, former)) == ("wrong", 2)


def test_what_is_proven_ends_after_half_an_hour(hers):
    now = clock.now()
    with clock.moved_to(now):
        proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
        writes(hers.talk, code_of(hers.talk).to_send)
    with clock.moved_to(now + proof.PROVEN_FOR - timedelta(seconds=1)):
        assert fresh(hers.talk).verification is Verification.IDENTITY
        assert _in_sql(hers.talk) is Verification.IDENTITY
    with clock.moved_to(now + proof.PROVEN_FOR):
        talk = fresh(hers.talk)
        assert (talk.verification, talk.customer_id) == (Verification.NONE, hers.customer.id)
        assert _in_sql(hers.talk) is Verification.NONE
        assert proof.standing_of(talk).state is State.EXPIRED
        # And may be proven anew, now to what is on file.
        assert proving.ask(hers.talk.id, by=BOT).to == "••••" + hers.customer.phone[-4:]


def _in_sql(talk):
    return db.session.scalar(select(Conversation.verification).where(Conversation.id == talk.id))


def test_a_signed_identity_lives_as_it_did(heard):
    talk = ConversationFactory()

    with pytest.raises(AlreadyProven):
        proving.ask(talk.id, by=BOT)
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert fresh(talk).verification is Verification.IDENTITY


def test_an_unknown_number_is_answered_as_a_known_one_and_gets_nothing(hers):
    known = proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
    other = ConversationFactory(anonymous=True)
    unknown = proving.ask(other.id, by=BOT, number=UNKNOWN)

    assert (known.minutes, known.tries) == (unknown.minutes, unknown.tries)
    assert unknown.to == "••••0000"
    assert code_of(other).to_send is None
    for guess in ("000000", "111111", "222222"):
        assert outcome(writes(other, guess))[0] in {"wrong", "failed"}
    assert fresh(other).customer_id is None


def test_a_known_and_an_unknown_number_cost_the_same_work(hers, session):
    other = ConversationFactory(anonymous=True)
    ids, number = (hers.talk.id, other.id), hers.line.number

    with statements(session) as for_known:
        proving.ask(ids[0], by=BOT, number=number)
    with statements(session) as for_unknown:
        proving.ask(ids[1], by=BOT, number=UNKNOWN)

    assert [each[:40] for each in for_known] == [each[:40] for each in for_unknown]
    assert len(for_known) > 5


def test_a_number_whose_sim_is_gone_gets_nothing(hers, monkeypatch):
    monkeypatch.setattr(proof.lines, "is_missing", lambda number: True)

    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)

    assert code_of(hers.talk).to_send is None


def test_the_number_that_is_named_never_moves_a_known_customers_code(heard):
    talk = ConversationFactory(verification=Verification.NONE)

    proving.ask(talk.id, by=BOT, number=UNKNOWN)

    assert code_of(talk).address in {talk.customer.phone, talk.customer.email}


def test_nonsense_is_no_number(hers):
    for number in ("", "   "):
        with pytest.raises(NumberNeeded):
            proving.ask(hers.talk.id, by=BOT, number=number)
    for number in ("abc", "+4915112345678", "1" * 500, "'; DROP TABLE customer"):
        with pytest.raises(BadNumber):
            proving.ask(hers.talk.id, by=BOT, number=number)


def test_neither_a_talk_nor_a_number_nor_a_network_is_flooded(hers):
    for _ in range(6):
        proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
    with pytest.raises(TooManyCodes):
        proving.ask(hers.talk.id, by=BOT, number=UNKNOWN)
    with pytest.raises(TooManyCodes):
        proving.ask(ConversationFactory(anonymous=True).id, by=BOT, number=hers.line.number)

    talks = [ConversationFactory(anonymous=True) for _ in range(proving.MOST_FROM_A_NETWORK + 1)]
    for talk in talks:
        _opened_from("the same network", talk)
    for place, talk in enumerate(talks[:-1]):
        proving.ask(talk.id, by=BOT, number=f"+5255{70000000 + place}")
    with pytest.raises(TooManyCodes):
        proving.ask(talks[-1].id, by=BOT, number="+525588880000")


def _opened_from(network, talk):
    db.session.add(
        WidgetSession(
            token_hash=str(talk.id),
            inbox_id=talk.inbox_id,
            visitor_id=talk.visitor_id,
            conversation_id=talk.id,
            created_at=clock.now(),
            network=network,
        )
    )
    db.session.flush()


def phone_talk(customer, number, channel="whatsapp"):
    inbox = InboxFactory(channel=channel, provider="fake", address="+525500000000")
    return ConversationFactory(
        inbox=inbox,
        channel=channel,
        customer=customer,
        address=number,
        verification=Verification.ADDRESS,
    )


def test_from_the_telephone_itself_the_code_goes_another_way_where_there_is_one(hers):
    number = hers.customer.phone
    talk = phone_talk(hers.customer, number)

    proving.ask(talk.id, by=BOT)
    writes(talk, code_of(talk).to_send)

    assert code_of(talk).channel == "email"
    assert fresh(talk).verification is Verification.IDENTITY


def test_a_code_to_the_very_telephone_is_not_enough_for_money(hers):
    hers.customer.email = ""
    talk = phone_talk(hers.customer, hers.customer.phone)

    proving.ask(talk.id, by=BOT)
    writes(talk, code_of(talk).to_send)

    sure = fresh(talk).verification
    assert sure is Verification.PRESENT
    assert (sure.covers(Verification.ADDRESS), sure.covers(Verification.IDENTITY)) == (True, False)
    assert proof.missing(fresh(talk), Verification.IDENTITY)["needs"] == "sign_in"


def test_a_dead_customer_proves_nothing(heard):
    talk = ConversationFactory(
        customer=CustomerFactory(deceased_at=clock.now()), verification=Verification.NONE
    )
    with pytest.raises(NoWayToProve):
        proving.ask(talk.id, by=BOT)


def test_what_is_proven_does_not_move_with_the_talk(hers):
    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)
    writes(hers.talk, code_of(hers.talk).to_send)
    mail = InboxFactory(channel="email", provider="fake", address="care@aurora.example")

    with db.transaction():
        move(fresh(hers.talk), mail, "somebody@elsewhere.example", by=SYSTEM)

    assert fresh(hers.talk).verification is Verification.NONE


def test_where_a_person_has_the_talk_the_words_come_from_us(hers):
    handover.hand_over(
        hers.talk.id, by=BOT, reason="asked", intent="talk_to_agent", topic="other",
        slots={}, tried=[], summary="",
    )  # fmt: skip
    proving.ask(hers.talk.id, by=BOT, number=hers.line.number)

    writes(hers.talk, wrong(hers.talk))
    writes(hers.talk, code_of(hers.talk).to_send)

    said = select(Message.body).where(
        Message.conversation_id == hers.talk.id,
        Message.author == "system",
        Message.kind == MessageKind.TEXT,
    )
    assert len(db.session.scalars(said).all()) == 2
    db.session.expire_all()
    assert tickets.of_conversation(hers.talk.id).customer_id == hers.customer.id
