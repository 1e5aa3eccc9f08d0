"""What an agent does in the service sheet of a line and on the page of a company."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from app.billing import service as billing
from app.catalog.models import OfferKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account, Customer
from app.network.models import PortIn
from app.subscriptions import queries
from app.subscriptions import service as lines
from app.subscriptions.models import Disconnection, OrderStatus
from app.subscriptions.msisdn import for_people
from tests.factories.actors import customer
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.subscriptions import (
    ScheduledChangeFactory,
    SubscriptionFactory,
    line_with_plan,
)
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("confirmed")


@pytest.fixture
def account(database):
    return AccountFactory(customer=CustomerFactory(name="Valeria Soto"))


@pytest.fixture
def line(account):
    return line_with_plan(account=account, activated_at=clock.now() - timedelta(days=100))


@pytest.fixture
def administrator(sign_in):
    return sign_in(roles=["administrator"], markets=[])


def text_of(answer):
    return answer.get_data(as_text=True)


def sheet(desk, line):
    db.session.expire_all()
    return text_of(desk.get(f"/desk/lines/{line.id}/service"))


def test_a_change_at_the_end_of_the_period_is_seen_and_undone(desk, line):
    version = OfferVersionFactory()
    form = {"offer_version_id": version.id, "key": new_id()}

    made = desk.post(f"/desk/lines/{line.id}/plan/later", data=form)
    desk.post(f"/desk/lines/{line.id}/plan/later", data=form)
    change = queries.scheduled_of([line.id])[line.id]
    panel = text_of(desk.get(f"/desk/customers/{line.customer_id}/overview"))
    undone = desk.post(f"/desk/scheduled-changes/{change.id}/cancel")

    assert (made.status_code, undone.status_code) == (204, 204)
    assert "Undo" in panel
    assert queries.scheduled_of([line.id]) == {}


def test_a_lost_sim_is_blocked_and_the_sheet_says_who_may_lift_what(desk, line):
    lines.place_block(line.id, "court", "all", by=SYSTEM)
    desk.post(f"/desk/lines/{line.id}/sim/missing", data={"reason": "stolen"})

    shown = sheet(desk, line)

    assert "SIM stolen" in shown
    assert "by Ana Ruiz" in shown
    assert "Lifted by an administrator" in shown
    assert shown.count('name="reason" value="stolen"') == 1, "only that is hers to lift"
    assert 'name="reason" value="court"' not in shown
    assert desk.post(f"/desk/lines/{line.id}/sim/found").status_code == 204
    assert [b.reason for b in line.blocks if not b.lifted_at] == ["court"]


def test_a_new_sim_is_given_by_those_who_may(sign_in, desk, line, confirmed):
    path = f"/desk/lines/{line.id}/sim/replace"

    refused = desk.post(path, data={"iccid": ""})
    given = sign_in(roles=["manager"]).post(path, data={"iccid": "8991101200003204514"})

    assert (refused.status_code, given.status_code) == (403, 204)
    assert "8991101200003204514" in given.headers["HX-Trigger"]


def test_the_rules_of_leaving_are_shown_and_a_code_is_made_when_all_are_kept(desk, line):
    assert "Make a code" in sheet(desk, line)
    InvoiceFactory(account=db.session.get_one(Account, line.account_id))
    assert "before every rule is fulfilled" in sheet(desk, line)

    refused = desk.post(f"/desk/lines/{line.id}/port-out")

    assert (refused.status_code, refused.headers["X-Refusal"]) == (422, "may_not_leave")


def test_what_changes_for_the_others_is_told_before_a_code_is_made(desk, line):
    owner = line_with_plan(OfferVersionFactory(shared_with=2), account=line.account)
    lines.share_with(owner.id, line.id, by=SYSTEM)

    shown = sheet(desk, line)

    assert "It no longer shares the plan of" in shown
    assert shown.index("It no longer shares the plan of") < shown.index("Make a code")


def test_a_code_is_shown_and_the_number_kept(desk, line):
    desk.post(f"/desk/lines/{line.id}/port-out")
    port = billing.ask_port_code(line.id, by=SYSTEM)

    assert port.code in sheet(desk, line)
    assert desk.post(f"/desk/port-outs/{port.id}/cancel").status_code == 204
    assert port.code not in sheet(desk, line)


def test_disconnecting_shows_what_is_owed_and_is_taken_back(desk, administrator, line):
    InvoiceFactory(account=line.account)
    path = f"/desk/lines/{line.id}/disconnection"
    on = clock.today("America/Mexico_City") + timedelta(days=3)

    asked = text_of(administrator.get(path))
    assert desk.get(path).status_code == 403
    ordered = administrator.post(path, data={"reason": "request", "on": on.isoformat()})
    order = queries.leaving_of([line.id])[line.id]
    taken = administrator.post(f"/desk/disconnections/{order.id}/take-back", data={"why": "stays"})

    assert "MX$299.00" in asked
    assert (ordered.status_code, taken.status_code) == (204, 204)
    assert db.session.get_one(Disconnection, order.id).status is OrderStatus.CANCELLED


def test_disconnecting_shows_what_changes_for_the_others_and_what_is_owed_once(administrator, line):
    member = line_with_plan(account=line.account)
    owner = line_with_plan(OfferVersionFactory(shared_with=1), account=line.account)
    lines.share_with(owner.id, member.id, by=SYSTEM)
    market = line.account.customer.market
    market.policies = {**market.policies, "port_dues": "none"}
    InvoiceFactory(account=line.account)

    asked = text_of(administrator.get(f"/desk/lines/{owner.id}/disconnection"))

    assert "Its plan is no longer shared with" in asked
    assert asked.count("MX$299.00") == 1


def test_the_dialogs_say_the_days_that_the_market_has(desk, administrator, line):
    market = line.account.customer.market
    market.policies = {**market.policies, "closure_days": 3, "deposit_days": 1}
    billing.take_deposit(
        line.account_id, Money(Decimal(300), "MXN"), by=SYSTEM, effect_key="deposit"
    )

    ending = text_of(administrator.get(f"/desk/lines/{line.id}/disconnection"))
    death = text_of(desk.get(f"/desk/customers/{line.customer_id}/deceased"))

    assert "within 3 days" in ending
    assert "to be given back within 1 day of the end" in ending
    assert "within 3 days" in death


def test_a_line_that_is_gone_says_why_and_when(desk, line):
    lines.close_line(line.id, by=SYSTEM, reason="ported_out")

    panel = text_of(desk.get(f"/desk/customers/{line.customer_id}/overview"))

    assert "Moved to another operator" in panel
    assert "Disconnected for good on" in sheet(desk, line)
    assert (
        desk.post(f"/desk/lines/{line.id}/sim/missing", data={"reason": "lost"}).headers[
            "X-Refusal"
        ]
        == "line_ported"
    )


@pytest.mark.parametrize(
    "sent",
    [
        {"reason": "death"},
        {"reason": "request", "on": "tomorrow"},
        {"reason": "request", "on": "2020-01-01"},
        {},
    ],
)
def test_an_end_that_is_not_ordered(administrator, line, sent):
    answer = administrator.post(f"/desk/lines/{line.id}/disconnection", data=sent)

    assert answer.status_code == 400
    assert queries.leaving_of([line.id]) == {}


def test_a_plan_is_shared_with_a_line_of_the_account(desk, account):
    owner = line_with_plan(OfferVersionFactory(shared_with=1), account=account)
    other = line_with_plan(account=account, number="+525599887766")
    path = f"/desk/lines/{owner.id}/family"

    shared = desk.post(path, data={"number": "887766", "cap": "1,5"})
    shown = sheet(desk, owner)
    unknown = desk.post(path, data={"number": "77777777", "cap": ""})
    left = desk.post(f"/desk/lines/{other.id}/family/leave")

    assert (shared.status_code, unknown.status_code, left.status_code) == (204, 404, 204)
    assert "at most 1.5 GB" in shown


@pytest.fixture
def employees_line(database):
    """Of somebody whose company pays: with a plan to share, an add-on and a change that waits."""
    company = AccountFactory(customer=CustomerFactory(kind="company", name="Acme"))
    eva = CustomerFactory(name="Eva", parent_id=company.customer_id)
    plan = OfferVersionFactory(shared_with=1)
    found = line_with_plan(plan, account=company, customer_id=eva.id)
    extra = OfferVersionFactory(add_on=True)
    SubscriptionFactory(line=found, version=extra, kind=OfferKind.ADD_ON)
    ScheduledChangeFactory(line=found)
    return found


def offered(desk, line):
    """Addresses of all buttons of a line, in the panel and the sheet, and what they say."""
    panel = text_of(desk.get(f"/desk/customers/{line.customer_id}/overview"))
    shown = panel[panel.index('class="line-card"') :] + sheet(desk, line)
    return set(re.findall(r'hx-(get|post)="([^"]+)"', shown)), shown


CHANGES = re.compile(r"/(plan|add-ons|family|cost-centre|scheduled-changes)\b")
FOR_MANAGERS = "A company pays for this line. One of our managers changes it"


def test_on_a_companys_line_an_agent_sees_what_she_may_do_and_who_may_do_the_rest(
    desk, employees_line
):
    buttons, said = offered(desk, employees_line)

    assert {path for _, path in buttons if CHANGES.search(path)} == set()
    assert said.count(FOR_MANAGERS) == 2
    asked = [desk.get(path).status_code for method, path in buttons if method == "get"]
    assert asked
    assert 403 not in asked
    assert desk.get(f"/desk/lines/{employees_line.id}/plan").status_code == 403


def test_on_a_companys_line_a_manager_may_all_of_it(sign_in, employees_line):
    buttons, said = offered(sign_in(roles=["manager"]), employees_line)

    found = {CHANGES.search(path)[1] for _, path in buttons if CHANGES.search(path)}
    assert found == {"plan", "add-ons", "family", "cost-centre", "scheduled-changes"}
    assert FOR_MANAGERS not in said


def test_new_lines_of_a_company_are_ordered_by_a_manager(sign_in, desk, employees_line):
    path = f"/desk/customers/{employees_line.account.customer_id}/identity"

    assert "New line" not in text_of(desk.get(path))
    assert "One of our managers orders new lines" in text_of(desk.get(path))
    assert "New line" in text_of(sign_in(roles=["manager"]).get(path))


def test_blocked_days_are_credited_by_those_who_may(sign_in, desk, line):
    now = clock.now()
    with clock.moved_to(now - timedelta(days=12)):
        block = lines.place_block(line.id, "request", "outgoing", by=SYSTEM)
    with clock.moved_to(now - timedelta(days=2)):
        lines.lift_block(line.id, "request", by=SYSTEM)
    manager = sign_in(roles=["manager"])

    assert desk.post(f"/desk/blocks/{block.id}/credit").status_code == 403
    assert manager.post(f"/desk/blocks/{block.id}/credit").status_code == 204
    assert manager.post(f"/desk/blocks/{block.id}/credit").status_code == 422


def test_a_death_needs_a_proof_and_a_mistake_a_reason(desk, line):
    path = f"/desk/customers/{line.customer_id}"

    assert desk.post(f"{path}/deceased", data={"proof": " "}).status_code == 400
    assert desk.post(f"{path}/deceased", data={"proof": "scan 12"}).status_code == 204
    assert "scan 12" in sheet(desk, line)
    assert "was noted as deceased" in text_of(desk.get(f"{path}/deceased"))
    assert desk.post(f"{path}/alive", data={"why": ""}).status_code == 400
    assert desk.post(f"{path}/alive", data={"why": "another one"}).status_code == 204


def test_a_number_is_asked_for_from_another_operator(desk, account):
    version = OfferVersionFactory()
    path = f"/desk/accounts/{account.id}/port-in"
    form = {
        "number": "55 1234 5678",
        "donor_code": "XY123456",
        "offer": f"{version.offer.code}:postpaid",
        "port_on": (clock.today("America/Mexico_City") + timedelta(days=2)).isoformat(),
        "key": "k",
    }

    assert desk.post(path, data=form).status_code == 204
    assert desk.post(path, data={**form, "port_on": "soon"}).status_code == 400
    assert "55 1234 5678" in text_of(desk.get(f"/desk/customers/{account.customer_id}/port-in"))
    [move] = db.session.query(PortIn)
    assert desk.post(f"/desk/port-ins/{move.id}/cancel").status_code == 204


def test_a_company_shows_its_people_costs_and_requests(sign_in, desk, database):
    account = AccountFactory(customer=CustomerFactory(kind="company", name="Acme"))
    sales = CustomerFactory(kind="company", name="Acme Ventas", parent_id=account.customer_id)
    eva = CustomerFactory(name="Eva Luna", parent_id=sales.id)
    line = line_with_plan(account=account, customer_id=eva.id)
    lines.set_cost_centre(line.id, "4711", by=SYSTEM)
    version = OfferVersionFactory()
    request = lines.ask_approval(line.id, version.id, by=customer(eva.id), effect_key="a")
    manager = sign_in(roles=["manager"])

    page = text_of(desk.get(f"/desk/companies/{eva.id}", plain=True))
    refused = desk.post(f"/desk/approvals/{request.id}/approve")
    approved = manager.post(f"/desk/approvals/{request.id}/approve")

    for word in ("Acme Ventas", "Eva Luna", "4711", for_people(line.number), version.offer.name):
        assert word in page
    assert "Approve on behalf" not in page, "an agent does not decide"
    assert (refused.status_code, approved.status_code) == (403, 204)


def test_a_place_in_a_company_is_set_by_reference(sign_in, database):
    company, person = CustomerFactory(kind="company"), CustomerFactory()
    manager = sign_in(roles=["manager"])
    path = f"/desk/customers/{person.id}/place"

    form = {"above": company.reference, "is_manager": "yes"}
    assert manager.post(path, data=form).status_code == 204
    placed = db.session.get_one(Customer, person.id)
    assert (placed.parent_id, placed.is_manager) == (company.id, True)
    assert manager.post(path, data={"above": "C-999999999"}).status_code == 404
    assert manager.post(path, data={"above": person.reference}).status_code == 409
    assert "Decides on requests" in text_of(manager.get(path))


def test_the_page_of_a_company_asks_as_often_for_many_as_for_few(desk, session):
    def asked(people):
        account = AccountFactory(customer=CustomerFactory(kind="company"))
        for _ in range(people):
            person = CustomerFactory(parent_id=account.customer_id)
            line = line_with_plan(account=account, customer_id=person.id)
            lines.ask_approval(
                line.id, OfferVersionFactory().id, by=customer(person.id), effect_key=str(new_id())
            )
        with statements(session) as sent:
            assert desk.get(f"/desk/companies/{account.customer_id}").status_code == 200
        return len(sent)

    assert asked(1) == asked(8)
