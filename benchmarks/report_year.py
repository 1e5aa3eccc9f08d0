"""report_year: the slowest of the ten standard reports over a year of five million messages, and
what ten readers at once cost a chat.

Rows are made by statements over whole sets, in the stage's own database; rollups by the
application. Reference: PostgreSQL counting the same year's tickets by day from the rows themselves.
REPORT_MESSAGES is how many messages.
"""

import itertools
import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, text

from app.core import clock, db, heap
from app.core.actor import Actor
from app.insights import reporting, saved
from app.insights.definition import Days, Definition, Dimension, Period
from app.insights.facts import Fact
from app.insights.long_reports import ReportsBusy
from app.insights.models import Progress
from app.insights.models.rollups import NOBODY
from app.insights.rollups import rolling, sums_sql
from benchmarks import people
from benchmarks.figure import Figure
from benchmarks.load.generator import load_generator
from benchmarks.stage import Stage
from benchmarks.statistics import analyze
from tests.factories.actors import staff
from tests.factories.conversations import InboxFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory

DAYS = 1
MESSAGES = int(os.environ.get("REPORT_MESSAGES", "5000000"))
PER_TICKET = 12
AGENTS = 200
READERS = 10
RATE, SECONDS, SOCKETS = 40, 8, 200
ROUNDS = (
    7  # of a few seconds alone and as many beside, in turn: the machine is not the same all day
)
TOPICS = ["billing", "technical", "sales", "account", "other"]
CHANNELS = ["webchat", "email", "whatsapp", "sms"]

_TALKS = """
CREATE TEMP TABLE made AS
SELECT gen_random_uuid() AS conversation, gen_random_uuid() AS ticket, n,
    CAST(:now AS timestamptz) - (:count - n) * (interval '364 days' / :count) AS began,
    (ARRAY(SELECT id FROM staff WHERE name = 'Bench'))[1 + n % :agents] AS agent,
    (CAST(:topics AS text[]))[1 + n / :agents % 5] AS topic,
    (CAST(:channels AS text[]))[1 + n / 7 % 4] AS channel,
    make_interval(secs => 5 + n % 600) AS wait, make_interval(secs => 300 + n % 86400) AS took
FROM generate_series(1, :count) AS n;
INSERT INTO conversation (id, inbox_id, channel, market_code, visitor_id, visitor_name, language,
    status, verification, assignee_id, awaits_customer, last_seq, bot_seq, customer_read_seq,
    staff_read_seq, learnt, summary, created_at, last_message_at, handed_over_at, accepted_at,
    resolved_at, rating, rated_at)
SELECT conversation, :inbox, channel, 'MX', gen_random_uuid(), 'Valeria', 'es', 'resolved', 'none',
    agent, false, 12, 1, 12, 12, '{}', '', began, began + took, began, began + wait, began + took,
    CASE WHEN n % 3 = 0 THEN 1 + n % 5 END, CASE WHEN n % 3 = 0 THEN began + took END
FROM made;
INSERT INTO ticket (id, reference, market_code, conversation_id, subject, topic, priority, language,
    status, assignee_id, context, summary, resolution, created_at, respond_by, resolve_by,
    accepted_at, resolved_at, reopened)
SELECT ticket, 'B-' || n, 'MX', conversation, 'Bill', topic, 'normal', 'es', 'closed', agent, '{}',
    '', '', began, began + interval '15 minutes', began + interval '1 day', began + wait,
    began + took, 0
FROM made;
INSERT INTO message (id, conversation_id, seq, kind, author, author_name, body, extra, client_key,
    at)
SELECT gen_random_uuid(), conversation, seq, 'text',
    CASE WHEN seq % 2 = 0 THEN 'agent' ELSE 'customer' END, 'V', 'Hola, una pregunta', '{}',
    CAST(seq AS text), began + wait + seq * interval '11 seconds'
FROM made CROSS JOIN generate_series(1, :per_ticket) AS seq
"""
# Agents' time as a year of states leaves it, but all in the first hour of a day: eight hours, three
# of them busy.
_TIME = f"""
INSERT INTO report_figure (fact, hour, slice_id, bucket, n, total)
SELECT told.fact, date_trunc('day', day, 'America/Mexico_City'), report_slice.id, 0, 8, told.total
FROM report_slice CROSS JOIN generate_series(CAST(:since AS timestamptz),
    CAST(:until AS timestamptz), interval '1 day') AS day
CROSS JOIN (VALUES ({Fact.STAFFED}, 28800000), ({Fact.BUSY}, 10800000)) AS told (fact, total)
WHERE channel = '' AND topic = '' AND agent_id <> CAST(:nobody AS uuid) AND market_code = 'MX'
"""
_FROM_ROWS = """
SELECT date_trunc('day', created_at, 'America/Mexico_City'), count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY accepted_at - created_at)
FROM ticket GROUP BY 1
"""
_SUMS = (
    "report_figure",
    "report_hour",
    "report_whole_day",
    "report_day",
    "report_month",
    "report_clock",
    "report_agent_day",
    "report_agent_month",
    "report_agent_clock",
    "report_slice_month",
)


