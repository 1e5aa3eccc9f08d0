"""Runs, what-if, disputes and figures as a billing administrator meets them."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from app.billing import queries, service
from app.core import clock
from app.core.actor import SYSTEM
from app.core.spreadsheets import cell
from tests.backoffice.conftest import code
from tests.billing.conftest import noon
from tests.factories.actors import agent
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import UsageRecordFactory
from tests.statements import statements


@pytest.fixture(autouse=True)
def april():
    with clock.moved_to(noon(2026, 4, 2)):
        yield


@pytest.fixture
def lines(office):
    version = OfferVersionFactory(offer=OfferFactory(name="Plus 20GB"))
    return [subscriber(version) for _ in range(3)]


def subscriber(version, **customer):
    more = {f"customer__{key}": value for key, value in customer.items()}
    return line_with_plan(version, account=AccountFactory(**more), activated_at=noon(2026, 3, 1))


def text_of(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def planned(office):
    answer = office.post("/office/runs", plain=True, data={"market": "MX", "day": "2026-04-01"})
    assert answer.status_code == 303
    return answer.location


def test_a_run_is_planned_started_and_watched_to_its_end(office, lines, confirmed):
    address = planned(office)
    assert "0 of 3" in text_of(office.get(address))

    moving = text_of(office.post(f"{address}/start", follow_redirects=True))
    assert 'hx-trigger="every 2s"' in moving
    service.work_off(queries.running_runs()[0], by=SYSTEM)

    done = text_of(office.get(address))
    assert "3 of 3" in done
    assert "hx-trigger" not in done
    assert "MX$1,794.00" in text_of(office.get("/office/runs"))


def test_a_run_is_stopped_continued_and_discarded_where_that_makes_sense(office, lines, confirmed):
    address = planned(office)
    assert office.post(f"{address}/stop").status_code == 409
    office.post(f"{address}/start")
    assert "Continue" in text_of(office.post(f"{address}/stop", follow_redirects=True))
    assert office.post(f"{address}/discard").status_code == 409


def test_an_account_that_failed_is_listed_with_its_reason(office, lines):
    from app.billing.service import runs

    run = service.plan_run("MX", date(2026, 4, 1), by=SYSTEM, started=True)
    runs._note_failure(run.id, lines[0].account_id, ValueError("<b>no ledger</b>"))
    service.work_off(run.id, by=SYSTEM)

    page = text_of(office.get(f"/office/runs/{run.id}"))

    assert "ValueError: &lt;b&gt;no ledger&lt;/b&gt;" in page
    assert "Try the failed ones again" in page


def test_who_may_look_and_not_run(sign_in, lines):
    auditor = sign_in(roles=["auditor"], markets=[])

    page = text_of(auditor.get("/office/runs", plain=True))

    assert "Plan a run" not in page
    assert auditor.post("/office/runs", data={"market": "MX"}).status_code == 403


def test_a_market_that_is_not_hers_does_not_exist(office):
    MarketFactory(brazil=True)

    assert office.get("/office/runs?market=BR").status_code == 404


def test_a_simulation_shows_each_bill_and_writes_none(office, lines):
    page = text_of(office.get("/office/simulation?market=MX&reference=", plain=True))

    assert page.count("MX$598.00") == 3
    assert queries.invoices_of(account_ids=[each.account_id for each in lines]) == []


def test_one_account_is_simulated_to_the_end_of_its_running_month(office, lines):
    service.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)
    reference = lines[0].account.reference

    page = text_of(office.get(f"/office/simulation?market=MX&reference={reference}", plain=True))

    assert page.count("MX$299.00") >= 1
    assert "Half as much or less" in page
    assert office.get("/office/simulation?market=MX&reference=A-nobody").status_code == 404


@pytest.mark.usefixtures("confirmed")
def test_a_simulation_as_a_sheet_holds_no_formula(office, lines):
    subscriber(OfferVersionFactory(), name='=HYPERLINK("http://evil.example")')

    answer = office.post("/office/simulation.csv", data={"market": "MX"}, plain=True)

    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="simulation-MX.csv"'
    assert len(rows) == 5
    assert '\'=HYPERLINK("http://evil.example")' in {row[1] for row in rows}
    assert {row[6] for row in rows[1:]} == {"598.00"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" @cmd", "' @cmd"),
        ("-5", "'-5"),
        (Decimal("-5.00"), "-5.00"),
        (None, ""),
        ("Ana", "Ana"),
    ],
)
def test_what_a_cell_holds(value, shown):
    assert cell(value) == shown


def disputed(lines):
    service.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)
    invoice = queries.invoices_of(account_ids=[lines[0].account_id])[0]
    charge = queries.invoice_with_lines(invoice.id).charges[0]
    return service.dispute(invoice.id, charge.id, None, "I was <abroad>", by=agent())


def test_a_dispute_waits_in_the_queue_and_is_decided(office, lines):
    found = disputed(lines)
    assert "I was &lt;abroad&gt;" in text_of(office.get("/office/disputes"))
    address = f"/office/disputes/{found.id}"

    form = {"outcome": "partly", "credited": "100,00", "answer": "One week of it."}
    asked = office.post(f"{address}/decide", data=form)
    assert (asked.status_code, found.is_open) == (428, True)

    form |= {"confirmation": code()}
    decided = text_of(office.post(f"{address}/decide", data=form, follow_redirects=True))

    assert "One week of it." in decided
    assert "MX$100.00" in decided
    assert "No open disputes" in text_of(office.get("/office/disputes"))
    again = {**form, "outcome": "refused"}
    assert office.post(f"{address}/decide", data=again).status_code == 409


@pytest.mark.parametrize(
    "form",
    [
        {"outcome": "perhaps", "answer": "x"},
        {"outcome": "partly", "credited": "much", "answer": "x"},
        {"outcome": "partly", "credited": "NaN", "answer": "x"},
        {"outcome": "partly", "credited": "1e99", "answer": "x"},
        {"outcome": "partly", "credited": "9999.00", "answer": "x"},
        {"outcome": "refused", "answer": " "},
        {},
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(office, lines, form):
    found = disputed(lines)

    form = {"confirmation": code(), **form}
    answer = office.post(f"/office/disputes/{found.id}/decide", data=form)

    assert answer.status_code in {400, 422}
    assert found.is_open


def test_an_agent_sees_a_dispute_and_does_not_decide_it(sign_in, office, lines):
    found = disputed(lines)
    ana = sign_in(roles=["agent"], markets=["MX"])

    assert "decides it" in text_of(ana.get(f"/office/disputes/{found.id}"))
    assert ana.post(f"/office/disputes/{found.id}/decide").status_code == 403


def test_invoices_are_found_by_number_customer_amount_and_state(office):
    one = InvoiceFactory(
        account=AccountFactory(customer__name="Rosa Luna"), due_on=date(2026, 4, 1)
    )
    InvoiceFactory(total=Decimal("310.00"), due_on=date(2026, 5, 1))

    for asked in (f"q={one.number}", "q=rosa luna", "amount=299,00", "state=overdue"):
        page = text_of(office.get(f"/office/invoices?market=MX&{asked}"))
        assert page.count("/desk/invoices/") == 1, asked
        assert one.number in page
    assert "Nothing matches" in text_of(office.get("/office/invoices?market=MX&q=nobody"))
    assert office.get("/office/invoices?market=MX&state=lost").status_code == 400


def test_figures_are_shown_and_can_be_opened_and_taken_along(office, lines):
    UsageRecordFactory(line=lines[0], started_at=noon(2026, 3, 12), charged=Decimal("90.00"))
    service.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)
    late = {"started_at": noon(2026, 3, 30), "received_at": noon(2026, 4, 3)}
    UsageRecordFactory(line=lines[0], charged=Decimal("0.90"), **late)

    assert "MX$90.90" in text_of(office.get("/office/reconciliation?market=MX"))
    opened = office.get("/office/reconciliation/lines?market=MX&month=2026-03&kind=voice")
    assert lines[0].number in text_of(opened)
    assert "Plus 20GB" in text_of(office.get("/office/revenue?market=MX"))
    sheet = office.get("/office/revenue.csv?market=MX").get_data(as_text=True)
    assert "2026-04-01,Plus 20GB,1794.00,MXN,3" in sheet
    assert "MX$1,884.00" in text_of(office.get("/office/receivables?market=MX"))


@pytest.mark.parametrize(
    "path",
    [
        "/office/reconciliation?since=soon",
        "/office/reconciliation/lines?kind=fax",
        "/office/reconciliation/lines?kind=voice&month=2026-13",
        "/office/reconciliation/lines?kind=voice&month=9999-12",
        "/office/reconciliation?since=0001-01",
        "/office/simulation?reference=&day=tomorrow",
        "/office/invoices?amount=lots",
        "/office/invoices?after=x",
    ],
)
def test_what_cannot_be_understood_is_a_refusal(office, path):
    MarketFactory()

    assert office.get(path).status_code == 400


def test_pages_ask_the_database_as_often_for_many_rows_as_for_few(office, session):
    version = OfferVersionFactory()

    def asked():
        service.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)
        counts = []
        for path in ("simulation?reference=&day=2026-05-01", "invoices?", "disputes?", "runs?"):
            with statements(session) as sent:
                text_of(office.get(f"/office/{path}&market=MX", plain=True))
            counts.append(len(sent))
        return counts

    subscriber(version)
    few = asked()
    made = [subscriber(version) for _ in range(20)]
    many = asked()
    assert all(more <= less + 1 for less, more in zip(few, many, strict=True))
    assert len(made) == 20
