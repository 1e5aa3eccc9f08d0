"""Figures by the hour: the same as counting every row, however the past came about."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, func, select, text

from app.core import clock, db
from app.core.ids import new_id
from app.demo import embedded
from app.insights import definition, reporting
from app.insights.facts import BOUNDS_MS, Fact, bucket_of, quantile
from app.insights.models import CaseFact, DayFigure, Figure
from app.insights.models.rollups import NOBODY
from app.insights.rollups import facts_sql, rolling
from app.tickets import service
from app.tickets.models import Ticket, Topic
from tests.factories import actors
from tests.factories.actors import staff
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import tickets_listening
from tests.insights.histories import Case, at, be

LATER = at(20 * 1440)


def roll(minute=20 * 1440):
    with clock.moved_to(at(minute)):
        return rolling.roll_up()


def told(*names, since="2026-02-20", until="2026-03-30", now=LATER, **more):
    asked = {"measures": names, "period": "chosen", "since": since, "until": until, **more}
    with clock.moved_to(now):
        return reporting.figures(staff("supervisor"), definition.read(asked))


def sums():
    columns = (Figure.fact, Figure.hour, Figure.slice_id, Figure.bucket, Figure.n, Figure.total)
    return set(db.session.execute(select(*columns)).all())


@pytest.fixture
def ana(database):
    MarketFactory()
    return StaffFactory(name="Ana Ruiz")


@pytest.fixture
def answered(ana):
    said = [(0, "customer"), (3, "agent")]
    return Case(0, [(1, "accept", ana), (30, "resolve", ana)], said, rated=(31, 4)).make()


def test_counting_twice_is_counting_once(answered, ana):
    be(ana, 0, "available")
    be(ana, 45, "offline")
    roll()
    once = sums()

    roll(20 * 1440 + 1)
    with clock.moved_to(LATER):
        rolling.recompute(at(-60), at(1440))

    assert once
    assert sums() == once


def test_a_day_can_be_counted_again_from_its_rows(answered):
    roll()
    right = sums()
    db.session.execute(text("UPDATE report_figure SET n = 17"))
    db.session.execute(delete(CaseFact))

    with clock.moved_to(LATER):
        rolling.recompute(at(-600), at(2 * 1440))

    facts = {row.fact for row in right}
    assert facts
    assert {row for row in sums() if row.fact != Fact.BACKLOG} == {
        row for row in right if row.fact != Fact.BACKLOG
    }


def test_what_becomes_known_late_corrects_the_hour_it_belongs_to(ana):
    case = Case(0, [(1, "accept", ana), (30, "resolve", ana)], [(0, "customer")]).make()
    roll(60)
    assert told("reopening", "resolved").total.values == [0, 1]

    ticket = db.session.get_one(Ticket, case.ticket.id)
    ticket.reopened, ticket.resolved_at = 1, None
    rolling.mark_stale(rolling.TICKET, [ticket.id])
    db.session.commit()
    roll(61)

    # The trail still knows that it was solved once; a solution that holds there is none.
    assert told("reopening", "resolved").total.values == [1, 0]


def test_what_is_merged_into_another_counts_as_that_one(ana):
    kept, merged = (Case(minute, [(5, "accept", ana)]).make().ticket for minute in (0, 1))
    roll(10)
    assert told("opened").total.values == [2]

    merged.merged_into_id, merged.status, merged.resolved_at = kept.id, "closed", at(11)
    rolling.mark_stale(rolling.TICKET, [kept.id, merged.id])
    db.session.commit()
    roll(12)
    assert told("opened", "resolved", "abandoned").total.values == [1, 0, 0]

    merged.merged_into_id, merged.status, merged.resolved_at = None, "open", None
    rolling.mark_stale(rolling.TICKET, [kept.id, merged.id])
    db.session.commit()
    roll(13)
    assert told("opened").total.values == [2]


def test_a_first_answer_counts_though_no_ticket_has_changed(ana):
    case = Case(0, [(1, "accept", ana)], [(0, "customer")]).make()
    roll(5)
    MessageFactory(
        conversation=case.ticket.conversation, seq=9, author="agent", body="Hola", at=at(7)
    )

    roll(10)

    assert told("first_response").total.values == [420]


def test_days_are_those_of_the_market_also_when_its_clock_is_changed(ana):
    """A day of 23 hours in New York: the eighth of March 2026, from 05:00 to 04:00 UTC."""
    MarketFactory(code="US", timezone="America/New_York", currency="USD", locale="en_US")
    MarketFactory(india=True)
    edge = clock.midnight(clock.date(2026, 3, 8), "America/New_York")
    begin = (edge - at(0)).total_seconds() / 60
    for minutes in (-1, 0, 23 * 60 - 1, 23 * 60):
        Case(begin + minutes, market="US").make()
    # Half past six in the evening of UTC is midnight in India.
    india = (clock.midnight(clock.date(2026, 3, 8), "Asia/Kolkata") - at(0)).total_seconds() / 60
    for minutes in (-1, 0):
        Case(india + minutes, market="IN").make()
    roll()

    days = {row.keys: row.values[0] for row in told("opened", by=["day", "market"]).rows}

    assert days == {
        ("2026-03-07", "US"): 1,
        ("2026-03-08", "US"): 2,
        ("2026-03-09", "US"): 1,
        ("2026-03-07", "IN"): 1,
        ("2026-03-08", "IN"): 1,
    }
    one = told("opened", since="2026-03-08", until="2026-03-08")
    assert one.total.values == [3]
    assert one.total.before == [2]
    hours = told("opened", by=["hour_of_day"], since="2026-03-08", until="2026-03-08")
    assert hours.total.values == [3]


def test_the_period_before_is_beside_each_group(ana):
    Case(-1440, [(-1439, "accept", ana)]).make()
    Case(0, [(1, "accept", ana)]).make()
    Case(5, [(6, "accept", ana)]).make()
    roll()

    (row,) = told("opened", by=["agent"], since="2026-03-02", until="2026-03-02").rows

    assert (row.names, row.values, row.before) == (("Ana Ruiz",), [2], [1])


def test_a_backlog_is_that_of_the_last_midnight_and_its_days_are_not_added_up(ana):
    Case(0).make()
    Case(10, [(20, "accept", ana), (3 * 1440, "resolve", ana)]).make()
    roll(10 * 1440)

    days = told("backlog", by=["day"], until="2026-03-06", now=at(10 * 1440))

    assert [row.values[0] for row in days.rows] == [2, 2, 2, 1, 1]
    assert days.total.values == [1]


@given(st.integers(0, 4_000_000_000))
def test_buckets_in_the_database_are_those_of_the_module(length):
    for near in (length, *(bound + step for bound in BOUNDS_MS[:3] for step in (0, 1))):
        expected = sum(1 for bound in BOUNDS_MS if near > bound)
        assert bucket_of(near) == expected


def test_the_database_has_the_same_buckets(session):
    lengths = [0, 1, *(bound + step for bound in BOUNDS_MS for step in (-1, 0, 1)), 10**12]

    found = session.scalars(
        text("SELECT report_bucket(one) FROM unnest(CAST(:all AS bigint[])) AS one"),
        {"all": lengths},
    )

    assert list(found) == [bucket_of(length) for length in lengths]


@given(
    st.lists(st.integers(0, 3_000_000_000), min_size=1, max_size=40), st.sampled_from([0.5, 0.9])
)
def test_a_quantile_of_merged_histograms_is_in_the_bucket_of_the_true_one(lengths, share):
    buckets = {}
    for length in lengths:
        buckets[bucket_of(length)] = buckets.get(bucket_of(length), 0) + 1
    rank = next(place for place in range(1, len(lengths) + 1) if place >= share * len(lengths))
    true = sorted(lengths)[rank - 1]

    found = quantile(buckets, share)

    bucket = bucket_of(true)
    low = BOUNDS_MS[bucket - 1] if bucket else 0
    high = BOUNDS_MS[bucket] if bucket < len(BOUNDS_MS) else BOUNDS_MS[-1]
    assert low / 1000 <= found <= high / 1000


def test_a_run_that_is_ended_goes_on_where_it_was(ana, monkeypatch):
    for day in (0, 10, 20):
        Case(day * 1440, [(day * 1440 + 1, "accept", ana)], [(day * 1440, "customer")]).make()
    be(ana, 0, "available")
    parts = iter(range(1, 100))
    tell_anew = rolling.tell_anew

    def end_at(last):
        def sum_or_end(*given):
            if next(parts) == last:
                raise KeyboardInterrupt
            tell_anew(*given)

        return sum_or_end

    for last in (2, 5, 9):
        monkeypatch.setattr(rolling, "tell_anew", end_at(last))
        with pytest.raises(KeyboardInterrupt):
            roll(21 * 1440)
    monkeypatch.setattr(rolling, "tell_anew", tell_anew)
    roll(21 * 1440)

    assert told("opened", "backlog", now=at(21 * 1440)).total.values == [3, 3]
    counted = sums()
    with clock.moved_to(at(21 * 1440)):
        rolling.recompute(at(-60), at(21 * 1440))
    assert sums() == counted


def test_a_late_change_has_only_its_own_hours_summed_again(ana):
    first, _ = (Case(day * 1440, [(day * 1440 + 1, "accept", ana)]).make() for day in (0, 5))
    roll()
    db.session.execute(text("UPDATE report_figure SET n = 17"))
    rolling.mark_stale(rolling.TICKET, [first.ticket.id])
    db.session.commit()
    roll(20 * 1440 + 1)

    opened = select(Figure.hour, Figure.n).where(Figure.fact == Fact.OPENED).order_by(Figure.hour)
    assert db.session.execute(opened).all() == [(at(0), 1), (at(5 * 1440), 17)]


def test_more_tickets_of_a_kind_and_more_agents_are_no_more_sums_of_a_day(ana):
    def made(minute, agent):
        Case(minute, [(minute + 1, "accept", agent), (minute + 30, "resolve", agent)]).make()
        roll(2 * 1440 + minute)
        return db.session.scalar(select(func.count()).select_from(DayFigure))

    assert made(0, ana) == made(40, StaffFactory()) == made(80, StaffFactory())


@pytest.mark.parametrize(
    "by",
    [["agent"], ["channel"], ["topic", "agent"], ["day", "agent"], ["day", "topic"], ["team"]],
)
def test_each_way_to_tell_tickets_apart_adds_up_to_the_same(ana, by):
    beto = StaffFactory()
    kinds = [(ana, "billing", "email"), (beto, "technical", "email"), (ana, "technical", "webchat")]
    for n, (agent, topic, channel) in enumerate(kinds):
        past = [(n + 1, "accept", agent), (n + 60 * (n + 1), "resolve", agent)]
        Case(n, past, [(n, "customer")], topic=topic, channel=channel).make()
    roll()
    names = ("opened", "resolved", "resolution", "resolution_p90", "handle_median", "service_level")

    assert told(*names, by=by).total.values == told(*names).total.values
    ones = [told("opened", by=by, only={"agent": [str(each.id)]}) for each in (ana, beto)]
    assert [one.total.values for one in ones] == [[2], [1]]


# The same talk and its ticket many times over.
_COPIES = """
WITH copy AS (
    SELECT gen_random_uuid() AS one, gen_random_uuid() AS other, n
    FROM generate_series(1, 2000) AS n
), talks AS (
    INSERT INTO conversation SELECT made.* FROM copy, conversation, jsonb_populate_record(
        conversation, jsonb_build_object('id', one)) AS made
)
INSERT INTO ticket SELECT made.* FROM copy, ticket, jsonb_populate_record(
    ticket, jsonb_build_object('id', other, 'conversation_id', one, 'reference', n)) AS made
