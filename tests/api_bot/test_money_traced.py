"""Payments traced, money asked back, AutoPay: told as it is, changed after a yes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.catalog.models import Service
from app.conversations.models import Verification
from app.core import clock, db
from app.core.ids import new_id
from app.network.models import Outage
from app.payments.models import AutoPayMandate, Payment, PaymentStatus, Refund, UnallocatedCash
from app.tickets.models import Ticket, Topic
from tests.api_bot.world import NOW, prepaid_line, valeria, with_invoice
from tests.factories.payments import MandateFactory, PaymentFactory, SavedMethodFactory

pytestmark = pytest.mark.usefixtures("database", "nobody")


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def hers():
    return valeria(number="+525512345678")


def propose(door, hers, kind, language="en", **wanted):
    return door(hers.talk, language).post("proposals", kind=kind, wanted=wanted)


def accept(door, hers, proposed):
    path = f"proposals/{proposed.json['proposal_id']}/accept"
    return door(hers.talk, "en").post(path)


def paid(invoice, **more):
    return PaymentFactory(
        invoice=invoice, status=PaymentStatus.SUCCEEDED, settled_at=NOW, check_at=None, **more
    )


def topped_up(hers, line, at=NOW, amount="50.00"):
    return PaymentFactory(
        invoice=None,
        account_id=hers.account.id,
        invoice_id=None,
        line_id=line.id,
        amount=Decimal(amount),
        status=PaymentStatus.SUCCEEDED,
        created_at=at,
        settled_at=at,
        check_at=None,
    )


@pytest.mark.parametrize(
    ("status", "more", "stage", "words", "clear"),
    [
        ("succeeded", {"settled_at": NOW}, "booked", "arrived on November 16, 2026", True),
        ("pending", {}, "at_the_page", "no payment has been reported to us", True),
        ("unknown", {}, "being_found_out", "not known yet", False),
        ("unknown", {"check_at": None}, "with_people", "a person must look", False),
        ("declined", {"decline_code": "insufficient_funds"}, "declined", "not enough money", True),
        ("declined", {"decline_code": "x_51"}, "declined", "gave no reason", True),
        ("refunded", {}, "given_back", "was given back to you", True),
        ("cancelled", {}, "called_off", "was called off", True),
    ],
)
def test_a_payment_is_told_as_what_is_known_of_it(door, hers, status, more, stage, words, clear):
    invoice = with_invoice(hers)
    PaymentFactory(invoice=invoice, status=PaymentStatus(status), **more)

    told = door(hers.talk, "en").get("payments").json

    [found] = told["payments"]
    assert (found["stage"], found["amount"], told["clear"]) == (stage, "299.00", clear)
    assert words in found["text"]
    assert f"MX$299.00 for bill {invoice.number}" in found["text"]


def test_an_amount_that_she_names_is_looked_for_and_said_to_be_missing(door, hers):
    line = prepaid_line(hers, number="+525587654321")
    topped_up(hers, line)
    topped_up(hers, line, NOW - timedelta(days=3), "200.00")
    asking = door(hers.talk, "en")

    found, missing = asking.get("payments", amount="200"), asking.get("payments", amount="999")

    assert [each["amount"] for each in found.json["payments"]] == ["200.00"]
    assert (
        "the top-up of 55 8765 4321 arrived on November 13, 2026"
        in (found.json["payments"][0]["text"])
    )
    assert (found.json["matches"], missing.json["matches"]) == (True, False)
    assert (missing.json["clear"], len(missing.json["payments"])) == (False, 2)


def cash(reference, **more):
    made = UnallocatedCash(
        market_code="MX",
        transaction_id=new_id().hex,
        amount=Decimal("299.00"),
        currency="MXN",
        payer="V. Ríos",
        reference=reference,
        received_at=NOW,
        created_at=NOW,
        **more,
    )
    db.session.add(made)
    db.session.commit()


def test_a_transfer_that_names_her_bill_is_told_and_nobody_elses(door, hers):
    invoice = with_invoice(hers)
    cash(f"PAGO {invoice.number.lower()}")
    cash("INV-MX-2026-777777")
    cash(f"{invoice.number}7")
    cash(f"PAGO {invoice.number}", used=Decimal("299.00"))

    told = door(hers.talk, "en").get("payments").json

    assert [each["stage"] for each in told["payments"]] == ["unallocated"]
    assert (
        "MX$299.00 reached us on November 16, 2026 and is not booked yet"
        in (told["payments"][0]["text"])
    )
    assert "Ríos" not in told["payments"][0]["text"]


def test_what_was_paid_twice_is_found_first(door, hers):
    line = prepaid_line(hers)
    first = topped_up(hers, line, NOW - timedelta(minutes=20))
    second = topped_up(hers, line, NOW - timedelta(minutes=10))
    newest = paid(with_invoice(hers))
    db.session.add(
        Outage(
            market_code="MX",
            area=hers.account.customer.city.upper(),
            service=Service.MOBILE.value,
            cause="fibre cut",
            started_at=NOW - timedelta(days=2),
        )
    )
    db.session.commit()

    told = door(hers.talk, "en").get("refundable").json

    assert [(each["payment_id"], each["twice"]) for each in told["payments"]] == [
        (str(second.id), True),
        (str(newest.id), False),
        (str(first.id), False),
    ]
    assert "November 14, 2026" in told["outages"][0]["text"]


def test_money_back_is_asked_for_as_one_case_and_not_paid_out(door, hers):
    payment = paid(with_invoice(hers))

    proposed = propose(
        door, hers, "request_refund", payment_id=str(payment.id), amount="99", why="twice"
    )
    done, again = accept(door, hers, proposed), accept(door, hers, proposed)
    other = accept(door, hers, propose(door, hers, "request_refund", payment_id=str(payment.id)))

    [ticket] = db.session.scalars(select(Ticket)).all()
    assert (ticket.topic, ticket.customer_id) == (Topic.BILLING, hers.account.customer_id)
    assert ticket.context["amount"] == "99.00"
    assert ticket.context["payment_id"] == str(payment.id)
    assert "MX$99.00 of your payment of November 16, 2026" in ticket.summary
    assert done.json["sentence"] == (
        f"Your case is {ticket.reference}. You have our answer by November 17, 2026."
    )
    assert (again.json, other.json["sentence"]) == (done.json, done.json["sentence"])
    assert db.session.scalars(select(Refund)).all() == []
    assert payment.status is PaymentStatus.SUCCEEDED


def test_an_outage_is_asked_about_without_a_payment(door, hers):
    proposed = propose(door, hers, "request_refund", why="outage", reason="2 days without")

    assert "something for the time without service" in proposed.json["sentence"]
    assert accept(door, hers, proposed).status_code == 200
    assert "2 days without" in db.session.scalars(select(Ticket)).one().summary


@pytest.mark.parametrize(("amount", "code"), [("299.01", "refund_too_large"), ("0", "invalid")])
def test_no_more_than_was_paid_is_asked_back(door, hers, amount, code):
    payment = paid(with_invoice(hers))

    answer = propose(door, hers, "request_refund", payment_id=str(payment.id), amount=amount)

    assert answer.json["code"] == code


def test_anothers_payment_and_one_that_never_arrived_are_not_given_back(door, hers):
    theirs = paid(with_invoice(valeria(hers.line.subscriptions[0].version)))
    declined = PaymentFactory(invoice=with_invoice(hers), status=PaymentStatus.DECLINED)

    answers = [
        propose(door, hers, "request_refund", payment_id=str(each.id)).json["code"]
        for each in (theirs, declined)
    ]

    assert answers == ["not_found", "not_refundable"]


def mandates():
    return db.session.scalars(select(AutoPayMandate)).all()


def test_autopay_for_bills_is_set_up_after_a_yes_with_a_limit(door, hers):
    with_invoice(hers)
    method = SavedMethodFactory(customer_id=hers.account.customer_id)
    asking = door(hers.talk, "en")
    assert asking.get("autopay").json["lines"][0]["autopay"] is None

    proposed = propose(door, hers, "start_autopay")
    assert mandates() == []
    done, again = accept(door, hers, proposed), accept(door, hers, proposed)

    [mandate] = mandates()
    assert "up to MX$600.00 each" in proposed.json["sentence"]
    assert "I can pause or end this at any time" in proposed.json["sentence"]
    assert (mandate.saved_method_id, mandate.max_amount, mandate.day) == (
        method.id,
        Decimal("600.00"),
        None,
    )
    assert done.json["sentence"] == "AutoPay is on for your bills, with Visa •••• 4242."
    assert again.json == done.json
    assert asking.get("autopay").json["lines"][0]["autopay"]["state"] == "on"


def test_autopay_for_credit_says_when_and_how_much(door, hers):
    line = prepaid_line(hers, number="+525587654321")
    SavedMethodFactory(customer_id=hers.account.customer_id)

    proposed = propose(door, hers, "start_autopay", line_id=str(line.id), amount="150")
    accept(door, hers, proposed)

    [mandate] = mandates()
    assert "less than MX$50.00, it is topped up with MX$150.00" in proposed.json["sentence"]
    assert "At most MX$300.00 a day." in proposed.json["sentence"]
    assert (mandate.line_id, mandate.threshold, mandate.top_up_amount, mandate.daily_cap) == (
        line.id,
        Decimal("50.00"),
        Decimal("150.00"),
        Decimal("300.00"),
    )


def test_autopay_is_paused_resumed_and_ended(door, hers):
    mandate = MandateFactory(account=hers.account, paused_at=NOW, paused_because="declined")
    asking = door(hers.talk, "en")
    assert asking.get("autopay").json["lines"][0]["autopay"]["state"] == "paused"

    accept(door, hers, propose(door, hers, "resume_autopay", mandate_id=str(mandate.id)))
    assert mandate.is_active
    ending = propose(door, hers, "end_autopay", mandate_id=str(mandate.id))
    assert mandate.is_active
    done = accept(door, hers, ending)

    assert done.json["sentence"] == "AutoPay for your bills is off."
    assert mandate.revoked_at == NOW
    assert propose(door, hers, "end_autopay", mandate_id=str(mandate.id)).json["code"] == (
        "autopay_over"
    )


def test_without_a_way_to_pay_autopay_leads_to_where_one_is_kept(door, hers):
    told = door(hers.talk).get("autopay").json

    assert (told["methods"], told["url"]) == ([], "https://care.aurora.example/my/paying")
    assert propose(door, hers, "start_autopay").json["code"] == "no_saved_method"


def test_autopay_asks_for_the_highest_proof_and_anothers_is_not_found(door, hers):
    theirs = MandateFactory(account=valeria(hers.line.subscriptions[0].version).account)
    assert propose(door, hers, "end_autopay", mandate_id=str(theirs.id)).status_code == 404

    hers.talk.verification = Verification.ADDRESS
    db.session.commit()

    for kind in ("start_autopay", "end_autopay", "resume_autopay"):
        assert propose(door, hers, kind).json["code"] == "not_verified"


def test_only_what_is_hers_is_traced(door, hers):
    paid(with_invoice(valeria(hers.line.subscriptions[0].version)))

    asking = door(hers.talk)

    assert asking.get("payments").json["payments"] == []
    assert asking.get("refundable").json["payments"] == []
    assert len(db.session.scalars(select(Payment)).all()) == 1
