from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.identity import switch, teams
from app.markets.errors import NoWorkingTime
from app.tickets import clock_queries, listeners, queries, rulebook, service
from app.tickets.errors import CalendarInUse, PolicyPromisesNothing, RuleChanged, RuleInUse
from app.tickets.events import SlaBreached, SlaWarned, TicketEscalated
from app.tickets.models import (
    Escalation,
    Goal,
    Level,
    Priority,
    RuleKind,
    Status,
    Ticket,
    TicketClock,
    Topic,
)
from tests.factories import actors, sla
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
T0 = datetime(2026, 11, 23, 15, tzinfo=UTC)


def opened(at=T0, **more):
    told = {"subject": "Router", "topic": Topic.TECHNICAL, "customer_id": CustomerFactory().id}
    with clock.moved_to(at):
        return service.open(by=SYSTEM, **(told | more))


def promised(**more):
    with clock.moved_to(T0 - HOUR):
        return sla.policy(targets={Goal.RESOLUTION: 4 * 3600}, **more)


def sweep(at):
    with clock.moved_to(at):
        for _turn in range(9):
            service.tell_due()


def steps(ticket):
    return [
        (each.deed.value, each.told) for each in clock_queries.steps_of(ticket.id) if each.done_at
    ]


def take(at):
    """A second later, as beat would."""
    sweep(at + SECOND)
    with clock.moved_to(at + SECOND):
        return service.take_due()


def test_a_clock_warns_once_and_is_missed_once_each_as_of_its_moment(database):
    promised()
    ticket = opened()

    with heard(SlaWarned, SlaBreached) as said:
        sweep(T0 + 2 * HOUR)
        for _twice in range(2):
            sweep(T0 + 3 * HOUR + MINUTE)
        for _twice in range(2):
            sweep(T0 + 4 * HOUR + MINUTE)

    told = [(type(each), each.goal, each.at) for each in said if each.goal == "resolution"]
    assert told == [
        (SlaWarned, "resolution", T0 + 3 * HOUR),
        (SlaBreached, "resolution", T0 + 4 * HOUR),
    ]
    trail = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.object_id == str(ticket.id))
    )
    assert Counter(trail)["ticket.sla_breached"] == 2  # and the first response


def test_after_an_outage_all_is_caught_up_with_the_moments_that_were_missed(database):
    promised()
    ticket = opened()

    with heard(SlaWarned, SlaBreached) as said:
        sweep(T0 + 90 * HOUR)

    assert [(type(e), e.at - T0) for e in said if e.goal == "resolution"] == [
        (SlaWarned, 3 * HOUR),
        (SlaBreached, 4 * HOUR),
    ]
    solved = db.session.scalar(select(TicketClock).where(TicketClock.goal == Goal.RESOLUTION))
    assert (solved.ticket_id, solved.next_at) == (ticket.id, None)


def test_what_is_aimed_anew_before_the_sweep_is_warned_of_and_late_as_of_its_moments(database):
    ticket = opened()
    due = db.session.scalar(
        select(TicketClock.due_at).where(TicketClock.goal == Goal.FIRST_RESPONSE)
    )

    with heard(SlaWarned, SlaBreached) as said:
        with clock.moved_to(T0 + 20 * HOUR):
            service.change_priority(ticket.id, Priority.HIGH, by=SYSTEM)
        sweep(T0 + 20 * HOUR)

    told = [(type(each), each.at) for each in said if each.goal == "first_response"]
    assert [kind for kind, _ in told] == [SlaWarned, SlaBreached]
    assert told[0][1] < told[1][1] == due


def test_at_the_very_moment_it_is_due_it_is_not_late(database):
    promised()
    ticket = opened()
    sweep(T0 + 4 * HOUR)
    with clock.moved_to(T0 + 4 * HOUR):
        service.accept(ticket.id, by=(ana := StaffFactory().as_actor()))
        service.resolve(ticket.id, by=ana, resolution="Just in time")

    sweep(T0 + 9 * HOUR)

    solved = db.session.scalar(select(TicketClock).where(TicketClock.goal == Goal.RESOLUTION))
    assert (solved.breached_at, solved.used) == (None, 4 * HOUR)


