"""Shifts, entered or imported, and who was there."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.insights import adherence
from app.insights.models import Shift
from tests.factories.actors import agent
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.insights.histories import at, be

MONDAY = date(2026, 3, 2)


@pytest.fixture
def market(database):
    return MarketFactory()


@pytest.fixture
def sofia(market):
    return StaffFactory(name="Sofía Vega", roles=["supervisor"]).as_actor()


@pytest.fixture
def ana(market):
    return StaffFactory(name="Ana Ruiz", email="ana@aurora.example")


def days(reader, market, minute=2000):
    with clock.moved_to(at(minute)):
        return {
            each.name: (each.planned, each.kept, each.beside, each.adherence)
            for each in adherence.days(reader, MONDAY, market)
        }


def test_adherence_is_time_there_in_the_shift_by_time_of_the_shift(sofia, ana, market):
    """Planned from ten to twelve; there from half past ten to eleven, after a call until 11:15,
    then on a break, and again from half past twelve to one."""
    adherence.enter(ana.id, at(0), at(120), by=sofia)
    for minute, state in ((30, "available"), (60, "wrap_up"), (75, "break")):
        be(ana, minute, state)
    be(ana, 150, "available")
    be(ana, 180, "offline")

    assert days(sofia, market) == {"Ana Ruiz": (7200, 2700, 1800, 0.375)}
    # At eleven an hour is over, and half of it was kept.
    assert days(sofia, market, 60) == {"Ana Ruiz": (3600, 1800, 0, 0.5)}


def test_who_was_there_since_the_day_before_is_there_at_midnight(sofia, ana, market):
    be(ana, -24 * 60, "available")
    adherence.enter(ana.id, at(-600), at(-540), by=sofia)

    assert days(sofia, market)["Ana Ruiz"][:2] == (3600, 3600)


def test_who_was_not_planned_has_no_adherence(sofia, ana, market):
    be(ana, 0, "available")
    be(ana, 10, "offline")

    assert days(sofia, market) == {"Ana Ruiz": (0, 0, 600, None)}


def test_a_file_is_taken_in_but_for_the_lines_that_are_wrong_and_twice_is_once(sofia, ana, market):
    content = (
        "email,begins,ends\n"
        "ana@aurora.example,2026-03-02 10:00,2026-03-02 12:00\n"
        "nobody@aurora.example,2026-03-02 10:00,2026-03-02 12:00\n"
        "ana@aurora.example,2026-03-03 10:00,2026-03-02 12:00\n"
        "ana@aurora.example,tomorrow,later\n"
        "ana@aurora.example,9999-12-31 23:00,9999-12-31 23:59\n"
        "\n"
        "ana@aurora.example\n"
    )

    for _ in range(2):
        told = adherence.take_in(content, market, by=sofia)
        assert (told.taken, [number for number, _ in told.faults]) == (1, [3, 4, 5, 6, 8])

    shift = db.session.scalars(select(Shift)).one()
    assert (shift.begins_at, shift.ends_at) == (at(0), at(120))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "name,from,to\n",
        "email;begins;ends\n",
        f"email,begins,ends\n{'x' * 200_000}\n",
        "email,begins,ends\rana@aurora.example,a,b\r",
    ],
)
def test_a_file_of_something_else_is_refused(sofia, market, content):
    with pytest.raises(Invalid):
        adherence.take_in(content, market, by=sofia)


def test_shifts_are_planned_for_one_s_own_markets_and_by_who_may(sofia, ana, market):
    MarketFactory(brazil=True)
    bruno = StaffFactory(markets=["BR"])

    with pytest.raises(NotFound):
        adherence.enter(bruno.id, at(0), at(60), by=sofia)
    with pytest.raises(Forbidden):
        adherence.enter(ana.id, at(0), at(60), by=agent())
    for ends in (at(0), at(-1), at(0) + timedelta(hours=17)):
        with pytest.raises(Invalid):
            adherence.enter(ana.id, at(0), ends, by=sofia)
    shift = adherence.enter(ana.id, at(0), at(60), by=sofia)
    assert adherence.enter(ana.id, at(0), at(90), by=sofia).id == shift.id
    adherence.remove(shift.id, by=sofia)
    assert db.session.scalars(select(Shift)).all() == []


def test_a_shift_is_as_long_as_it_is_also_when_the_clocks_are_changed(sofia, market):
    """In New York the clocks go from 02:00 to 03:00 on the eighth of March 2026."""
    york = MarketFactory(code="US", timezone="America/New_York", currency="USD", locale="en_US")
    StaffFactory(email="nat@aurora.example", markets=[])
    rows = "nat@aurora.example,2026-03-08 01:00,2026-03-08 04:00\n"
    gap = "nat@aurora.example,2026-03-08 02:50,2026-03-08 03:10\n"

    told = adherence.take_in(f"email,begins,ends\n{rows}{gap}", york, by=sofia_of(york))

    shift = db.session.scalars(select(Shift)).one()
    assert shift.ends_at - shift.begins_at == timedelta(hours=2)
    assert [number for number, _ in told.faults] == [3]


def sofia_of(market):
    return StaffFactory(roles=["supervisor"], markets=[market.code]).as_actor()


def test_a_file_whose_lines_cannot_be_taken_apart_is_refused(sofia, market):
    with pytest.raises(Invalid):
        adherence.take_in(f"email,begins,ends\n{'x' * 200_000},a,b\n", market, by=sofia)
