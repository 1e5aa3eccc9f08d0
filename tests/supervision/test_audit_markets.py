"""An auditor of some markets reads what concerns those, and nothing of the others."""

import re
from contextlib import nullcontext
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.audit import service as audit
from app.audit import views
from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.oversight import report, service
from app.oversight.models import AuditReport, WatchedCustomer
from app.web.trail_words import action_words
from tests.factories.actors import administrator
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import PaymentFactory
from tests.factories.tickets import TicketFactory
from tests.security.browsers import staff_browser
from tests.statements import statements

MARCH = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)


def market_written(by, kind, thing):
    with db.transaction():
        audit.record(by, "lamp.lit", kind, thing)
    query = select(AuditEntry.market_code).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalar(query)


@pytest.fixture
def here(database):
    return MarketFactory(policies={"access_alerts": {"bulk": 1}})


@pytest.fixture
def there(database):
    return MarketFactory(brazil=True, policies={"access_alerts": {"bulk": 1}})


@pytest.fixture
def reader(app, here, confirmed):
    staff = StaffFactory(roles=["auditor"], markets=[here.code], language="en")
    return staff_browser(app, staff=staff)


@pytest.fixture
def auditor(app, confirmed):
    return staff_browser(app, staff=StaffFactory(roles=["auditor"], markets=[], language="en"))


@pytest.fixture
def done(here, there):
    """What was done in both markets and in none, by who works in all of them."""
    boss = administrator()
    with clock.moved_to(MARCH), db.transaction():
        for number, market in enumerate((here, there), start=1):
            her = CustomerFactory(market=market, reference=f"C-{market.code}")
            audit.record(boss, "customer.contact_changed", "customer", her.id, city=f"City{number}")
        audit.record(boss, "search.rebuilt", "search", "*", city="City3")


def test_an_entry_is_of_the_market_of_what_it_is_about(here):
    her = CustomerFactory(market=here)
    payment = PaymentFactory(invoice=InvoiceFactory(account=AccountFactory(customer=her)))

    assert market_written(SYSTEM, "customer", her.id) == here.code
    assert market_written(SYSTEM, "customer", str(her.id)) == here.code
    assert market_written(SYSTEM, "ticket", TicketFactory(customer=her).id) == here.code
    assert market_written(SYSTEM, "payment", payment.id) == here.code
    assert market_written(SYSTEM, "market", here.code) == here.code
    assert market_written(SYSTEM, "staff", StaffFactory(markets=[here.code]).id) == here.code


def test_the_market_of_the_thing_counts_before_that_of_who_did_it(here, there):
    guest = administrator(markets=[there.code])

    assert market_written(guest, "customer", CustomerFactory(market=here).id) == here.code


def test_what_has_no_market_is_of_the_only_one_of_who_did_it(here, there):
    for thing in (new_id(), "*", 4, "\x01"):
        assert market_written(administrator(markets=[here.code]), "search", thing) == here.code
        assert market_written(administrator(markets=[here.code]), "ticket", thing) == here.code
    assert market_written(administrator(), "search", "*") is None
    assert market_written(administrator(markets=[here.code, there.code]), "search", "*") is None
    assert market_written(SYSTEM, "staff", StaffFactory(markets=[]).id) is None


def test_the_same_done_to_many_things_asks_for_their_markets_once(here, there):
    people = [CustomerFactory(market=market) for market in (here, there, here)]
    expected = {str(each.id): each.market_code for each in people}
    ids = [each.id for each in people]
    db.session.commit()
    db.session.expunge_all()

    with statements(db.session) as sent, db.transaction():
        audit.record_all(SYSTEM, "lamp.lit", "customer", {each: {} for each in ids})

    assert len(sent) == 2
    found = db.session.execute(select(AuditEntry.object_id, AuditEntry.market_code))
    assert {row[0]: row[1] for row in found if row[0] in expected} == expected


def test_what_is_at_hand_costs_no_statement(here):
    her = CustomerFactory(market=here)
    db.session.flush()

    with statements(db.session) as sent, db.transaction():
        audit.record(SYSTEM, "lamp.lit", "customer", her.id)

    assert len(sent) == 1


def test_the_trail_shows_the_entries_of_the_readers_markets_only(reader, auditor, done):
    page = reader.get("/board/audit").text
    assert "City1" in page
    assert "City2" not in page
    assert "City3" not in page

    page = auditor.get("/board/audit").text
    assert all(city in page for city in ("City1", "City2", "City3"))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_trail_taken_out_holds_the_entries_of_the_readers_markets_only(
    reader, auditor, done, form
):
    hers = reader.post("/board/audit/export", data={"form": form}).text
    assert "City1" in hers
    assert "City2" not in hers
    assert "City3" not in hers

    everything = auditor.post("/board/audit/export", data={"form": form}).text
    assert all(city in everything for city in ("City1", "City2", "City3"))