def test_the_chain_goes_on_step_by_step_and_each_is_taken_once(database):
    boss, there = StaffFactory(roles=["supervisor"]), StaffFactory(roles=["supervisor"])
    ownership.set_availability(there.id, Availability.AVAILABLE, by=SYSTEM)
    second = teams.add_team("Second line", by=SYSTEM)
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(
            ("warning", 0, "notify", "owner"),
            ("warning", 10, "raise_priority", ""),
            ("breach", 0, "requeue", str(second.id)),
            ("breach", 30, "assign_supervisor", ""),
        )
    promised(chain=chain)
    ticket, ana = opened(), StaffFactory().as_actor()
    with clock.moved_to(T0 + MINUTE):
        service.accept(ticket.id, by=ana)

    with heard(TicketEscalated) as said:
        assert take(T0 + 3 * HOUR) == 1
        assert take(T0 + 3 * HOUR) == 0
        assert take(T0 + 3 * HOUR + 10 * MINUTE) == 1
        assert ticket.priority is Priority.HIGH
        assert take(T0 + 4 * HOUR + MINUTE) == 1
        assert (ticket.status, ticket.team_id) == (Status.NEW, second.id)
        assert take(T0 + 5 * HOUR) == 1

    assert (ticket.assignee_id, ticket.status) == (there.id, Status.OPEN)
    assert [each.staff_ids for each in said] == [(ana.id,), (ana.id,), (ana.id,), (there.id,)]
    assert [deed for deed, _ in steps(ticket)] == [each.deed for each in said]
    trail = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.object_id == str(ticket.id))
    )
    assert Counter(trail)["ticket.escalated"] == 4
    assert boss.id not in {each for event in said for each in event.staff_ids}


def test_who_is_told_reads_which_promise_is_late_and_what_became_hers(database, monkeypatch):
    sent = []
    post = SimpleNamespace(send=lambda _kind, _address, words, *, key: sent.append(words))
    monkeypatch.setattr(switch, "_plugged", [post])
    boss = StaffFactory(roles=["supervisor"], language="en")
    ownership.set_availability(boss.id, Availability.AVAILABLE, by=SYSTEM)
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(
            ("warning", 0, "notify", "supervisors"),
            ("breach", 0, "notify", "supervisors"),
            ("breach", 30, "assign_supervisor", ""),
        )
    promised(chain=chain)
    ticket = opened()
    with heard(TicketEscalated) as said:
        take(T0 + 5 * HOUR)

    for event in said:
        listeners.mail_escalation(event)

    assert sent == [
        f"The solution of {ticket.reference} is due soon: Router",
        f"The solution of {ticket.reference} is late: Router",
        f"{ticket.reference} is late, and yours now: Router",
    ]


def test_what_was_solved_meanwhile_is_escalated_no_more(database):
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(("breach", 30, "raise_priority", ""))
    promised(chain=chain)
    ticket, ana = opened(), StaffFactory().as_actor()
    sweep(T0 + 5 * HOUR - 45 * MINUTE)
    with clock.moved_to(T0 + 5 * HOUR - 40 * MINUTE):
        service.accept(ticket.id, by=ana)
        service.resolve(ticket.id, by=ana, resolution="Done")

    take(T0 + 6 * HOUR)

    assert steps(ticket) == [("raise_priority", "not_needed")]
    assert ticket.priority is Priority.NORMAL


def test_a_chain_waits_while_the_clock_stands_still(database):
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(("warning", 30, "raise_priority", ""))
    promised(chain=chain)
    ticket, ana = opened(), StaffFactory().as_actor()
    with clock.moved_to(T0 + MINUTE):
        service.accept(ticket.id, by=ana)
    sweep(T0 + 3 * HOUR + SECOND)
    with clock.moved_to(T0 + 3 * HOUR + MINUTE):
        service.set_pending(ticket.id, by=ana)

    assert take(T0 + 8 * HOUR) == 0
    with clock.moved_to(T0 + 9 * HOUR):
        service.transfer(ticket.id, StaffFactory().id, by=ana)
    assert take(T0 + 9 * HOUR) == 1
    assert ticket.priority is Priority.HIGH


