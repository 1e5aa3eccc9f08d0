"""Reports on the screen: defined, kept, shared, drilled into, mailed and taken out."""

import io
import json
import re
from html import unescape

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.insights import exporting, mailing, reporting, saved
from app.insights.definition import read
from app.insights.measures import MEASURES
from app.insights.models import Export, Report, Schedule, Sending
from app.insights.rollups import rolling
from app.messaging.models import Delivery
from tests.factories.conversations import InboxFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.insights.histories import Case, at
from tests.statements import statements

CHOSEN = "measures=opened&measures=service_level&period=chosen&since=2026-03-02&until=2026-03-02"
DEFINITION = {
    "measures": ["opened", "first_response"],
    "by": ["agent"],
    "period": "chosen",
    "since": "2026-03-02",
    "until": "2026-03-02",
}


@pytest.fixture
def sofia(sign_in):
    return sign_in(language="en", name="Sofía Vega", roles=["supervisor"], markets=["MX"])


@pytest.fixture
def boss(sign_in):
    return sign_in(language="en", roles=["administrator"], markets=[])


@pytest.fixture
def ana(database):
    return StaffFactory(name="=Ana Ruiz")


@pytest.fixture
def counted(ana):
    """Three tickets of a Monday, one of them in another market."""
    MarketFactory()
    MarketFactory(brazil=True)
    said = [(0, "customer"), (2, "agent")]
    cases = [
        Case(0, [(1, "accept", ana), (9, "resolve", ana)], said).make(),
        Case(5, [(6, "accept", ana)], [(5, "customer")]).make(),
        Case(7, [], [(7, "customer")], market="BR").make(),
    ]
    with clock.moved_to(at(600)):
        rolling.roll_up()
    return [each.ticket for each in cases]


def test_the_ten_that_are_always_there_open_for_who_reads_reports(sofia, counted, sign_in):
    page = sofia.get("/board/reports", plain=True).text

    for name in saved.STANDARD:
        assert f"/board/reports/standard/{name}" in page
        assert sofia.get(f"/board/reports/standard/{name}", plain=True).status_code == 200
    assert len(saved.STANDARD) == 10
    assert sofia.get("/board/reports/standard/none", plain=True).status_code == 404
    desk = sign_in(language="en")
    assert desk.get("/board/reports/any", plain=True).status_code == 403


def test_before_any_report_stand_the_last_days_of_the_reader_s_markets(sofia, counted):
    with clock.moved_to(at(600)):
        page = sofia.get("/board/reports", plain=True).text

    chart = json.loads(unescape(re.search(r'data-chart="(.*?)"', page)[1]))
    values = {each["name"]: each["values"] for each in chart["series"]}
    assert values == {"Bot alone": [0], "Handed over": [2]}
    assert "Mar 2, 2026" in page
    assert "Bot containment" in page


def test_the_picture_shows_what_is_told_in_the_unit_of_the_first_measure(boss, counted):
    asked = "period=chosen&since=2026-03-02&until=2026-03-02&by=agent&measures=opened"

    page = boss.get(f"/board/reports/any?{asked}&measures=service_level", plain=True).text

    chart = json.loads(unescape(re.search(r'data-chart="(.*?)"', page)[1]))
    assert [each["name"] for each in chart["series"]] == ["Tickets opened"]
    assert sum(chart["series"][0]["values"]) == 3
    assert (chart["kind"], chart["unit"]) == ("bar", "")
    assert len(chart["labels"]) == len(chart["series"][0]["values"])


def test_a_thing_of_which_a_day_has_none_is_drawn_as_none_that_day(boss, counted):
    next_day = 24 * 60
    Case(next_day, [], [(next_day, "customer")], market="BR").make()
    with clock.moved_to(at(next_day + 600)):
        rolling.roll_up()
    asked = CHOSEN.replace("until=2026-03-02", "until=2026-03-03")

    page = boss.get(f"/board/reports/any?{asked}&by=day&by=market", plain=True).text

    chart = json.loads(unescape(re.search(r'data-chart="(.*?)"', page)[1]))
    assert {each["name"]: each["values"] for each in chart["series"]} == {
        "México": [2, 0],
        "Brasil": [1, 1],
    }