def test_a_number_of_another_markets_thing_finds_nothing(reader, auditor, here, there, done):
    theirs = db.session.scalar(
        select(AuditEntry.object_id).where(AuditEntry.market_code == there.code)
    )

    assert "City2" not in reader.get(f"/board/audit?object_id={theirs}").text
    assert "City2" in auditor.get(f"/board/audit?object_id={theirs}").text


@pytest.fixture
def looks(here, there):
    """Ana, who works in both markets, looked at two customers here and at three there."""
    ana = StaffFactory(name="Ana Ruiz", markets=[]).as_actor()
    for market, numbers in ((here, (10, 30)), (there, (50, 70, 90))):
        for number in numbers:
            her = CustomerFactory(market=market, name="Una Otra", reference=f"C-{number:06d}")
            with clock.moved_to(MARCH):
                views.seen(ana, "profile", her.id)
    with clock.moved_to(MARCH):
        service.look_for_odd_looks()
    return ana


def test_who_looked_counts_the_looks_at_the_readers_customers_only(reader, auditor, looks):
    where = f"/board/audit/access?month=2026-03&actor={looks.id}"

    page = reader.get(where).text
    assert "C-000010" in page
    assert "C-000050" not in page
    assert _customers(page) == ["2"]
    assert _customers(auditor.get(where).text) == ["5"]


def _customers(page):
    """How many customers each of the staff looked at; the second of seven figures."""
    return re.findall(r'class="text-end num">(\d+)<', page)[1::7]


def test_odd_looks_and_watched_customers_are_those_of_the_readers_markets(
    reader, auditor, looks, here, there
):
    by = StaffFactory(markets=[])
    for market, why in ((here, "Sings"), (there, "Dances")):
        her = CustomerFactory(market=market)
        db.session.add(
            WatchedCustomer(customer_id=her.id, reason=why, added_by=by.id, added_at=MARCH)
        )
    db.session.flush()

    page = reader.get("/board/audit/alerts").text
    assert "Ana Ruiz looked at 2 customers." in page
    assert "Ana Ruiz looked at 3 customers." not in page
    assert "Sings" in page
    assert "Dances" not in page
    page = auditor.get("/board/audit/alerts").text
    assert "Ana Ruiz looked at 3 customers." in page
    assert "Dances" in page


def test_the_report_tells_the_figures_of_the_readers_markets_added_up(
    app, reader, auditor, done, looks, here, there, monkeypatch
):
    monkeypatch.setattr(report.db, "reading", lambda: nullcontext(db.session.connection()))
    with clock.moved_to(datetime(2026, 4, 1, 3, tzinfo=UTC)):
        report.make_due()
    third = MarketFactory(india=True)
    both = StaffFactory(roles=["auditor"], markets=[here.code, there.code, third.code])

    def told(browser):
        page = browser.get("/board/audit/reports/2026-03.csv").text.splitlines()
        return {tuple(row.split(",")[1:3]): row.split(",")[3] for row in page}

    viewed = "customer.profile_viewed"
    for browser, looked, rebuilt in (
        (reader, "2", None),
        (staff_browser(app, staff=both), "5", None),
        (auditor, "5", "1"),
    ):
        figures = told(browser)
        assert {figures[key] for key in figures if key[1] == viewed} == {looked}
        assert (
            next((figures[key] for key in figures if key[1] == "search.rebuilt"), None) == rebuilt
        )
        assert browser.get("/board/audit/reports/2026-03.pdf").data.startswith(b"%PDF")


def test_a_report_from_before_markets_tells_nothing_to_who_works_in_some(reader, auditor):
    figures = {
        "entries_in_all": 1, "broken": 0, "checkpoint": None, "readers": [],
        "actions": [["lamp.lit", 7]], "alerts": [],
    }  # fmt: skip
    db.session.add(AuditReport(month=date(2026, 3, 1), made_at=MARCH, figures=figures))
    db.session.flush()

    assert "lamp.lit" not in reader.get("/board/audit/reports/2026-03.csv").text
    assert "lamp.lit" in auditor.get("/board/audit/reports/2026-03.csv").text


def test_what_a_person_did_last_is_shown_of_the_readers_markets_only(app, here, there, confirmed):
    boss = StaffFactory(roles=["administrator"], markets=[here.code], language="en")
    ana = StaffFactory(roles=["agent"], markets=[here.code])
    with db.transaction():
        for market, action in ((here, "offer.published"), (there, "offer.withdrawn")):
            thing = CustomerFactory(market=market).id
            audit.record(ana.as_actor(), action, "customer", thing)
    browser = staff_browser(app, staff=boss)

    for page in (f"/board/people/{ana.id}", "/board/rights/catalog.manage"):
        text = browser.get(page).text
        assert action_words("offer.published") in text
        assert action_words("offer.withdrawn") not in text