def test_nobody_there_to_be_assigned_it_stays_and_supervisors_are_told(database):
    boss = StaffFactory(roles=["supervisor"])
    StaffFactory(roles=["supervisor"], markets=["BR"])
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(("breach", 0, "assign_supervisor", ""))
    promised(chain=chain)
    ticket = opened()

    with heard(TicketEscalated) as said:
        take(T0 + 5 * HOUR)

    assert ticket.assignee_id is None
    assert [each.staff_ids for each in said] == [(boss.id,)]


@pytest.fixture
def many_late(committing):
    def make(count):
        with clock.moved_to(T0 - HOUR):
            chain = sla.chain(("breach", 0, "raise_priority", ""))
        promised(chain=chain)
        return [opened() for _ in range(count)]

    return make


def test_many_sweeps_at_once_tell_each_once(committing, many_late, in_parallel):
    many_late(40)

    def sweeps(_number):
        with clock.moved_to(T0 + 20 * HOUR):
            for _again in range(6):
                service.tell_due()
                service.take_due()

    in_parallel(sweeps, range(6))
    sweeps(0)

    with db.transaction():
        actions = Counter(db.session.scalars(select(AuditEntry.action)))
        left = db.session.scalar(select(func.count()).where(Escalation.done_at.is_(None)))
        priorities = Counter(db.session.scalars(select(Ticket.priority)))
    # Two clocks of each, and a chain for one of them.
    assert actions["ticket.sla_warned"] == actions["ticket.sla_breached"] == 80
    assert actions["ticket.escalated"] == 40
    assert (left, priorities) == (0, {Priority.HIGH: 40})


def test_who_may_decide_and_what_is_refused(database):
    MarketFactory(), MarketFactory(brazil=True)
    boss = actors.staff("supervisor", markets=("MX",))
    mine = sla.calendar(by=boss)

    with pytest.raises(Forbidden):
        sla.calendar(by=actors.agent())
    with pytest.raises(NotFound):
        sla.calendar("BR", by=boss)
    with pytest.raises(Invalid):  # everywhere is not hers to decide
        sla.policy(by=boss)
    with pytest.raises(NoWorkingTime):
        sla.calendar(hours={}, by=boss)
    with pytest.raises(PolicyPromisesNothing):
        sla.policy(market="MX", by=boss, targets={Goal.RESOLUTION: {}})
    with pytest.raises(Invalid) as refused:
        sla.policy(market="BR", calendar=mine)
    assert refused.value.details == {"field": "calendar"}
    for nonsense in ({"targets": {"never": {}}}, {"names": "x"}, {"calendar": "no id"}, {}):
        with pytest.raises(Invalid):
            service.decide(RuleKind.POLICY, "x", nonsense, by=boss, market_code="MX")
    with pytest.raises(Invalid):
        sla.chain(("breach", 0, "requeue", ""))


def test_a_rule_that_is_used_is_not_ended_and_a_change_needs_to_know_the_latest(database):
    MarketFactory()
    works = sla.calendar()
    policy = sla.policy(market="MX", calendar=works)

    with pytest.raises(RuleInUse):
        service.end(works.key, RuleKind.CALENDAR, by=SYSTEM)
    with pytest.raises(RuleChanged):
        service.decide(RuleKind.POLICY, "x", policy.content, by=SYSTEM, key=policy.key, seen=0)
    service.end(policy.key, RuleKind.POLICY, by=SYSTEM)
    service.end(works.key, RuleKind.CALENDAR, by=SYSTEM)
    with pytest.raises(NotFound):
        service.end(works.key, RuleKind.CALENDAR, by=SYSTEM)


def test_what_is_at_risk_is_shown_to_supervisors_of_its_market(database):
    promised()
    late, calm = opened(), opened(at=T0 + 3 * HOUR)

    with clock.moved_to(T0 + 3 * HOUR + MINUTE):
        found = clock_queries.at_risk(actors.staff("supervisor", markets=("MX",)))
        none = clock_queries.at_risk(actors.staff("supervisor", markets=("BR",)))

    assert ({each.ticket_id for each in found}, none) == ({late.id}, [])
    assert queries.position(calm) == 2
    with pytest.raises(Forbidden):
        clock_queries.at_risk(actors.agent())


