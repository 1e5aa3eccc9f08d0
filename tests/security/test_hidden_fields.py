"""Who does not need a field sees the rest of it, and the whole for some minutes with a reason."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.billing import papers, queries, service
from app.billing.sight import Sight
from app.core import clock, db
from app.core.actor import SYSTEM
from app.identity import reveals
from app.identity.models import Reveal, Session
from tests.billing.conftest import noon, on
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import UsageRecordFactory
from tests.security.browsers import staff_browser

WHY = "She asked me to read it back to her"


@pytest.fixture
def her(app):
    return CustomerFactory(email="valeria@example.com", phone="+525520000042")


@pytest.fixture
def auditor(app, her):
    return staff_browser(app, "auditor", markets=["MX"])


def page(browser, her):
    return browser.get(f"/desk/customers/{her.id}/overview").get_data(as_text=True)


def ask(browser, her, why=WHY, field="customer.email"):
    return browser.post("/desk/reveal", data={"field": field, "object_id": str(her.id), "why": why})


def test_who_needs_it_sees_the_address_and_who_does_not_sees_that_there_is_one(app, her, auditor):
    agent = staff_browser(app, "agent", markets=["MX"])

    assert "valeria@example.com" in page(agent, her)
    hidden = page(auditor, her)
    assert "valeria@example.com" not in hidden
    assert "+525520000042" not in hidden
    assert "v••••@example.com" in hidden


def test_lists_and_the_palette_hide_it_too_and_offer_nothing(auditor, her):
    found = auditor.get("/desk/customers?q=valeria").get_data(as_text=True)
    palette = auditor.get("/desk/palette?q=valeria").get_data(as_text=True)

    assert her.name in found
    assert not any("valeria@example.com" in text for text in (found, palette))
    assert "/desk/reveal" not in found


def test_with_a_reason_one_field_is_shown_for_five_minutes_and_written_down(auditor, her):
    shown = ask(auditor, her)

    assert "valeria@example.com" in shown.get_data(as_text=True)
    again = page(auditor, her)
    assert "valeria@example.com" in again
    assert "+525520000042" not in again, "one field, not all of them"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.changes["why"]) == ("field.revealed", WHY)


@pytest.mark.parametrize("written", ["urn:uuid:{}", "{{{}}}", "{}"])
def test_whom_somebody_looked_at_is_told_by_her_id_however_it_was_written(auditor, her, written):
    named = written.format(str(her.id).upper())

    auditor.post("/desk/reveal", data={"field": "customer.email", "object_id": named, "why": WHY})

    query = select(AuditEntry.object_id).where(AuditEntry.action == "field.revealed")
    assert set(db.session.scalars(query)) <= {str(her.id)}


@pytest.mark.parametrize(("seconds", "shown"), [(299, True), (301, False)])
def test_it_is_hidden_again_after_five_minutes(auditor, her, seconds, shown):
    ask(auditor, her)
    customer_id, start = her.id, clock.now()

    with clock.moved_to(start + timedelta(seconds=seconds)):
        text = auditor.get(f"/desk/customers/{customer_id}/overview").get_data(as_text=True)
    assert ("valeria@example.com" in text) is shown


@pytest.mark.parametrize("why", ["", "   ", "because", "x" * 301, "line\x07feed in it"])
def test_without_a_reason_nothing_is_shown(auditor, her, why):
    answer = ask(auditor, her, why)

    assert answer.status_code == 400
    assert "valeria@example.com" not in answer.get_data(as_text=True)
    assert db.session.scalars(select(Reveal)).all() == []


def test_what_was_shown_to_one_session_is_hidden_in_another(app, auditor, her):
    ask(auditor, her)
    from app.identity.models import Staff

    owner = db.session.get_one(Staff, db.session.scalars(select(Session.owner_id)).first())

    assert "valeria@example.com" not in page(staff_browser(app, staff=owner), her)


def test_another_market_and_another_field_are_refused(app, her):
    MarketFactory(brazil=True)
    abroad = staff_browser(app, "auditor", markets=["BR"])
    here = staff_browser(app, "auditor", markets=["MX"])

    assert ask(abroad, her).status_code == 404
    assert ask(here, her, field="customer.password_hash").status_code == 400
    assert ask(here, her, field="kyc.number").status_code == 400
    assert ask(staff_browser(app, "marketing_analyst"), her).status_code == 403


def test_nobody_looks_at_many(auditor, her):
    answers = [ask(auditor, her).status_code for _ in range(reveals.MOST_AN_HOUR + 1)]

    assert set(answers[:-1]) == {200}
    assert answers[-1] == 429


def test_who_looks_after_her_sees_what_she_looked_at_and_why(app, auditor, her):
    ask(auditor, her)
    lead = staff_browser(app, "supervisor", markets=["MX"])
    abroad = staff_browser(app, "supervisor", markets=["BR"])

    assert WHY in lead.get("/board/reveals").get_data(as_text=True)
    assert WHY not in abroad.get("/board/reveals").get_data(as_text=True)
    assert staff_browser(app, "agent").get("/board/reveals").status_code == 403


@pytest.fixture
def bill(app):
    """Of somebody whose market shows numbers whole: a line, and a call that it made."""
    market = MarketFactory(policies={"mask_other_party": False})
    account = AccountFactory(customer__market=market)
    plan = OfferVersionFactory(price=Decimal("299.00"), currency=market.currency)
    line = line_with_plan(plan, account=account, activated_at=noon(2026, 4, 11), number=LINE)
    UsageRecordFactory(line=line, started_at=noon(2026, 4, 12), other_party=CALLED)
    with on(2026, 5, 2):
        service.run_cycle(market.code, date(2026, 5, 1), by=SYSTEM)
    return queries.invoices_of(account_ids=[account.id])[0]


LINE, CALLED = "+525511110042", "+525587654321"


def shown_of(browser, bill):
    """Of the line and of whom it called, what the page and the file show."""
    path = f"/desk/invoices/{bill.id}"
    answers = browser.get(path), browser.get(f"{path}/usage.csv")
    told = [each.get_data(as_text=True).replace(" ", "") for each in answers]
    return LINE in told[0], LINE in told[1], CALLED in told[1]


def test_the_numbers_on_a_bill_are_hidden_by_the_rights_that_hide_them_elsewhere(app, bill):
    roles = {"manager": (True, True, True), "agent": (True, True, False), "auditor": (False,) * 3}

    for role, expected in roles.items():
        assert shown_of(staff_browser(app, role, markets=["MX"]), bill) == expected, role


@pytest.mark.parametrize(
    ("field", "expected"),
    [("invoice.lines", (True, True, False)), ("invoice.calls", (False, False, True))],
)
def test_one_bill_shows_them_for_some_minutes_to_who_says_why(app, bill, field, expected):
    auditor = staff_browser(app, "auditor", markets=["MX"])

    assert ask(auditor, bill, field=field).status_code == 200

    assert shown_of(auditor, bill) == expected
    assert shown_of(staff_browser(app, "auditor", markets=["MX"]), bill) == (False,) * 3
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "field.revealed")
    ).one()
    assert (entry.object_id, entry.changes["field"]) == (str(bill.id), field)


def test_the_paper_of_a_bill_is_one_for_each_sight(app, bill):
    """What is built for who sees everything is never handed to who does not."""
    for language in ("en", "es"):
        service.ask_paper(bill, language)
        service.build_paper(bill.id, language, service.paper_of(bill, language).edition)
    path = f"/desk/invoices/{bill.id}/pdf"

    assert staff_browser(app, "manager", markets=["MX"]).get(path).mimetype == "application/pdf"
    assert staff_browser(app, "agent", markets=["MX"]).get(path).mimetype == "text/html"
    whole, less = papers.html_of(bill.id, "en"), papers.html_of(bill.id, "en", Sight.NOTHING)
    assert (LINE in whole, CALLED in whole) == (True, True)
    assert (LINE in less, CALLED in less) == (False, False)
