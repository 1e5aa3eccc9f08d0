from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.conversations.events import CustomerIdentified
from app.conversations.models import MessageKind, Verification
from app.conversations.service import handover
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT, SYSTEM
from app.customers.models import Notice
from app.tickets import clock_queries, listing, queries, service, talks
from app.tickets.events import SlaBreached
from app.tickets.models import Goal, Outcome, Priority, TicketClock, TicketType, Topic
from tests.factories import actors, sla
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def mexico(*when):
    return datetime(*when, tzinfo=ZoneInfo("America/Mexico_City"))


MONDAY = mexico(2026, 11, 23, 9)


def hand_over(conversation, *, at=MONDAY, intent="view_bill"):
    with clock.moved_to(at):
        handover.hand_over(
            conversation.id, by=BOT, reason="asked", intent=intent, topic="billing", slots={},
            tried=[], summary="",
        )  # fmt: skip
    return queries.open_ticket_of(conversation.id)


def accepted(*, at=MONDAY + MINUTE, **more):
    ticket, ana = hand_over(ConversationFactory(**more)), StaffFactory().as_actor()
    with clock.moved_to(at):
        service.accept(ticket.id, by=ana)
    return ticket, ana


def clocks(ticket, goal=None):
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id)
    query = query.where(TicketClock.goal == goal) if goal else query
    return list(db.session.scalars(query.order_by(TicketClock.started_at, TicketClock.goal)))


def one(ticket, goal):
    (found,) = clocks(ticket, goal)
    return found


def say_at(moment, ticket, by, words="…", **more):
    with clock.moved_to(moment):
        key = f"{by.kind}:{moment.timestamp():.0f}"
        say(ticket.conversation_id, words, by=by, client_key=key, **more)


def customer_of(ticket):
    return actors.customer(id=ticket.customer_id)


def test_only_what_an_agent_says_to_the_customer_is_the_first_response():
    ticket = hand_over(ConversationFactory())
    say_at(MONDAY + MINUTE, ticket, SYSTEM, "We are looking for somebody.")
    say_at(MONDAY + 2 * MINUTE, ticket, BOT, "Meanwhile …")
    ana = StaffFactory().as_actor()
    with clock.moved_to(MONDAY + 3 * MINUTE):
        service.accept(ticket.id, by=ana)
    say_at(MONDAY + 4 * MINUTE, ticket, ana, "She seems angry.", kind=MessageKind.NOTE)
    assert one(ticket, Goal.FIRST_RESPONSE).stopped_at is None

    say_at(MONDAY + 5 * MINUTE, ticket, ana, "Hello!")

    first = one(ticket, Goal.FIRST_RESPONSE)
    assert (first.stopped_at, first.outcome) == (MONDAY + 5 * MINUTE, Outcome.ANSWERED)
    assert first.used == 5 * MINUTE
    assert first.breached_at is None


def test_the_first_response_is_counted_from_the_opening_whoever_gives_it_in_the_end():
    ticket, ana = accepted()
    beto = StaffFactory().as_actor()
    with clock.moved_to(MONDAY + 5 * MINUTE):
        service.transfer(ticket.id, None, by=ana)
    with clock.moved_to(MONDAY + 9 * MINUTE):
        service.accept(ticket.id, by=beto)

    say_at(MONDAY + 20 * MINUTE, ticket, beto)

    first = one(ticket, Goal.FIRST_RESPONSE)
    assert (first.started_at, first.used) == (MONDAY, 20 * MINUTE)
    assert first.breached_at == first.due_at == MONDAY + 15 * MINUTE


