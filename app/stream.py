"""`python -m app.stream`: takes usage from Kafka while KAFKA_BROKERS is set.

Offsets are committed after our own commit, which also writes them down: a message that comes
again has no second effect, and none is skipped.
"""

import signal
import threading
from collections import defaultdict

import structlog
from confluent_kafka import Consumer, KafkaException, TopicPartition
from sqlalchemy.exc import OperationalError

from app.core import db
from app.core.actor import SYSTEM
from app.factory import create_app
from app.mediation import service
from config import Config

log = structlog.get_logger(__name__)

GROUP = "dialtone-usage"
AT_ONCE = 2000
REST_SECONDS = 2.0

Brought = dict[tuple[str, int], list[service.Message]]


class Intake:
    """One consumer of some topics; the topic's name is the source's."""

    def __init__(self, brokers: str, topics: list[str], **settings: str | int | bool) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": GROUP,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                **settings,
            }
        )
        self._consumer.subscribe(topics)

    def step(self, seconds: float = 1.0) -> int:
        """Take what came meanwhile, at most `seconds` waited for; how many messages it was."""
        messages: Brought = defaultdict(list)
        for each in self._consumer.consume(AT_ONCE, timeout=seconds):
            topic, partition, offset = each.topic(), each.partition(), each.offset()
            if each.error() or topic is None or partition is None or offset is None:
                log.warning("stream_error", error=str(each.error()))
            else:
                sent = service.Message(offset, each.value() or b"")
                messages[topic, partition].append(sent)
        try:
            self._take(messages)
        except OperationalError:
            self._go_back(messages)
            raise
        return sum(map(len, messages.values()))

    def close(self) -> None:
        self._consumer.close()

    def _take(self, messages: Brought) -> None:
        for (topic, partition), found in messages.items():
            with db.session_scope():
                service.take_messages(topic, partition, found, by=SYSTEM)
            behind = TopicPartition(topic, partition, found[-1].offset + 1)
            self._consumer.commit(offsets=[behind], asynchronous=False)

    def _go_back(self, messages: Brought) -> None:
        """The database was away: the same messages are taken again."""
        for (topic, partition), found in messages.items():
            self._consumer.seek(TopicPartition(topic, partition, found[0].offset))


def run(config: Config, stopped: threading.Event) -> None:
    topics = [each.strip() for each in config.kafka_topics.split(",") if each.strip()]
    intake = Intake(config.kafka_brokers, topics)
    log.info("stream_started", topics=topics)
    try:
        while not stopped.is_set():
            try:
                intake.step()
            except (OperationalError, KafkaException) as error:
                log.warning("stream_waits", error=str(error))
                stopped.wait(REST_SECONDS)
    finally:
        intake.close()


def main() -> None:
    config = Config()
    if not config.kafka_brokers:
        raise SystemExit("KAFKA_BROKERS is not set")
    create_app(config)
    stopped = threading.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: stopped.set())
    run(config, stopped)


if __name__ == "__main__":
    main()
