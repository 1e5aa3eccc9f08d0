"""An agent asks the customer of a conversation to prove who she is, and sees how that stands."""

import pytest
from sqlalchemy import select

from app.conversations import proof
from app.conversations.models import Conversation, Message, Status, Verification
from app.conversations.service import beginning
from app.conversations.service.messages import say
from app.core import clock, db
from app.identity.models import OneTimeCode
from tests.api_bot.world import plans
from tests.factories.conversations import ConversationFactory
from tests.factories.subscriptions import line_with_plan


@pytest.fixture
def line(app):
    return line_with_plan(plans().plus)


@pytest.fixture
def ana(sign_in, line):
    return sign_in(name="Ana Ruiz", language="en", roles=["agent"])


def talk_of(ana, **more):
    talk = ConversationFactory(status=Status.OPEN, assignee_id=ana.staff_id, **more)
    return talk.id


def section(ana, talk, customer=""):
    path = f"/desk/conversations/{talk}/verification?customer={customer}"
    return ana.get(path)


def ask(ana, talk, **data):
    return ana.post(f"/desk/conversations/{talk}/verification", data=data)


def answers(talk, text):
    found = db.session.get_one(Conversation, talk, populate_existing=True)
    by = beginning.writer_of(found, None)
    return say(found.id, text, by=by, client_key=f"c{found.last_seq}")


def code_of(talk):
    found = db.session.get_one(Conversation, talk, populate_existing=True)
    return db.session.get_one(OneTimeCode, found.code_id, populate_existing=True)


def test_a_stranger_is_asked_by_the_number_she_names_and_becomes_the_customer(ana, line):
    number, customer_id, name = line.number, line.customer_id, line.customer.name
    talk = talk_of(ana, anonymous=True)
    before = section(ana, talk).get_data(as_text=True)

    asked = ask(ana, talk, number=number).get_data(as_text=True)
    code = code_of(talk).to_send
    told = db.session.scalars(select(Message.body).where(Message.conversation_id == talk)).all()
    answers(talk, code)
    panel = section(ana, talk)
    after = section(ana, talk, customer_id).get_data(as_text=True)

    assert "Ask the customer to verify" in before
    assert "Asked to verify" in asked
    assert "3 tries are left" in asked
    assert any("••••" + number[-4:] in each for each in told)
    assert code not in asked + after + str(told)
    # Now that she is known the whole panel is hers.
    assert panel.headers["HX-Retarget"] == "#customer"
    assert name in panel.get_data(as_text=True)
    assert "Verified until" in after
    assert "Ask the customer" not in after


def test_the_state_ends_by_itself_and_is_fetched_again_when_it_does(ana, line):
    talk = talk_of(ana, customer=line.customer, verification=Verification.NONE)
    customer_id = line.customer_id
    now = clock.now()
    with clock.moved_to(now):
        asked = ask(ana, talk).get_data(as_text=True)
    assert "load delay:601s" in asked
    with clock.moved_to(now + proof.CODE_VALID_FOR):
        late = section(ana, talk, customer_id).get_data(as_text=True)
    assert "Expired" in late
    assert "load delay" not in late


def test_three_wrong_codes_are_told(ana, line):
    talk, customer_id = talk_of(ana, anonymous=True), ""
    ask(ana, talk, number=line.number)
    wrong = f"{(int(code_of(talk).to_send) + 1) % 10**6:06d}"

    for _ in range(3):
        answers(talk, wrong)

    assert "three wrong codes" in section(ana, talk, customer_id).get_data(as_text=True)


def test_only_who_owns_the_talk_asks(sign_in, ana, line):
    talk = talk_of(ana, customer=line.customer, verification=Verification.NONE)
    other = sign_in(roles=["agent"])

    assert ask(other, talk).status_code == 404
    assert ask(ana, talk, number="x", customer_id="y").status_code == 400
    assert ask(ana, talk_of(ana, anonymous=True), number="nonsense").status_code == 400


def test_a_signed_customer_needs_no_code(ana, line):
    talk = talk_of(ana, customer=line.customer)

    assert "Signed in" in section(ana, talk, line.customer_id).get_data(as_text=True)
    assert ask(ana, talk).status_code == 409


def test_commands_warn_while_nobody_knows_who_writes(ana, line):
    line_id, customer = line.id, line.customer
    talk = talk_of(ana, customer=customer, verification=Verification.NONE)
    warning = "You do not know yet that it is the customer"

    unsure = ana.get(f"/desk/lines/{line_id}/service").get_data(as_text=True)
    found = db.session.get_one(Conversation, talk)
    found.verification = Verification.IDENTITY
    db.session.commit()
    sure = ana.get(f"/desk/lines/{line_id}/service").get_data(as_text=True)

    assert warning in unsure
    assert warning not in sure