def test_the_next_response_runs_from_the_customers_message_to_the_agents_answer():
    ticket, ana = accepted()
    say_at(MONDAY + 2 * MINUTE, ticket, ana)
    for minutes in (10, 12):
        say_at(MONDAY + minutes * MINUTE, ticket, customer_of(ticket))
    say_at(MONDAY + 13 * MINUTE, ticket, ana, "…", kind=MessageKind.NOTE)
    say_at(MONDAY + 17 * MINUTE, ticket, ana)
    say_at(MONDAY + 18 * MINUTE, ticket, ana)

    answer = one(ticket, Goal.NEXT_RESPONSE)

    assert (answer.started_at, answer.stopped_at) == (MONDAY + 10 * MINUTE, MONDAY + 17 * MINUTE)


def test_while_it_waits_for_the_customer_the_clock_stands_still_to_the_second():
    ticket, ana = accepted()
    say_at(MONDAY + 2 * MINUTE, ticket, ana)
    with clock.moved_to(MONDAY + HOUR + timedelta(seconds=7)):
        service.set_pending(ticket.id, by=ana)
    assert one(ticket, Goal.RESOLUTION).next_at is None

    say_at(MONDAY + 50 * HOUR, ticket, customer_of(ticket))

    solved = one(ticket, Goal.RESOLUTION)
    assert solved.used == HOUR + timedelta(seconds=7)
    assert solved.due_at == MONDAY + 50 * HOUR + 23 * HOUR - timedelta(seconds=7)
    assert ticket.resolve_by == solved.due_at
    assert one(ticket, Goal.NEXT_RESPONSE).started_at == MONDAY + 50 * HOUR


def test_another_priority_is_another_promise_and_what_has_run_is_kept():
    ticket, ana = accepted()
    with clock.moved_to(MONDAY + HOUR):
        service.set_pending(ticket.id, by=ana)
    say_at(MONDAY + 10 * HOUR, ticket, customer_of(ticket))

    with clock.moved_to(MONDAY + 11 * HOUR):
        service.change_priority(ticket.id, Priority.URGENT, by=ana)

    assert one(ticket, Goal.RESOLUTION).due_at == MONDAY + 13 * HOUR
    assert ticket.resolve_by == MONDAY + 13 * HOUR


def test_a_reopened_ticket_goes_on_where_it_was():
    ticket, ana = accepted()
    with clock.moved_to(MONDAY + 4 * HOUR):
        service.resolve(ticket.id, by=ana, resolution="Done")
    solved = one(ticket, Goal.RESOLUTION)
    assert (solved.stopped_at, solved.outcome) == (MONDAY + 4 * HOUR, Outcome.SOLVED)
    assert one(ticket, Goal.FIRST_RESPONSE).outcome is Outcome.ENDED

    with clock.moved_to(MONDAY + 30 * HOUR):
        service.reopen(ticket.id, by=customer_of(ticket))

    assert one(ticket, Goal.RESOLUTION).due_at == MONDAY + 50 * HOUR
    assert one(ticket, Goal.NEXT_RESPONSE).started_at == MONDAY + 30 * HOUR
    assert one(ticket, Goal.FIRST_RESPONSE).outcome is Outcome.ENDED


def test_what_was_late_when_it_was_answered_is_marked_at_once_and_as_of_when_it_was_due():
    ticket, ana = accepted()

    with heard(SlaBreached) as said:
        say_at(MONDAY + 40 * MINUTE, ticket, ana)

    assert [(each.goal, each.at) for each in said] == [("first_response", MONDAY + 15 * MINUTE)]


def test_a_policy_with_a_calendar_runs_in_its_hours():
    ConversationFactory()
    with clock.moved_to(mexico(2026, 11, 1)):
        sla.policy(market="MX", calendar=sla.calendar())

    ticket = hand_over(ConversationFactory(), at=mexico(2026, 11, 20, 17))  # Friday

    assert one(ticket, Goal.RESOLUTION).due_at == mexico(2026, 11, 23, 16)
    shown = {each.goal: each.policy_name for each in clock_queries.of_ticket(ticket.id)}
    assert shown == {Goal.RESOLUTION: "Everybody", Goal.FIRST_RESPONSE: ""}


