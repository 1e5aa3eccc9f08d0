"""Rules of time: found by the sweep, done once, and again when it begins anew."""

from datetime import timedelta

from app.automation.models import Outcome
from app.automation.service import sweeping
from app.conversations.models import Author
from app.core import clock
from app.core.actor import SYSTEM
from app.tickets import service
from app.tickets.models import Priority, Status, Topic
from tests.automation.test_running import tags_of
from tests.factories.automation import rule, runs, work_off
from tests.factories.conversations import MessageFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory


def later(**how):
    return clock.moved_to(clock.now() + timedelta(**how))


def sweep():
    sweeping.sweep()
    work_off()


def test_what_nobody_has_taken_for_an_hour_is_pressed_once():
    rule("time.unassigned", [{"kind": "set_priority", "value": "urgent"}], minutes=60)
    ticket, taken = TicketFactory(), TicketFactory()
    service.accept(taken.id, by=StaffFactory().as_actor())

    sweep()
    assert ticket.priority is Priority.NORMAL
    for minutes in (61, 62, 200):
        with later(minutes=minutes):
            sweep()

    assert (ticket.priority, taken.priority) == (Priority.URGENT, Priority.NORMAL)
    assert [each.outcome for each in runs()] == [Outcome.DONE]


def test_what_has_waited_three_days_for_the_customer_is_resolved():
    rule("time.pending", [{"kind": "resolve", "text": "No answer for three days."}], minutes=4320)
    ticket, ana = TicketFactory(), StaffFactory().as_actor()
    service.accept(ticket.id, by=ana)
    service.set_pending(ticket.id, by=ana)

    with later(days=2):
        sweep()
    assert ticket.status is Status.PENDING
    with later(days=4):
        sweep()

    assert (ticket.status, ticket.resolution) == (Status.RESOLVED, "No answer for three days.")


def test_an_unanswered_message_counts_from_when_it_was_written_and_each_counts_anew():
    made = rule("time.unanswered", [{"kind": "add_tag", "value": "waits"}], minutes=30)
    ticket = TicketFactory()
    said = {"conversation_id": ticket.conversation_id}
    MessageFactory(**said, seq=1)
    MessageFactory(**said, seq=2, author=Author.AGENT)

    with later(minutes=40):
        sweep()
        assert runs(made) == []
        MessageFactory(**said, seq=3)
    with later(minutes=80):
        sweep()
        sweep()

    assert tags_of(ticket) == {"waits"}
    assert len(runs(made)) == 1


def test_conditions_are_looked_at_when_the_time_has_come():
    rule("time.open", minutes=10, all=[("topic", "is", "sales"), ("tags", "lacks", "kept")])
    kept, other, fits = (TicketFactory(topic=topic) for topic in ("sales", "billing", "sales"))
    service.tag(kept.id, "kept", by=SYSTEM)

    with later(minutes=11):
        sweep()

    assert [tags_of(each) for each in (kept, other, fits)] == [{"kept"}, set(), {"seen"}]


def test_more_than_fit_into_one_look_are_all_found(monkeypatch):
    monkeypatch.setattr(sweeping, "_BATCH", 3)
    rule("time.open", minutes=10)
    tickets = [TicketFactory() for _ in range(8)]

    with later(minutes=11):
        sweep()

    assert all(tags_of(each) == {"seen"} for each in tickets)


def test_waiting_for_the_customer_counts_from_when_it_began_to_wait():
    """Not from her last word, nor from when somebody took it: that was days ago."""
    rule("time.pending", [{"kind": "resolve", "text": "No answer."}], minutes=1440)
    ticket, ana = TicketFactory(), StaffFactory().as_actor()
    service.accept(ticket.id, by=ana)
    with later(days=3):
        service.set_pending(ticket.id, by=ana)
        sweep()
        assert ticket.status is Status.PENDING

    with later(days=4, minutes=1):
        sweep()

    assert ticket.status is Status.RESOLVED


def test_back_in_the_queue_nobody_has_taken_it_from_then_on():
    rule("time.unassigned", minutes=60)
    ana = StaffFactory().as_actor()
    ticket = service.open(
        by=ana, subject="Router", topic=Topic.OTHER, customer_id=CustomerFactory().id
    )
    service.accept(ticket.id, by=ana)
    with later(hours=5):
        service.transfer(ticket.id, None, by=ana)
        sweep()
        assert tags_of(ticket) == set()

    with later(hours=6, minutes=1):
        sweep()

    assert tags_of(ticket) == {"seen"}
