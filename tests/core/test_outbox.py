import dataclasses
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.core import clock, db, events, outbox
from app.core.ids import new_id
from app.core.outbox import OutboxEntry


@dataclasses.dataclass(frozen=True, slots=True)
class LampLit:
    lamp_id: UUID


heard_once: list[LampLit] = []


def note_it(event: LampLit) -> None:
    heard_once.append(event)


def refuse_it(event: LampLit) -> None:
    raise RuntimeError("no oil")


@pytest.fixture
def listening(database):
    def connect(**tables):
        woken = []
        events.connect(
            **{
                "in_transaction": {},
                "reactions": {},
                "errands": {},
                "screens": {},
                "wake": woken.extend,
                **tables,
            }
        )
        heard_once.clear()
        return woken

    yield connect
    connect()


def test_a_reaction_is_a_row_until_it_has_run_once(listening):
    woken = listening(reactions={LampLit: [note_it]})
    lit = LampLit(new_id())

    with db.transaction():
        events.announce(lit)
    (entry_id,) = woken
    first = outbox.run_in_transaction(entry_id, events.deliver)
    again = outbox.run_in_transaction(entry_id, events.deliver)

    assert (first, again) == (True, False)
    assert heard_once == [lit]
    assert db.session.scalars(select(OutboxEntry)).all() == []


def test_what_is_rolled_back_is_never_heard(listening):
    woken = listening(reactions={LampLit: [note_it]}, screens={LampLit: [note_it]})

    with pytest.raises(ZeroDivisionError), db.transaction():
        events.announce(LampLit(new_id()))
        raise ZeroDivisionError

    assert woken == []
    assert heard_once == []
    assert db.session.scalars(select(OutboxEntry)).all() == []


def test_a_failing_listener_keeps_its_row_and_is_tried_later(listening):
    woken = listening(reactions={LampLit: [refuse_it]})

    with db.transaction():
        events.announce(LampLit(new_id()))
    outbox.run_in_transaction(woken[0], events.deliver)

    entry = db.session.scalars(select(OutboxEntry)).one()
    assert entry.attempts == 1
    assert entry.due_at > entry.created_at
    assert "no oil" in entry.last_error


def test_an_errand_is_leased_while_it_runs(listening):
    seen = []

    def look(event):
        seen.append(db.session.scalars(select(OutboxEntry.due_at)).one())

    look.__qualname__ = "look"
    woken = listening(errands={LampLit: [look]})
    with db.transaction():
        events.announce(LampLit(new_id()))
    before = db.session.scalars(select(OutboxEntry.due_at)).one()

    outbox.run_errand(woken[0], events.deliver)

    assert seen[0] - before > outbox.LEASE / 2
    assert db.session.scalars(select(OutboxEntry)).all() == []


def test_an_errand_whose_time_has_not_come_is_run_again_and_has_not_failed(listening):
    early = [True]

    def wait_first(event):
        if early:
            early.clear()
            raise outbox.NotYet(0.6)
        heard_once.append(event)

    woken = listening(errands={LampLit: [wait_first]})
    with db.transaction():
        events.announce(LampLit(new_id()))
    with pytest.raises(outbox.NotYet):
        outbox.run_errand(woken[0], events.deliver)
    entry = db.session.scalars(select(OutboxEntry)).one()
    waiting = (entry.attempts, entry.last_error, entry.due_at - entry.created_at)
    too_early = outbox.run_errand(woken[0], events.deliver)
    with clock.moved_to(entry.due_at):
        done = outbox.run_errand(woken[0], events.deliver)

    assert waiting[:2] == (0, None)
    assert timedelta(seconds=0.6) <= waiting[2] < timedelta(seconds=2)
    assert (too_early, done) == (False, True)
    assert len(heard_once) == 1
