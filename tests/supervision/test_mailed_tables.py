"""A report's mail carries its table as a file, for who may take tables out."""

import email
import email.policy
import io
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.identity.models import Staff
from app.insights import mailing, reporting
from app.insights.models import Schedule
from app.messaging import switch
from app.messaging.models import Delivery
from app.messaging.service import sending
from tests.channels.email.twins import Post, mail_server
from tests.factories.conversations import InboxFactory
from tests.insights.histories import at
from tests.supervision.test_reports import (  # noqa: F401 - fixtures, and what they need
    DEFINITION,
    ana,
    boss,
    counted,
    sofia,
)

NAME = "Agents: answers / waits"
FILE = "Agents_ answers _ waits 2026-03-03"
SEVEN = at(21 * 60)  # in the morning, in Mexico City


@pytest.fixture
def post(monkeypatch, counted):  # noqa: F811
    """The mail server of Mexico's mailbox."""
    made = Post()
    monkeypatch.setattr(switch, "_opened", {})
    inbox = InboxFactory(
        channel="email", provider="smtp", address="care@aurora.example", sandbox=True
    )
    inbox.settings = {"address": inbox.address, "smtp_host": "mail.aurora.example"}
    db.session.commit()
    with mail_server(made) as base:
        monkeypatch.setattr(switch, "_api_base", lambda _inbox: base)
        yield made


def kept_by(reader, **more):
    form = {"name": NAME, "definition": json.dumps(DEFINITION | more)}
    return reader.post("/board/reports", data=form).headers["HX-Redirect"]


def ordered(reader, format, **more):
    """Every day at seven in Mexico City; where the report is."""
    path = kept_by(reader, **more)
    form = {"cadence": "daily", "hour": "7", "market": "MX", "format": format}
    with clock.moved_to(at(0)):
        assert reader.post(f"{path}/mail", data=form).status_code == 204
    return path


def left(post):
    """What left at seven: its text and its files by name."""
    with clock.moved_to(SEVEN):
        assert mailing.send_due() == 1
        assert sum(sending.send_lane(lane) for lane in sending.lanes_due()) == 1
    [(_, _, raw)] = post.taken
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    files = {
        each.get_filename(): (each.get_content_type(), each.get_payload(decode=True))
        for each in mail.iter_attachments()
    }
    return mail.get_body(["plain"]).get_content(), files


def told(action):
    return db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).one()


@pytest.mark.usefixtures("confirmed")
class TestWithATable:
    def test_a_spreadsheet_goes_with_it(self, boss, post):  # noqa: F811
        ordered(boss, "xlsx")

        text, files = left(post)

        [(name, (media_type, content))] = files.items()
        assert name == f"{FILE}.xlsx"
        assert media_type.endswith("spreadsheetml.sheet")
        rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
        assert rows[0] == ("Agent", "Tickets opened", "First response, mean")
        assert ("'=Ana Ruiz", 2, 120) in rows
        assert rows[-1] == ("All", 3, 120)
        assert "Tickets opened: 3 (before: 0)" in text
        assert "too large" not in text
        assert told("report.mailed").changes["format"] == "xlsx"

    def test_or_lines_with_commas(self, boss, post):  # noqa: F811
        ordered(boss, "csv")

        _, files = left(post)

        [(name, (media_type, content))] = files.items()
        assert (name, media_type) == (f"{FILE}.csv", "text/csv")
        lines = content.decode().lstrip("\ufeff").splitlines()
        assert lines[0] == 'Agent,Tickets opened,"First response, mean"'
        assert lines[-1] == "All,3,120.0"

    def test_one_without_groups_has_its_one_line(self, boss, post):  # noqa: F811
        ordered(boss, "csv", by=[])

        _, files = left(post)

        [(_, content)] = files.values()
        assert content.decode().splitlines()[1:] == ["3,120.0"]

    def test_in_the_reader_s_language(self, boss, post):  # noqa: F811
        ordered(boss, "csv")
        db.session.get_one(Staff, boss.staff_id).language = "es"
        db.session.commit()

        _, files = left(post)

        [(_, content)] = files.values()
        assert content.decode().splitlines()[-1].startswith("Todas,")

    def test_of_one_that_has_grown_too_long_the_mail_says_only_so(
        self,
        boss,  # noqa: F811
        post,
        monkeypatch,
    ):
        ordered(boss, "csv", by=["market"])
        monkeypatch.setattr(reporting, "MOST_ROWS", 1)

        text, files = left(post)

        assert files == {}
        assert "more than 15,000 lines" in text
        assert "Tickets opened" not in text

    def test_one_that_is_too_large_stays_on_its_page_and_the_mail_says_so(
        self,
        boss,  # noqa: F811
        post,
        monkeypatch,
    ):
        monkeypatch.setattr(mailing, "LARGEST_TABLE", 20)
        ordered(boss, "xlsx")

        text, files = left(post)

        assert files == {}
        assert "The table is too large for a mail: it is on the page of the report." in text
        assert told("report.mailed").changes["format"] == ""

    def test_who_may_no_longer_take_tables_out_gets_the_words_alone(self, boss, post):  # noqa: F811
        ordered(boss, "xlsx")
        db.session.get_one(Staff, boss.staff_id).roles = ["supervisor"]
        db.session.commit()

        text, files = left(post)

        assert files == {}
        assert "Tickets opened: 3" in text
        assert "too large" not in text
        assert told("report.mailed").changes["format"] == ""

    def test_the_page_offers_one_and_shows_what_was_chosen(self, boss, post):  # noqa: F811
        path = kept_by(boss)
        assert chosen_of(boss.get(path, plain=True).text) == []
        form = {"cadence": "daily", "hour": "7", "market": "MX", "format": "csv"}
        boss.post(f"{path}/mail", data=form)

        page = boss.get(path, plain=True).text

        assert "with its table as CSV" in page
        assert chosen_of(page) == ["csv"]
        assert told("data.exported").object_id == "report"
        assert told("report.subscribed").changes["format"] == "csv"

    def test_none_is_a_choice_too(self, boss, post):  # noqa: F811
        path = ordered(boss, "")

        _, files = left(post)

        assert files == {}
        assert chosen_of(boss.get(path, plain=True).text) == [""]

    def test_what_is_no_format_is_refused(self, boss, post):  # noqa: F811
        path = kept_by(boss)
        form = {"cadence": "daily", "hour": "7", "market": "MX", "format": "exe"}

        assert boss.post(f"{path}/mail", data=form).status_code == 400
        assert db.session.scalars(select(Schedule)).all() == []
        exported = select(AuditEntry).where(AuditEntry.action == "data.exported")
        assert db.session.scalars(exported).all() == []


def chosen_of(page):
    field = page.partition('name="format">')[2].partition("</select>")[0]
    assert field.index('value="xlsx"') < field.index('value="csv"') < field.index('value=""')
    return [each.split('"')[1] for each in field.split("<option")[1:] if "selected" in each]


def test_a_table_is_ordered_with_a_proof_by_who_may_take_it_out(boss, sofia, post):  # noqa: F811
    form = {"cadence": "daily", "hour": "7", "market": "MX", "format": "xlsx"}

    assert boss.post(f"{kept_by(boss)}/mail", data=form).status_code == 428
    hers = kept_by(sofia)
    assert sofia.post(f"{hers}/mail", data=form).status_code == 403
    assert 'name="format"' not in sofia.get(hers, plain=True).text
    assert db.session.scalars(select(Schedule)).all() == []
    assert db.session.scalars(select(Delivery)).all() == []