def test_new_rules_hold_for_open_tickets_from_then_on_and_never_for_closed_ones():
    ConversationFactory()
    with clock.moved_to(MONDAY - HOUR):
        policy = sla.policy()
    open_, _ana = accepted()
    done, beto = accepted()
    with clock.moved_to(MONDAY + HOUR):
        service.resolve(done.id, by=beto, resolution="Done")
        before = (one(done, Goal.RESOLUTION).policy_id, one(done, Goal.RESOLUTION).due_at)
    with clock.moved_to(MONDAY + 2 * HOUR):
        newer = sla.policy(key=policy.key, targets={Goal.RESOLUTION: 4 * 3600})
    with clock.moved_to(MONDAY + 3 * HOUR):
        while service.aim_anew():
            pass

    assert one(open_, Goal.RESOLUTION).policy_id == newer.id
    assert one(open_, Goal.RESOLUTION).due_at == MONDAY + 4 * HOUR
    assert one(open_, Goal.RESOLUTION).used == 3 * HOUR
    assert (one(done, Goal.RESOLUTION).policy_id, one(done, Goal.RESOLUTION).due_at) == before


def test_a_complaint_gets_its_number_at_once_in_her_talk_and_as_a_notice():
    talk = ConversationFactory()
    sla.policy(
        "By law", market="MX", names={"kind": ["complaint"]}, regulated=True, docket=True,
        targets={Goal.RESOLUTION: 3 * 86_400},
    )  # fmt: skip

    ticket = service.open(
        by=SYSTEM, subject="No signal", topic=Topic.TECHNICAL, conversation_id=talk.id,
        type_=TicketType.COMPLAINT,
    )  # fmt: skip

    notices = list(db.session.scalars(select(Notice).where(Notice.customer_id == talk.customer_id)))
    assert {each.kind for each in notices} == {"complaint_registered"}
    assert {each.facts["number"] for each in notices} == {ticket.reference}
    assert one(ticket, Goal.RESOLUTION).target == timedelta(days=3)
    assert service.open(
        by=SYSTEM, subject="Bill", topic=Topic.BILLING, customer_id=talk.customer_id
    ).resolve_by - clock.now() < timedelta(days=2)


def test_what_turns_out_to_be_a_complaint_gets_its_number_then_and_once():
    talk = ConversationFactory()
    sla.policy(
        "By law", market="MX", names={"kind": ["complaint"]}, regulated=True, docket=True,
        targets={Goal.RESOLUTION: 3 * 86_400},
    )  # fmt: skip
    ana = StaffFactory().as_actor()
    ticket = service.open(
        by=ana, subject="No signal", topic=Topic.TECHNICAL, customer_id=talk.customer_id
    )

    for kind in (TicketType.COMPLAINT, TicketType.FAULT, TicketType.COMPLAINT):
        service.classify(ticket.id, by=ana, type_=kind)

    told = select(Notice.facts).where(Notice.customer_id == talk.customer_id).distinct()
    [facts] = db.session.scalars(told).all()
    assert facts["number"] == ticket.reference


def test_taking_a_call_is_the_answer():
    ticket, _ana = accepted(channel="voice")

    assert one(ticket, Goal.FIRST_RESPONSE).stopped_at == MONDAY + MINUTE


def test_whoever_opens_a_ticket_in_her_own_talk_has_answered_already():
    talk = ConversationFactory(open=True)

    owner = talk.assignee.as_actor()
    ticket = service.open(
        by=owner, subject="Router", topic=Topic.TECHNICAL, conversation_id=talk.id
    )

    assert [each.goal for each in clocks(ticket)] == [Goal.RESOLUTION]


def test_figures_count_answers_of_agents_only():
    for minutes in (3, 20):
        ticket, ana = accepted()
        say_at(MONDAY + minutes * MINUTE, ticket, ana)
    ended, ana = accepted()
    with clock.moved_to(MONDAY + HOUR):
        service.resolve(ended.id, by=ana, resolution="Done")

    figures = {each.goal: each for each in clock_queries.kept(MONDAY, MONDAY + HOUR, ["MX"])}

    first = figures[Goal.FIRST_RESPONSE]
    assert (first.done, first.in_time, first.running) == (2, 1, 0)
    assert first.median == timedelta(minutes=11, seconds=30)
    assert (figures[Goal.RESOLUTION].done, figures[Goal.RESOLUTION].running) == (1, 2)


