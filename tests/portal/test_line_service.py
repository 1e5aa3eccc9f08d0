"""What a customer does with her lines herself."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.billing import service as billing
from app.core import clock, db
from app.core.actor import SYSTEM
from app.identity.models import OneTimeCode
from app.subscriptions import queries
from app.subscriptions import service as lines
from app.subscriptions.models import Leaving, LineStatus
from tests.factories.actors import customer
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory, AddressFactory, CustomerFactory
from tests.factories.subscriptions import line_with_plan

pytestmark = pytest.mark.usefixtures("quiet", "confirmed")


@pytest.fixture
def account(database):
    return AccountFactory()


@pytest.fixture
def her(account, signed_in):
    return signed_in(account.customer)


@pytest.fixture
def line(account):
    version = OfferVersionFactory(shared_with=2)
    return line_with_plan(version, account=account, activated_at=clock.now() - timedelta(days=100))


def page_of(her, line):
    db.session.expire_all()
    return unescape(her.see(f"/my/lines/{line.id}/service").text)


def test_she_pauses_her_line_and_goes_on(her, line):
    her.send(f"/my/lines/{line.id}/pause")
    assert "Paused by you" in page_of(her, line)

    her.send(f"/my/lines/{line.id}/resume")

    assert "Nothing: everything works" in page_of(her, line)


def test_a_line_that_waits_for_the_network_is_not_said_to_work(her, line):
    line.status = LineStatus.PENDING
    db.session.flush()

    page = page_of(her, line)

    assert "It is not active yet" in page
    assert "everything works" not in page


def test_a_stolen_sim_is_blocked_with_a_code_from_her_mailbox(her, line):
    mail = AddressFactory(customer_id=line.customer_id, channel="email", value="v@example.com")
    assert "v@example.com" not in page_of(her, line), "masked"

    page = her.send(
        f"/my/lines/{line.id}/missing/code", reason="stolen", address_id=str(mail.id)
    ).text
    [sent] = db.session.query(OneTimeCode)
    form = {"reason": "stolen", "code_id": re.search(r'name="code_id" value="([^"]+)', page)[1]}
    code = sent.to_send
    wrong = her.send(f"/my/lines/{line.id}/missing", code="x", **form)
    right = her.send(f"/my/lines/{line.id}/missing", code=code, **form)

    assert code not in page
    assert (wrong.status_code, right.status_code) == (422, 303)
    shown = page_of(her, line)
    assert "SIM stolen" in shown
    assert "End the pause" not in shown


def test_without_another_address_she_is_sent_to_support(her, line):
    AddressFactory(customer_id=line.customer_id, channel="sms", value=line.number)

    assert "Call or write to us" in page_of(her, line)


def test_she_shares_her_plan_with_a_cap_and_stops(her, line, account):
    other = line_with_plan(account=account)

    her.send(f"/my/lines/{line.id}/family", member_id=str(other.id), cap="2.5")
    assert "at most 2.5 GB" in page_of(her, line)
    refused = her.send(f"/my/lines/{line.id}/family", member_id=str(other.id), cap="lots")
    her.send(f"/my/lines/{other.id}/family/leave")

    assert refused.status_code == 400
    assert "share this plan with nobody yet" in page_of(her, line)


def test_she_gets_a_code_to_leave_and_stays(her, line):
    her.send(f"/my/lines/{line.id}/port-out")
    port = billing.ask_port_code(line.id, by=SYSTEM)
    assert port.code in page_of(her, line)

    her.send(f"/my/port-outs/{port.id}/cancel")

    assert port.code not in page_of(her, line)


def test_an_unpaid_bill_is_named_as_the_rule_against_leaving(her, line):
    InvoiceFactory(account=line.account)

    page = page_of(her, line)

    assert "Not fulfilled: What is billed is paid, except what is disputed" in " ".join(
        re.sub(r"<[^>]+>", " ", page).split()
    )
    assert her.send(f"/my/lines/{line.id}/port-out").status_code == 422


def test_what_changes_for_the_others_is_told_before_she_gets_a_code(her, line, account):
    other = line_with_plan(account=account)
    lines.share_with(line.id, other.id, by=SYSTEM)

    page = page_of(her, line)

    assert "Its plan is no longer shared with" in page
    assert page.index("Its plan is no longer shared with") < page.index("Get a code")


def test_a_line_that_will_be_disconnected_says_once_what_changes_for_the_others(her, line, account):
    other = line_with_plan(account=account)
    lines.share_with(line.id, other.id, by=SYSTEM)
    billing.disconnect_line(line.id, Leaving.REQUEST, by=SYSTEM)

    page = page_of(her, line)

    assert page.count("Its plan is no longer shared with") == 1
    assert page.index("This line will be disconnected") < page.index("Its plan is no longer shared")


def test_she_changes_her_plan_at_the_end_of_the_period_and_thinks_again(her, line):
    version = OfferVersionFactory(offer=OfferFactory(name="Max Unlimited"))
    quote = her.send(f"/my/lines/{line.id}/plan/{version.id}").text
    key = re.search(r'name="key" value="([^"]+)', quote)[1]

    her.send(f"/my/lines/{line.id}/plan/{version.id}/later", key=key)
    assert "Max Unlimited from" in page_of(her, line)
    change = queries.scheduled_of([line.id])[line.id]
    her.send(f"/my/scheduled-changes/{change.id}/cancel")

    assert "Max Unlimited from" not in page_of(her, line)


def test_nobody_reaches_anothers_line_code_or_change(her, line):
    strange = line_with_plan(activated_at=clock.now() - timedelta(days=100))
    port = billing.ask_port_code(strange.id, by=SYSTEM)
    change = lines.schedule_plan(
        strange.id,
        OfferVersionFactory().id,
        clock.now() + timedelta(days=1),
        by=SYSTEM,
        effect_key="a",
    )

    assert her.see(f"/my/lines/{strange.id}/service").status_code == 404
    for path in (
        f"/my/lines/{strange.id}/pause",
        f"/my/lines/{strange.id}/family/leave",
        f"/my/lines/{strange.id}/port-out",
        f"/my/port-outs/{port.id}/cancel",
        f"/my/scheduled-changes/{change.id}/cancel",
    ):
        assert her.send(path).status_code == 404, path


class TestInACompany:
    @pytest.fixture
    def people(self, account):
        account.customer.kind = "company"
        boss = CustomerFactory(name="Marta", parent_id=account.customer_id, is_manager=True)
        eva = CustomerFactory(name="Eva Luna", parent_id=account.customer_id)
        return boss, eva, line_with_plan(account=account, customer_id=eva.id)

    def test_an_employee_asks_and_sees_what_became_of_it(self, people, signed_in):
        boss, eva, line = people
        version = OfferVersionFactory(offer=OfferFactory(name="Max Unlimited"))
        employee = signed_in(eva)

        quote = employee.send(f"/my/lines/{line.id}/plan/{version.id}").text
        assert "Change now" not in quote
        key = re.search(r'name="key" value="([^"]+)', quote)[1]
        employee.send(f"/my/lines/{line.id}/plan/{version.id}/approval", key=key)

        assert "Waits for a manager" in employee.see("/my/approvals").text
        [request] = queries.requests_by(eva.id)
        lines.approve_request(request.id, by=customer(boss.id, name="Marta"))
        page = employee.see("/my/approvals").text
        assert "Approved" in page
        assert "Marta" in page

    def test_a_manager_approves_and_refuses_in_her_portal(self, people, signed_in):
        boss, eva, line = people
        versions = [OfferVersionFactory(), OfferVersionFactory()]
        one, two = (
            lines.ask_approval(line.id, each.id, by=customer(eva.id), effect_key=str(each.id))
            for each in versions
        )
        manager = signed_in(boss)
        assert "Eva Luna" in manager.see("/my/approvals").text

        approved = manager.send(f"/my/approvals/{one.id}/approve")
        silent = manager.send(f"/my/approvals/{two.id}/refuse", note="")
        refused = manager.send(f"/my/approvals/{two.id}/refuse", note="Too dear")

        assert (approved.status_code, silent.status_code, refused.status_code) == (303, 400, 303)
        assert queries.current_plan(line).version.id == versions[0].id

    def test_an_employee_sees_no_number_of_a_colleague(self, people, account, signed_in):
        _boss, eva, _line = people
        hers = line_with_plan(
            OfferVersionFactory(shared_with=3), account=account, customer_id=eva.id
        )
        colleagues = line_with_plan(account=account, number="+525577665544")

        assert "55 7766 5544" not in signed_in(eva).see(f"/my/lines/{hers.id}/service").text
        assert colleagues.account_id == hers.account_id

    def test_an_employee_decides_nothing(self, people, signed_in):
        _boss, eva, line = people
        request = lines.ask_approval(
            line.id, OfferVersionFactory().id, by=customer(eva.id), effect_key="a"
        )
        colleague = signed_in(CustomerFactory(parent_id=eva.parent_id))

        assert colleague.send(f"/my/approvals/{request.id}/approve").status_code == 404
        assert "Eva Luna" not in colleague.see("/my/approvals").text
