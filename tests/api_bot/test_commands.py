import pytest

from app.conversations.models import Status
from app.core import clock
from app.tickets import queries as tickets
from tests.api_bot.world import NOW, valeria
from tests.factories.conversations import ConversationFactory

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


def test_nothing_to_pay_is_said(door):
    answer = door(valeria().talk).post("payment-link", invoice_number=None)

    assert (answer.status_code, answer.json["code"]) == (409, "nothing_to_pay")


def handover(**more):
    return {
        "intent": "dispute_charge",
        "topic": "billing",
        "reason": "asked",
        "slots": {"amount": "299"},
        "tried": ["view_bill"],
        "summary": "Charged twice.",
        **more,
    }


def test_a_handover_gives_the_tickets_number_and_place(door):
    hers = valeria()
    asking = door(hers.talk)

    told = asking.post("handover", **handover()).json
    again = asking.post("handover", **handover(summary="Other")).json

    ticket = tickets.of_conversation(hers.talk.id)
    place = {"ticket": ticket.reference, "position": 1}
    assert told == {**place, "is_open": True, "wait_text": None}
    assert again == told
    assert (ticket.summary, ticket.topic) == ("Charged twice.", "billing")
    assert hers.talk.status is Status.WAITING


def test_an_anonymous_visitor_reaches_a_person_too(door):
    talk = ConversationFactory(anonymous=True)

    answer = door(talk).post("handover", **handover())

    assert answer.status_code == 200


def test_a_person_who_has_it_is_not_disturbed(door):
    answer = door(ConversationFactory(open=True)).post("handover", **handover())

    assert (answer.status_code, answer.json["code"]) == (409, "conversation_not_with_bot")


@pytest.mark.parametrize(
    "odd",
    [
        {"summary": "NUL \x00 and \x1b"},
        {"slots": {"\x00": "\x00", "deep": {"a": ["\ud800"]}}},
        {"topic": "\x00", "reason": "whatever", "intent": ""},
    ],
)
def test_odd_words_of_the_bot_do_not_keep_anybody_from_a_person(door, odd):
    talk = valeria().talk

    answer = door(talk).post("handover", **handover(**odd))

    assert answer.status_code == 200
    assert talk.status is Status.WAITING


def test_a_bill_that_is_not_hers_cannot_be_paid(door):
    answer = door(valeria().talk).post("payment-link", invoice_number="INV-MX-2026-999999")

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
