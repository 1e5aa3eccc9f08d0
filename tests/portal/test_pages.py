"""The pages a signed-in customer sees, and those of others she does not."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import urlsplit

import pytest

from app.billing.models import InvoiceStatus, PlanChangeQuote
from app.catalog.models import UsageKind
from app.core import clock, db, signed_ids
from app.core.actor import SYSTEM
from app.customers import notices
from app.payments import returning
from app.payments.models import Payment, PaymentStatus
from app.subscriptions.queries import current_plan
from kb import service as kb
from kb import switch
from kb.models import Audience
from kb.search.postgres import PostgresIndex
from tests.factories.actors import administrator
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import GIB, OfferFactory, OfferVersionFactory
from tests.factories.conversations import InboxFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.tickets import TicketFactory
from tests.factories.usage import BalanceFactory, BucketFactory, DailyUsageFactory
from tests.payments.conftest import gateway, plugged, world  # noqa: F401 - fixtures
from tests.portal.conftest import OURS
from tests.statements import statements

PAGES = ["/my/", "/my/bills", "/my/usage", "/my/plans", "/my/tickets", "/help/mx/en/"]


@pytest.fixture
def account(database):
    return AccountFactory()


@pytest.fixture
def her(account, signed_in):
    return signed_in(account.customer)


@pytest.fixture(autouse=True)
def help_index():
    switch.plug_in(PostgresIndex())


def way_back(payment):
    return urlsplit(returning.address_of(payment.id)).path


def test_the_first_page_shows_what_she_was_told_the_latest_first_and_each_once(signed_in):
    customer = CustomerFactory(language="en")
    assert "Latest notices" not in signed_in(customer).see("/my/").text
    for number in range(7):
        facts = {"line": f"55 1234 567{number}", "plan": "<Plus>"}
        notices.notify(customer.id, "plan_changed", by=SYSTEM, effect_key=f"{number}", **facts)

    page = signed_in(customer).see("/my/").text

    assert re.findall(r"55 1234 567(\d) is on &lt;Plus&gt; now", page) == list("65432")


def test_data_for_abroad_is_shown_apart(her, account):
    line = line_with_plan(account=account)
    BucketFactory(line=line, granted=20 * GIB)
    BucketFactory(line=line, granted=2 * GIB, starts_at=clock.now(), networks=["4"])

    page = unescape(her.see("/my/").text)

    assert page.count("Data · abroad") == 1
    assert "2 GB of 2 GB left" in page


def test_the_first_page_tells_what_is_left_and_what_is_to_pay(her, account):
    line = line_with_plan(account=account, number="+525512345678")
    BucketFactory(line=line, granted=20 * GIB, used=5 * GIB)
    BucketFactory(line=line, kind=UsageKind.VOICE, granted=None)
    prepaid = line_with_plan(OfferVersionFactory(prepaid=True), account=account)
    BalanceFactory(line=prepaid, amount=Decimal("129.50"))
    invoice = InvoiceFactory(account=account)

    page = unescape(her.see("/my/").text)

    assert "15 GB of 20 GB left" in page
    assert "Unlimited" in page
    assert "$129.50" in page
    assert invoice.number in page
    assert "Pay MX$299.00" in page


@pytest.mark.parametrize("path", PAGES)
def test_a_new_customer_without_anything_finds_every_page_in_order(her, path):
    assert her.see(path).status_code == 200


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_pages_are_written_in_the_language_chosen(her, language):
    her.client.set_cookie("language", language, domain="care.aurora.example")

    assert f'<html lang="{language}"' in her.see("/my/").text


def test_more_lines_do_not_mean_more_statements(her, account, database):
    line_with_plan(account=account)
    her.see("/my/")
    with statements(database) as one:
        her.see("/my/")
    for _ in range(5):
        BucketFactory(line=line_with_plan(account=account))

    with statements(database) as six:
        her.see("/my/")

    assert len(six) == len(one)


def test_a_bill_of_somebody_else_does_not_exist(her):
    invoice = InvoiceFactory()

    assert her.see(f"/my/bills/{invoice.number}").status_code == 404
    assert her.send(f"/my/bills/{invoice.number}/pay").status_code == 404
    assert her.see("/my/bills/%00").status_code == 404


def test_paying_leads_to_the_gateway_and_asking_twice_pays_once(her, account, gateway):  # noqa: F811
    invoice = InvoiceFactory(account=account)

    first = her.send(f"/my/bills/{invoice.number}/pay", key="one")
    second = her.send(f"/my/bills/{invoice.number}/pay", key="two")

    payment = db.session.query(Payment).one()
    assert first.status_code == 303
    assert first.location == second.location == payment.hosted_url


def test_a_top_up_twice_the_same_is_told_to_her_who_may_have_been_mistaken(her, account):
    line = line_with_plan(OfferVersionFactory(prepaid=True), account=account)
    first, second = (
        PaymentFactory(
            account_id=account.id,
            invoice_id=None,
            line_id=line.id,
            status=PaymentStatus.SUCCEEDED,
            settled_at=clock.now() - timedelta(minutes=minutes),
        )
        for minutes in (5, 0)
    )
    told = "You topped up the same amount at"

    assert told in her.see(f"/my/payments/{second.id}").text
    assert told not in her.see(f"/my/payments/{first.id}").text


def test_of_a_bill_that_was_written_off_she_sees_what_paying_it_takes(her, account):
    bill = InvoiceFactory(
        account=account, status=InvoiceStatus.WRITTEN_OFF, written_off=Decimal("299.00")
    )

    assert "MX$299.00" in her.see(f"/my/bills/{bill.number}/pay").text


def test_instalments_of_an_overdue_bill_are_offered_once(her, account):
    bill = InvoiceFactory(account=account, due_on=clock.now().date() - timedelta(days=9))

    assert her.see(f"/my/bills/{bill.number}").text.count("Pay in instalments") == 1


@pytest.mark.parametrize("amount", ["", "-5", "0", "NaN", "1e9", "abc", "Infinity"])
def test_a_top_up_of_no_sensible_amount_is_refused(her, account, amount):
    line = line_with_plan(OfferVersionFactory(prepaid=True), account=account)

    assert her.send(f"/my/lines/{line.id}/top-up", amount=amount).status_code == 400


@pytest.mark.parametrize(
    ("status", "asks_again"),
    [
        (PaymentStatus.PENDING, True),
        (PaymentStatus.UNKNOWN, True),
        (PaymentStatus.SUCCEEDED, False),
        (PaymentStatus.DECLINED, False),
    ],
)
def test_a_payment_s_page_asks_again_until_the_outcome_is_known(her, account, status, asks_again):
    payment = PaymentFactory(invoice=InvoiceFactory(account=account), status=status)

    page = her.see(f"/my/payments/{payment.id}").text

    assert ("every 2s" in page) == asks_again
    assert f'data-status="{status.value}"' in page


def test_back_from_the_gateway_she_sees_her_payment(her, account):
    payment = PaymentFactory(invoice=InvoiceFactory(account=account))

    back = her.see(way_back(payment))

    assert back.location == f"/my/payments/{payment.id}"


@pytest.mark.parametrize("is_somebody", [False, True])
def test_back_from_the_gateway_whoever_else_sees_how_it_went_and_no_more(
    browser, signed_in, account, is_somebody
):
    invoice = InvoiceFactory(account=account)
    payment = PaymentFactory(
        invoice=invoice,
        status=PaymentStatus.DECLINED,
        decline_code="insufficient_funds",
        method={"brand": "visa", "last4": "4242"},
    )
    see = signed_in(CustomerFactory()).see if is_somebody else browser.get

    page = see(way_back(payment))

    assert page.status_code == 200
    assert 'data-status="declined"' in page.text
    for hidden in ("4242", invoice.number, str(payment.id)):
        assert hidden not in page.text


def test_an_address_that_we_did_not_sign_shows_no_payment(browser):
    payment = PaymentFactory()
    of_a_survey = signed_ids.token_of("survey", payment.id)

    assert browser.get(way_back(payment)[:-1] + "!").status_code == 404
    assert browser.get(f"/paid/{of_a_survey}").status_code == 404


def test_the_usage_of_thirty_days_is_drawn_for_her_own_lines_only(her, account):
    line, other = line_with_plan(account=account), line_with_plan()
    DailyUsageFactory(line=line, quantity=3 * GIB, day=clock.today("America/Mexico_City"))

    page = her.see(f"/my/usage?line={line.id}").text

    chart = json.loads(unescape(re.search(r'data-chart="(.*?)"', page).group(1)))
    (series,) = chart["series"]
    assert (len(chart["labels"]), sum(series["values"]), chart["unit"]) == (30, 3, "GB")
    assert her.see(f"/my/usage?line={other.id}").status_code == 404
    assert her.see("/my/usage?line=nonsense").status_code == 404


def test_a_plan_changes_only_after_its_price_was_confirmed(her, account):
    line = line_with_plan(account=account)
    wanted = OfferVersionFactory(offer=OfferFactory(name="Max Unlimited"), price=Decimal(499))
    before = current_plan(line).id

    asked = her.send(f"/my/lines/{line.id}/plan/{wanted.id}")

    quote = db.session.query(PlanChangeQuote).one()
    assert "Max Unlimited" in asked.text
    assert current_plan(line).id == before
    assert her.send(f"/my/quotes/{quote.id}/confirm").status_code == 303
    db.session.expire_all()
    assert current_plan(line).offer_version_id == wanted.id


def test_the_line_of_somebody_else_cannot_be_changed(her):
    wanted = OfferVersionFactory()
    line = line_with_plan()

    assert her.send(f"/my/lines/{line.id}/plan/{wanted.id}").status_code == 404


def test_a_form_without_its_token_changes_nothing(her, account):
    invoice = InvoiceFactory(account=account)

    answer = her.client.post(f"/my/bills/{invoice.number}/pay", data={"key": "one"})

    assert answer.status_code == 403
    assert db.session.query(Payment).count() == 0


def test_her_requests_are_listed_with_names_that_cannot_act(her, account):
    TicketFactory(
        customer_id=account.customer_id,
        talk=None,
        market_code="MX",
        conversation_id=None,
        subject="<script>alert(1)</script>",
    )

    page = her.see("/my/tickets").text

    assert "&lt;script&gt;alert(1)" in page


def test_the_widget_on_our_own_pages_knows_her(her, account):
    inbox = InboxFactory(allowed_origins=[OURS])

    page = her.see("/my/").text
    identity = re.search(r'data-identity="([^"]+)"', page).group(1)
    body = {"inbox": inbox.key, "identity": identity}
    opened = her.client.post("/chat/session", json=body)

    assert opened.json["customer"] == {"first_name": account.customer.first_name}
    assert her.see("/my/identity").json["identity"]


def test_help_is_open_to_all_and_hides_what_is_for_staff(browser):
    for slug, audience in (("read-your-bill", Audience.PUBLIC), ("refunds", Audience.STAFF)):
        kb.write(
            slug,
            "en",
            by=administrator(),
            title=f"About {slug}",
            summary="How bills work.",
            body="The **bill** has parts.",
            category="billing",
            audience=audience,
        )
    kb.reindex(by=administrator())
    browser.set_cookie("language", "en", domain="care.aurora.example")

    MarketFactory()

    found = browser.get("/help?q=bill", follow_redirects=True).text

    assert "/help/mx/en/read-your-bill" in found
    assert "refunds" not in found
    read = browser.get("/help/read-your-bill", follow_redirects=True)
    assert "<strong>bill</strong>" in read.text
    assert browser.get("/help/refunds", follow_redirects=True).status_code == 404
    rating = "/help/mx/en/read-your-bill/rating"
    assert browser.post(rating, data={"helpful": "yes"}).status_code == 303
