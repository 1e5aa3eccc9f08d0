"""The screens of moving in and out."""

import io

import pytest
from sqlalchemy import select

from app.core import db
from app.customers.models import Customer
from app.identity import teams
from app.identity.models import Team
from app.transfer.models import Job, JobState
from app.transfer.service import jobs
from tests.factories.actors import administrator
from tests.factories.markets import MarketFactory

USERS = (
    b'{"id": 1, "name": "Valeria", "email": "v@example.com", "phone": "+525512345678"}\n'
    b'{"id": "=1+1", "name": "Broken", "email": "", "phone": ""}\n'
)


def text_of(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def admin(sign_in, confirmed):
    MarketFactory()
    return sign_in(name="Root", language="en", roles=["administrator"], markets=[])


def hand_in(admin, content, **form):
    form["file"] = (io.BytesIO(content), "file.txt")
    answer = admin.post("/board/transfer", data=form, content_type="multipart/form-data")
    return answer.headers["HX-Redirect"] if answer.status_code == 204 else answer.status_code


def test_the_configuration_goes_out_is_shown_and_comes_in_again(admin):
    teams.add_team("Night shift", by=administrator())
    text = admin.post("/board/transfer/export").get_data()

    page = hand_in(admin, text.replace(b"Night shift", b"Day shift"), source="configuration")
    shown = text_of(admin.get(page, plain=True))
    done = text_of(admin.post(f"{page}/start"))

    assert b"teams:" in text
    assert "Day shift" in shown
    assert "1 would change" in shown
    assert "1 new" in done
    assert set(db.session.scalars(select(Team.name))) == {"Night shift", "Day shift"}
    assert admin.post(f"{page}/start").status_code == 409


def test_a_wrong_configuration_is_told_and_not_brought_in(admin):
    page = hand_in(admin, b"dialtone: 1\nteams:\n  A: {x: 1}\n", source="configuration")

    shown = text_of(admin.get(page, plain=True))

    assert "Line 3: nothing is called x here." in shown
    assert "Bring it in" not in shown
    assert admin.post(f"{page}/start").status_code == 400
    assert db.session.scalars(select(Team)).all() == []


def test_a_file_is_handed_in_tried_and_brought_in(admin):
    page = hand_in(admin, USERS, source="zendesk", what="customers", market="MX")
    tried = text_of(admin.post(f"{page}/try"))
    running = text_of(admin.post(f"{page}/start"))
    job = db.session.scalars(select(Job)).one()
    jobs.run(job.id)
    done = text_of(admin.get(page))
    table = text_of(admin.get(f"{page}/errors.csv"))

    assert "2 rows" in tried
    assert "email is missing." in tried
    assert 'hx-trigger="every 2s"' in running
    assert "1 new, 0 known before, 1 left out." in done
    assert "'=1+1" in table
    assert db.session.get(Job, job.id).state is JobState.DONE
    assert db.session.scalars(select(Customer.name)).all() == ["Valeria"]


def test_a_table_asks_which_column_is_what(admin):
    content = b"Number,Who,Mail,Tel\n1,Valeria,v@example.com,+525512345678\n"
    page = hand_in(admin, content, source="csv", what="customers", market="MX")

    early = admin.post(f"{page}/start")
    form = {"column_id": "Number", "column_name": "Who", "column_email": "Mail"}
    tried = text_of(admin.post(f"{page}/columns", data={**form, "column_phone": "Tel"}))

    assert early.status_code == 400
    assert "1 would be new" in tried


@pytest.mark.parametrize(
    "form",
    [
        {"source": "zendesk", "what": "customers", "market": "XX"},
        {"source": "zendesk", "what": "configuration", "market": "MX"},
        {"source": "nobody", "what": "customers", "market": "MX"},
        {"source": "zendesk", "what": "customers", "market": ""},
    ],
)
def test_what_makes_no_sense_is_refused(admin, form):
    assert hand_in(admin, USERS, **form) in {400, 404}
    assert db.session.scalars(select(Job)).all() == []


def test_it_is_for_administrators(sign_in):
    boss = sign_in(roles=["supervisor"])
    for path in ("/board/transfer",):
        assert boss.get(path, plain=True).status_code == 403
    assert boss.post("/board/transfer/export").status_code == 403
