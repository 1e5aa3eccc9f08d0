"""Bills by number and month, explained beside the one before, sent again, and disputed."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from sqlalchemy import select

from app.billing import queries, service
from app.billing.events import InvoiceLineDisputed
from app.billing.models import Dispute, DisputeState
from app.billing.service import holds
from app.catalog.models import UsageKind
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.customers.models import Notice
from app.tickets import listeners as tickets
from app.tickets.models import Ticket
from tests.api_bot.world import NOW, plan, valeria, with_invoice
from tests.billing.conftest import noon, on
from tests.factories.conversations import ConversationFactory
from tests.factories.usage import UsageRecordFactory

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def two_bills():
    """October like every month, November with 40.00 of data, half of it used abroad."""
    hers = valeria(
        plan("plus-20gb", "Plus 20GB", "299.00"),
        number="+525512345678",
        activated_at=noon(2026, 9, 1),
    )
    with on(2026, 10, 1):
        service.run_cycle(hers.account.market_code, date(2026, 10, 1), by=SYSTEM)
    with on(2026, 11, 1):
        service.run_cycle(hers.account.market_code, date(2026, 11, 1), by=SYSTEM)
    for day, abroad in ((3, None), (9, {"country": "US"})):
        UsageRecordFactory(
            line=hers.line,
            kind=UsageKind.DATA,
            started_at=noon(2026, 11, day),
            charged=Decimal("20.00"),
            abroad=abroad,
        )
    with on(2026, 12, 1):
        service.run_cycle(hers.account.market_code, date(2026, 12, 1), by=SYSTEM)
    with clock.moved_to(noon(2026, 12, 3)):
        yield hers


@pytest.fixture
def ticketing():
    """Tickets hear of disputes, as the application wires it."""
    tables = events._tables
    before = tables.in_transaction
    tables.in_transaction = {**before, InvoiceLineDisputed: [tickets.open_for_dispute]}
    yield
    tables.in_transaction = before


def invoices_of(hers):
    return queries.invoices_of(customer_id=hers.account.customer_id)


def test_a_bill_is_found_by_the_month_that_it_is_for(door, two_bills):
    asking = door(two_bills.talk)

    october = asking.get("bill", month="2026-10-20").json
    listed = asking.get("bills").json["bills"]

    assert october["number"] == listed[1]["number"]
    assert "oct de 2026" in october["period_text"]
    assert october["url"].endswith(f"/my/bills/{october['number']}/pdf")


@pytest.mark.parametrize(
    "query", [{"month": "2019-01-01"}, {"month": "mayo"}, {"month": "9999-12-01"}]
)
def test_a_month_without_a_bill_is_said_to_have_none(door, two_bills, query):
    answer = door(two_bills.talk).get("bill", **query)

    assert (answer.status_code, answer.json["code"]) == (404, "no_bill_then")


def test_two_bills_of_one_month_are_asked_about(door):
    hers = valeria()
    with_invoice(hers, period_start=date(2026, 3, 1), period_end=date(2026, 3, 16))
    with_invoice(hers, period_start=date(2026, 3, 16), period_end=date(2026, 4, 1))

    answer = door(hers.talk).get("bill", month="2026-03-05")

    assert (answer.status_code, answer.json["code"]) == (409, "which_bill")
    assert len(answer.json["details"]["bills"]) == 2


def test_another_customers_bill_is_not_there(door, two_bills):
    stranger = valeria(plan("starter", "Starter", "199.00"))
    number = invoices_of(two_bills)[0].number

    for path in ("bill", "bill/explained"):
        assert door(stranger.talk).get(path, number=number).status_code == 404
    assert door(stranger.talk).post("bill/mail", number=number).status_code == 404


def test_why_so_high_names_each_cause_and_the_causes_sum_to_the_difference(door, two_bills):
    told = door(two_bills.talk, "en").get("bill/explained", month="2026-11-01").json

    assert (told["direction"], told["difference"]) == ("higher", "40.00")
    assert [(each["cause"], each["amount_text"]) for each in told["causes"]] == [
        ("overage", "+MX$20.00"),
        ("roaming", "+MX$20.00"),
    ]
    assert told["causes"][1]["text"] == "Data used abroad on 55 1234 5678"
    assert "MX$339.00, MX$40.00 more than the one before (MX$299.00)" in told["sentence"]
    assert told["owed_besides_text"] == "MX$897.00"
    [data] = [each for each in told["lines"] if "Data" in each["text"]]
    assert data["explanation"].startswith("Used in this period: 2 records beyond the allowance.")


def test_the_first_bill_is_compared_with_nothing(door, two_bills):
    told = door(two_bills.talk, "en").get("bill/explained", month="2026-09-01").json

    assert (told["direction"], told["causes"], told["difference"]) == ("first", [], None)
    assert "It is the first one." in told["sentence"]


def test_a_bill_is_mailed_once_a_day_however_often_she_asks(door, two_bills):
    number = invoices_of(two_bills)[0].number
    asking = door(two_bills.talk, "en")

    first = asking.post("bill/mail", number=number)
    asking.post("bill/mail", number=number)

    email = two_bills.account.customer.email
    assert first.json["sentence"] == (
        f"We send bill {number} to {email[0]}•••@{email.split('@')[1]}."
    )
    [notice] = db.session.scalars(select(Notice).where(Notice.kind == "invoice_again")).all()
    assert f"/my/bills/{number}/pdf" in notice.facts["url"]


def dispute(door, hers, **more):
    bill = door(hers.talk, "en").get("bill/explained", month="2026-11-01").json
    data = next(each for each in bill["lines"] if "Data" in each["text"])
    wanted = {"invoice_number": bill["number"], "charge_id": data["charge_id"], **more}
    return door(hers.talk, "en").post("proposals", kind="dispute_charge", wanted=wanted)


def accept(door, hers, proposed, language="en"):
    path = f"proposals/{proposed.json['proposal_id']}/accept"
    return door(hers.talk, language).post(path)


def test_a_charge_is_disputed_after_a_yes_once_and_not_dunned_for(door, two_bills, ticketing):
    proposed = dispute(door, two_bills, reason="I had a pack")
    assert proposed.json["sentence"].startswith("You dispute MX$40.00 for Data")
    assert db.session.scalars(select(Dispute)).all() == []

    done, again = accept(door, two_bills, proposed), accept(door, two_bills, proposed)

    [opened] = db.session.scalars(select(Dispute)).all()
    [ticket] = db.session.scalars(select(Ticket)).all()
    assert (opened.state, opened.amount, opened.reason) == (
        DisputeState.OPEN,
        Decimal("40.00"),
        "I had a pack",
    )
    assert holds.held(opened.invoice_id) == Decimal("40.00")
    assert ticket.reference in done.json["sentence"]
    answered_by = ticket.resolve_by.astimezone(ZoneInfo("America/Mexico_City"))
    assert f"by {format_date(answered_by, 'long', 'en')} at the latest" in done.json["sentence"]
    assert again.json == done.json


def test_a_part_of_a_charge_is_disputed_and_more_than_it_is_not(door, two_bills):
    assert "MX$15.00" in dispute(door, two_bills, amount="15").json["sentence"]

    too_much = dispute(door, two_bills, amount="40.01")

    assert too_much.json["code"] == "dispute_too_large"


def test_a_charge_that_is_disputed_is_not_disputed_again(door, two_bills, ticketing):
    accept(door, two_bills, dispute(door, two_bills))

    assert dispute(door, two_bills).json["code"] == "already_disputed"
    told = door(two_bills.talk, "en").get("bill/explained", month="2026-11-01").json
    assert [each["can_be_disputed"] for each in told["lines"] if each["dispute_text"]] == [False]


def test_nobody_disputes_for_whom_we_do_not_know(door, two_bills):
    stranger = ConversationFactory(anonymous=True)

    answer = door(stranger).post("proposals", kind="dispute_charge", wanted={})

    assert (answer.status_code, answer.json["code"]) == (403, "not_verified")


def test_a_bill_is_hers_also_from_a_moment_in_november(door):
    with clock.moved_to(NOW):
        hers = valeria()
        invoice = with_invoice(hers)

        assert door(hers.talk).get("bill", number=invoice.number.lower()).status_code == 200
