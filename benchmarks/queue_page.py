"""queue_page: the server's time for the queue with 150 waiting tickets.

Reference: the same rows read by plain psycopg and put into JSON.
"""

from collections.abc import Iterator
from itertools import cycle

from app.tickets.models import Priority, Topic
from benchmarks.figure import Figure
from benchmarks.page import cookie_of, measured
from benchmarks.stage import Stage
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory

DAYS = 1
TICKETS = 150


def measure(stage: Stage) -> Iterator[Figure]:
    looks = cycle((topic, priority) for topic in Topic for priority in Priority)
    for _, (topic, priority) in zip(range(TICKETS), looks, strict=False):
        TicketFactory(topic=topic, priority=priority)
    stage.run("web")
    page = measured(stage, "/desk/queue", cookie_of(StaffFactory()))
    details = {"tickets": TICKETS, **page.told()}
    yield Figure("queue_page", page.server_ms, "ms", page.rows_ms, details)
