"""Whatever is done to a ticket, its clock has run for exactly as long as somebody could do
something about it: counted here from its past alone."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.core.ids import new_id
from app.tickets import service
from app.tickets.models import BulkAct, Goal, Priority, Status, Ticket, TicketClock, Topic
from app.tickets.service import in_bulk
from app.tickets.service.bulk_deeds import Assign, Prioritise, Snooze
from tests.factories import actors
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory

BEGIN = datetime(2026, 11, 23, 15, tzinfo=UTC)
LATER = timedelta(days=40)


def in_bulk_of(ticket, deed, by):
    in_bulk.act([ticket.id], deed, by=by, client_key=str(new_id()))


def undo(_ticket, by, _her):
    last = db.session.scalars(select(BulkAct).order_by(BulkAct.at.desc()).limit(1)).first()
    if last is not None:
        in_bulk.undo(last.id, by=by)


# What people do to a ticket; what it refuses at this moment changes nothing.
DEEDS = {
    "take": lambda t, by, _: service.accept(t.id, by=by),
    "queue": lambda t, by, _: service.transfer(t.id, None, by=by),
    "pass on": lambda t, by, _: service.transfer(t.id, by.id, by=by),
    "wait": lambda t, by, _: service.set_pending(t.id, by=by),
    "she writes": lambda t, _, her: service.comment(t.id, "And now?", by=her),
    "answer": lambda t, by, _: service.comment(t.id, "Soon", by=by, public=True),
    "sleep": lambda t, by, _: service.snooze(t.id, clock.now() + LATER, by=by),
    "wake": lambda t, by, _: service.wake(t.id, by=by),
    "solve": lambda t, by, _: service.resolve(t.id, by=by, resolution="Done"),
    "reopen": lambda t, by, _: service.reopen(t.id, by=by),
    "she reopens": lambda t, _, her: service.reopen(t.id, by=her),
    "press": lambda t, by, _: service.change_priority(t.id, Priority.URGENT, by=by),
    "another matter": lambda t, by, _: service.change_topic(t.id, Topic.SALES, by=by),
    "many sleep": lambda t, by, _: in_bulk_of(t, Snooze(clock.now() + LATER), by),
    "many are given": lambda t, by, _: in_bulk_of(t, Assign(by.id), by),
    "many are pressed": lambda t, by, _: in_bulk_of(t, Prioritise(Priority.HIGH), by),
    "undo": undo,
}
PASTS = st.lists(
    st.tuples(st.integers(1, 40_000), st.sampled_from(sorted(DEEDS))), min_size=4, max_size=14
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(PASTS)
@example([(60, "sleep"), (60, "take"), (60, "answer"), (9000, "press")])
@example([(60, "many sleep"), (600, "undo"), (60, "take"), (60, "wait"), (60, "many are given")])
@example([(60, "take"), (60, "wait"), (60, "solve"), (600, "she reopens"), (60, "another matter")])
def test_a_clock_has_run_for_as_long_as_somebody_could_do_something(database, past):
    by = StaffFactory(roles=["supervisor"], markets=[]).as_actor()
    customer_id, now, ran = CustomerFactory().id, BEGIN, timedelta(0)
    told = {"subject": "Router", "topic": Topic.BILLING, "customer_id": customer_id}
    with clock.moved_to(now):
        ticket = service.open(by=SYSTEM, **told)

    for seconds, deed in past:
        gap = timedelta(seconds=seconds)
        now, ran = now + gap, ran + (gap if is_ours(ticket) else timedelta(0))
        with clock.moved_to(now), suppress(Refusal):
            DEEDS[deed](ticket, by, actors.customer(id=customer_id))
        with clock.moved_to(now):
            while service.tell_due():
                pass
        db.session.expire_all()
        ticket = db.session.get_one(Ticket, ticket.id)
        check(ticket, ran, now)


def is_ours(ticket):
    """Somebody here could do something about it now."""
    return ticket.status in {Status.NEW, Status.OPEN} and ticket.snoozed_until is None


def check(ticket, ran, now):
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id)
    clocks = db.session.scalars(query).all()
    [solution] = [each for each in clocks if each.goal is Goal.RESOLUTION]
    answers = [each for each in clocks if each is not solution and each.stopped_at is None]

    assert (solution.running_since is not None) == is_ours(ticket)
    assert (solution.stopped_at is None) == ticket.is_open
    since = now - solution.running_since if solution.running_since else timedelta(0)
    assert solution.used + since == ran
    if is_ours(ticket) and ran < solution.target:
        assert solution.due_at == ticket.resolve_by == now + solution.target - ran
    assert len(answers) <= (1 if ticket.is_open else 0)
