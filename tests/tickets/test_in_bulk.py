"""One thing done to many tickets at once, told ticket by ticket, and taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.conversations.models import Status as TalkStatus
from app.core import clock, db
from app.core.errors import Forbidden, NotFound
from app.core.ids import new_id
from app.tickets import queries, service
from app.tickets.errors import AlreadyUndone, TooLateToUndo, TooManyAtOnce
from app.tickets.events import TicketChanged
from app.tickets.models import (
    FieldKind,
    Priority,
    Required,
    Status,
    TicketClock,
    TicketType,
    Topic,
)
from app.tickets.service import configuring, in_bulk
from app.tickets.service.bulk_deeds import Assign, Prioritise, Resolve, Snooze, Tag, Untag
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory
from tests.heard import heard
from tests.statements import statements

BOSS = actors.staff("administrator")


@pytest.fixture
def boss(database):
    return StaffFactory(roles=["manager"], name="Lucía Mena").as_actor()


@pytest.fixture
def ana(database):
    return StaffFactory(name="Ana Ruiz").as_actor()


def opened(by, **more):
    told = {"subject": "Router", "topic": Topic.TECHNICAL, "customer_id": CustomerFactory().id}
    return service.open(by=by, **{**told, **more})


def do(tickets, deed, by, key=None):
    return in_bulk.act([t.id for t in tickets], deed, by=by, client_key=key or str(new_id()))


def entries(ticket, action):
    query = select(AuditEntry).where(
        AuditEntry.object_id == str(ticket.id), AuditEntry.action == action
    )
    return db.session.scalars(query).all()


def test_many_get_another_priority_each_with_its_entry_and_its_clock_aimed_anew(boss):
    tickets = [opened(boss) for _ in range(3)]
    due = [each.resolve_by for each in tickets]

    with heard(TicketChanged) as said:
        done = do(tickets, Prioritise(Priority.URGENT), boss)

    assert (done.changed, done.same, done.left) == (3, 0, [])
    assert {each.priority for each in tickets} == {Priority.URGENT}
    assert {each.ticket_id for each in said} == {each.id for each in tickets}
    for ticket, before in zip(tickets, due, strict=True):
        (entry,) = entries(ticket, "ticket.changed")
        assert entry.changes["priority"] == ["normal", "urgent"]
        assert ticket.resolve_by < before


def test_undoing_gives_each_what_it_had_but_not_to_what_somebody_changed_meanwhile(boss):
    calm, busy = opened(boss), opened(boss, priority=Priority.HIGH)
    done = do([calm, busy], Prioritise(Priority.URGENT), boss)
    due = calm.resolve_by
    service.change_priority(busy.id, Priority.LOW, by=boss)

    undone = in_bulk.undo(done.act.id, by=boss)

    assert (calm.priority, busy.priority) == (Priority.NORMAL, Priority.LOW)
    assert calm.resolve_by > due
    assert undone.restored == 1
    assert [(each.reference, each.why) for each in undone.left] == [
        (busy.reference, "Somebody has changed it meanwhile.")
    ]
    with pytest.raises(AlreadyUndone):
        in_bulk.undo(done.act.id, by=boss)


def test_it_is_undone_by_whoever_did_it_and_for_some_minutes(boss, ana):
    done = do([opened(boss)], Prioritise(Priority.LOW), boss)

    with pytest.raises(NotFound):
        in_bulk.undo(done.act.id, by=ana)
    with (
        clock.moved_to(done.undo_until + timedelta(seconds=1)),
        pytest.raises(TooLateToUndo),
    ):
        in_bulk.undo(done.act.id, by=boss)


def test_a_ticket_that_refuses_is_told_and_the_others_go_on(ana):
    mine, foreign, over = (opened(ana) for _ in range(3))
    service.accept(mine.id, by=ana)
    service.accept(over.id, by=ana)
    service.resolve(over.id, by=ana, resolution="Done")

    done = do([mine, foreign, over], Prioritise(Priority.HIGH), ana)

    assert done.changed == 1
    assert {each.reference: each.why for each in done.left} == {
        foreign.reference: "This ticket belongs to somebody else.",
        over.reference: "This ticket is not open any more.",
    }
    assert mine.priority is Priority.HIGH


def test_what_one_must_not_know_of_stops_all_of_it(ana, boss):
    here, far = opened(boss), opened(boss)
    brazilian = StaffFactory(roles=["manager"], markets=["BR"]).as_actor()

    for ids in ([here.id, far.id], [here.id, new_id()]):
        with pytest.raises(NotFound):
            in_bulk.act(ids, Tag("vip"), by=brazilian, client_key=str(new_id()))

    assert queries.tags_of(here.id) == []
    with pytest.raises(Forbidden):
        in_bulk.act([here.id], Tag("vip"), by=actors.staff("auditor"), client_key=str(new_id()))
    with pytest.raises(TooManyAtOnce):
        many = [new_id() for _ in range(in_bulk.MOST + 1)]
        in_bulk.act(many, Tag("vip"), by=boss, client_key=str(new_id()))


def test_sent_twice_it_is_done_once(boss):
    ticket = opened(boss)

    first = do([ticket], Tag("vip"), boss, key="k1")
    again = do([ticket], Tag("vip"), boss, key="k1")

    assert first.act.id == again.act.id
    assert len(entries(ticket, "ticket.tagged")) == 1


def test_tags_come_and_go_and_undoing_leaves_those_that_were_there(boss):
    tagged, plain = opened(boss), opened(boss)
    service.tag(tagged.id, "vip", by=boss)

    put = do([tagged, plain], Tag("VIP"), boss)
    assert (put.changed, put.same) == (1, 1)
    in_bulk.undo(put.act.id, by=boss)
    assert [queries.tags_of(each.id) for each in (tagged, plain)] == [["vip"], []]

    taken = do([tagged, plain], Untag("vip"), boss)
    assert queries.tags_of(tagged.id) == []
    in_bulk.undo(taken.act.id, by=boss)
    assert queries.tags_of(tagged.id) == ["vip"]


def test_conversations_go_with_their_tickets_to_whom_they_are_given_and_back(boss, ana):
    talk = ConversationFactory(waiting=True)
    ticket = TicketFactory(talk=talk)
    position = ticket.created_at

    done = do([ticket], Assign(ana.id), boss)

    assert (ticket.status, ticket.assignee_id) == (Status.OPEN, ana.id)
    assert (talk.status, talk.assignee_id) == (TalkStatus.OPEN, ana.id)
    assert entries(ticket, "ticket.transferred")

    in_bulk.undo(done.act.id, by=boss)
    db.session.refresh(talk)

    assert (ticket.status, ticket.assignee_id, ticket.accepted_at) == (Status.NEW, None, None)
    assert (talk.status, talk.assignee_id) == (TalkStatus.WAITING, None)
    assert ticket.created_at == position


def test_sleep_stops_the_clocks_and_waking_by_undo_lets_them_run_on(boss):
    ticket = opened(boss)
    service.accept(ticket.id, by=boss)

    done = do([ticket], Snooze(clock.now() + timedelta(days=2)), boss)
    assert ticket.snoozed_until is not None

    in_bulk.undo(done.act.id, by=boss)

    running = select(TicketClock.running_since).where(TicketClock.ticket_id == ticket.id)
    assert ticket.snoozed_until is None
    assert all(db.session.scalars(running))


def test_closing_respects_what_the_operator_wants_filled_in(boss):
    configuring.add_field(
        TicketType.INCIDENT, "Cause", by=BOSS, kind=FieldKind.TEXT, required=Required.CLOSING
    )
    owner = db.session.get_one(StaffFactory._meta.model, boss.id)
    talk = ConversationFactory(open=True, owner=owner)
    with_talk = TicketFactory(talk=talk, status=Status.OPEN, assignee_id=boss.id)
    missing = opened(boss, type_=TicketType.REQUEST)
    service.classify(missing.id, by=boss, type_=TicketType.INCIDENT)

    done = do([with_talk, missing], Resolve("Mast repaired"), boss)

    assert (with_talk.status, with_talk.resolution) == (Status.RESOLVED, "Mast repaired")
    assert talk.status is TalkStatus.RESOLVED
    assert [each.why for each in done.left] == ["Please fill in first: Cause."]

    in_bulk.undo(done.act.id, by=boss)

    assert (with_talk.status, with_talk.resolution, with_talk.resolved_at) == (
        Status.OPEN,
        "",
        None,
    )
    db.session.refresh(talk)
    assert (talk.status, talk.assignee_id) == (TalkStatus.OPEN, boss.id)


@pytest.mark.parametrize("make", [Tag, Prioritise, Assign, Snooze])
def test_forty_take_as_many_statements_as_two(boss, ana, session, make):
    given = {Tag: "vip", Prioritise: Priority.URGENT, Assign: ana.id}
    counts = []
    for many in (2, 40):
        talks = [ConversationFactory(waiting=True) for _ in range(many)]
        found = [opened(boss, customer_id=t.customer_id, conversation_id=t.id) for t in talks]
        ids = [each.id for each in found]
        deed = make(given.get(make, clock.now() + timedelta(days=1)))
        db.session.expunge_all()
        with statements(session) as sent:
            in_bulk.act(ids, deed, by=boss, client_key=str(new_id()))
        counts.append(len(sent))

    assert counts[0] == counts[1] <= 30


def test_two_at_the_same_instant_both_come_through(committing, in_parallel):
    boss = StaffFactory(roles=["manager"]).as_actor()
    ids = [opened(boss).id for _ in range(6)]

    in_parallel(
        lambda pair: in_bulk.act(pair[0], Tag(pair[1]), by=boss, client_key=pair[1]),
        [(ids, "one"), (ids[::-1], "two")],
    )

    assert [queries.tags_of(each) for each in ids] == [["one", "two"]] * 6


def test_the_same_sent_twice_at_the_same_instant_is_done_once(committing, in_parallel):
    boss = StaffFactory(roles=["manager"]).as_actor()
    tickets = [opened(boss) for _ in range(3)]
    ids = [each.id for each in tickets]

    answers = in_parallel(
        lambda key: in_bulk.act(ids, Tag("vip"), by=boss, client_key=key).act.id, ["k1"] * 3
    )

    assert len(set(answers)) == 1
    assert len(entries(tickets[0], "ticket.tagged")) == 1


def test_what_can_no_longer_be_undone_is_forgotten(boss):
    done = do([opened(boss)], Tag("vip"), boss)

    with clock.moved_to(done.act.at + in_bulk.KEPT_FOR + timedelta(minutes=1)):
        assert in_bulk.forget_old(by=BOSS) == 1

    assert db.session.scalar(select(func.count()).select_from(in_bulk.BulkItem)) == 0
