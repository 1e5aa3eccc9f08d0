from datetime import date
from decimal import Decimal

import pytest

from app.billing.models import InvoiceStatus
from app.catalog.models import Mode, Service
from app.core import clock, db
from tests.api_bot.world import (
    NOW,
    plan,
    plans,
    prepaid_line,
    valeria,
    with_buckets,
    with_invoice,
)
from tests.factories.catalog import GIB
from tests.factories.conversations import ConversationFactory
from tests.factories.tickets import TicketFactory
from tests.factories.usage import BucketFactory

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


def test_who_she_is_and_what_she_has(door):
    hers = valeria(number="+525512345678")

    told = door(hers.talk).get("context").json

    assert told == {
        "conversation_id": str(hers.talk.id),
        "language": "es",
        "market": "MX",
        "currency": "MXN",
        "tax_text": "El precio ya incluye IVA.",
        "verified": True,
        "customer": {"id": str(hers.account.customer_id), "first_name": "Valeria"},
        "lines": [
            {
                "id": str(hers.line.id),
                "label": "55 1234 5678",
                "msisdn": "+525512345678",
                "service": "mobile",
                "mode": "postpaid",
                "status": "active",
                "plan": {"code": "plus-20gb", "name": "Plus 20GB"},
            }
        ],
    }


def test_of_a_visitor_nothing_is_known(door):
    told = door(ConversationFactory(anonymous=True)).get("context").json

    assert (told["verified"], told["customer"], told["lines"]) == (False, None, [])


@pytest.mark.parametrize(
    ("language", "amount_text", "date_text"),
    [
        ("es", "$152.40", "20 de diciembre de 2026"),
        ("pt", "MX$\xa0152,40", "20 de dezembro de 2026"),
        ("en", "MX$152.40", "December 20, 2026"),
    ],
)
def test_prepaid_credit_is_said_in_her_language(door, language, amount_text, date_text):
    hers = valeria()
    line = prepaid_line(hers, number="+525587654321")

    told = door(hers.talk, language).get("balance", line_id=str(line.id)).json

    assert told == {
        "mode": "prepaid",
        "line_id": str(line.id),
        "label": "55 8765 4321",
        "currency": "MXN",
        "amount": "152.40",
        "amount_text": amount_text,
        "expires_on": "2026-12-20",
        "expires_on_text": date_text,
    }


def test_postpaid_is_what_she_owes_now(door):
    hers = valeria()
    with_invoice(hers, due_on=date(2026, 11, 30), paid=Decimal("100.00"))

    told = door(hers.talk).get("balance").json

    assert (told["mode"], told["amount"], told["amount_text"]) == ("postpaid", "199.00", "$199.00")
    assert (told["due_on"], told["open_invoices"]) == ("2026-11-30", 1)
    assert told["due_on_text"] == "30 de noviembre de 2026"


def test_owing_nothing_has_no_date(door):
    told = door(valeria().talk).get("balance").json

    assert (told["amount"], told["due_on"], told["due_on_text"]) == ("0.00", None, None)


def test_what_is_left_of_the_plan(door):
    hers = valeria()
    with_buckets(hers.line)

    told = door(hers.talk).get("usage").json

    data, voice = sorted(told["buckets"], key=lambda each: each["kind"])
    assert (told["plan"], told["period_ends_on"]) == ("Plus 20GB", "2026-12-06")
    assert data == {
        "kind": "data",
        "abroad": False,
        "unlimited": False,
        "granted": 21474836480,
        "used": 7945689498,
        "left": 13529146982,
        "granted_text": "20 GB",
        "used_text": "7.4 GB",
        "left_text": "12.6 GB",
    }
    assert (voice["unlimited"], voice["left"], voice["left_text"]) == (True, None, None)
    assert voice["used_text"] == "90 min"


