"""Redis gone, or hung: people go on working, nobody waits long, and what was said catches up."""

import time
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.conversations.models import Conversation
from app.core import db
from app.core.outbox import OutboxEntry
from app.demo.readiness import wait_until
from app.tickets.models import Ticket
from tests.factories.conversations import ConversationFactory
from tests.factories.tickets import TicketFactory
from tests.reliability.conftest import wait_until_well

pytestmark = pytest.mark.timeout(600)

LONGEST_WAIT = 5.0
PERSON_CALLED_WITHIN = 4.0  # three, and some for a machine with other work


GOES = {"stopped": ("stop", "redis"), "hung": ("signal", "STOP", "redis")}
COMES = {"stopped": ("start", "redis"), "hung": ("signal", "CONT", "redis")}


@pytest.fixture(params=GOES)
def no_redis(stack, ana, request):
    """While the test runs; afterwards it is back. The agent has signed in before."""
    stack.control(*GOES[request.param])
    yield
    stack.control(*COMES[request.param])
    wait_until_well(stack)


def test_whoever_was_connected_is_told_that_something_was_missed(stack, visitor):
    """Her line never broke, so nothing else would tell her. Of one that only hung nothing need be
    missed: what waited for it arrives."""
    widget = visitor()
    widget.say("Hola", "k")
    stack.control(*GOES["stopped"])
    try:
        visitor()  # of whom nobody can be told
    finally:
        stack.control(*COMES["stopped"])

    assert widget.waits_for("missed", seconds=30)
    wait_until_well(stack)


@pytest.fixture
def ticket(stack):
    return TicketFactory(talk=ConversationFactory(waiting=True))


def fresh(model, id):
    db.session.rollback()
    return db.session.get(model, id, populate_existing=True)


def test_an_agent_accepts_answers_and_resolves(ana, ticket, no_redis):
    talk = f"/desk/conversations/{ticket.conversation_id}"

    answers = [
        ana.get("/desk/"),
        ana.post(f"/desk/tickets/{ticket.id}/accept"),
        ana.get(talk),
        ana.post(f"{talk}/messages", json={"text": "Hola", "key": "k"}),
        ana.post(f"{talk}/read", json={"seq": 1}),
        ana.post(f"/desk/tickets/{ticket.id}/resolve", data={"resolution": "Done"}),
    ]

    assert [each.status_code for each in answers if each.status_code >= 400] == []
    assert fresh(Ticket, ticket.id).status == "resolved"
    assert ana.slowest < LONGEST_WAIT


def test_a_visitor_writes_and_a_person_is_called_at_once(visitor, no_redis):
    """No bot is there to answer her."""
    started = time.monotonic()
    widget = visitor()
    seq = widget.say("Hola", "k")
    said = time.monotonic() - started
    wait_until(lambda: status_of(widget) == "waiting", "a person", seconds=10)

    assert seq == 1
    assert widget.opening.elapsed.total_seconds() < LONGEST_WAIT
    assert said < LONGEST_WAIT
    assert time.monotonic() - started - said < PERSON_CALLED_WITHIN


def test_it_is_named_by_readyz_and_signing_in_is_refused_in_time(stack, ana, no_redis):
    ready = ana.get("/readyz")
    refused = ana.post("/sign-in", data={"email": "a@b.example", "password": "x"})

    assert (ready.status_code, ready.json()["checks"]["redis"]) == (503, "down")
    assert ready.json()["checks"]["postgres"] == "ok"
    assert (refused.status_code, refused.headers["X-Refusal"]) == (503, "unavailable")
    assert ana.slowest < LONGEST_WAIT


def test_once_it_is_back_the_worker_goes_on_and_nothing_is_left(stack, visitor):
    stack.control("stop", "redis")
    during = visitor()
    during.say("Hola", "k")
    stack.control("start", "redis")
    wait_until_well(stack)
    after = visitor()
    after.say("Hola", "k")

    wait_until(lambda: status_of(during) == "waiting", "a person", seconds=30)
    wait_until(lambda: status_of(after) == "waiting", "a person", seconds=30)
    wait_until(lambda: left_in_outbox() == 0, "the outbox", seconds=60)


def status_of(widget):
    return fresh(Conversation, UUID(widget.conversation_id)).status


def left_in_outbox():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OutboxEntry))
