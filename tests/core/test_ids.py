from datetime import UTC, datetime, timedelta

from app.core import clock
from app.core.ids import new_id

MARCH = datetime(2026, 3, 4, 16, 0, 0, 250_000, tzinfo=UTC)


def test_ids_are_in_the_order_of_their_making():
    ids = [new_id() for _ in range(1000)]

    assert ids == sorted(ids)


def test_in_a_moved_moment_they_are_in_order_and_of_that_moment():
    ids = []
    for moment in (MARCH, MARCH + timedelta(milliseconds=400), MARCH + timedelta(days=1)):
        with clock.moved_to(moment):
            ids += [new_id() for _ in range(100)]

    assert ids == sorted(ids)
    assert ids[0].int >> 80 == int(MARCH.timestamp() * 1000)
    assert max(ids) < new_id()