def measure(stage: Stage) -> Iterator[Figure]:
    reader, counted = _year()
    times = {name: _seconds(lambda of=name: _report(reader, of)) for name in saved.STANDARD}
    slowest = max(times, key=lambda name: times[name])
    rows = _seconds(lambda: db.session.execute(text(_FROM_ROWS)).all())
    yield Figure(
        "report_year",
        times[slowest],
        "s",
        rows,
        {
            "messages": MESSAGES,
            "slowest": slowest,
            "each": {name: round(seconds, 2) for name, seconds in times.items()},
            **counted,
        },
    )
    yield _beside_chat(stage, reader)


def _year() -> tuple[Actor, dict[str, Any]]:
    """The rows of a year and their rollups, with what these took."""
    MarketFactory()
    inbox = InboxFactory()
    for _ in range(AGENTS):
        StaffFactory(name="Bench")
    tickets = MESSAGES // PER_TICKET
    given = {
        "now": clock.now(),
        "count": tickets,
        "agents": AGENTS,
        "inbox": inbox.id,
        "topics": TOPICS,
        "channels": CHANNELS,
        "per_ticket": PER_TICKET,
    }
    begun = time.perf_counter()
    with db.transaction():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in _TALKS.split(";"):
            db.session.execute(text(statement), given)
        db.session.execute(delete(Progress))  # of the stage's own day: the year is older
    analyze("conversation", "ticket", "message")
    made = time.perf_counter()
    rolling.roll_up()
    rolled = time.perf_counter()
    with db.transaction():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.execute(text(sums_sql.SLICES_OF_TIME), {"nobody": NOBODY})
        year = {"since": clock.now() - timedelta(days=364), "until": clock.now()}
        of_time = [int(Fact.STAFFED), int(Fact.BUSY)]
        given = {**year, "facts": of_time, "nobody": NOBODY}
        rolling.tell_anew(sums_sql.FORGET_TIME, _TIME, given)
    analyze(*_SUMS, "report_slice")
    sums = {table: db.session.scalar(text(f"SELECT count(*) FROM {table}")) for table in _SUMS}
    db.session.remove()
    told = {"tickets": tickets, "rows_s": round(made - begun), "rollup_s": round(rolled - made)}
    return staff("administrator"), {**told, **sums}


def _report(reader: Actor, name: str) -> None:
    _label, definition = saved.STANDARD[name]
    reporting.figures(reader, replace(definition, period=Period.LAST_365))
    db.session.remove()


def _seconds(act: Any) -> float:
    """The second time: a year that nobody has looked at since the start is read from disk."""
    act()
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _beside_chat(stage: Stage, reader: Actor) -> Figure:
    """Ten readers ask without a pause while the chat goes on, never twice the same; each with its
    own connection. The figures are the middle ones of all rounds."""
    heap.settle()  # as whatever serves pages does
    numbers = itertools.count()
    talkers = people.talking(
        agents=SOCKETS // 10, customers=SOCKETS - SOCKETS // 10, origin=stage.origin
    )
    stage.run("sockets", "worker")
    with load_generator() as load:
        load.enter(stage.sockets_url, stage.origin, talkers.for_stack())
        load.talk(RATE / 2, 4)
        alone: list[dict[str, float]] = []
        beside: list[dict[str, float]] = []
        done: list[int] = []
        refused: list[int] = []
        for _ in range(ROUNDS):
            alone.append(load.talk(RATE, SECONDS)["ms"])
            with _readers(reader, numbers, done, refused):
                beside.append(load.talk(RATE, SECONDS)["ms"])
        load.leave()
    stage.rest()
    return Figure(
        "report_year_beside_chat",
        _middle(beside, "p50"),
        "ms",
        _middle(alone, "p50"),
        {
            "readers": READERS,
            "reports": len(done),
            "refused": len(refused),
            "p95_alone": _middle(alone, "p95"),
            "p95_beside": _middle(beside, "p95"),
            "p95_of_each_round": [
                (one["p95"], other["p95"]) for one, other in zip(alone, beside, strict=True)
            ],
        },
    )


def _middle(rounds: Sequence[dict[str, float]], name: str) -> float:
    return statistics.median(each[name] for each in rounds)


def _varied(number: int) -> Definition:
    """One of the standard reports over a year that ended lately, of all or of some."""
    names, round_of = list(saved.STANDARD), number // len(saved.STANDARD)
    _label, definition = saved.STANDARD[names[number % len(names)]]
    until = clock.now().date() - timedelta(days=round_of % 29)
    some = [
        {},
        {Dimension.CHANNEL: (CHANNELS[round_of % len(CHANNELS)],)},
        {Dimension.TOPIC: (TOPICS[round_of % len(TOPICS)],)},
    ]
    return replace(
        definition,
        period=Period.CHOSEN,
        chosen=Days(until - timedelta(days=365), until),
        only=some[round_of % 3],
    )


@contextmanager
def _readers(
    reader: Actor, numbers: Iterator[int], done: list[int], refused: list[int]
) -> Iterator[None]:
    over = threading.Event()
    readers = [
        threading.Thread(target=_read_on, args=(reader, numbers, over, done, refused))
        for _ in range(READERS)
    ]
    for each in readers:
        each.start()
    yield
    over.set()
    for each in readers:
        each.join()


def _read_on(
    reader: Actor,
    numbers: Iterator[int],
    over: threading.Event,
    done: list[int],
    refused: list[int],
) -> None:
    """Whoever is asked to come again in a moment does so a second later."""
    while not over.is_set():
        try:
            reporting.figures(reader, _varied(next(numbers)))
            done.append(1)
        except ReportsBusy:
            refused.append(1)
            over.wait(1)
        finally:
            db.session.remove()
