"""Golden days are those of the tz database: when these places changed their clocks, and how."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.markets import working_time
from app.markets.calendars import holidays_of
from app.markets.errors import NoWorkingTime
from app.markets.working_time import ALWAYS, DAYS, calendar, checked, due, is_open, opens_at, worked

SAO_PAULO, MEXICO, MADRID, KOLKATA = (
    "America/Sao_Paulo",
    "America/Mexico_City",
    "Europe/Madrid",
    "Asia/Kolkata",
)
HALLEY = "Australia/Lord_Howe"  # changes its clocks by half an hour
OFFICE = {day: [["09:00", "18:00"]] for day in DAYS[:5]}
SPLIT = {day: [["09:00", "14:00"], ["16:00", "20:00"]] for day in DAYS[:6]}
NIGHT = {day: [["00:00", "06:00"], ["22:00", "24:00"]] for day in DAYS}
ALL_DAY = {day: [["00:00", "24:00"]] for day in DAYS}
SECONDS = timedelta(seconds=3601)


def at(zone, *when):
    return datetime(*when, tzinfo=ZoneInfo(zone))


def hours(number):
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("week", "zone", "since", "until", "amount"),
    [
        # A Friday evening to Monday morning.
        (OFFICE, KOLKATA, (2026, 1, 16, 17), (2026, 1, 19, 9, 30), hours(1.5)),
        (SPLIT, MADRID, (2026, 6, 5, 13), (2026, 6, 5, 17), hours(2)),
        # Brazil went ahead at midnight of 4 November 2018: that day began at one o'clock.
        (ALL_DAY, SAO_PAULO, (2018, 11, 3), (2018, 11, 5), hours(47)),
        (NIGHT, SAO_PAULO, (2018, 11, 3, 22), (2018, 11, 4, 6), hours(7)),
        # … and back at midnight of 17 February 2019: the evening of the 16th came twice.
        (ALL_DAY, SAO_PAULO, (2019, 2, 16), (2019, 2, 18), hours(49)),
        (NIGHT, SAO_PAULO, (2019, 2, 16, 22), (2019, 2, 17, 6), hours(9)),
        (OFFICE, SAO_PAULO, (2019, 2, 15, 9), (2019, 2, 18, 18), hours(18)),
        # Mexico did so at two in the morning until October 2022, and never again.
        (NIGHT, MEXICO, (2022, 4, 3), (2022, 4, 3, 6), hours(5)),
        (NIGHT, MEXICO, (2022, 10, 30), (2022, 10, 30, 6), hours(7)),
        (NIGHT, MEXICO, (2023, 4, 2), (2023, 4, 2, 6), hours(6)),
        (NIGHT, MADRID, (2026, 3, 29), (2026, 3, 29, 6), hours(5)),
        (NIGHT, MADRID, (2026, 10, 25), (2026, 10, 25, 6), hours(7)),
        (ALL_DAY, HALLEY, (2026, 10, 4), (2026, 10, 5), hours(23.5)),
        (OFFICE, MADRID, (2026, 3, 27, 9), (2026, 3, 30, 18), hours(18)),
    ],
)
def test_working_time_is_what_the_clock_on_the_wall_runs_through(week, zone, since, until, amount):
    works = calendar(week, zone)

    assert worked(works, at(zone, *since), at(zone, *until)) == amount


@pytest.mark.parametrize(
    ("week", "zone", "since", "amount", "expected"),
    [
        (OFFICE, MEXICO, (2026, 11, 23, 17, 30), hours(1), at(MEXICO, 2026, 11, 24, 9, 30)),
        (OFFICE, MEXICO, (2026, 11, 23, 9), hours(9), at(MEXICO, 2026, 11, 23, 18)),
        (OFFICE, MEXICO, (2026, 11, 21, 12), hours(1), at(MEXICO, 2026, 11, 23, 10)),
        (OFFICE, MEXICO, (2026, 11, 23, 17), SECONDS, at(MEXICO, 2026, 11, 24, 9, 0, 1)),
        (NIGHT, SAO_PAULO, (2018, 11, 3, 23), hours(2), at(SAO_PAULO, 2018, 11, 4, 2)),
        (NIGHT, MADRID, (2026, 10, 25, 1), hours(3), at(MADRID, 2026, 10, 25, 3)),
        (ALL_DAY, KOLKATA, (2026, 1, 1), timedelta(days=3), at(KOLKATA, 2026, 1, 4)),
    ],
)  # fmt: skip
def test_it_is_due_when_so_much_has_been_worked(week, zone, since, amount, expected):
    assert due(calendar(week, zone), at(zone, *since), amount) == expected


def test_nobody_works_on_holidays_and_own_days_go_before_them():
    eve = date(2026, 12, 24)
    works = calendar(
        OFFICE, MEXICO, holidays_of("MX"), {eve: [["09:00", "13:00"]], date(2026, 12, 28): []}
    )

    assert worked(works, at(MEXICO, 2026, 12, 24), at(MEXICO, 2026, 12, 29, 12)) == hours(4 + 3)
    assert not is_open(works, at(MEXICO, 2026, 12, 25, 12))
    assert opens_at(works, at(MEXICO, 2026, 12, 24, 13)) == at(MEXICO, 2026, 12, 29, 9)


def test_an_opening_in_the_hour_that_is_left_out_is_at_the_change():
    works = calendar({"sun": [["02:30", "05:00"]]}, MADRID)

    assert opens_at(works, at(MADRID, 2026, 3, 29)) == at(MADRID, 2026, 3, 29, 3)
    assert worked(works, at(MADRID, 2026, 3, 29), at(MADRID, 2026, 3, 30)) == hours(2)


def test_a_week_without_hours_is_refused_and_nothing_falls_due_by_it():
    works = calendar({}, MEXICO)

    with pytest.raises(NoWorkingTime):
        working_time.must_work(works)
    with pytest.raises(NoWorkingTime):
        due(works, at(MEXICO, 2026, 1, 1), hours(1))
    with pytest.raises(Invalid):
        checked({"mon": [["18:00", "09:00"]]})


def test_nothing_falls_due_in_more_than_ten_years():
    works = calendar({"sun": [["00:00", "00:01"]]}, MEXICO)

    assert due(works, at(MEXICO, 2026, 1, 1), hours(8)) == at(MEXICO, 2035, 3, 11, 0, 1)
    with pytest.raises(NoWorkingTime):
        due(works, at(MEXICO, 2026, 1, 1), hours(9))


def test_overlapping_spans_count_once():
    works = calendar({"mon": [["09:00", "12:00"], ["11:00", "13:00"], ["13:00", "14:00"]]}, MADRID)

    assert worked(works, at(MADRID, 2026, 6, 1), at(MADRID, 2026, 6, 2)) == hours(5)


minutes = st.integers(0, 24 * 60 - 1).flatmap(
    lambda begin: st.tuples(st.just(begin), st.integers(begin + 1, 24 * 60))
)
spans = minutes.map(lambda span: [f"{minute // 60:02}:{minute % 60:02}" for minute in span])
calendars = st.builds(
    lambda week, zone, closed: calendar(dict(zip(DAYS, week, strict=True)), zone, closed),
    st.lists(st.lists(spans, max_size=3), min_size=7, max_size=7).filter(any),
    st.sampled_from([SAO_PAULO, MEXICO, MADRID, KOLKATA, HALLEY, "America/Havana"]),
    st.frozensets(st.dates(date(2018, 10, 1), date(2019, 4, 30)), max_size=9),
)
moments = st.integers(0, 150 * 86_400).map(
    lambda later: datetime(2018, 10, 15, tzinfo=UTC) + timedelta(seconds=later)
)
amounts = st.timedeltas(timedelta(microseconds=1), timedelta(days=9))


@given(calendars, moments, st.data())
def test_adding_working_time_is_the_inverse_of_measuring_it(works, since, data):
    week = sum((end - begin for day in works.week for begin, end in day), timedelta(0))
    amount = data.draw(st.timedeltas(timedelta(microseconds=1), 50 * week))

    end = due(works, since, amount)

    assert worked(works, since, end) == amount
    assert worked(works, since, end - timedelta(microseconds=1)) < amount


@given(calendars, moments, amounts, amounts)
def test_working_time_adds_up(works, since, first, more):
    middle, end = since + first, since + first + more

    assert worked(works, since, middle) + worked(works, middle, end) == worked(works, since, end)
    assert timedelta(0) <= worked(works, since, end) <= end - since


@given(calendars, moments)
def test_being_open_and_the_open_times_are_one_rule(works, moment):
    opening = opens_at(works, moment)

    assert is_open(works, moment) == (opening == moment)
    assert is_open(works, opening)


@given(moments, amounts)
def test_day_and_night_is_a_calendar_too(since, amount):
    assert due(ALWAYS, since, amount) == since + amount
    assert due(calendar(ALL_DAY, SAO_PAULO), since, amount) == since + amount
