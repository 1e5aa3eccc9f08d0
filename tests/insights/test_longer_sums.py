"""Sums of days, months and hours of the day tell what the hours tell of which they are made."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core import clock, db
from app.insights import definition, reporting, summing
from app.insights.definition import Dimension
from app.insights.measures import MEASURES
from app.insights.rollups import rolling
from tests.factories.actors import staff
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.insights.histories import Case, at, be

DAY = 1440
NOW = at(75 * DAY)
# Clocks that are changed in March or April: at two in the morning, at midnight, by half an hour.
ZONES = {"US": "America/New_York", "CL": "America/Santiago", "AU": "Australia/Lord_Howe"}
LONGER = (
    "report_hour", "report_whole_day", "report_day", "report_agent_day", "report_month",
    "report_agent_month", "report_slice_month", "report_clock", "report_agent_clock",
)  # fmt: skip


def told(asked):
    with clock.moved_to(NOW):
        found = reporting.figures(staff("administrator"), definition.read(asked))
    return {row.keys: (row.values, row.before) for row in found.rows}, found.total


def roll():
    with clock.moved_to(NOW):
        rolling.roll_up()


def sums():
    """But for backlogs, which were what they were."""
    query = "SELECT * FROM {} WHERE fact <> 70"
    return {table: set(db.session.execute(text(query.format(table))).all()) for table in LONGER}


@pytest.fixture
def tickets(database):
    """Of three months in three markets, half of them before and after the clocks are changed."""
    for code, zone in ZONES.items():
        MarketFactory(code=code, timezone=zone)
    chance, agents = random.Random(7), [StaffFactory() for _ in range(3)]
    be(agents[0], 30 * DAY, "available")
    be(agents[0], 36 * DAY, "offline")
    made = []
    for n in range(80):
        opened = chance.choice([chance.randint(-15 * DAY, 70 * DAY), chance.randint(32, 36) * DAY])
        opened += chance.randint(0, 23) * 60
        past, moment = [], opened
        for what in chance.choice(
            [(), ("accept",), ("accept", "resolve"), ("accept", "transfer", "resolve")]
        ):
            moment += chance.randint(1, 3000)
            past.append((moment, what, None if what == "resolve" else chance.choice(agents)))
        case = Case(
            opened,
            past,
            [(opened, "customer"), (opened + chance.randint(1, 900), "agent")],
            topic=chance.choice(["billing", "technical"]),
            channel=chance.choice(["webchat", "email"]),
            rated=(opened + 4000, 1 + n % 5) if n % 3 else None,
            market=chance.choice(list(ZONES)),
        )
        made.append(case.make().ticket)
    roll()
    return made


@pytest.fixture
def corrected(tickets):
    """Some of them became others' later, or are not solved any more."""
    others = StaffFactory()
    for ticket in tickets[::3]:
        db.session.refresh(ticket)
        ticket.assignee_id = others.id
    for ticket in tickets[::4]:
        ticket.resolved_at, ticket.reopened = None, 1
    rolling.mark_stale(rolling.TICKET, [each.id for each in tickets[::3] + tickets[::4]])
    db.session.commit()
    roll()


THINGS = [each for each in Dimension if not each.is_time]
TIMES = [each for each in Dimension if each.is_time]
BY = st.one_of(
    st.lists(st.sampled_from(THINGS), max_size=2, unique=True),
    st.tuples(st.sampled_from(TIMES), st.sampled_from(THINGS)).map(list),
    st.sampled_from(TIMES).map(lambda time: [time]),
)
ONLY = st.dictionaries(
    st.sampled_from(["channel", "topic", "market"]), st.just(["webchat", "billing", "CL", "AU"])
)
SINCE = st.dates(date(2026, 2, 1), date(2026, 5, 20))


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    by=BY,
    only=ONLY,
    since=SINCE,
    days=st.integers(0, 110),
    measures=st.lists(st.sampled_from(list(MEASURES)), min_size=1, max_size=8, unique=True),
)
def test_any_report_tells_the_same_from_the_longest_sums_and_from_hours(
    corrected, by, only, since, days, measures
):
    until = since + timedelta(days=days)
    asked = {"measures": measures, "by": by, "only": only, "period": "chosen"}
    asked |= {"since": since.isoformat(), "until": until.isoformat()}

    with pytest.MonkeyPatch.context() as patched:
        longest = told(asked)
        patched.setattr(summing, "_tables", lambda *_: ("report_figure", None))
        assert longest == told(asked)


@pytest.mark.parametrize(
    "by", [["hour", "market"], ["hour", "agent"], ["day", "agent"], ["topic", "agent"]]
)
def test_the_longest_report_is_told_and_a_longer_one_refused(tickets, monkeypatch, by):
    asked = {"measures": ["opened", "handle", "backlog"], "by": by, "period": "chosen"}
    asked |= {"since": "2026-02-03", "until": "2026-05-30"}
    rows, total = told(asked)

    monkeypatch.setattr(reporting, "MOST_ROWS", len(rows))
    assert told(asked) == (rows, total)
    monkeypatch.setattr(reporting, "MOST_ROWS", len(rows) - 1)
    with pytest.raises(reporting.ReportTooLong):
        told(asked)


def test_what_is_corrected_late_is_as_if_it_had_always_been_so(corrected):
    now = sums()
    for table in (*LONGER, "report_figure", "report_progress", "report_case", "report_talk"):
        db.session.execute(text(f"DELETE FROM {table}"))
    db.session.commit()

    roll()

    assert all(now.values())
    assert sums() == now


def test_telling_everything_again_changes_no_longer_sum(tickets):
    now = sums()

    with clock.moved_to(NOW):
        rolling.recompute(at(-20 * DAY), NOW)

    assert sums() == now
