"""A topic of usage, on the mock cluster of Kafka's own client library."""

import os

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.core import db
from app.mediation import service
from app.mediation.models import StreamPosition
from app.stream import GROUP, Intake
from tests.factories.mediation import LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.mediation.conftest import MAY_1, message, reasons, records

pytestmark = pytest.mark.long

TOPIC = "usage-stream"
# The mock's groups forget a member that died only after its session has timed out.
QUICK = {"session.timeout.ms": 6000}


@pytest.fixture(scope="module")
def cluster():
    """A producer that is also the cluster, and its address."""
    producer = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1})
    brokers = producer.list_topics(timeout=10).brokers.values()
    return producer, ",".join(f"{each.host}:{each.port}" for each in brokers)


@pytest.fixture
def topic(cluster):
    """A fresh one for each test; its source has the same name."""
    name = f"{TOPIC}-{os.urandom(4).hex()}"
    LayoutFactory(json=True, source=name)
    return name


def send(cluster, topic, *messages):
    for each in messages:
        cluster[0].produce(topic, each, partition=0)
    cluster[0].flush(10)


def steps(intake, count):
    taken = 0
    for _ in range(60):
        taken += intake.step(0.5)
        if taken >= count:
            return taken
    return taken


def committed_offset(cluster, topic):
    asking = Consumer({"bootstrap.servers": cluster[1], "group.id": GROUP})
    try:
        return asking.committed([TopicPartition(topic, 0)], timeout=10)[0].offset
    finally:
        asking.close()


def test_messages_are_rated_and_their_offset_is_committed_after_that(committing, cluster, topic):
    line = line_with_plan(activated_at=MAY_1)
    send(
        cluster,
        topic,
        message(line, 60),
        message(line, 61),
        b"\xff no json",
        message("+525500000000"),
    )
    intake = Intake(cluster[1], [topic], **QUICK)
    try:
        assert steps(intake, 4) == 4
    finally:
        intake.close()

    assert (records(), reasons()) == ([60, 61], {"malformed": 1, "unknown_line": 1})
    assert db.session.scalars(select(StreamPosition.offset)).one() == 4
    assert committed_offset(cluster, topic) == 4


def test_messages_whose_offset_was_not_committed_have_no_second_effect(
    committing, cluster, topic, monkeypatch
):
    line = line_with_plan(activated_at=MAY_1)
    send(cluster, topic, message(line, 60, id=None), message(line, -1))
    first = Intake(cluster[1], [topic], **QUICK)
    monkeypatch.setattr(first, "_consumer", _WithoutCommit(first._consumer))
    assert steps(first, 2) == 2
    first.close()

    second = Intake(cluster[1], [topic], **QUICK)
    try:
        assert steps(second, 2) == 2  # they come again
    finally:
        second.close()

    assert (records(), reasons()) == ([60], {"bad_quantity": 1})


def test_while_the_database_is_away_nothing_is_skipped(committing, cluster, topic, monkeypatch):
    line = line_with_plan(activated_at=MAY_1)
    send(cluster, topic, message(line, 60))
    intake = Intake(cluster[1], [topic], **QUICK)
    try:
        with monkeypatch.context() as away:
            away.setattr(service, "take_messages", _database_away)
            with pytest.raises(OperationalError):
                steps(intake, 1)
        assert steps(intake, 1) == 1
    finally:
        intake.close()

    assert records() == [60]


class _WithoutCommit:
    """A consumer that dies before its commit arrives."""

    def __init__(self, consumer):
        self._consumer = consumer

    def __getattr__(self, name):
        return getattr(self._consumer, name)

    def commit(self, **_):
        pass


def _database_away(*_, **__):
    raise OperationalError("", {}, Exception("gone"))