def test_what_is_left_for_abroad_is_told_apart_from_what_is_left_at_home(door):
    hers = valeria()
    with_buckets(hers.line)
    BucketFactory(line=hers.line, granted=2 * GIB, starts_at=NOW, networks=["4"])

    told = door(hers.talk, "en").get("usage").json["buckets"]

    data = {each["abroad"]: each["granted_text"] for each in told if each["kind"] == "data"}
    assert data == {False: "20 GB", True: "2 GB"}


def test_the_bill_to_pay_first_is_the_bill(door):
    hers = valeria()
    with_invoice(hers, period_start=date(2026, 9, 1), due_on=date(2026, 11, 30))
    urgent = with_invoice(
        hers,
        period_start=date(2026, 10, 1),
        period_end=date(2026, 11, 1),
        due_on=date(2026, 11, 10),
    )

    told = door(hers.talk).get("bill").json

    assert (told["number"], told["status"]) == (urgent.number, "overdue")
    assert (told["total"], told["due_text"]) == ("299.00", "$299.00")
    assert "oct" in told["period_text"]
    assert "31" in told["period_text"]


def test_a_paid_bill_asks_for_nothing(door):
    hers = valeria()
    with_invoice(hers, status=InvoiceStatus.PAID, paid=Decimal("299.00"))

    told = door(hers.talk).get("bill").json

    assert (told["status"], told["due"]) == ("paid", "0.00")


def test_without_a_bill_there_is_none(door):
    answer = door(valeria().talk).get("bill")

    assert (answer.status_code, answer.json["code"]) == (404, "no_bill")


def test_plans_are_those_her_line_could_have(door):
    offered = plans()
    hers = valeria(offered.plus)
    prepaid_line(hers)

    told = door(hers.talk).get("plans", line_id=str(hers.line.id)).json["plans"]

    assert [(each["code"], each["current"]) for each in told] == [
        ("starter-5gb", False),
        ("plus-20gb", True),
        ("max-unlimited", False),
    ]
    assert told[1]["price_text"] == "$299.00"
    assert told[1]["allowances_text"].startswith("20 GB · ")


def test_anybody_may_see_what_is_on_sale(door):
    plans()

    told = door(ConversationFactory(anonymous=True)).get("plans").json["plans"]

    assert len(told) == 3
    assert not any(each["current"] for each in told)


def test_a_stranger_is_told_how_each_plan_is_paid(door):
    plan("plus-20gb", "Plus 20GB", "299.00")
    plan("plus-20gb", "Plus 20GB", "249.00", Mode.PREPAID, validity_days=30)

    told = door(ConversationFactory(anonymous=True), "en").get("plans").json["plans"]

    assert {each["price_text"] for each in told} == {
        "MX$299.00 a month, postpaid",
        "MX$249.00 for 30 days, prepaid",
    }


def test_the_plans_of_a_service_that_is_named_are_told_of_none_that_we_do_not_have(door):
    plan("plus-20gb", "Plus 20GB", "299.00")
    fibre = plan("fibra-300", "Fibra 300", "449.00")
    fibre.offer.service = Service.FIBRE
    db.session.flush()
    anybody = door(ConversationFactory(anonymous=True))

    told = {
        named: [each["code"] for each in anybody.get("plans", service=named).json["plans"]]
        for named in ("fibre", "")
    }
    unknown = anybody.get("plans", service="telegraph")

    assert told == {"fibre": ["fibra-300"], "": ["plus-20gb"]}
    assert (unknown.status_code, unknown.json["code"]) == (400, "invalid")


def test_her_tickets_and_nobody_elses(door):
    hers = valeria()
    ticket = TicketFactory(talk=hers.talk)
    TicketFactory()

    told = door(hers.talk, "en").get("tickets").json["tickets"]

    assert [(each["reference"], each["status"], each["subject"]) for each in told] == [
        (ticket.reference, "new", ticket.subject)
    ]
    assert told[0]["status_text"] == "waiting for a person"
