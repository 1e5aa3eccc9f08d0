"""From the papers to the network's word, and every way it can go wrong (S4.1)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.catalog.errors import NotEligible, OfferNotAvailable
from app.core import clock, db
from app.core.errors import Conflict, Forbidden, NotFound
from app.customers import notices
from app.customers.models import CheckStatus, CustomerKind
from app.network import queries as network
from app.network.port import NetworkDown, OrderRefused
from app.subscriptions import queries
from app.subscriptions.errors import ActivationOver, KycNeeded, NotEscalated, SimInUse, UnknownSim
from app.subscriptions.events import LineActivated, PlanStarted
from app.subscriptions.models import (
    ActivationStatus,
    EsimProfile,
    Line,
    LineStatus,
    StockCard,
    StockNumber,
    StockState,
)
from app.subscriptions.service import activations, esims
from app.tickets.models import Ticket
from app.usage import queries as usage
from app.usage.models import Bucket
from tests.activation.conftest import CURP, DOWN, NO, numbers, ordered, plan, settle, stocked
from tests.factories.actors import agent, customer, staff
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("neighbours")


@pytest.fixture
def shop():
    plan()
    return stocked()


def later(**more):
    return clock.moved_to(clock.now() + timedelta(**more))


def states(order):
    return [step["status"] for step in order.history]


def test_a_line_is_active_when_the_network_says_so_and_not_before(shop, identity, network_fake):
    order = ordered()

    assert order.status is ActivationStatus.KYC_PENDING
    assert db.session.scalars(select(Line)).all() == []

    with heard(LineActivated, PlanStarted) as said:
        settle()

    line = order.line
    assert states(order) == ["received", "kyc_pending", "provisioning", "active"]
    assert (line.status, line.number) == (LineStatus.ACTIVE, order.number)
    assert [type(each).__name__ for each in said] == ["LineActivated", "PlanStarted"]
    assert line.activated_at == said[0].at == queries.current_plan(line).starts_at
    assert network_fake.done == [("activate", line.number, "plus-20gb")]
    assert [each.action for each in network.orders_of(line.id)] == ["activate"]
    assert identity.asked[0][2:] == ("curp", CURP, "Valeria Soto", "MX")
    assert db.session.get(StockCard, order.iccid).state is StockState.IN_USE
    assert db.session.get(StockNumber, order.number).state is StockState.IN_USE
    assert db.session.scalars(select(Bucket).where(Bucket.line_id == line.id)).first()


def test_a_prepaid_line_begins_its_first_period_when_it_is_on(neighbours):
    OfferVersionFactory(offer=OfferFactory(code="pre", mode="prepaid"), validity_days=30)
    stocked()
    order = ordered(offer_code="pre", mode="prepaid")

    settle()

    balance = usage.balance_of(order.line_id)
    assert balance.paid_until - order.line.activated_at == timedelta(days=30)


def test_the_customer_is_told_in_her_language_by_sms_and_mail(shop):
    order = ordered()

    settle()

    told = notices.notices_of(order.customer_id)
    assert {each.channel for each in told} == {"sms", "email"}
    assert "55 1000 0001" in notices.text_of(told[0])
    assert told[0].language == "es"


def test_a_no_is_asked_once_more_and_the_second_is_final(shop, identity):
    identity.answers = [NO, NO]
    order = ordered()

    settle()
    assert order.status is ActivationStatus.KYC_PENDING
    with later(seconds=11):
        settle()

    assert [attempt for _, attempt, *_ in identity.asked] == [1, 2]
    assert (order.status, order.reason) == (ActivationStatus.KYC_REJECTED, "not_found")
    assert order.check.status is CheckStatus.REJECTED
    assert db.session.get(StockCard, order.iccid).state is StockState.AVAILABLE
    assert db.session.get(StockNumber, order.number).state is StockState.AVAILABLE
    assert [each.kind for each in notices.notices_of(order.customer_id)] == [
        "identity_rejected"
    ] * 2


def test_a_yes_after_a_no_goes_on(shop, identity):
    identity.answers = [NO]
    order = ordered()

    settle()
    with later(seconds=11):
        settle()

    assert order.status is ActivationStatus.ACTIVE


def test_an_identity_service_that_is_away_rejects_nobody(shop, identity):
    identity.answers = [DOWN] * 4
    order = ordered()

    for minutes in range(5):
        with later(minutes=5 * minutes):
            settle()

    assert order.status is ActivationStatus.ACTIVE
    assert order.check.failures == 4


def test_a_customer_whose_identity_is_known_needs_no_paper(shop):
    account = AccountFactory()
    ordered(account)
    settle()

    second = ordered(account, paper=False, effect_key="second")

    assert second.status is ActivationStatus.PROVISIONING


def test_without_a_known_identity_a_paper_is_needed_and_nothing_is_reserved(shop):
    with pytest.raises(KycNeeded):
        ordered(paper=False)

    free = db.session.scalars(select(StockCard.state)).all()
    assert set(free) == {StockState.AVAILABLE}


def test_after_three_failures_a_ticket_is_opened_once_and_a_person_may_try_again(
    shop, network_fake
):
    network_fake.troubles = [NetworkDown("it said done, but knows nothing of it")] * 3
    order = ordered()
    for minutes in range(4):
        with later(minutes=minutes):
            settle()

    assert order.status is ActivationStatus.ESCALATED
    assert "knows nothing" in order.reason
    assert order.line.status is LineStatus.PENDING
    ticket = db.session.scalars(select(Ticket)).one()
    assert order.reference in ticket.subject
    assert ticket.customer_id == order.customer_id

    activations.retry(order.id, by=staff("manager"))
    with later(minutes=5):
        settle()

    assert states(order)[-3:] == ["escalated", "provisioning", "active"]
    with pytest.raises(NotEscalated):
        activations.retry(order.id, by=staff("manager"))


def test_a_refusal_of_the_network_escalates_at_once(shop, network_fake):
    network_fake.troubles = [OrderRefused("unknown card")]
    order = ordered()

    settle()

    assert order.status is ActivationStatus.ESCALATED


def test_an_escalated_order_can_be_given_up(shop, network_fake):
    network_fake.troubles = [OrderRefused("unknown card")]
    order = ordered()
    settle()

    activations.cancel(order.id, by=staff("manager"))

    assert order.status is ActivationStatus.CANCELLED
    assert order.line.status is LineStatus.CLOSED
    assert db.session.get(StockNumber, order.number).state is StockState.QUARANTINED
    with pytest.raises(ActivationOver):
        activations.cancel(order.id, by=staff("manager"))


def test_the_same_command_again_is_the_same_order(shop):
    account = AccountFactory()
    first = ordered(account)

    assert ordered(account).id == first.id
    assert len(db.session.scalars(select(StockCard).filter_by(state="reserved")).all()) == 1
    with pytest.raises(Conflict):
        ordered(AccountFactory())


def test_a_card_that_is_taken_or_not_ours_is_refused(shop):
    cards, _ = shop
    ordered(iccid=cards[1])

    with pytest.raises(SimInUse):
        ordered(AccountFactory(), iccid=cards[1], effect_key="other")
    with pytest.raises(UnknownSim):
        ordered(AccountFactory(), iccid="8952010000000099996", effect_key="third")


def test_a_number_may_be_chosen(shop):
    order = ordered(number=numbers(3, first=5510000001)[2])

    assert order.number == "+525510000003"


def test_only_mobile_plans_of_the_market_can_be_activated(shop):
    with pytest.raises(OfferNotAvailable):
        ordered(offer_code="nothing")
    with pytest.raises(OfferNotAvailable):
        ordered(mode="prepaid")


def test_an_offer_with_conditions_is_activated_for_whoever_fulfils_them(shop):
    OfferVersionFactory(offer=OfferFactory(code="campus"), conditions={"segments": ["student"]})
    account = AccountFactory()

    with pytest.raises(NotEligible):
        ordered(account, offer_code="campus")
    assert set(db.session.scalars(select(StockCard.state))) == {StockState.AVAILABLE}
    account.customer.segment = "student"
    db.session.commit()

    assert ordered(account, offer_code="campus").number


def test_who_may_activate(shop):
    account = AccountFactory()

    with pytest.raises(Forbidden):
        ordered(account, by=staff("field_technician"))
    with pytest.raises(NotFound):
        ordered(account, by=customer())
    with pytest.raises(NotFound):
        ordered(account, by=staff("manager", markets=["BR"]))


def test_an_agent_activates_for_a_person_and_a_manager_for_a_company(shop):
    company = CustomerFactory(kind=CustomerKind.COMPANY)

    assert ordered(by=agent()).number
    account = AccountFactory(customer=company)
    with pytest.raises(Forbidden):
        ordered(account, by=agent(), effect_key="second")
    assert ordered(account, by=staff("manager"), effect_key="second").number


def test_an_esim_comes_with_a_code_for_the_phone():
    plan()
    stocked(form="esim")

    order = ordered(sim_form="esim")
    settle()

    profile = db.session.get(EsimProfile, order.iccid)
    assert profile.activation_code.startswith("LPA:1$smdp.dialtone.example$")
    assert "esim_ready" in {each.kind for each in notices.notices_of(order.customer_id)}


def test_moving_an_esim_on_is_written_down_as_that_and_not_as_a_look_at_its_code():
    plan()
    stocked(form="esim")
    ordered(sim_form="esim")
    settle()
    line_id = db.session.scalars(select(Line.id)).one()

    esims.move_profile(line_id, "installed", by=agent())

    with pytest.raises(esims.ProfileGoesOn):
        esims.move_profile(line_id, "downloaded", by=agent())
    told = select(AuditEntry.action).where(AuditEntry.action.startswith("line.esim"))
    assert db.session.scalars(told).all() == ["line.esim_moved"]
