from datetime import timedelta

import pytest

from app.billing import listeners as billing
from app.conversations.models import Status
from app.core import clock, events
from app.subscriptions.events import PlanChanged
from app.subscriptions.queries import current_plan, lines_of
from app.tickets import queries as tickets
from app.usage import listeners as usage
from tests.api_bot.world import NOW, plans, prepaid_line, valeria
from tests.factories.conversations import ConversationFactory

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def plan_changes_count():
    """Usage and billing hear of plan changes, as they do in the application."""
    tables = events._tables
    before = tables.in_transaction
    tables.in_transaction = {
        **before,
        PlanChanged: [usage.plan_changed, billing.charge_plan_change],
    }
    yield
    tables.in_transaction = before


def plan_of(customer):
    return current_plan(lines_of(customer.account.customer_id)[0]).version.offer.code


def test_a_plan_changes_after_a_quote_and_once(door, plan_changes_count):
    offered = plans()
    hers = valeria(offered.plus, number="+525512345678")
    asking = door(hers.talk, "en")

    quote = asking.post(
        "plan-change/quote", line_id=str(hers.line.id), offer_code="max-unlimited"
    ).json
    assert plan_of(hers) == "plus-20gb"
    done = asking.post("plan-change", quote_id=quote["quote_id"])
    again = asking.post("plan-change", quote_id=quote["quote_id"])

    assert (quote["plan"], quote["price_text"]) == ("Max Unlimited", "MX$499.00")
    assert quote["starts_on_text"] == "today"
    assert quote["net_text"] in quote["sentence"]
    assert "MX$499.00" in quote["sentence"]
    assert done.json == again.json
    assert done.json["sentence"] == "55 1234 5678 has Max Unlimited from today."
    assert plan_of(hers) == "max-unlimited"
    subscriptions = lines_of(hers.account.customer_id)[0].subscriptions
    assert len(subscriptions) == 2


@pytest.mark.parametrize(
    ("offer_code", "status", "code"),
    [
        ("plus-20gb", 409, "same_plan"),
        ("nothing-like-it", 404, "offer_not_available"),
        ("starter-pre", 404, "offer_not_available"),
    ],
)
def test_what_cannot_be_quoted(door, offer_code, status, code):
    hers = valeria(plans().plus)
    prepaid_line(hers)

    answer = door(hers.talk).post(
        "plan-change/quote", line_id=str(hers.line.id), offer_code=offer_code
    )

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_quote_expires(door):
    hers = valeria(plans().plus)
    asking = door(hers.talk)
    quote = asking.post(
        "plan-change/quote", line_id=str(hers.line.id), offer_code="max-unlimited"
    ).json

    with clock.moved_to(NOW + timedelta(minutes=31)):
        answer = asking.post("plan-change", quote_id=quote["quote_id"])

    assert (answer.status_code, answer.json["code"]) == (409, "quote_expired")
    assert plan_of(hers) == "plus-20gb"


def test_anothers_quote_and_line_are_not_found(door):
    offered = plans()
    hers, strangers = valeria(offered.plus), valeria(offered.plus)
    quote = door(strangers.talk).post(
        "plan-change/quote", line_id=str(strangers.line.id), offer_code="max-unlimited"
    )

    taken = door(hers.talk).post("plan-change", quote_id=quote.json["quote_id"])
    asked = door(hers.talk).post(
        "plan-change/quote", line_id=str(strangers.line.id), offer_code="max-unlimited"
    )

    assert (taken.status_code, asked.status_code) == (404, 404)
    assert plan_of(strangers) == "plus-20gb"


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
    assert told == {"ticket": ticket.reference, "position": 1, "wait_text": None}
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