def test_a_figure_leads_to_the_very_rows_and_to_no_other_market_s(sofia, boss, counted):
    page = sofia.get(f"/board/reports/any?{CHOSEN}&by=channel", plain=True).text
    assert "How this is counted" in page
    assert "Answered within the chosen seconds" in page
    link = re.search(r'href="(/board/reports/rows\?measure=opened[^"]*keys=webchat[^"]*)"', page)

    rows = sofia.get(link[1].replace("&amp;", "&"), plain=True).text
    all_of = boss.get(link[1].replace("&amp;", "&"), plain=True).text

    mine, hers, foreign = (ticket.reference for ticket in counted)
    assert mine in rows
    assert hers in rows
    assert foreign not in rows
    assert foreign in all_of


def test_a_report_is_kept_shared_changed_by_its_owner_alone_and_deleted(sofia, boss, counted):
    form = {"name": " My  agents ", "definition": json.dumps(DEFINITION), "shared": "yes"}
    path = sofia.post("/board/reports", data=form).headers["HX-Redirect"]

    assert "My agents" in boss.get(path, plain=True).text
    assert boss.post(path, data=form).status_code == 404
    assert boss.post(f"{path}/delete").status_code == 404
    sofia.post(path, data={"name": "Mine", "definition": json.dumps(DEFINITION)})
    assert boss.get(path, plain=True).status_code == 404
    assert "Mine" in sofia.get(path, plain=True).text
    assert sofia.post(f"{path}/delete").status_code == 204
    assert db.session.scalars(select(Report)).all() == []


def test_who_asks_for_more_lines_than_anybody_reads_is_told_and_has_the_form_at_hand(
    boss, counted, monkeypatch
):
    monkeypatch.setattr(reporting, "MOST_ROWS", 1)

    refused = boss.get(f"/board/reports/any?{CHOSEN}&by=hour&by=market", plain=True)

    assert refused.status_code == 422
    assert 'data-code="report_too_long"' in refused.text
    assert '<option value="hour" selected>' in refused.text
    assert 'name="since" value="2026-03-02"' in refused.text


@pytest.mark.parametrize(
    "wrong",
    [
        "measures=salary",
        "measures=opened&by=day&by=week",
        "measures=opened&by=agent&by=team&by=topic",
        "measures=opened&period=chosen&since=2026-03-02&until=2026-03-01",
        "measures=opened&period=chosen&since=1000-01-01&until=3000-01-01",
        "measures=opened&period=ever",
        "measures=opened&within=61",
        "measures=opened&agent=1%20OR%201",
        "&".join(f"measures={name}" for name in list(MEASURES)[:9]),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(sofia, wrong):
    assert sofia.get(f"/board/reports/any?{wrong}", plain=True).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"measures": [{}]},
        {"measures": [["opened"]]},
        {"by": [{"x": 1}]},
        {"only": {"channel": [{}]}},
        {"only": {"channel": ["\ud800"]}},
        {"only": {"agent": [1]}},
        {"only": [["channel"]]},
        {"within": []},
        {"period": {}},
    ],
)
def test_a_definition_of_wrong_types_is_refused(sofia, wrong):
    sent = {"name": "Mine", "definition": json.dumps({**DEFINITION, **wrong})}

    assert sofia.post("/board/reports", data=sent).status_code == 400


def test_a_market_that_is_not_the_reader_s_counts_for_nothing(sofia, counted):
    told = sofia.get(f"/board/reports/any?{CHOSEN}&market=BR", plain=True)

    assert told.status_code == 200
    assert counted[2].reference not in told.text


def test_a_report_costs_the_same_however_many_lines_it_has(boss, counted, session):
    def cost(by):
        with statements(session) as sent:
            boss.get(f"/board/reports/any?{CHOSEN}&by={by}", plain=True)
        return len(sent)

    assert cost("topic") == cost("channel") == cost("market")


@pytest.mark.usefixtures("confirmed", "counted")
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_table_is_made_by_a_worker_and_nobody_s_name_is_a_formula(boss, sign_in, format):
    form = {"name": "Agents", "definition": json.dumps(DEFINITION), "format": format}
    assert boss.post("/board/reports/exports", data=form).status_code == 204
    made = db.session.scalars(select(Export)).one()
    path = f"/board/reports/exports/{made.id}"
    assert boss.get(path).status_code == 409

    assert exporting.carry_out() == 1

    content = boss.get(path, plain=True).data
    if format == "csv":
        lines = content.decode().lstrip("\ufeff").splitlines()
        assert lines[0] == 'Agent,Tickets opened,"First response, mean"'
        assert "'=Ana Ruiz,2,120.0" in lines
        assert lines[-1] == "All,3,120.0"
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        rows = [[each.value for each in row] for row in sheet.rows]
        assert ["'=Ana Ruiz", 2, 120] in rows
        assert all(each.data_type != "f" for row in sheet.rows for each in row)
    assert "Ready" in boss.get("/board/reports/exports").text
    other = sign_in(language="en", roles=["administrator"], markets=[])
    assert other.get(path).status_code == 404
    exported = select(AuditEntry).where(AuditEntry.action == "data.exported")
    assert db.session.scalars(exported).one().object_id == "report"


