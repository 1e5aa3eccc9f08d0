"""Leaving with the number. The rules and their figures are India's, as the market rules say."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from app.billing import service
from app.billing.errors import MayNotLeave, TooLateToStay
from app.billing.porting import PortFacts, rules
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import NotFound
from app.markets.policies import Policies
from app.network import listeners
from app.network.events import NumberHandedOver, PortCodeIssued, PortOutCancelled
from app.network.models import PortOut, PortOutStatus
from app.network.port import Wanted
from app.subscriptions import service as lines
from app.subscriptions.errors import LinePorted
from app.subscriptions.models import Line, LineStatus
from tests.factories.actors import agent, customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

NOW = clock.now()
TODAY = NOW.date()
GOOD = {
    "is_active": True,
    "is_mobile": True,
    "activated_at": NOW - timedelta(days=90),
    "sim_changed_at": NOW - timedelta(days=7),
    "owner_changed_at": None,
    "contract_until": TODAY,
    "unpaid_bills": 0,
    "overdue_bills": 0,
    "barred_by_court": False,
    "is_leaving": False,
}


@pytest.mark.parametrize(
    ("change", "against"),
    [
        ({}, []),
        ({"sim_changed_at": None}, []),
        ({"is_active": False}, ["line_active"]),
        ({"is_mobile": False}, ["line_active"]),
        ({"activated_at": None}, ["active_long_enough"]),
        ({"activated_at": NOW - timedelta(days=90) + timedelta(seconds=1)}, ["active_long_enough"]),
        ({"unpaid_bills": 1}, ["bills_paid"]),
        ({"sim_changed_at": NOW - timedelta(days=6, hours=23)}, ["sim_not_changed"]),
        ({"owner_changed_at": NOW - timedelta(days=1)}, ["owner_not_changed"]),
        ({"contract_until": TODAY + timedelta(days=1)}, ["no_contract"]),
        ({"barred_by_court": True}, ["no_court_order"]),
        ({"is_leaving": True}, ["not_leaving"]),
        ({"unpaid_bills": 2, "barred_by_court": True}, ["bills_paid", "no_court_order"]),
    ],
)
def test_each_rule_that_is_against_it_has_its_name(change, against):
    facts = PortFacts(**{**GOOD, **change})

    found = rules(facts, Policies("Asia/Kolkata", Decimal(0)), NOW, TODAY)

    assert [rule.name for rule in found if not rule.fulfilled] == against


@pytest.fixture
def leaver(wired, house):
    """A line of a hundred days, and what its user and the other operator do."""
    line = line_with_plan(activated_at=clock.now() - timedelta(days=100))
    by = customer(line.customer_id)

    def want(code, ref="r1"):
        house.asked.append(Wanted(ref, line.number, code, "Otra Telecom"))
        return service.take_requests()

    return SimpleNamespace(
        line=line, by=by, want=want, code=lambda: service.ask_port_code(line.id, by=by)
    )


def after(**span):
    return clock.moved_to(clock.now() + timedelta(**span))


def test_a_code_is_given_once_and_made_known(leaver, house):
    with heard(PortCodeIssued) as said:
        port = leaver.code()
        assert leaver.code() is port
    listeners.publish_code(said[0])

    assert house.codes == {leaver.line.number: port.code}
    assert port.valid_until - port.issued_at == timedelta(days=4)


def test_a_line_that_may_not_leave_hears_every_rule_against_it(leaver):
    InvoiceFactory(account=leaver.line.account)
    lines.replace_sim(leaver.line.id, by=staff("manager"))

    with pytest.raises(MayNotLeave) as refused:
        leaver.code()

    assert refused.value.details == {"rules": ["bills_paid", "sim_not_changed"]}
    rules = service.port_out_rules(leaver.line.id, by=leaver.by)
    unfulfilled = {each.name: each.until for each in rules if not each.fulfilled}
    assert unfulfilled["sim_not_changed"] > date.today()  # noqa: DTZ011 - days apart
    with pytest.raises(NotFound):
        service.ask_port_code(leaver.line.id, by=customer())


def test_the_number_moves_with_a_final_bill_and_the_line_is_closed(leaver, house):
    port = leaver.code()
    assert leaver.want(port.code) == 1
    assert leaver.want(port.code) == 0, "asked again it has its answer"
    assert service.hand_over_due() == 0

    with after(days=3), heard(NumberHandedOver) as said:
        assert (service.hand_over_due(), service.hand_over_due()) == (1, 0)
    listeners.hand_over(said[0])

    db.session.expire_all()
    assert port.status is PortOutStatus.HANDED_OVER
    assert (leaver.line.status, leaver.line.closed_reason) == (LineStatus.CLOSED, "ported_out")
    assert house.answers["r1"] == (True, "")
    assert house.gone == ["r1"]
    with pytest.raises(LinePorted):
        leaver.code()


def test_a_number_that_cannot_be_handed_over_keeps_no_other_here(wired, house):
    ports = []
    for ref in ("r1", "r2", "r3"):
        line = line_with_plan(activated_at=clock.now() - timedelta(days=100))
        port = service.ask_port_code(line.id, by=customer(line.customer_id))
        house.asked.append(Wanted(ref, line.number, port.code, "Otra Telecom"))
        ports.append(port)
    assert service.take_requests() == 3
    # What it would be billed is in another currency than its account: that is for a person.
    broken = db.session.get_one(Line, ports[1].line_id)
    broken.account.currency = "USD"
    db.session.commit()

    with after(days=3):
        assert (service.hand_over_due(), service.hand_over_due()) == (2, 0)

    db.session.expire_all()
    gone, stays = PortOutStatus.HANDED_OVER, PortOutStatus.REQUESTED
    assert [each.status for each in ports] == [gone, stays, gone]
    assert broken.status is LineStatus.ACTIVE


@pytest.mark.parametrize("code", ["", "AA000000", "' OR 1=1"])
def test_a_wrong_code_moves_nothing(leaver, house, code):
    leaver.code()

    assert leaver.want(code) == 0
    assert house.answers["r1"] == (False, "wrong_code")


def test_a_code_is_worth_nothing_after_four_days(leaver, house):
    port = leaver.code()

    with after(days=4):
        assert leaver.want(port.code) == 0
        assert service.expire_codes() == 1
        assert leaver.code().id != port.id


def test_what_changed_since_the_code_is_looked_at_again(leaver, house):
    port = leaver.code()
    lines.place_block(leaver.line.id, "court", "all", by=SYSTEM)

    assert leaver.want(port.code) == 0
    assert house.answers["r1"] == (False, "no_court_order")


def test_a_house_that_does_not_hear_the_answer_gets_the_same_again(leaver, house):
    port = leaver.code()
    house.is_down = True
    assert leaver.want(port.code) == 0

    house.is_down = False
    assert service.take_requests() == 1
    assert db.session.get_one(PortOut, port.id).status is PortOutStatus.REQUESTED


def test_it_is_taken_back_within_a_day_and_not_later(leaver, house):
    port = leaver.code()
    leaver.want(port.code)

    with after(hours=24, seconds=1), pytest.raises(TooLateToStay):
        service.cancel_port_out(port.id, by=leaver.by)
    with after(hours=23), heard(PortOutCancelled) as said:
        service.cancel_port_out(port.id, by=leaver.by)
        service.cancel_port_out(port.id, by=leaver.by)
    listeners.withdraw_code(said[0])

    assert len(said) == 1
    with after(days=4):
        assert service.hand_over_due() == 0
    assert leaver.line.status is LineStatus.ACTIVE


def test_an_order_to_disconnect_becomes_the_move(leaver, house):
    port = leaver.code()
    leaver.want(port.code)
    service.disconnect_line(
        leaver.line.id, "request", by=staff("administrator"), on=TODAY + timedelta(days=60)
    )

    with after(days=3):
        service.hand_over_due()

    db.session.expire_all()
    assert leaver.line.closed_reason == "ported_out"


def test_a_market_has_days_of_its_own(leaver):
    market = leaver.line.account.market
    market.policies = {**market.policies, "port_active_days": 400}
    db.session.commit()

    with pytest.raises(MayNotLeave) as refused:
        leaver.code()

    assert refused.value.details == {"rules": ["active_long_enough"]}


def test_support_asks_for_her(leaver):
    assert service.ask_port_code(leaver.line.id, by=agent()).code