"""


@pytest.fixture
def unanalyzed(engine):
    """What other tests left in the files, and what the server has found out of it, is forgotten."""
    url = embedded.owner_url(engine.url.render_as_string(hide_password=False))
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("VACUUM"))
        connection.execute(
            text("SELECT pg_clear_relation_stats(schemaname, relname) FROM pg_stat_user_tables")
        )
        connection.execute(
            text(
                "SELECT pg_clear_attribute_stats(schemaname, tablename, attname, inherited)"
                " FROM pg_stats WHERE schemaname = 'public'"
            )
        )
    owner.dispose()


def test_a_long_past_is_looked_up_by_keys_though_nobody_has_analyzed_it(unanalyzed, answered):
    ids = [answered.ticket.id, answered.ticket.conversation_id, *(new_id() for _ in range(2000))]
    db.session.execute(text(_COPIES))
    for statement in (facts_sql.TELL_CASES, facts_sql.TELL_TALKS):
        given = {"ids": ids, "nobody": NOBODY}
        plan = "\n".join(db.session.scalars(text(f"EXPLAIN {statement}"), given))

        # Neither each with each, nor along an index until the first is found.
        assert "Join Filter" not in plan
        assert "Limit" not in plan


EVERYTHING = (
    "ticket", "message", "conversation", "report_case", "report_talk", "report_figure",
    "report_hour", "report_whole_day", "report_day", "report_agent_day", "report_month",
    "report_agent_month", "report_slice_month", "report_clock", "report_agent_clock",
    "report_stale", "report_stale_hour", "report_progress",
)  # fmt: skip
# Random pasts: what happened to a ticket after so many minutes, one thing after the other.
STEPS = st.lists(
    st.tuples(st.integers(1, 4000), st.sampled_from(["accept", "transfer", "queue", "resolve"])),
    max_size=6,
)
SAID = st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(["customer", "agent"])), max_size=3)
TICKETS = st.lists(
    st.tuples(
        st.integers(0, 3000),
        STEPS,
        SAID,
        st.sampled_from(["billing", "technical"]),
        st.sampled_from(["webchat", "email", None]),
        st.integers(0, 2),
        st.one_of(st.none(), st.integers(1, 5)),
    ),
    min_size=1,
    max_size=6,
)


def past_of(opened, steps, people):
    """A past that could have been: nobody resolves what is resolved, and so on."""
    state, past, moment = "new", [], opened
    for gap, what in steps:
        moment += gap
        if what == "accept" and state == "new":
            past.append((moment, "accept", people[gap % 2]))
            state = "open"
        elif what == "transfer" and state == "open":
            past.append((moment, "transfer", people[gap % 2]))
        elif what == "queue" and state == "open":
            past.append((moment, "transfer", None))
            state = "new"
        elif what == "resolve" and state != "resolved":
            past.append((moment, "resolve", None))
            state = "resolved"
        elif what == "resolve":
            past.append((moment, "reopen", None))
            state = "open" if any(step[1] == "accept" for step in past) else "new"
    return past


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(TICKETS)
def test_rollups_are_what_counting_every_row_gives(database, drawn):
    MarketFactory()
    for table in EVERYTHING:
        database.execute(text(f"DELETE FROM {table}"))
    database.expunge_all()
    people = [StaffFactory(), StaffFactory()]
    customers = [None, CustomerFactory(), CustomerFactory()]
    cases = [
        Case(
            opened,
            past_of(opened, steps, people),
            sorted((opened + after, author) for after, author in said) if channel else [],
            topic=topic,
            channel=channel,
            customer=customers[who],
            rated=(opened + 4000, score) if channel and score else None,
        ).make()
        for opened, steps, said, topic, channel, who, score in drawn
    ]
    with clock.moved_to(LATER):
        rolling.mark_stale(rolling.TICKET, [case.ticket.id for case in cases])
        rolling.roll_up()
    for names in COUNTED:
        expected = [brute(name, cases) for name in names]
        assert told(*names).total.values == [
            None if value is None else pytest.approx(value) for value in expected
        ]


COUNTED = [
    ["opened", "resolved", "first_response", "answer", "abandoned", "abandonment", "handle"],
    ["resolution", "reopening", "transferred", "first_contact", "service_level", "csat", "backlog"],
]


def brute(name, cases):
    """Straight from each past, one ticket at a time."""
    facts = [seen(case, cases) for case in cases]

    def lengths(key):
        return [fact[key] for fact in facts if fact[key] is not None]

    def mean(key):
        return sum(lengths(key)) * 60 / len(lengths(key)) if lengths(key) else None

    def share(part, whole):
        return part / whole if whole else None

    abandoned = sum(fact["abandoned"] for fact in facts)
    waits = lengths("answer")
    resolved, solved = lengths("resolution"), [f for f in facts if f["solved"]]
    scores = [case.rated[1] for case in cases if case.rated]
    return {
        "opened": len(cases),
        "resolved": len(resolved),
        "first_response": mean("response"),
        "answer": mean("answer"),
        "abandoned": abandoned,
        "abandonment": share(abandoned, abandoned + len(waits)),
        "handle": mean("handle"),
        "resolution": mean("resolution"),
        "reopening": share(sum(f["reopened"] for f in solved), len(solved)),
        "transferred": share(
            sum(f["passed"] for f in facts if f["resolution"] is not None), len(resolved)
        ),
        "first_contact": share(sum(f["first_contact"] for f in solved), len(solved)),
        "service_level": share(sum(wait <= 1 for wait in waits), abandoned + len(waits)),
        "csat": share(sum(score >= 4 for score in scores), len(scores)),
        "backlog": sum(f["resolution"] is None for f in facts),
    }[name]


def seen(case, cases):
    accepted = [minute for minute, what, whom in case.past if what != "resolve" and whom]
    solutions = [minute for minute, what, _ in case.past if what == "resolve"]
    reopenings = [minute for minute, what, _ in case.past if what == "reopen"]
    open_now = len(solutions) == len(reopenings)
    owner_since = None
    for minute, what, whom in case.past:
        if what in {"accept", "transfer"}:
            owner_since = minute if whom else None
    answers = [minute for minute, author in case.said if author == "agent"]
    resolved = None if open_now else solutions[-1]
    again = [
        other
        for other in cases
        if solutions
        and other is not case
        and case.customer is not None
        and other.customer is case.customer
        and other.topic == case.topic
        and solutions[0] < other.opened <= solutions[0] + 7 * 1440
    ]
    passed = sum(what == "transfer" for _, what, _ in case.past)
    return {
        "response": min(answers) - case.opened if answers else None,
        "answer": min(accepted) - case.opened if accepted and case.channel else None,
        "abandoned": bool(case.channel) and not accepted and not open_now,
        "handle": resolved - owner_since if resolved and owner_since else None,
        "resolution": None if resolved is None else resolved - case.opened,
        "solved": bool(solutions),
        "reopened": bool(reopenings),
        "passed": passed > 0,
        "first_contact": bool(solutions) and not reopenings and not again,
    }


def test_the_zone_of_the_little_world_is_what_its_minutes_say():
    assert at(0).astimezone(ZoneInfo("America/Mexico_City")).hour == 10
    assert at(0) + timedelta(days=1) == at(1440)


def test_what_was_promised_is_told_by_the_clocks(ana):
    """The first answer came after twenty minutes, the next in time; and what was over while it
    waited for the customer was solved in time."""
    by, her = ana.as_actor(), CustomerFactory()
    with tickets_listening():
        with clock.moved_to(at(0)):
            told_of = {"subject": "Router", "topic": Topic.BILLING, "customer_id": her.id}
            ticket = service.open(by=by, **told_of)
            service.accept(ticket.id, by=by)
        for minute, who in ((20, by), (30, actors.customer(id=her.id)), (35, by)):
            with clock.moved_to(at(minute)):
                service.comment(ticket.id, "…", by=who, public=True)
        with clock.moved_to(at(60)):
            service.set_pending(ticket.id, by=by)
        with clock.moved_to(at(3000)):
            service.resolve(ticket.id, by=by, resolution="Done")
    roll()

    found = told("first_response", "responded_in_time", "resolved_in_time")
    assert found.total.values == [1200, 0, 1]


def test_whoever_opens_a_ticket_in_her_own_talk_answers_nobody_who_asked(ana):
    beto = StaffFactory()
    talk = ConversationFactory(open=True, owner=ana)
    told_of = {"subject": "Router", "topic": Topic.BILLING, "conversation_id": talk.id}
    with clock.moved_to(at(0)):
        kept, passed_on = (service.open(by=ana.as_actor(), **told_of) for _ in range(2))
    with clock.moved_to(at(300)):
        service.transfer(passed_on.id, beto.id, by=ana.as_actor())
    roll()

    found = told("opened", "answer", "abandoned", "service_level", "responded_in_time")
    assert found.total.values == [2, None, 0, None, None]
    assert kept.assignee_id == ana.id


def test_what_turns_out_to_be_another_matter_gives_the_first_contact_back(ana):
    her = CustomerFactory()
    Case(0, [(1, "accept", ana), (30, "resolve", ana)], [(2, "agent")], customer=her).make()
    again = Case(60, [(61, "accept", ana)], customer=her).make().ticket
    for minute, topic, share in ((100, "billing", 0), (101, "technical", 1), (102, "billing", 0)):
        again.topic = Topic(topic)
        rolling.mark_stale(rolling.TICKET, [again.id])
        db.session.commit()
        roll(minute)

        assert told("first_contact").total.values == [share]


def test_a_clock_that_runs_behind_another_breaks_no_figure(ana):
    """What is reopened later in the trail has an earlier time than its solution."""
    Case(0, [(1, "accept", ana), (30, "resolve", ana), (20, "reopen", ana)]).make()

    roll(40)

    assert told("opened", "resolved", "reopening").total.values == [1, 0, 1]


def test_a_first_answer_is_looked_for_until_it_is_there_and_no_longer(ana):
    by, her = ana.as_actor(), CustomerFactory()
    with tickets_listening():
        with clock.moved_to(at(0)):
            told_of = {"subject": "Router", "topic": Topic.BILLING, "customer_id": her.id}
            ticket = service.open(by=by, **told_of)
        counted = [roll(minute) for minute in (1, 2)]
        with clock.moved_to(at(5)):
            service.comment(ticket.id, "We look into it", by=by, public=True)
        counted += [roll(minute) for minute in (6, 7)]

    assert counted == [1, 0, 1, 0]
    assert told("first_response").total.values == [300]