@pytest.mark.usefixtures("confirmed", "counted")
def test_a_market_has_its_name_on_the_page_and_its_code_in_the_table(boss):
    page = boss.get(f"/board/reports/any?{CHOSEN}&by=market", plain=True).text
    form = {"name": "Markets", "definition": json.dumps({**DEFINITION, "by": ["market"]})}
    boss.post("/board/reports/exports", data={**form, "format": "csv"})
    exporting.carry_out()

    made = db.session.scalars(select(Export)).one()
    table = boss.get(f"/board/reports/exports/{made.id}", plain=True).data.decode()
    assert re.findall(r'board-name">(\w+)</td>', page) == ["México", "Brasil"]
    assert [line.split(",")[0] for line in table.splitlines()[1:3]] == ["MX", "BR"]


@pytest.mark.usefixtures("confirmed")
def test_rows_are_taken_out_with_what_each_took(boss, counted):
    form = {
        "name": "Rows",
        "definition": json.dumps(DEFINITION),
        "format": "csv",
        "measure": "first_response",
    }
    boss.post("/board/reports/exports", data=form)
    exporting.carry_out()

    (made,) = exporting.exports_of(StaffFactory.build(id=boss.staff_id).as_actor())
    lines = boss.get(f"/board/reports/exports/{made.id}", plain=True).data.decode().splitlines()
    assert (made.done, made.whole) == (1, 1)
    assert counted[0].reference in lines[1]
    assert lines[1].endswith(",120.0")


@pytest.mark.usefixtures("confirmed")
def test_whose_table_is_refused_reads_why_in_the_language_in_which_she_asked(
    boss, counted, monkeypatch
):
    boss.browser.set_cookie("language", "es")
    asked = {**DEFINITION, "by": ["hour", "market"]}
    form = {"name": "Hours", "definition": json.dumps(asked), "format": "csv"}
    assert boss.post("/board/reports/exports", data=form).status_code == 204
    monkeypatch.setattr(reporting, "MOST_ROWS", 1)

    assert exporting.carry_out() == 0

    page = unescape(boss.get("/board/reports/exports", plain=True).text)
    assert "Elige un periodo más corto" in page
    assert exporting.carry_out() == 0


@pytest.mark.usefixtures("confirmed")
def test_of_more_rows_than_anybody_reads_no_table_is_made_and_none_is_cut_off(
    boss, counted, monkeypatch
):
    form = {
        "name": "Rows",
        "definition": json.dumps(DEFINITION),
        "format": "csv",
        "measure": "opened",
    }
    boss.post("/board/reports/exports", data=form)
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)

    refused = boss.post("/board/reports/exports", data=form)

    assert (refused.status_code, refused.headers.get("HX-Redirect")) == (422, None)
    assert exporting.carry_out() == 0
    assert "Choose a shorter period" in boss.get("/board/reports/exports", plain=True).text
    exported = select(AuditEntry).where(AuditEntry.action == "data.exported")
    assert db.session.scalars(exported).all() == []


def test_without_a_proof_nothing_leaves_and_supervisors_have_no_such_right(boss, sofia, counted):
    form = {"name": "Agents", "definition": json.dumps(DEFINITION), "format": "csv"}

    assert boss.post("/board/reports/exports", data=form).status_code == 428
    assert sofia.post("/board/reports/exports", data=form).status_code == 403
    assert db.session.scalars(select(Export)).all() == []


@pytest.fixture
def mailed(sofia, counted):
    """A report that leaves every day at seven in Mexico City, where there is a mailbox."""
    inbox = InboxFactory(channel="email", provider="smtp", address="care@aurora.example")
    by = StaffFactory.build(id=sofia.staff_id, roles=["supervisor"], markets=["MX"]).as_actor()
    report = saved.save("Mine", read(DEFINITION), by=by)
    with clock.moved_to(at(0)):
        form = {"cadence": "daily", "hour": "7", "market": "MX"}
        assert sofia.post(f"/board/reports/{report.id}/mail", data=form).status_code == 204
    return inbox


