"""Long reports, of which one is counted at a time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.core import db, turns
from app.insights import exporting, long_reports, reporting
from app.insights.definition import read
from app.insights.models import ExportState
from tests.factories.actors import staff
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.security.browsers import staff_browser

YEAR = read({"measures": ["opened"], "period": "last_365"})
QUARTER = read({"measures": ["opened"], "period": "last_90"})
_WAITING = text("""
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
""")


@pytest.fixture
def sofia(database):
    MarketFactory()
    return staff("supervisor")


@pytest.fixture
def another():
    """Somebody's long report is being counted until she is told that it is `done`."""
    begun, done = threading.Event(), threading.Event()

    def count():
        with turns.queued(long_reports.TURN, seconds=5):
            begun.set()
            done.wait(10)

    counting = threading.Thread(target=count)
    counting.start()
    begun.wait(10)
    yield done
    done.set()
    counting.join()


def test_a_long_report_is_counted_once_the_one_before_it_is_done(sofia, another):
    told = []
    waiting = threading.Timer(0.3, lambda: (told.append("the first"), another.set()))
    waiting.start()

    reporting.figures(sofia, YEAR)
    told.append("the second")

    assert told == ["the first", "the second"]


def test_whoever_would_wait_too_long_for_it_is_asked_to_come_again(sofia, another, monkeypatch):
    monkeypatch.setattr(long_reports, "LONGEST_WAIT", 1)

    with pytest.raises(long_reports.ReportsBusy) as refused:
        reporting.figures(sofia, YEAR)

    assert (refused.value.code, refused.value.status) == ("reports_busy", 503)


def test_the_page_of_who_is_to_come_again_does_so_by_itself(app, another, monkeypatch):
    monkeypatch.setattr(long_reports, "LONGEST_WAIT", 1)
    MarketFactory()

    sofia = staff_browser(app, staff=StaffFactory(roles=["supervisor"], language="en"))
    answer = sofia.get("/board/reports/any?measures=opened&period=last_365")

    assert answer.status_code == 503
    assert answer.headers["Refresh"] == answer.headers["Retry-After"] == "3"
    assert "This page asks again by itself" in answer.get_data(as_text=True)


def test_a_quarter_is_counted_at_once_beside_it(sofia, another, monkeypatch):
    monkeypatch.setattr(long_reports, "LONGEST_WAIT", 1)

    assert reporting.figures(sofia, QUARTER).total.values == [0]


def test_a_report_that_breaks_gives_the_next_its_turn(sofia, monkeypatch):
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(reporting, "_counted", lambda *_given: 1 / 0)
        reporting.figures(sofia, YEAR)

    assert reporting.figures(sofia, YEAR).total.values == [0]


def test_who_asked_before_the_counting_began_is_told_what_it_gave(committing, another, monkeypatch):
    MarketFactory()
    db.session.commit()
    sofia, counted, count = staff("supervisor"), [], reporting._counted
    monkeypatch.setattr(reporting, "_counted", lambda *given: counted.append(1) or count(*given))

    with ThreadPoolExecutor(3) as readers:
        asked = [readers.submit(_read, sofia) for _ in range(3)]
        _wait_until_they_wait(committing, 3)
        another.set()
        told = [each.result() for each in asked]

    assert len(counted) == 1
    assert told[0] is told[1] is told[2]


def test_who_asks_later_or_sees_other_markets_is_told_her_own(sofia, monkeypatch):
    MarketFactory(brazil=True)
    hers = staff("supervisor", markets=["BR"])

    first = reporting.figures(sofia, YEAR)

    assert reporting.figures(sofia, YEAR) is not first
    assert reporting.figures(hers, YEAR) is not first


@pytest.mark.parametrize(("took", "rest"), [(0.02, 0.58), (0.1, 2.9), (1, 3), (4, 4)])
def test_a_report_has_a_thirtieth_of_the_time_that_others_have_the_cores_within_reason(took, rest):
    assert long_reports.rest_after(took) == pytest.approx(rest)


def test_a_table_whose_turn_does_not_come_goes_on_waiting(sofia, another, monkeypatch):
    monkeypatch.setattr(long_reports, "LONGEST_WAIT", 1)
    reader = StaffFactory(roles=["administrator"]).as_actor()
    table = exporting.ask("The year", YEAR, "csv", by=reader, language="en")

    assert exporting.carry_out() == 0
    assert exporting.export_for(reader, table.id).state == ExportState.WAITING
    another.set()
    assert exporting.carry_out() == 1


def _read(reader):
    with db.session_scope():
        return reporting.figures(reader, YEAR)


def _wait_until_they_wait(engine, readers):
    with engine.connect() as connection:
        while connection.scalar(_WAITING) < readers:
            time.sleep(0.02)
