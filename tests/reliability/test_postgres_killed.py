"""PostgreSQL is killed -9 while people talk: what was acknowledged is there, once and in order."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import psutil
import pytest
from sqlalchemy import select

from app.conversations.models import Message
from app.core import db
from app.demo.readiness import wait_until
from tests.factories.conversations import ConversationFactory
from tests.reliability.conftest import wait_until_well

pytestmark = pytest.mark.timeout(600)

PEOPLE, EACH = 8, 19  # a socket may say twenty things in ten seconds
KILLS = 2
BACK_WITHIN = 10.0


def kill(stack, program):
    psutil.Process(int(stack.control("pid", program))).kill()


def stored(conversation_id):
    """(key, number) of every message, in order; waits until the database answers again."""

    def read():
        db.session.rollback()
        query = select(Message.client_key, Message.seq).where(
            Message.conversation_id == UUID(str(conversation_id)), Message.author == "customer"
        )
        return db.session.execute(query.order_by(Message.seq)).all()

    return read()


def test_every_acknowledged_message_is_there_once(stack, visitor):
    people = [visitor() for _ in range(PEOPLE)]

    def talk(widget):
        return {f"k{n}": widget.say(f"number {n}", f"k{n}") for n in range(EACH)}

    with ThreadPoolExecutor(PEOPLE) as pool:
        talks = [pool.submit(talk, widget) for widget in people]
        for _ in range(KILLS):
            time.sleep(1)
            kill(stack, "postgres")
        acknowledged = [each.result(timeout=90) for each in talks]
    wait_until_well(stack)

    for widget, answers in zip(people, acknowledged, strict=True):
        found = stored(widget.conversation_id)
        assert Counter(key for key, _ in found) == Counter(answers.keys())
        assert dict(found) == answers


def test_pages_say_so_and_are_back_within_seconds(stack, ana):
    talk = ConversationFactory(open=True, owner=ana.staff)
    address = f"/desk/conversations/{talk.id}/messages"
    stack.control("stop", "postgres")
    ready = ana.get("/readyz")
    refused = ana.post(address, json={"text": "Hola", "key": "k"})
    page = ana.get("/desk/")

    stack.control("start", "postgres")
    started = time.monotonic()
    wait_until(lambda: ana.get("/desk/").status_code == 200, "the desk", seconds=60)
    back = time.monotonic() - started

    assert (ready.status_code, ready.json()["checks"]["postgres"]) == (503, "down")
    assert (refused.status_code, page.status_code) == (503, 503)
    assert refused.headers["X-Refusal"] == "unavailable"
    assert ana.slowest < 10
    assert back < BACK_WITHIN
    assert ana.post(address, json={"text": "Hola", "key": "k"}).status_code == 200


def test_web_and_sockets_and_worker_killed_come_back_and_lose_nothing(stack, ana, visitor):
    widget = visitor()
    said = [widget.say("Hola", "k0")]
    for number, program in enumerate(("web", "sockets", "worker", "beat"), 1):
        kill(stack, program)
        said.append(widget.say("Hola", f"k{number}"))
    started = time.monotonic()
    wait_until_well(stack)

    assert [seq for _, seq in stored(widget.conversation_id)] == said
    assert time.monotonic() - started < 30
    assert httpx.get(f"{stack.url}/healthz", trust_env=False).status_code == 200
