from datetime import timedelta

import pytest

from app.catalog.errors import OfferNotAvailable
from app.core import clock, db
from app.core.errors import Forbidden, NotFound
from app.customers import hierarchy
from app.customers.errors import NotAbove
from app.customers.models import CustomerKind
from app.customers.queries import above, below, manages
from app.subscriptions import queries, service
from app.subscriptions.access import line_for
from app.subscriptions.errors import (
    AlreadyDecided,
    ApprovalNeeded,
    NoApprovalNeeded,
    OwnRequest,
)
from app.subscriptions.events import ApprovalDecided
from app.subscriptions.models import RequestStatus
from app.subscriptions.service import approving
from tests.factories.actors import administrator, agent, customer, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import LineFactory, line_with_plan
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")


class Company:
    """Acme with sales below it; Marta manages Acme, Pablo sales, Eva and Luis work there."""

    def __init__(self):
        self.account = AccountFactory(customer=CustomerFactory(kind="company", name="Acme"))
        self.acme = self.account.customer
        self.sales = CustomerFactory(kind="company", name="Acme Ventas", parent_id=self.acme.id)
        self.marta = self._person("Marta", self.acme, is_manager=True)
        self.pablo = self._person("Pablo", self.sales, is_manager=True)
        self.eva = self._person("Eva", self.sales)
        self.luis = self._person("Luis", self.sales)

    def _person(self, name, under, **more):
        return CustomerFactory(name=name, parent_id=under.id, **more)

    def line_of(self, person):
        return line_with_plan(account=self.account, customer_id=person.id)


@pytest.fixture
def company(database):
    return Company()


def request_of(company, person, version=None, key="a"):
    line = company.line_of(person)
    version = version or OfferVersionFactory()
    return service.ask_approval(line.id, version.id, by=customer(person.id), effect_key=key)


def test_an_employees_change_needs_a_manager_and_everybody_elses_does_not(company):
    line, version = company.line_of(company.eva), OfferVersionFactory()

    with pytest.raises(ApprovalNeeded):
        service.change_plan(line.id, version.id, by=customer(company.eva.id), effect_key="a")
    with pytest.raises(ApprovalNeeded):
        service.schedule_plan(
            line.id,
            version.id,
            clock.now() + timedelta(days=1),
            by=customer(company.eva.id),
            effect_key="a",
        )
    service.change_plan(line.id, version.id, by=customer(company.acme.id), effect_key="b")

    alone = line_with_plan()
    with pytest.raises(NoApprovalNeeded):
        service.ask_approval(alone.id, version.id, by=customer(alone.customer_id), effect_key="c")


def test_a_line_without_a_plan_gets_the_one_that_was_approved(company):
    line = LineFactory(account=company.account, customer_id=company.eva.id)
    version = OfferVersionFactory()
    request = service.ask_approval(line.id, version.id, by=customer(company.eva.id), effect_key="a")

    service.approve_request(request.id, by=customer(company.marta.id))

    assert queries.current_plan(line).version is version


@pytest.mark.parametrize("who", ["pablo", "marta"])
def test_a_manager_of_the_department_or_above_approves_and_it_is_changed_once(company, who):
    version = OfferVersionFactory()
    request = request_of(company, company.eva, version)
    by = customer(getattr(company, who).id, name=who)

    with heard(ApprovalDecided) as said:
        service.approve_request(request.id, by=by)
    with pytest.raises(AlreadyDecided):
        service.approve_request(request.id, by=by)

    assert queries.current_plan(request.line).version is version
    assert (request.status, request.decided_by) == (RequestStatus.APPROVED, who)
    assert [each.outcome for each in said] == ["approved"]


def test_nobody_decides_on_her_own_request_not_even_a_manager(company):
    request = request_of(company, company.pablo)

    with pytest.raises(OwnRequest):
        service.approve_request(request.id, by=customer(company.pablo.id))
    service.approve_request(request.id, by=customer(company.marta.id))


def test_those_who_manage_nothing_there_find_nothing(company):
    request = request_of(company, company.eva)
    other = Company()

    for stranger in (company.luis, other.marta, other.acme):
        with pytest.raises(NotFound):
            service.approve_request(request.id, by=customer(stranger.id))
    with pytest.raises(NotFound):
        service.approve_request(request.id, by=staff("manager", markets=["BR"]))
    with pytest.raises(Forbidden):
        service.approve_request(request.id, by=agent())