def test_a_report_leaves_once_a_day_at_its_hour_however_often_it_is_asked_for(mailed, sofia):
    # Seven in the morning in Mexico City is one in the afternoon.
    assert db.session.scalars(select(Schedule)).one().due_at == at(21 * 60)
    for minute in (21 * 60 - 1, 21 * 60, 21 * 60, 21 * 60 + 1):
        with clock.moved_to(at(minute)):
            mailing.send_due()

    (mail,) = db.session.scalars(select(Delivery)).all()
    assert mail.shape == {"subject": "Mine"}
    assert "Tickets opened: 2 (before: 0)" in mail.text
    assert db.session.scalars(select(Sending)).one()
    with clock.moved_to(at(45 * 60)):
        assert mailing.send_due() == 1


def test_a_beat_with_a_stale_clock_sends_nothing_twice(mailed):
    for due in (21 * 60, 21 * 60):
        db.session.scalars(select(Schedule)).one().due_at = at(due)
        db.session.commit()
        with clock.moved_to(at(due + 5)):
            mailing.send_due()

    assert len(db.session.scalars(select(Delivery)).all()) == 1


def test_a_report_that_asks_for_what_is_gone_says_so_and_keeps_no_other_from_leaving(mailed, sofia):
    by = StaffFactory.build(id=sofia.staff_id, roles=["supervisor"], markets=["MX"]).as_actor()
    broken = saved.save("Old", read(DEFINITION), by=by).id
    with clock.moved_to(at(0)):
        form = {"cadence": "daily", "hour": "6", "market": "MX"}
        sofia.post(f"/board/reports/{broken}/mail", data=form)
    db.session.get_one(Report, broken).definition = {"measures": ["gone"]}
    db.session.commit()

    with clock.moved_to(at(21 * 60)):
        assert mailing.send_due() == 2
    words = {each.shape["subject"]: each.text for each in db.session.scalars(select(Delivery))}
    assert words["Old"].startswith("Old: It asks for something that there is not any more.")
    assert f"/board/reports/{broken}" in words["Old"]
    assert "Tickets opened: 2" in words["Mine"]


def test_the_mail_of_a_report_that_has_grown_too_long_says_what_to_choose_instead(
    mailed, monkeypatch
):
    monkeypatch.setattr(reporting, "MOST_ROWS", 0)
    report = db.session.scalars(select(Report)).one()
    report.definition = {**DEFINITION, "by": ["hour", "market"]}
    db.session.commit()

    with clock.moved_to(at(21 * 60)):
        assert mailing.send_due() == 1

    (mail,) = db.session.scalars(select(Delivery)).all()
    assert "more than 15,000 lines" in mail.text
    assert "Choose a shorter period" in mail.text
    assert f"/board/reports/{report.id}" in mail.text


def test_who_may_no_longer_take_tables_out_is_told_why_none_is_attached(mailed):
    schedule = db.session.scalars(select(Schedule)).one()
    schedule.format = "csv"
    db.session.commit()

    with clock.moved_to(at(21 * 60)):
        assert mailing.send_due() == 1

    (mail,) = db.session.scalars(select(Delivery)).all()
    assert "you may not take tables out any more" in mail.text
    assert "Tickets opened: 2" in mail.text


def test_who_may_no_longer_read_gets_none(mailed, sofia):
    db.session.get(saved.Report.owner.property.mapper.class_, sofia.staff_id).roles = ["agent"]
    db.session.commit()

    with clock.moved_to(at(21 * 60)):
        assert mailing.send_due() == 0
    assert db.session.scalars(select(Delivery)).all() == []


@pytest.mark.parametrize(
    ("cadence", "hour", "after", "due"),
    [
        ("daily", 7, "2026-03-02T12:59+00:00", "2026-03-02T13:00+00:00"),
        ("daily", 7, "2026-03-02T13:00+00:00", "2026-03-03T13:00+00:00"),
        ("weekly", 0, "2026-03-02T06:00+00:00", "2026-03-09T06:00+00:00"),
        ("monthly", 9, "2026-03-02T06:00+00:00", "2026-04-01T15:00+00:00"),
    ],
)
def test_when_it_is_due_is_told_by_the_clock_of_the_market(cadence, hour, after, due):
    found = saved.next_due(
        saved.Cadence(cadence), hour, "America/Mexico_City", clock.datetime.fromisoformat(after)
    )

    assert found == clock.datetime.fromisoformat(due)


def test_an_hour_that_a_day_does_not_have_is_the_next_one():
    """Two in the morning of the eighth of March 2026 does not exist in New York."""
    after = clock.datetime.fromisoformat("2026-03-08T05:30+00:00")

    due = saved.next_due(saved.Cadence.DAILY, 2, "America/New_York", after)

    assert due == clock.datetime.fromisoformat("2026-03-08T07:00+00:00")
