from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.markets.working_time import ALWAYS, DAYS, calendar
from app.tickets.clocks import Clock

MADRID = calendar({day: [["09:00", "18:00"]] for day in DAYS[:5]}, "Europe/Madrid")
SAO_PAULO = calendar(
    {day: [["00:00", "07:00"], ["22:00", "24:00"]] for day in DAYS}, "America/Sao_Paulo"
)
HOUR = timedelta(hours=1)


def at(*when, zone="Europe/Madrid"):
    return datetime(*when, tzinfo=ZoneInfo(zone))


def test_a_clock_is_due_in_working_time_and_warns_before():
    clock = Clock(4 * HOUR, MADRID, since=at(2026, 3, 27, 16))  # Friday; on Sunday an hour is lost

    assert clock.due_at() == at(2026, 3, 30, 11)
    assert clock.warns_at(75) == at(2026, 3, 30, 10)
    assert clock.warns_at(0) is None


def test_what_has_run_is_kept_while_it_stands_still():
    clock = Clock(4 * HOUR, MADRID, since=at(2026, 6, 1, 9)).paused(at(2026, 6, 1, 10, 30))

    assert (clock.used, clock.due_at(), clock.warns_at(75)) == (1.5 * HOUR, None, None)
    again = clock.resumed(at(2026, 6, 2, 16))
    assert again.due_at() == at(2026, 6, 3, 9, 30)
    assert again.resumed(at(2026, 6, 5, 9)) == again


def test_another_target_and_another_calendar_lose_nothing_that_has_run():
    clock = Clock(8 * HOUR, MADRID, since=at(2026, 6, 1, 9))

    urgent = clock.aimed(4 * HOUR, MADRID, at(2026, 6, 1, 12))
    at_night = urgent.aimed(6 * HOUR, ALWAYS, at(2026, 6, 1, 12, 30))

    assert urgent.due_at() == at(2026, 6, 1, 13)
    assert at_night.due_at() == at(2026, 6, 1, 15)
    late = clock.aimed(HOUR, MADRID, at(2026, 6, 1, 12))
    assert late.due_at() == at(2026, 6, 1, 12)


moments = st.integers(0, 200 * 86_400).map(
    lambda later: datetime(2018, 10, 1, tzinfo=UTC) + timedelta(seconds=later)
)
lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=5))
calendars = st.sampled_from([MADRID, SAO_PAULO, ALWAYS])


@given(calendars, moments, lengths, lengths, lengths)
def test_standing_still_never_shortens_what_is_left(works, since, target, runs, stands):
    clock = Clock(target, works, since=since)
    middle = min(since + runs, clock.due_at())

    again = clock.paused(middle).resumed(middle + stands)

    assert again.due_at() >= clock.due_at()
    assert again.elapsed(again.due_at()) == target


@given(calendars, moments, lengths, st.lists(lengths, max_size=6))
def test_however_often_it_stands_still_it_runs_just_its_target(works, since, target, turns):
    clock, now = Clock(target, works, since=since), since
    for length in turns:
        clock, now = clock.paused(now + length), now + 2 * length
        clock = clock.resumed(now)

    if clock.used < target:
        assert clock.elapsed(clock.due_at()) == target
    else:
        assert clock.due_at() == now


@given(calendars, calendars, moments, lengths, lengths, lengths)
def test_aiming_there_and_back_at_once_changes_nothing(works, other, since, target, else_, runs):
    clock, now = Clock(target, works, since=since), since + runs

    back = clock.aimed(else_, other, now).aimed(target, works, now)

    assert back.elapsed(now) == clock.elapsed(now)
    if clock.due_at() > now:
        assert back.due_at() == clock.due_at()


@pytest.mark.parametrize("percent", [1, 50, 75, 99])
@given(calendars, moments, lengths)
def test_it_warns_before_it_is_due(percent, works, since, target):
    clock = Clock(target, works, since=since)

    assert since <= clock.warns_at(percent) <= clock.due_at()
