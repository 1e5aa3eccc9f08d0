"""An engine that is away, hung or says nonsense: PostgreSQL searches, and nobody waits twice."""

import json
import socket
from uuid import uuid4

import pytest

from app.core import clock, db
from app.search import queries, switch
from app.search.adapters.opensearch import Engine
from app.search.asked import Asked, Thing
from app.search.models import EngineIndex, IndexState
from tests.channels.partner import Partner
from tests.factories.actors import agent, staff
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.tickets import TicketFactory

IMPATIENT = 0.3


@pytest.fixture
def serving(database):
    """PostgreSQL believes that there is an index, and that it is up to date."""
    db.session.add(EngineIndex(name="dialtone-1", state=IndexState.SERVING, made_at=clock.now()))
    talk = ConversationFactory(waiting=True)
    message = MessageFactory(conversation=talk, body="a hologram")
    ticket = TicketFactory(talk=talk, subject="The hologram")
    db.session.flush()
    db.session.execute(EngineIndex.metadata.tables["search_due"].delete())
    return message, ticket


@pytest.fixture
def engine_at():
    made = []

    def make(url):
        engine = Engine(url, name="dialtone", find_seconds=IMPATIENT)
        made.append(engine)
        switch.plug_in(engine)
        return engine

    yield make
    switch.plug_in(None)
    for engine in made:
        engine.close()


@pytest.fixture
def partner():
    partner = Partner()
    yield partner
    partner.close()


def assert_postgres_finds(serving):
    message, ticket = serving
    results = queries.search(agent(), Asked("hologram"))
    assert not results.down
    assert [each.key for each in results.found[Thing.CONVERSATION]] == [message.conversation_id]
    assert [each.key for each in results.found[Thing.TICKET]] == [ticket.id]


JSON = {"content-type": "application/json"}
WHOLE = {"timed_out": False, "hits": {"hits": []}}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((500, b"oops"), id="fails"),
        pytest.param((503, b'{"error": "no shard"}', JSON), id="has no index"),
        pytest.param((404, b'{"error": {"type": "index_not_found"}}', JSON), id="lost its index"),
        pytest.param((401, b'{"error": "who?"}', JSON), id="does not know us"),
        pytest.param((400, b'{"error": "what?"}', JSON), id="does not understand"),
        pytest.param((302, b"", {"location": "http://127.0.0.1:9/"}), id="sends elsewhere"),
        pytest.param((200, b"<html>Welcome</html>", {"content-type": "text/html"}), id="a page"),
        pytest.param((200, b"{", JSON), id="half an answer"),
        pytest.param((200, b"[]", JSON), id="a list"),
        pytest.param((200, b'{"hits": 3}', JSON), id="another shape"),
        pytest.param(
            (200, b'{"timed_out": false, "hits": {"hits": [{"sort": ["x"]}]}}', JSON),
            id="keys that are none",
        ),
        pytest.param(
            (200, b'{"timed_out": true, "hits": {"hits": []}}', JSON), id="looked in a part"
        ),
        pytest.param((200, b"\xff\xfe\x00", JSON), id="bytes"),
        pytest.param((200, b" " * 5_000_000 + b"{}", JSON), id="without an end"),
    ],
)
def test_postgres_searches_where_the_engine(serving, engine_at, partner, answer):
    engine_at(partner.then(answer).url)

    assert_postgres_finds(serving)
    assert partner.asked


def test_one_failure_leaves_it_alone_for_a_while_then_it_is_asked_again(
    serving, engine_at, partner, monkeypatch
):
    from app.search.adapters import opensearch

    now = [100.0]
    monkeypatch.setattr(opensearch.time, "monotonic", lambda: now[0])
    engine_at(partner.then((500, b"")).url)

    assert_postgres_finds(serving)
    assert_postgres_finds(serving)
    assert len(partner.asked) == 1

    now[0] += 11
    assert_postgres_finds(serving)
    assert len(partner.asked) == 2


def test_one_that_hangs_is_asked_once_for_a_page(serving, engine_at):
    with socket.create_server(("127.0.0.1", 0)) as hung:
        hung.settimeout(0)
        engine_at(f"http://127.0.0.1:{hung.getsockname()[1]}")

        assert_postgres_finds(serving)

        hung.accept()
        with pytest.raises(BlockingIOError):
            hung.accept()


def test_one_that_is_away(serving, engine_at):
    engine = engine_at("http://127.0.0.1:9")

    assert_postgres_finds(serving)
    assert not engine.is_up()


def test_ids_that_it_makes_up_show_nothing_else(serving, engine_at, partner):
    """Nor twice what it says twice."""
    message, ticket = serving
    keys = [message.id, message.id, message.conversation_id, ticket.id, uuid4()]
    hits = [{"sort": [str(key)]} for key in keys]
    engine_at(partner.then((200, json.dumps({**WHOLE, "hits": {"hits": hits}}).encode(), JSON)).url)

    assert_postgres_finds(serving)
    results = queries.search(staff("agent", markets=["BR"]), Asked("hologram"))
    assert results.is_empty


def test_readyz_names_it_and_is_ready_all_the_same(app, client, engine_at):
    engine_at("http://127.0.0.1:9")

    answer = client.get("/readyz")

    assert answer.json["checks"]["search"] == "down"
    assert answer.json["status"] == "ready"


def test_readyz_says_nothing_of_an_engine_that_nobody_wants(app, client):
    assert "search" not in client.get("/readyz").json["checks"]