def test_a_refusal_says_why_and_changes_nothing(company):
    request = request_of(company, company.eva)
    before = queries.current_plan(request.line).id

    service.refuse_request(request.id, by=customer(company.marta.id), note="Too dear")

    assert (request.status, request.note) == (RequestStatus.REFUSED, "Too dear")
    assert queries.current_plan(request.line).id == before


def test_what_cannot_be_changed_by_now_leaves_the_request_undecided(company):
    version = OfferVersionFactory()
    request = request_of(company, company.eva, version)
    request_id = request.id
    version.offer.withdrawn_at = clock.now()
    db.session.commit()

    with pytest.raises(OfferNotAvailable):
        service.approve_request(request_id, by=customer(company.marta.id))

    db.session.expire_all()
    assert queries.requests_for([company.sales.id])[0].status is RequestStatus.PENDING


def test_a_request_expires(company):
    request = request_of(company, company.eva)

    with clock.moved_to(clock.now() + approving.VALID_FOR):
        with pytest.raises(AlreadyDecided):
            service.approve_request(request.id, by=customer(company.marta.id))
        assert (service.expire_requests(), service.expire_requests()) == (1, 0)

    assert request.status is RequestStatus.EXPIRED


def test_the_tree_knows_who_is_above_and_below(company):
    assert above(company.eva.id) == [company.sales.id, company.acme.id]
    everybody = {"Acme", "Acme Ventas", "Marta", "Pablo", "Eva", "Luis"}
    assert {each.name for each in below(company.acme.id)} == everybody
    assert manages(company.marta.id, company.sales.id)
    assert not manages(company.pablo.id, company.acme.id)


def test_a_tree_has_no_rings_and_no_people_at_its_joints(company):
    by = administrator()

    for child, parent in (
        (company.acme, company.sales),
        (company.acme, company.acme),
        (company.luis, company.eva),
        (CustomerFactory(market=MarketFactory(brazil=True)), company.acme),
    ):
        with pytest.raises(NotAbove):
            hierarchy.place_under(child.id, parent.id, by=by)
    placed = hierarchy.place_under(company.luis.id, company.acme.id, by=by, is_manager=True)
    assert placed.is_manager
    assert not hierarchy.place_under(placed.id, None, by=by).is_manager


def test_a_tree_has_no_rings_however_deep_it_is(company):
    by, top = administrator(), company.acme
    for _ in range(8):
        higher = CustomerFactory(kind=CustomerKind.COMPANY)
        hierarchy.place_under(top.id, higher.id, by=by)
        top = higher

    with pytest.raises(NotAbove):
        hierarchy.place_under(top.id, company.sales.id, by=by)


def test_whoever_pays_sees_the_line_of_an_employee_and_colleagues_do_not(company):
    line = company.line_of(company.eva)

    assert line_for(customer(company.acme.id), line.id) is line
    with pytest.raises(NotFound):
        line_for(customer(company.luis.id), line.id)


def test_a_line_is_opened_for_an_employee_on_the_companys_account(company):
    version = OfferVersionFactory()
    given = {
        "by": staff("manager"),
        "service": "mobile",
        "mode": "postpaid",
        "offer_code": version.offer.code,
    }

    line = service.open_line(
        company.account.id,
        number="55 1234 5678",
        user_id=company.eva.id,
        cost_centre=" 4711 ",
        **given,
    )

    assert (line.customer_id, line.account_id) == (company.eva.id, company.account.id)
    assert line.cost_centre == "4711"
    with pytest.raises(NotFound):
        service.open_line(
            company.account.id, number="55 8765 4321", user_id=CustomerFactory().id, **given
        )


def test_an_employee_shares_her_plan_with_no_colleague(company):
    shared = OfferVersionFactory(shared_with=3)
    hers = line_with_plan(shared, account=company.account, customer_id=company.eva.id)
    colleagues = company.line_of(company.luis)

    with pytest.raises(NotFound):
        service.share_with(hers.id, colleagues.id, by=customer(company.eva.id))
    service.share_with(hers.id, colleagues.id, by=customer(company.acme.id))
