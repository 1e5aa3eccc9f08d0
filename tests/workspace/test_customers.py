from datetime import date
from decimal import Decimal

import pytest

from app.catalog.models import UsageKind
from app.core import db
from app.customers.models import Customer
from app.subscriptions import queries as subscriptions
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import BlockFactory, line_with_plan
from tests.factories.tickets import TicketFactory
from tests.factories.usage import BucketFactory
from tests.statements import statements


@pytest.fixture
def account(database):
    return AccountFactory(customer=CustomerFactory(name="Valeria Soto"))


def text_of(answer):
    return answer.get_data(as_text=True)


def test_a_customer_is_found_by_part_of_her_name(desk, account):
    found = text_of(desk.get("/desk/customers?q=vale"))

    assert account.customer.reference in found
    assert "Nobody was found" in text_of(desk.get("/desk/customers?q=zzzz"))


def test_the_panel_tells_what_the_bot_learnt_the_lines_and_what_is_owed(desk, account):
    line = line_with_plan(account=account)
    BucketFactory(line=line, used=15 * 1024**3)
    InvoiceFactory(account=account)
    talk = ConversationFactory(
        waiting=True, customer=account.customer, summary="She was charged twice."
    )

    panel = text_of(desk.get(f"/desk/conversations/{talk.id}/customer"))

    assert "She was charged twice." in panel
    assert "5 GB of 20 GB left" in panel
    assert "MX$299.00 to pay" in panel


def test_the_panel_tells_data_for_abroad_apart(desk, account):
    line = line_with_plan(account=account)
    BucketFactory(line=line, granted=2 * 1024**3, networks=["4"])
    talk = ConversationFactory(waiting=True, customer=account.customer)

    panel = text_of(desk.get(f"/desk/conversations/{talk.id}/customer"))

    assert "Data · abroad" in panel
    assert "2 GB of 2 GB left" in panel


def test_of_what_the_bot_keeps_the_panel_tells_what_there_are_words_for(desk, account):
    kept = {"invoice_number": "INV-MX-2026-000007", "wish": "x7", "voucher": "1234567890123456"}
    talk = ConversationFactory(
        waiting=True, customer=account.customer, learnt={"intent": "pay_bill", "slots": kept}
    )

    panel = text_of(desk.get(f"/desk/conversations/{talk.id}/customer"))

    assert "<dt>Invoice</dt><dd>INV-MX-2026-000007</dd>" in panel
    assert "1234567890123456" not in panel
    assert "x7" not in panel


def test_a_visitor_nobody_knows_has_a_panel_that_says_so(desk):
    talk = ConversationFactory(waiting=True, anonymous=True)

    assert "has not signed in" in text_of(desk.get(f"/desk/conversations/{talk.id}/customer"))


def test_who_may_not_read_bills_sees_none(sign_in, account):
    InvoiceFactory(account=account)
    technician = sign_in(roles=["field_technician"])

    page = text_of(technician.get(f"/desk/customers/{account.customer_id}", plain=True))

    assert "Valeria Soto" in page
    assert "INV-" not in page


def test_a_plan_change_costs_what_was_told_before(desk, account):
    line = line_with_plan(account=account)
    other = OfferVersionFactory(offer=OfferFactory(name="Max Unlimited"), price=Decimal(599))

    offered = text_of(desk.get(f"/desk/lines/{line.id}/plan"))
    quote = text_of(
        desk.post(f"/desk/lines/{line.id}/plan/quote", data={"offer_version_id": str(other.id)})
    )
    taken = desk.post(f"/desk/quotes/{quote_id_in(quote)}/take-up")

    assert "Max Unlimited" in offered
    assert "Difference now" in quote
    assert "At the end of the period" in quote
    assert "customer-changed" in taken.headers["HX-Trigger"]
    db.session.expire_all()
    now = subscriptions.lines_of(account.customer_id)[0]
    assert subscriptions.current_plan(now).version.offer.name == "Max Unlimited"


def quote_id_in(page):
    return page.split("/desk/quotes/")[1].split("/take-up")[0]


def test_a_line_is_blocked_and_unblocked_with_a_reason(desk, account):
    line = line_with_plan(account=account)

    blocked = desk.post(f"/desk/lines/{line.id}/block", data={"reason": "lost", "effect": "all"})
    after_block = effect_of(account)
    desk.post(f"/desk/lines/{line.id}/unblock", data={"reason": "lost"})

    assert blocked.status_code == 204
    assert (after_block, effect_of(account)) == ("all", None)


