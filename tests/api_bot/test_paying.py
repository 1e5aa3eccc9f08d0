"""Paying bills: what is owed, links and codes, and what she had kept after a yes."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.models import InvoiceStatus
from app.conversations.models import Verification
from app.core import db
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.models import Payment, PaymentStatus
from app.payments.port import GatewayDown
from tests.api_bot.world import valeria, with_invoice
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import PaymentFactory, SavedMethodFactory
from tests.payments.conftest import NOBODY, adapter, charges_at, token_at

pytestmark = pytest.mark.usefixtures("database")


class Loses(SandboxGateway):
    def charge(self, charge):
        super().charge(charge)
        raise GatewayDown("the answer was lost")


@pytest.fixture
def owing():
    """299.00 due on the 30th of November, and 120.50 due later."""
    hers = valeria()
    first = with_invoice(hers, due_on=date(2026, 11, 30))
    second = with_invoice(
        hers,
        total=Decimal("120.50"),
        due_on=date(2026, 12, 30),
        period_start=date(2026, 3, 1),
        period_end=date(2026, 4, 1),
    )
    return hers, first, second


@pytest.fixture
def kept(world, plugged):
    """`kept(hers)` is a card that the running gateway knows."""
    plugged(adapter(world.url))

    def keep(hers, **more):
        customer_id = hers.account.customer_id
        token = token_at(world, customer_id, **more)
        return SavedMethodFactory(customer_id=customer_id, token=token, is_default=True)

    return keep


def propose(door, hers, **wanted):
    return door(hers.talk, "en").post("proposals", kind="pay_bills", wanted=wanted)


def accept(door, hers, proposed):
    path = f"proposals/{proposed.json['proposal_id']}/accept"
    return door(hers.talk, "en").post(path)


def payments():
    return db.session.scalars(select(Payment)).all()


def test_what_is_owed_is_told_bill_by_bill_with_what_is_under_way(door, owing):
    hers, first, second = owing
    method = SavedMethodFactory(customer_id=hers.account.customer_id)
    PaymentFactory(invoice=second, status=PaymentStatus.UNKNOWN, amount=second.total)

    told = door(hers.talk, "en").get("payables").json

    assert told["owed_text"] == "MX$419.50"
    assert [each["number"] for each in told["bills"]] == [first.number, second.number]
    assert told["bills"][0]["under_way_text"] is None
    assert "not known yet" in told["bills"][1]["under_way_text"]
    assert told["methods"] in ([], [{"id": str(method.id), "name": "Visa •••• 4242"}])
    assert told["last_paid"] is None


def test_who_has_paid_is_told_when(door):
    hers = valeria()
    invoice = with_invoice(hers, status=InvoiceStatus.PAID, paid=Decimal("299.00"))
    PaymentFactory(invoice=invoice, status=PaymentStatus.SUCCEEDED, settled_at=invoice.issued_at)

    told = door(hers.talk, "en").get("payables").json

    assert (told["owed"], told["bills"]) == ("0.00", [])
    assert (told["last_paid"]["amount_text"], told["last_paid"]["invoice"]) == (
        "MX$299.00",
        invoice.number,
    )


@pytest.mark.parametrize(
    ("amount", "status", "told"),
    [("100", 200, "$100.00"), ("299.00", 200, "$299.00"), ("299.01", 400, None), ("0", 400, None)],
)
def test_a_link_for_a_part_is_never_for_more_than_is_due(door, owing, kept, amount, status, told):
    hers, first, _ = owing

    answer = door(hers.talk).post("payment-link", invoice_number=first.number, amount=amount)

    assert (answer.status_code, answer.json.get("amount_text")) == (status, told)


def test_pix_is_a_code_to_copy_where_the_market_has_it(door, kept):
    account = AccountFactory(customer__market=MarketFactory(brazil=True))
    talk = ConversationFactory(customer=account.customer, market_code=account.market_code)
    invoice = with_invoice(Owner(account))

    asking = door(talk, "pt")
    told = asking.post("payment-link", invoice_number=invoice.number, code="pix").json

    assert asking.get("payables").json["codes"] == ["pix"]
    assert told["code"]["kind"] == "pix"
    assert told["code"]["text"].startswith("000201")
    assert asking.post("payment-link", code="upi").json["code"] == "method_not_offered"


class Owner:
    def __init__(self, account):
        self.account = account


def test_one_bill_is_paid_after_a_yes_once(door, owing, kept, world):
    hers, first, second = owing
    kept(hers)

    proposed = propose(door, hers, invoice_number=first.number)
    assert payments() == []
    done, again = accept(door, hers, proposed), accept(door, hers, proposed)

    assert proposed.json["sentence"] == (
        f"MX$299.00 of bill {first.number} is taken from Visa •••• 4242 now."
    )
    assert done.json["sentence"] == f"MX$299.00 of bill {first.number} is paid. Thank you!"
    assert (again.json, done.json["custom"]) == (done.json, {"paid": True})
    assert (first.status, second.status) == (InvoiceStatus.PAID, InvoiceStatus.OPEN)
    assert len(charges_at(world)) == 1


def test_all_that_is_open_is_paid_bill_by_bill(door, owing, kept, world):
    hers, first, second = owing
    kept(hers)

    proposed = propose(door, hers)
    done = accept(door, hers, proposed)

    assert "MX$419.50 for 2 bills" in proposed.json["sentence"]
    assert "MX$299.00" in done.json["sentence"]
    assert "MX$120.50" in done.json["sentence"]
    assert {first.status, second.status} == {InvoiceStatus.PAID}
    assert len(charges_at(world)) == 2


def test_a_part_leaves_the_rest_due(door, owing, kept):
    hers, first, _ = owing
    kept(hers)

    accept(door, hers, propose(door, hers, invoice_number=first.number, amount="100"))

    assert (first.status, first.due.amount) == (InvoiceStatus.OPEN, Decimal("199.00"))
    assert propose(door, hers, invoice_number=first.number, amount="200").status_code == 400
    assert propose(door, hers, amount="10").json["code"] == "invalid"


def test_what_was_paid_otherwise_meanwhile_is_not_charged(door, owing, kept, world):
    hers, first, _ = owing
    kept(hers)
    proposed = propose(door, hers, invoice_number=first.number)
    first.paid = Decimal("50.00")
    db.session.commit()

    answer = accept(door, hers, proposed)

    assert (answer.status_code, answer.json["code"]) == (409, "proposal_outdated")
    assert charges_at(world) == []


def test_a_declined_card_is_told_with_the_reason(door, owing, kept):
    hers, first, _ = owing
    kept(hers, behaviour="insufficient_funds")

    done = accept(door, hers, propose(door, hers, invoice_number=first.number)).json

    assert "There was not enough money on the card." in done["sentence"]
    assert done["custom"] == {"paid": False}
    assert first.status is InvoiceStatus.OPEN


def test_an_answer_that_got_lost_is_told_as_unknown_and_not_charged_again(
    door, owing, kept, world, plugged
):
    hers, first, _ = owing
    kept(hers)
    plugged(adapter(world.url, kind=Loses))

    done = accept(door, hers, propose(door, hers, invoice_number=first.number)).json
    later = accept(door, hers, propose(door, hers, invoice_number=first.number)).json

    assert "not known yet" in done["sentence"]
    assert "not known yet" in later["sentence"]
    assert len(charges_at(world)) == 1


def test_an_address_that_is_hers_is_not_enough_to_charge_her_card(door, owing, kept):
    hers, first, _ = owing
    kept(hers)
    hers.talk.verification = Verification.ADDRESS
    db.session.commit()

    answer = propose(door, hers, invoice_number=first.number)

    assert (answer.status_code, answer.json["code"]) == (403, "not_verified")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "nothing_to_pay"),
        ({"invoice_number": "INV-MX-2026-999999"}, "not_found"),
        ({"amount": "ten"}, "invalid"),
        ({"price": "1"}, "invalid"),
    ],
)
def test_what_cannot_be_paid(door, wanted, code):
    assert propose(door, valeria(), **wanted).json["code"] == code


def test_without_a_way_to_pay_that_is_hers_nothing_is_proposed(door, owing, kept):
    hers, first, _ = owing
    kept(valeria_beside())

    without = propose(door, hers, invoice_number=first.number)

    assert (without.status_code, without.json["code"]) == (422, "no_saved_method")


def test_anothers_card_is_not_found(door, owing, kept):
    hers, first, _ = owing
    theirs = kept(valeria_beside())

    answer = propose(door, hers, invoice_number=first.number, method_id=str(theirs.id))

    assert answer.status_code == 404


def valeria_beside():
    return Owner(AccountFactory())


def test_a_gateway_that_is_away_charges_nothing_twice(door, owing, plugged):
    hers, first, _ = owing
    SavedMethodFactory(customer_id=hers.account.customer_id, is_default=True)
    plugged(adapter(NOBODY))

    done = accept(door, hers, propose(door, hers, invoice_number=first.number)).json
    accept(door, hers, propose(door, hers, invoice_number=first.number))

    assert "not known yet" in done["sentence"]
    assert len(payments()) == 1
