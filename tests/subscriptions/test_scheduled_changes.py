from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core import clock, db, events
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.subscriptions import queries, service
from app.subscriptions.errors import (
    BackDated,
    ChangeNotPending,
    ChangeScheduled,
    LineLeaving,
    LineNotActive,
    PlanInForce,
    SamePlan,
)
from app.subscriptions.events import AddOnCancelled, PlanChanged, PlanChangeFellBack, PlanSubscribed
from app.subscriptions.models import ChangeStatus, ScheduledChange, Subscription
from app.subscriptions.service import scheduling
from app.usage.errors import InsufficientBalance
from tests.billing.committed import at_once, count
from tests.factories.actors import administrator, agent, customer
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import (
    DisconnectionFactory,
    LineFactory,
    SubscriptionFactory,
    line_with_plan,
)
from tests.heard import heard

IN_A_WEEK = timedelta(days=7)


def schedule(line, version, *, by=None, key="a", after=IN_A_WEEK):
    return service.schedule_plan(
        line.id, version.id, clock.now() + after, by=by or agent(), effect_key=key
    )


def later(after=IN_A_WEEK):
    return clock.moved_to(clock.now() + after + timedelta(minutes=1))


def plan_of(line):
    db.session.expire_all()
    return queries.current_plan(line).version


@pytest.mark.usefixtures("database")
class TestScheduling:
    def test_a_scheduled_change_waits_and_is_made_once(self):
        line, version = line_with_plan(), OfferVersionFactory()
        before = plan_of(line)

        change = schedule(line, version)
        assert schedule(line, version) is change
        assert service.carry_out_changes() == 0
        assert plan_of(line) is before
        with later(), heard(PlanChanged) as said:
            assert (service.carry_out_changes(), service.carry_out_changes()) == (1, 0)

        assert plan_of(line) is version
        assert len(said) == 1
        assert db.session.get_one(ScheduledChange, change.id).status is ChangeStatus.DONE

    def test_it_can_be_seen_and_undone_until_it_is_made(self):
        line, by = line_with_plan(), agent()
        change = schedule(line, OfferVersionFactory(), by=by)
        assert queries.scheduled_of([line.id]) == {line.id: change}

        service.unschedule(change.id, by=by)
        service.unschedule(change.id, by=by)

        assert queries.scheduled_of([line.id]) == {}
        with later():
            assert service.carry_out_changes() == 0

    def test_what_was_made_cannot_be_undone(self):
        line = line_with_plan()
        change = schedule(line, OfferVersionFactory())
        with later():
            service.carry_out_changes()

        with pytest.raises(ChangeNotPending):
            service.unschedule(change.id, by=agent())

    def test_an_offer_withdrawn_by_then_falls_back_and_says_so(self):
        line, version = line_with_plan(), OfferVersionFactory()
        before = plan_of(line)
        change = schedule(line, version)
        version.offer.withdrawn_at = clock.now()
        db.session.commit()

        with later(), heard(PlanChangeFellBack) as said:
            assert (service.carry_out_changes(), service.carry_out_changes()) == (0, 0)

        assert plan_of(line) is before
        assert [(each.change_id, each.refusal) for each in said] == [
            (change.id, "offer_not_available")
        ]

    def test_a_veto_falls_back_too_and_leaves_nothing_half_done(self, monkeypatch):
        line, version = line_with_plan(), OfferVersionFactory()
        change = schedule(line, version)

        def no_money(_event):
            raise InsufficientBalance

        monkeypatch.setattr(events._tables, "in_transaction", {PlanChanged: [no_money]})
        with later():
            service.carry_out_changes()

        assert plan_of(line) is not version
        found = db.session.get_one(ScheduledChange, change.id)
        assert (found.status, found.refusal) == (ChangeStatus.FELL_BACK, "insufficient_balance")

    def test_a_change_made_at_once_takes_the_place_of_the_one_that_waits(self):
        line, at_once_version = line_with_plan(), OfferVersionFactory()
        change = schedule(line, OfferVersionFactory())

        service.change_plan(line.id, at_once_version.id, by=agent(), effect_key="now")

        db.session.expire_all()
        assert change.status is ChangeStatus.CANCELLED

    def test_closing_the_line_cancels_what_waits(self):
        line = line_with_plan()
        change = schedule(line, OfferVersionFactory())

        service.close_line(line.id, by=administrator(), reason="request")

        assert change.status is ChangeStatus.CANCELLED

    def test_what_is_not_scheduled(self):
        line, version = line_with_plan(), OfferVersionFactory()
        line_id = line.id

        with pytest.raises(BackDated):
            schedule(line, version, after=timedelta(0))
        with pytest.raises(SamePlan):
            schedule(line, queries.current_plan(line).version)
        with pytest.raises(NotFound):
            schedule(line, version, by=customer())
        schedule(line, version)
        with pytest.raises(ChangeScheduled):
            schedule(line, OfferVersionFactory(), key="b")
        with pytest.raises(Conflict):
            schedule(line_with_plan(), version)
        service.place_block(line_id, "fraud", "all", by=administrator())
        with pytest.raises(LineNotActive):
            schedule(line, OfferVersionFactory(), key="c")


