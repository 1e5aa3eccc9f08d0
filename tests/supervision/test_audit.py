"""The auditor's screens: searching the trail, taking it out, odd looks, who looked, the report."""

import csv
import io
import json
from contextlib import nullcontext
from datetime import UTC, date, datetime

import pytest

from app.audit import service as audit
from app.audit import views
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.oversight import report, service
from app.oversight.models import AccessAlert, AuditReport
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.security.browsers import staff_browser

MARCH = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)


@pytest.fixture
def auditor(app, confirmed):
    return staff_browser(app, staff=StaffFactory(roles=["auditor"], markets=[], language="en"))


@pytest.fixture
def officer(app, confirmed):
    return staff_browser(
        app, staff=StaffFactory(roles=["data_protection_officer"], markets=[], language="en")
    )


@pytest.fixture
def lamps(app):
    for day in (4, 5, 6):
        with clock.moved_to(MARCH.replace(day=day)), db.transaction():
            audit.record(SYSTEM, "lamp.lit", "lamp", day, words="=1+1")


def test_the_trail_is_searched_by_days(auditor, lamps):
    page = auditor.get("/board/audit?action=lamp&since=2026-03-05&until=2026-03-05").text

    assert "object_id=5" in page
    assert "object_id=4" not in page
    assert "object_id=6" not in page


def test_a_talk_is_linked_only_for_who_may_open_it(app, auditor):
    talk = str(new_id())
    with clock.moved_to(MARCH), db.transaction():
        audit.record(SYSTEM, "conversation.resolved", "conversation", talk)
    boss = StaffFactory(roles=["auditor", "supervisor"], markets=[], language="en")

    here = "/board/audit?action=conversation"
    assert f"/desk/conversations/{talk}" not in auditor.get(here).text
    assert f"/desk/conversations/{talk}" in staff_browser(app, staff=boss).get(here).text


def test_the_trail_is_taken_out_as_a_table_without_formulas(auditor, lamps):
    answer = auditor.post("/board/audit/export", data={"action": "lamp", "form": "csv"})

    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[7] for row in rows[1:]] == ["4", "5", "6"]
    assert all(not row[8].startswith("=") and len(row[9]) == 96 for row in rows[1:])


def test_the_trail_is_taken_out_as_lines_of_json(auditor, lamps):
    asked = {"since": "2026-03-05", "action": "lamp", "form": "jsonl"}
    answer = auditor.post("/board/audit/export", data=asked)

    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [each["object"]["id"] for each in told] == ["5", "6"]
    assert told[0]["changes"] == {"words": "=1+1"}
    page = auditor.get("/board/audit?action=data.exported").text
    assert "data.exported" in page


@pytest.mark.parametrize(
    "form", [{"form": "xml"}, {"since": "yesterday"}, {"actor": "1"}, {"x": "1"}]
)
def test_an_export_that_is_not_understood_is_refused(auditor, form):
    assert auditor.post("/board/audit/export", data={"form": "csv", **form}).status_code == 400


@pytest.fixture
def alert(app):
    market = MarketFactory(policies={"access_alerts": {"bulk": 1}})
    ana = StaffFactory(name="Ana Ruiz", markets=[]).as_actor()
    with clock.moved_to(MARCH):
        for number in (10, 20):
            her = CustomerFactory(market=market, name="Una Otra", reference=f"C-{number:06d}")
            views.seen(ana, "profile", her.id)
        service.look_for_odd_looks()
    return db.session.query(AccessAlert).one()


def test_an_odd_look_is_read_taken_and_decided(officer, auditor, alert):
    for browser in (officer, auditor):
        assert "Ana Ruiz looked at 2 customers." in browser.get("/board/audit/alerts").text
    path = f"/board/audit/alerts/{alert.id}"

    assert auditor.post(f"{path}/take", data={}).status_code == 403
    assert officer.post(f"{path}/take", data={}).status_code == 303
    silent = {"status": "confirmed", "note": ""}
    assert officer.post(f"{path}/decide", data=silent).status_code == 400
    decided = officer.post(f"{path}/decide", data={**silent, "note": "For a friend"})

    assert decided.status_code == 303
    assert "For a friend" in officer.get("/board/audit/alerts?status=confirmed").text
    assert "Ana Ruiz looked" not in officer.get("/board/audit/alerts").text


def test_customers_are_watched_by_their_number(officer):
    her = CustomerFactory()
    her_number = {"customer": her.reference, "reason": "Sings"}

    assert officer.post("/board/audit/watched", data=her_number).status_code == 303
    assert "Sings" in officer.get("/board/audit/alerts").text
    assert officer.post(f"/board/audit/watched/{her.id}/drop", data={}).status_code == 303
    for unknown in ("C-999999", "x\0", ""):
        again = officer.post("/board/audit/watched", data={"customer": unknown, "reason": "x"})
        assert again.status_code in {400, 404}


def test_who_looked_at_whom_is_read_by_month(auditor, alert):
    page = auditor.get(f"/board/audit/access?month=2026-03&actor={alert.actor_id}").text

    assert "C-000010" in page
    assert "C-000010" not in auditor.get("/board/audit/access?month=2026-02").text
    assert auditor.get("/board/audit/access?month=x").status_code == 400


def test_the_report_of_a_month_is_kept_and_drawn(auditor, alert, monkeypatch):
    monkeypatch.setattr(report.db, "reading", _here)
    with clock.moved_to(datetime(2026, 4, 1, 3, tzinfo=UTC)):
        assert report.make_due() is True
        assert report.make_due() is False
    kept = db.session.get(AuditReport, date(2026, 3, 1))
    assert kept.figures["alerts"] == [["bulk", "open", 1]]
    assert kept.figures["broken"] == 0
    assert kept.figures["readers"][0]["customers"] == 2

    assert "2026-03" in auditor.get("/board/audit/reports").text
    paper = auditor.get("/board/audit/reports/2026-03.pdf")
    assert paper.data.startswith(b"%PDF")
    sheet = auditor.get("/board/audit/reports/2026-03.csv").text
    assert "customer.profile_viewed" in sheet
    assert auditor.get("/board/audit/reports/2026-02.pdf").status_code == 404


def _here():
    return nullcontext(db.session.connection())