def test_another_topic_is_another_promise():
    ConversationFactory()
    with clock.moved_to(MONDAY - HOUR):
        sla.policy("Sales", names={"topic": ["sales"]}, targets={Goal.RESOLUTION: 2 * 3600})
    ticket, ana = accepted()
    assert one(ticket, Goal.RESOLUTION).due_at == MONDAY + 24 * HOUR

    with clock.moved_to(MONDAY + HOUR):
        service.change_topic(ticket.id, Topic.SALES, by=ana)

    assert one(ticket, Goal.RESOLUTION).due_at == MONDAY + 2 * HOUR
    assert ticket.resolve_by == MONDAY + 2 * HOUR


def test_who_proves_to_be_an_important_customer_is_promised_what_those_are():
    talk = ConversationFactory(anonymous=True)
    with clock.moved_to(MONDAY - HOUR):
        sla.policy("VIP", names={"segment": ["vip"]}, targets={Goal.RESOLUTION: 3600})
    ticket = hand_over(talk)
    talk.customer_id, talk.verification = CustomerFactory(segment="vip").id, Verification.IDENTITY
    db.session.commit()

    with clock.moved_to(MONDAY + MINUTE), db.transaction():
        talks.know_customer(CustomerIdentified(talk.id, talk.customer_id, "MX", clock.now()))

    assert one(ticket, Goal.RESOLUTION).due_at == MONDAY + HOUR


def test_a_ticket_that_is_taken_in_its_sleep_runs_on():
    ticket, ana = hand_over(ConversationFactory()), StaffFactory().as_actor()
    with clock.moved_to(MONDAY + MINUTE):
        service.snooze(ticket.id, MONDAY + 9 * HOUR, by=ana)
    assert one(ticket, Goal.RESOLUTION).running_since is None

    with clock.moved_to(MONDAY + HOUR):
        service.accept(ticket.id, by=ana)

    solved = one(ticket, Goal.RESOLUTION)
    assert (solved.used, solved.due_at) == (MINUTE, MONDAY + 25 * HOUR - MINUTE)


def test_what_was_over_before_it_came_to_us_begins_when_somebody_takes_it_up():
    """As it is brought in from another system: years old, and without a clock."""
    ticket, ana = TicketFactory(created_at=MONDAY - 1000 * HOUR), StaffFactory().as_actor()

    with clock.moved_to(MONDAY):
        service.accept(ticket.id, by=ana)
        service.change_priority(ticket.id, Priority.HIGH, by=ana)

    assert one(ticket, Goal.RESOLUTION).due_at == MONDAY + 8 * HOUR


def late_ones(moment):
    with clock.moved_to(moment):
        found = listing.page_of(actors.staff("manager"), listing.Filters(only="late"), after=None)
    return [each.id for each in found.items]


def test_what_stands_still_is_not_late_and_what_was_late_stays_so():
    waits, ana = accepted()
    runs, _beto = accepted()
    with clock.moved_to(MONDAY + HOUR):
        service.set_pending(waits.id, by=ana)

    assert late_ones(MONDAY + 24 * HOUR) == []
    assert late_ones(MONDAY + 24 * HOUR + MINUTE) == [runs.id]
    with clock.moved_to(MONDAY + 30 * HOUR):
        service.transfer(waits.id, ana.id, by=ana)
    assert waits.id not in late_ones(MONDAY + 52 * HOUR)
    with clock.moved_to(MONDAY + 54 * HOUR):
        service.set_pending(waits.id, by=ana)
    assert waits.id in late_ones(MONDAY + 60 * HOUR)