def test_many_workers_make_a_change_once(committing):
    line, version = line_with_plan(), OfferVersionFactory()
    change_id = schedule(line, version).id

    def make(_):
        with later():
            return scheduling.carry_out(change_id)

    assert sorted(at_once(12, make)) == [False] * 11 + [True]
    assert count(Subscription) == 2


@pytest.mark.usefixtures("database")
class TestOnePlanAtATime:
    @pytest.mark.parametrize(
        ("start", "end"),
        [
            pytest.param(0, None, id="open beside open"),
            pytest.param(-5, 1, id="overlapping its start"),
            pytest.param(3, 4, id="inside"),
        ],
    )
    def test_the_database_refuses_plans_that_overlap(self, start, end):
        moment = clock.now()
        line = line_with_plan(activated_at=moment)

        with pytest.raises(IntegrityError, match="one_plan"):
            SubscriptionFactory(
                line=line,
                starts_at=moment + timedelta(days=start),
                ends_at=None if end is None else moment + timedelta(days=end),
            )
        db.session.rollback()

    def test_a_plan_may_begin_when_the_one_before_ends(self):
        moment = clock.now()
        line = LineFactory()
        SubscriptionFactory(line=line, starts_at=moment - timedelta(days=9), ends_at=moment)

        SubscriptionFactory(line=line, starts_at=moment)

        assert len(db.session.scalars(select(Subscription)).all()) == 2

    def test_add_ons_may_overlap(self):
        line = line_with_plan()
        for _ in range(2):
            SubscriptionFactory(line=line, kind="add_on", version=OfferVersionFactory(add_on=True))

    def test_a_line_without_a_plan_gets_one_and_no_second(self):
        line, version = LineFactory(), OfferVersionFactory()

        with heard(PlanSubscribed) as said:
            plan = service.subscribe(line.id, version.id, by=agent(), effect_key="a")
            assert service.subscribe(line.id, version.id, by=agent(), effect_key="a") is plan
        with pytest.raises(PlanInForce):
            service.subscribe(line.id, version.id, by=agent(), effect_key="b")

        assert [each.subscription_id for each in said] == [plan.id]

    def test_a_line_that_is_about_to_leave_gets_none(self):
        line, version = LineFactory(), OfferVersionFactory()
        DisconnectionFactory(line=line)

        with pytest.raises(LineLeaving):
            service.subscribe(line.id, version.id, by=agent(), effect_key="a")


@pytest.mark.usefixtures("database")
def test_a_clock_that_was_set_back_an_hour_stops_no_command():
    line, version = line_with_plan(), OfferVersionFactory()

    with clock.moved_to(clock.now() - timedelta(hours=1)):
        service.change_plan(line.id, version.id, by=agent(), effect_key="a")
        service.close_line(line.id, by=administrator(), reason="request")

    assert queries.current_plan(line).version is version


@pytest.mark.usefixtures("database")
def test_an_add_on_is_cancelled_once_and_a_plan_never():
    line = line_with_plan()
    added = service.add_add_on(
        line.id, OfferVersionFactory(add_on=True).id, by=agent(), effect_key="a"
    )

    with heard(AddOnCancelled) as said:
        ended = service.cancel_add_on(added.id, by=agent()).ends_at
        assert service.cancel_add_on(added.id, by=agent()).ends_at == ended

    assert ended <= clock.now()
    assert len(said) == 1
    with pytest.raises(NotFound):
        service.cancel_add_on(queries.current_plan(line).id, by=agent())
    with pytest.raises(NotFound):
        service.cancel_add_on(new_id(), by=agent())