def test_a_step_raises_the_priority_also_above_what_impact_and_urgency_give(database):
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(("breach", 0, "raise_priority", ""))
    promised(chain=chain)
    ticket = opened(impact=Level.MEDIUM, urgency=Level.MEDIUM)

    assert take(T0 + 5 * HOUR) == 1

    assert (ticket.priority, ticket.priority_reason) == (Priority.HIGH, "escalation")


def test_a_step_that_is_refused_is_told_and_keeps_nothing_from_those_behind_it(database):
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(("breach", 0, "requeue", str(new_id_of_a_team())))
        promised(chain=chain, names={"topic": ["technical"]})
        promised(chain=sla.chain(("breach", 1, "raise_priority", "")), names={"topic": ["sales"]})
    broken, fine = opened(), opened(topic=Topic.SALES)
    sweep(T0 + 5 * HOUR)
    step = db.session.scalars(select(Escalation).where(Escalation.ticket_id == broken.id)).one()
    step.whom = str(new_id())  # a team that is gone
    db.session.commit()

    assert take(T0 + 5 * HOUR) == 2

    assert steps(broken) == [("requeue", "refused")]
    assert fine.priority is Priority.HIGH


def new_id_of_a_team():
    return teams.add_team("Second line", by=SYSTEM).id


def test_of_a_team_those_are_told_who_see_the_ticket(database):
    second = new_id_of_a_team()
    here = StaffFactory(team_id=second)
    StaffFactory(team_id=second, markets=["BR"])
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(("breach", 0, "notify", str(second)))
    promised(chain=chain)
    opened()

    with heard(TicketEscalated) as said:
        take(T0 + 5 * HOUR)

    assert [each.staff_ids for each in said] == [(here.id,)]


def test_supervisors_are_those_too_whom_a_role_of_the_operators_own_makes_one(database):
    StaffFactory(roles=["agent"])
    lead = StaffFactory(
        roles=["role:lead"], custom_permissions=["conversations.monitor", "tickets.accept"]
    )
    watcher = StaffFactory(roles=["role:watch"], custom_permissions=["conversations.monitor"])
    for each in (lead, watcher):
        ownership.set_availability(each.id, Availability.AVAILABLE, by=SYSTEM)
    with clock.moved_to(T0 - HOUR):
        chain = sla.chain(
            ("breach", 0, "notify", "supervisors"), ("breach", 1, "assign_supervisor", "")
        )
    promised(chain=chain)
    ticket = opened()

    with heard(TicketEscalated) as said:
        take(T0 + 5 * HOUR)

    assert [set(each.staff_ids) for each in said] == [{lead.id, watcher.id}, {lead.id}]
    assert ticket.assignee_id == lead.id  # who cannot take tickets is given none


def test_what_has_ended_does_not_come_back_with_what_was_to_hold_later(database):
    policy = sla.policy()
    sla.policy(key=policy.key, since=clock.now() + HOUR)
    service.end(policy.key, RuleKind.POLICY, by=SYSTEM)

    with clock.moved_to(clock.now() + 2 * HOUR):
        assert rulebook.rulebook().policies == ()


def test_a_calendar_is_not_ended_while_a_team_works_by_it_or_a_policy_is_to(database):
    MarketFactory()
    works, other = sla.calendar(), sla.calendar(name="Other")
    later = sla.policy(market="MX", calendar=works, since=clock.now() + HOUR)
    service.set_hours(new_id_of_a_team(), other.key, by=SYSTEM)

    with pytest.raises(RuleInUse):
        service.end(works.key, RuleKind.CALENDAR, by=SYSTEM)
    with pytest.raises(CalendarInUse):
        service.end(other.key, RuleKind.CALENDAR, by=SYSTEM)
    service.end(later.key, RuleKind.POLICY, by=SYSTEM)
    service.end(works.key, RuleKind.CALENDAR, by=SYSTEM)


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({"colour": ["red"]}, "names"),
        ({"market": ["MX"]}, "names"),
        ({"topic": "billing"}, "names"),
        ({"topic": ["bills"]}, "topic"),
        ({"kind": ["quarrel"]}, "kind"),
        ({"channel": ["pigeon"]}, "channel"),
    ],
)
def test_a_policy_for_what_there_is_not_would_hold_for_everything_or_nothing(
    database, names, field
):
    with pytest.raises(Invalid) as refused:
        sla.policy(names=names)

    assert refused.value.details == {"field": field}
