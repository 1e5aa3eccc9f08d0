from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usage.periods import period_at, periods_between

SAO_PAULO = "America/Sao_Paulo"


def local(moment, timezone=SAO_PAULO):
    return moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None).isoformat(" ", "minutes")


def test_the_last_of_the_month_is_remembered():
    spans = periods_between(
        datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 5, 31, tzinfo=UTC), 31, SAO_PAULO
    )

    assert [local(start)[:10] for start, _ in spans] == [
        "2024-01-31",
        "2024-02-29",
        "2024-03-31",
        "2024-04-30",
    ]


def test_a_moment_belongs_to_the_day_of_the_market():
    moment = datetime(2024, 1, 31, 18, 45, tzinfo=UTC)

    start, end = period_at(moment, 1, "Asia/Kolkata")

    assert local(start, "Asia/Kolkata") == "2024-02-01 00:00"
    assert local(end, "Asia/Kolkata") == "2024-03-01 00:00"


def test_a_month_with_a_clock_change_still_ends_at_midnight():
    start, end = period_at(datetime(2024, 3, 20, tzinfo=UTC), 1, "Europe/Madrid")

    assert end - start == timedelta(days=31) - timedelta(hours=1)


@given(
    st.integers(946684800, 2840140800).map(lambda n: datetime.fromtimestamp(n, UTC)),
    st.integers(1, 31),
    st.sampled_from([SAO_PAULO, "America/Mexico_City", "Asia/Kolkata"]),
)
def test_periods_contain_their_moment_and_follow_each_other(moment, anchor, timezone):
    start, end = period_at(moment, anchor, timezone)

    assert start <= moment < end
    assert period_at(end, anchor, timezone)[0] == end
    assert period_at(end - timedelta(microseconds=1), anchor, timezone) == (start, end)


@pytest.mark.parametrize("anchor", [1, 15, 31])
def test_twelve_months_make_a_year(anchor):
    since = datetime(2026, 1, 31, 12, tzinfo=UTC)

    spans = list(periods_between(since, since + timedelta(days=330), anchor, SAO_PAULO))

    assert len(spans) in {11, 12}