def effect_of(account):
    db.session.expire_all()
    return subscriptions.effect_in_force(subscriptions.lines_of(account.customer_id)[0])


def test_a_block_for_an_unpaid_bill_is_not_the_agents_to_lift(desk, account):
    line = line_with_plan(account=account)
    BlockFactory(line=line)

    answer = desk.post(
        f"/desk/lines/{line.id}/unblock", data={"reason": "dunning:INV-MX-2026-000001"}
    )

    assert answer.status_code == 403
    assert effect_of(account) == "outgoing"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"reason": "because", "effect": "all"}, id="unknown reason"),
        pytest.param({"reason": "lost", "effect": "explode"}, id="unknown effect"),
        pytest.param({}, id="nothing"),
    ],
)
def test_a_block_with_made_up_values_is_refused(desk, account, sent):
    line = line_with_plan(account=account)

    assert desk.post(f"/desk/lines/{line.id}/block", data=sent).status_code == 400


def test_a_network_that_does_not_answer_is_shown_as_such(desk, account):
    line = line_with_plan(account=account)

    answer = desk.get(f"/desk/lines/{line.id}/network")

    assert answer.status_code == 200
    assert "does not answer right now" in text_of(answer)


def test_a_payment_link_goes_only_to_whoever_pays_the_invoice(desk, account):
    invoice = InvoiceFactory(account=account)
    owner = db.session.get_one(StaffFactory._meta.model, desk.staff_id)
    talk = ConversationFactory(open=True, owner=owner, customer=CustomerFactory())

    answer = desk.post(f"/desk/conversations/{talk.id}/payment-link/{invoice.id}")

    assert answer.status_code == 409


def test_a_gateway_that_is_away_is_a_refusal(desk, account):
    invoice = InvoiceFactory(account=account)

    answer = desk.post(f"/desk/invoices/{invoice.id}/payment-link")

    assert answer.status_code == 503


def test_contact_details_are_changed_by_those_who_may(sign_in, desk, account):
    path = f"/desk/customers/{account.customer_id}/contact"
    given = {"email": "new@example.com", "phone": "+525512345678", "city": "Mérida"}

    refused = desk.post(path, data=given)
    manager = sign_in(roles=["manager"])
    smuggled = manager.post(path, data={**given, "segment": "enterprise"})
    saved = manager.post(path, data=given)

    customer = db.session.get_one(Customer, account.customer_id, populate_existing=True)
    assert (refused.status_code, smuggled.status_code, saved.status_code) == (403, 400, 204)
    assert (customer.city, customer.segment) == ("Mérida", "consumer")


def test_the_palette_finds_customers_and_tickets(desk, account):
    TicketFactory(talk=ConversationFactory(waiting=True, customer=account.customer))

    found = desk.get("/desk/palette?q=valeria").json["results"]

    assert [each["kind"] for each in found] == ["Customer", "Ticket", "Search"]
    assert desk.get("/desk/palette?q=v").json == {"results": []}


def test_tickets_are_filtered_and_go_on_from_page_to_page(desk, account):
    talk = ConversationFactory(waiting=True, customer=account.customer)
    tickets = [TicketFactory(talk=talk, subject=f"Case {number}") for number in range(60)]
    first = text_of(desk.get("/desk/tickets"))
    second = text_of(desk.get(f"/desk/tickets?after={tickets[10].id}"))

    assert tickets[-1].reference in first
    assert tickets[0].reference not in first
    assert tickets[0].reference in second
    assert "Case 7" in text_of(desk.get("/desk/tickets?q=Case+7"))
    assert "No tickets match" in text_of(desk.get("/desk/tickets?whose=mine"))
    assert desk.get("/desk/tickets?after=nonsense").status_code == 400


def test_the_panel_asks_the_database_no_more_for_many_lines_than_for_one(desk, session, account):
    MarketFactory()
    for month in range(1, 7):
        line = line_with_plan(account=account)
        BucketFactory(line=line)
        BucketFactory(line=line, kind=UsageKind.VOICE, granted=None)
        InvoiceFactory(account=account, period_start=date(2026, month, 1))
    talk = ConversationFactory(waiting=True, customer=account.customer)
    path = f"/desk/conversations/{talk.id}/customer"
    desk.get(path)

    with statements(session) as sent:
        panel = text_of(desk.get(path))

    assert panel.count("line-card") == 6
    assert len(sent) <= 13, "\n".join(sent)
