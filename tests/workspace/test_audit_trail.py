"""The trail as people read it: words for what the code calls things, and readable differences."""

import re

import pytest

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.statements import statements


@pytest.fixture
def entries(app):
    """(record, page): writes entries, and the rows that the screen shows of them as text."""

    def record(kind, thing, did="ticket.changed", **changes):
        with db.transaction():
            audit.record(SYSTEM, did, kind, thing, **changes)

    return record


@pytest.fixture
def screen(sign_in):
    """`screen()` is what an administrator reads; `screen(html=True)` with its signs."""

    def read(role="administrator", html=False, language="en"):
        browser = sign_in(roles=[role], markets=[], name="Ana Ruiz", language=language)
        browser.browser.set_cookie("language", language)
        answer = browser.get("/board/audit", plain=True)
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        page = page[page.index("<tbody>") : page.index("</tbody>")]
        return page if html else " ".join(re.sub(r"<[^>]+>", "", page).split())

    return read


def test_details_are_said_in_words(entries, screen):
    MarketFactory()
    entries("line", new_id(), status=("active", "closed"), effect="outgoing", reason="lost")
    entries("account", new_id(), amount=Money.of("1234.5", "MXN"), due_at=clock.now().date())
    entries("staff", new_id(), roles=["agent", "supervisor"], owner_before_that=None)
    entries("customer", new_id(), manager=(False, True), cap=(None, 3))
    entries("inbox", new_id(), market="MX")
    entries("staff", new_id(), "staff.markets_changed", markets=(["MX"], []))

    told = screen()

    assert "State Active → Closed" in told
    assert "Effect Outgoing barred" in told
    assert "Reason SIM lost" in told
    assert "Amount MXN 1,234.50" in told or "Amount MX$1,234.50" in told
    assert "Roles Agent, Supervisor" in told
    assert "Owner before that —" in told
    assert "Manager no → yes" in told
    assert "Market México" in told
    assert "Markets México → —" in told
    assert "Limit — → 3" in told
    assert "due_at" not in told


def test_of_what_is_large_only_the_difference_is_shown_and_not_without_end(entries, screen):
    before = {"format": "csv", "fields": {"number": {"from": "a"}, "kind": {"from": "k"}}}
    after = {**before, "fields": {**before["fields"], "number": {"from": "<b>"}}}
    entries("usage_layout", "switch", definition=(before, after))
    entries("usage_layout", "large", definition={f"part_{n}": n for n in range(25)})

    told = screen(html=True)

    assert "Definition: Fields number from" in told
    assert "<del>a</del>" in told
    assert "<b></ins>" not in told
    assert "&lt;b&gt;" in told
    assert "Kind from" not in told
    assert "5 more" in told
    assert "Part 24" not in told


def test_a_policy_has_the_words_of_the_screen_where_it_is_set(entries, screen):
    entries("market", MarketFactory().code, proration=("actual_days", "fixed_30"), later=(1, 2))

    told = screen()

    assert "Part of a month by the days of the month → as if every month had 30 days" in told
    assert "Later 1 → 2" in told


def test_what_else_is_chosen_for_a_market_has_its_own_words(entries, screen):
    entries("market", MarketFactory().code, distribution=("pull", "offer"), wrap_up=(30, 1200))

    told = screen()

    assert "Whoever likes takes one → Each is offered to one agent" in told
    assert "Seconds for oneself after a talk 30 → 1200" in told


def test_quantities_are_said_with_their_units_as_everywhere_else(entries, screen):
    MarketFactory()
    entries("line", new_id(), cap=(None, 5 * 1024**3), line="+525512345678")
    entries("attachment", new_id(), size=1536)
    entries("market", "MX", rate="0.058200", rows=85995, discount={"LOYAL": "9.90 MXN"})

    told = screen(language="pt")

    assert "Limite — → 5 GB" in told
    assert "Linha 55 1234 5678" in told
    assert "1,5 KB" in told
    assert "0,0582" in told
    assert "85.995" in told
    assert "Desconto: LOYAL MX$" in told


def test_of_people_and_things_their_names_are_told(entries, screen):
    ana, her = StaffFactory(name="Ana Ruiz"), CustomerFactory()
    gone = new_id()
    entries("conversation", new_id(), to=(None, ana.id), customer_id=her.id)
    entries("ticket", new_id(), to=(ana.id, gone))

    told = screen()

    assert "To — → Ana Ruiz" in told
    assert f"Customer {her.reference}" in told
    assert f"To Ana Ruiz → {gone}" in told


def test_a_page_of_the_trail_takes_as_many_statements_for_many_people_as_for_one(entries, screen):
    entries("conversation", new_id(), to=StaffFactory().id, customer_id=CustomerFactory().id)
    screen()
    with statements(db.session) as one:
        screen()
    for _ in range(10):
        entries("conversation", new_id(), to=StaffFactory().id, customer_id=CustomerFactory().id)

    with statements(db.session) as many:
        screen()

    assert len(many) == len(one)


def test_what_holds_a_bill_back_is_named_without_its_number(entries, screen):
    MarketFactory()
    entries("invoice", new_id(), did="invoice.dunning_held", reason=f"dispute:{new_id()}")

    assert "Reason Disputed" in screen()


def test_several_codes_in_one_detail_are_each_said(entries, screen):
    MarketFactory()
    entries("session", new_id(), why="new_device, out_of_hours", action="payments.refund")

    told = screen(language="es")

    assert "new_device" not in told
    assert "out_of_hours" not in told
    assert "payments.refund" not in told


def test_things_are_linked_for_who_may_open_them(entries, screen):
    customer = CustomerFactory()
    entries("customer", customer.id, customer=customer.reference, payment=new_id())

    for_administrator = screen(html=True)

    assert f'href="/desk/customers/{customer.id}"' in for_administrator
    assert f'href="/desk/customers?q={customer.reference}"' in for_administrator
    assert 'href="/board/audit?object_id=' in for_administrator


def test_strange_values_are_shown_as_they_are(entries, screen):
    entries("lamp", "x", amount="12 ZZZ", since="2026-99-99", note=["a"], deed="none.such", rows={})

    told = screen()

    for each in ("Lamp", "2026-99-99", "Note a", "none.such"):
        assert each in told
