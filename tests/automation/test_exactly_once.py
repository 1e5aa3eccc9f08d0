"""Killed in the middle, or told to many at once: each effect is there once, or not at all."""

import pytest
from sqlalchemy import func, select

from app.automation.events import Happened
from app.automation.models import Run
from app.automation.service import doing, running
from app.core import db, events, outbox
from app.core.outbox import OutboxEntry
from app.tickets.models import TicketTag
from tests.automation.test_running import opened, tags_of
from tests.factories.automation import rule, work_off


class Killed(BaseException):
    pass


def test_a_process_that_dies_in_the_middle_leaves_nothing_and_the_next_does_all(monkeypatch):
    rule(actions=[{"kind": "add_tag", "value": each} for each in ("one", "two", "three")])
    ticket = opened()
    real, seen = doing._one, []

    def dies(action, *rest):
        seen.append(action)
        if len(seen) == 2:
            raise Killed
        return real(action, *rest)

    monkeypatch.setattr(doing, "_one", dies)
    query = select(OutboxEntry.id).where(OutboxEntry.event.like("%Happened"))
    with pytest.raises(Killed):
        outbox.run_in_transaction(db.session.scalars(query).one(), events.deliver)
    assert tags_of(ticket) == set()
    assert db.session.scalar(select(func.count()).select_from(Run)) == 0

    work_off()

    assert tags_of(ticket) == {"one", "two", "three"}
    assert db.session.scalar(select(func.count()).select_from(Run)) == 1


def test_eight_workers_with_the_same_thing_do_it_once(own_application, in_parallel):
    own_application()
    rule(actions=[{"kind": "add_tag", "value": "once"}, {"kind": "set_priority", "value": "high"}])
    ticket = opened()
    happened = Happened("ticket.opened", "the same", ticket.id, None)
    db.session.remove()

    found = in_parallel(lambda _n: len(running.consider(happened)), range(8))

    assert sorted(found) == [0] * 7 + [1]
    assert db.session.scalar(select(func.count()).select_from(TicketTag)) == 1
