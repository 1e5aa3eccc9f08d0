from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.markets import queries, service
from app.markets.errors import NothingChanges, NotTheLatest, TooEarly
from app.markets.events import PoliciesChanged
from app.markets.models import PolicyVersion
from app.markets.policies import Interval, Proration
from tests.billing.committed import at_once, count
from tests.factories.actors import agent, staff
from tests.factories.markets import MarketFactory
from tests.heard import heard
from tests.statements import statements


def biller(**more):
    return staff("billing_administrator", **more)


@pytest.fixture
def mexico(database):
    return MarketFactory()


def test_a_change_holds_from_its_moment_on_and_not_before(mexico):
    now = clock.now()
    later = now + timedelta(days=30)

    version = service.change_policies(
        "MX", {"proration": "fixed_30"}, by=biller(), effective_from=later, note="The regulator"
    )

    before = queries.policies_at("MX", later - timedelta(seconds=1))
    assert before.proration is Proration.ACTUAL_DAYS
    assert queries.policies_at("MX", later).proration is Proration.FIXED_30
    assert (version.number, version.changes) == (1, {"proration": "fixed_30"})


def test_a_change_of_today_does_not_undo_one_that_is_to_come(mexico):
    later = clock.now() + timedelta(days=30)
    service.change_policies("MX", {"proration": "fixed_30"}, by=biller(), effective_from=later)

    service.change_policies("MX", {"interval": "inclusive"}, by=biller())

    then = queries.policies_at("MX", later)
    assert (then.proration, then.interval) == (Proration.FIXED_30, Interval.INCLUSIVE)
    assert queries.policies_at("MX", clock.now()).proration is Proration.ACTUAL_DAYS


def test_who_changed_what_from_when_is_in_the_trail_and_is_announced(mexico):
    by, later = biller(name="Bill Okafor"), clock.now() + timedelta(days=1)

    with heard(PoliciesChanged) as said:
        version = service.change_policies("MX", {"due_days": 20}, by=by, effective_from=later)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor_name, entry.action) == ("Bill Okafor", "market.policies_changed")
    assert entry.changes == {"since": later.isoformat(), "due_days": [10, 20]}
    assert said == [PoliciesChanged("MX", version.id, ("due_days",), later)]


def test_undoing_is_a_new_version_that_brings_back_what_held_before(mexico):
    service.change_policies("MX", {"due_days": 20}, by=biller())
    second = service.change_policies("MX", {"due_days": 30, "overage": "carry"}, by=biller())

    third = service.undo_policies(second.id, by=biller())

    assert (third.number, third.undoes) == (3, 2)
    assert third.changes == {"due_days": 20, "overage": "money"}
    assert queries.policies_at("MX", clock.now()).due_days == 20
    with pytest.raises(NothingChanges):
        service.undo_policies(second.id, by=biller())


def test_undoing_what_is_still_to_come_keeps_it_from_coming(mexico):
    later = clock.now() + timedelta(days=30)
    planned = service.change_policies("MX", {"due_days": 20}, by=biller(), effective_from=later)

    service.undo_policies(planned.id, by=biller())

    assert queries.policies_at("MX", later + timedelta(days=1)).due_days == 10


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        pytest.param({"proration": "by_moon"}, Invalid, id="no such value"),
        pytest.param({"balance": "1"}, Invalid, id="no such policy"),
        pytest.param({"timezone": "Asia/Kolkata"}, Invalid, id="the clock is chosen once"),
        pytest.param({"due_days": 10}, NothingChanges, id="as it is"),
    ],
)
def test_what_is_refused(mexico, settings, refusal):
    with pytest.raises(refusal):
        service.change_policies("MX", settings, by=biller())

    assert count(PolicyVersion) == 0


def test_what_has_passed_is_not_changed(mexico):
    with pytest.raises(TooEarly):
        service.change_policies(
            "MX", {"due_days": 20}, by=biller(), effective_from=clock.now() - timedelta(minutes=1)
        )


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        pytest.param(agent(), Forbidden, id="an agent"),
        pytest.param(biller(markets=["BR"]), NotFound, id="of another market"),
    ],
)
def test_who_may_not_change_policies(mexico, by, refusal):
    with pytest.raises(refusal):
        service.change_policies("MX", {"due_days": 20}, by=by)
    with pytest.raises(refusal):
        service.undo_policies(made().id, by=by)


def made():
    return service.change_policies("MX", {"due_days": 25}, by=biller())


def test_a_market_does_not_open_with_what_is_no_policy(database):
    with pytest.raises(Invalid):
        service.open_market(
            "KW",
            by=SYSTEM,
            name="Kuwait",
            currency="KWD",
            timezone="Asia/Kuwait",
            language="en",
            locale="en_US",
            region="asia",
            tax_name="VAT",
            tax_rate="0",
            tax_inclusive=False,
            due_days=10,
            policies={"proration": "by_moon"},
        )


def test_policies_are_read_with_one_statement_however_often(mexico):
    service.change_policies("MX", {"due_days": 20}, by=biller())
    db.session.expire_all()
    queries.market("MX")

    with statements(db.session()) as sent:
        for hours in range(50):
            assert queries.policies_at("MX", clock.now() + timedelta(hours=hours)).due_days == 20

    assert len(sent) <= 2


def test_of_two_who_decide_at_once_one_is_told_to_look_again(committing):
    MarketFactory()

    def decide(number):
        return service.change_policies("MX", {"due_days": 20 + number}, by=biller(), seen=0).number

    answers = at_once(8, decide)

    assert [each for each in answers if each == 1] == [1]
    assert sum(isinstance(each, NotTheLatest) for each in answers) == 7
    assert count(PolicyVersion) == 1
