from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.catalog.models import UsageKind
from app.core.ids import new_id
from app.usage.buckets import OpenBucket, draw_down, in_order, used_up

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def bucket(granted, *, priority=0, starts_at=NOON - DAY, expires_at=NOON + 20 * DAY):
    return OpenBucket(new_id(), UsageKind.DATA, granted, 0, priority, starts_at, expires_at)


def left(*buckets):
    return [each.left for each in buckets]


def test_the_lower_priority_number_goes_first():
    second, first = bucket(100, priority=2), bucket(100, priority=1)

    uncovered = draw_down(in_order([second, first]), 120, NOON)

    assert (left(first, second), uncovered) == ([0, 80], 0)


def test_of_the_same_priority_the_earlier_expiry_goes_first():
    late, soon = bucket(100), bucket(100, expires_at=NOON + DAY)

    draw_down(in_order([late, soon]), 120, NOON)

    assert left(soon, late) == [0, 80]


def test_a_market_may_put_priority_before_expiry():
    soon, first = bucket(100, priority=2, expires_at=NOON + DAY), bucket(100, priority=1)

    assert in_order([soon, first]) == [soon, first]
    assert in_order([soon, first], ("priority", "expiry", "age")) == [first, soon]


def test_night_units_are_never_used_after_midnight():
    midnight = NOON + timedelta(hours=12)
    night = bucket(300, expires_at=midnight)
    main, extra = bucket(1024), bucket(500, priority=1)
    ordered = in_order([extra, main, night])

    draw_down(ordered, 400, midnight - timedelta(hours=1))
    draw_down(ordered, 300, midnight)

    assert left(night, main, extra) == [0, 624, 500]


def test_an_unlimited_bucket_covers_everything_and_still_counts_it():
    unlimited = bucket(None)

    assert draw_down([unlimited], 10**15, NOON) == 0
    assert (unlimited.used, unlimited.left) == (10**15, None)
    assert not used_up([unlimited])


def test_a_bucket_is_valid_from_its_start_until_just_before_its_end():
    early = bucket(100, starts_at=NOON, expires_at=NOON + DAY)

    assert draw_down([early], 1, NOON) == 0
    assert draw_down([early], 1, NOON + DAY) == 1
    assert draw_down([early], 1, NOON - timedelta(seconds=1)) == 1


@given(st.permutations(range(6)), st.lists(st.integers(0, 200), max_size=12))
def test_what_is_drawn_does_not_depend_on_the_order_of_the_input(order, drawn):
    made = [bucket(100, priority=n % 2, expires_at=NOON + (n % 3 + 1) * DAY) for n in range(6)]
    twins = [
        OpenBucket(b.id, b.kind, b.granted, 0, b.priority, b.starts_at, b.expires_at) for b in made
    ]

    first = [draw_down(in_order(made), each, NOON) for each in drawn]
    second = [draw_down(in_order(twins[n] for n in order), each, NOON) for each in drawn]

    assert first == second
    assert made == twins
    assert sum(each.used for each in made) + sum(first) == sum(drawn)
