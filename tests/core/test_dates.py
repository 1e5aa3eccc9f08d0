from datetime import UTC, date, datetime

import pytest

from app.core import dates

MEXICO, KOLKATA, NEW_YORK = "America/Mexico_City", "Asia/Kolkata", "America/New_York"


@pytest.mark.parametrize("written", ["1900-01-01", "2024-02-29", "2999-12-31"])
def test_a_day_of_our_years_is_read(written):
    assert dates.day(written) == date.fromisoformat(written)


@pytest.mark.parametrize(
    "written",
    ["1899-12-31", "3000-01-01", "0001-01-01", "9999-12-31", "2026-02-29", "2026-04-30T10:00", ""],
)
def test_any_other_day_is_none(written):
    with pytest.raises(ValueError):
        dates.day(written)


@pytest.mark.parametrize(
    ("written", "zone", "expected"),
    [
        ("2026-04-30T14:00", MEXICO, datetime(2026, 4, 30, 20, 0, tzinfo=UTC)),
        ("2026-04-30T14:00+02:00", MEXICO, datetime(2026, 4, 30, 12, 0, tzinfo=UTC)),
        ("2026-04-30", KOLKATA, datetime(2026, 4, 29, 18, 30, tzinfo=UTC)),
        # Skipped by the clocks in March: the time it would have been; met twice in November: the
        # first one.
        ("2026-03-08T02:30", NEW_YORK, datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        ("2026-11-01T01:30", NEW_YORK, datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("2999-12-31T23:59", MEXICO, datetime(3000, 1, 1, 5, 59, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_by_the_clock_on_the_wall(written, zone, expected):
    assert dates.moment(written, zone) == expected


@pytest.mark.parametrize("written", ["0001-01-01T00:00", "9999-12-31T23:59", "tomorrow", ""])
def test_any_other_moment_is_none(written):
    with pytest.raises(ValueError):
        dates.moment(written, MEXICO)


@pytest.mark.parametrize(
    ("end", "locale", "told"),
    [
        (date(2026, 11, 5), "pt_BR", "5 de out. – 4 de nov. de 2026"),
        (date(2026, 11, 5), "en_US", "Oct 5 – Nov 4, 2026"),
        (date(2026, 10, 6), "en_US", "Oct 5, 2026"),
        (date(2026, 10, 5), "en_US", "Oct 5, 2026"),
    ],
)
def test_a_period_is_told_with_its_last_day(end, locale, told):
    assert dates.period_text(date(2026, 10, 5), end, locale).replace("\u2009", " ") == told


@pytest.mark.parametrize(
    ("end", "zone", "last"),
    [
        (datetime(2026, 11, 5, 6, 0, tzinfo=UTC), MEXICO, date(2026, 11, 4)),
        (datetime(2026, 11, 5, 6, 0, 1, tzinfo=UTC), MEXICO, date(2026, 11, 5)),
        (datetime(2026, 11, 4, 18, 30, tzinfo=UTC), KOLKATA, date(2026, 11, 4)),
    ],
)
def test_the_last_day_of_what_ends_as_a_day_begins_is_the_one_before(end, zone, last):
    assert dates.last_day(end, zone) == last
