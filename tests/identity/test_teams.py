"""Teams are made by administrators, and an inbox names the one whose queue it fills."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.conversations.models import Inbox
from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.core.ids import new_id
from app.identity import teams
from app.identity.models import Staff, Team
from tests.factories.actors import agent
from tests.factories.conversations import InboxFactory
from tests.factories.identity import StaffFactory
from tests.workspace.conftest import sign_in

__all__ = ["sign_in"]


@pytest.fixture
def admin(sign_in):
    return sign_in(name="Ada Admin", language="en", roles=["administrator"])


def test_an_administrator_makes_a_team_and_puts_people_in_it(admin):
    staff_id = StaffFactory(name="Nora Night").id

    admin.post("/board/people/teams", plain=True, data={"name": " Night shift "})
    team = db.session.scalars(select(Team)).one()
    admin.post(f"/board/people/{staff_id}/team", plain=True, data={"team": str(team.id)})
    page = admin.get("/board/people/teams", plain=True).get_data(as_text=True)

    assert team.name == "Night shift"
    assert db.session.get(Staff, staff_id).team_id == team.id
    assert "Nora Night" in page
    assert "selected" in page
    for wrong in ("Night shift", "", "x" * 81, "a\nb"):
        answer = admin.post("/board/people/teams", plain=True, data={"name": wrong})
        assert answer.status_code in {400, 409}
    for wrong in ("x", str(new_id())):
        answer = admin.post(f"/board/people/{staff_id}/team", plain=True, data={"team": wrong})
        assert answer.status_code in {400, 404}
    admin.post(f"/board/people/{staff_id}/team", plain=True, data={"team": ""})
    assert db.session.get(Staff, staff_id).team_id is None
    changes = select(AuditEntry.changes).where(AuditEntry.action == "staff.team_changed")
    assert list(db.session.scalars(changes.order_by(AuditEntry.id))) == [
        {"team": [None, "Night shift"]},
        {"team": ["Night shift", None]},
    ]


def test_an_inbox_is_given_to_a_team_and_back_to_everybody(admin):
    team_id = teams.add_team("Night", by=SYSTEM).id
    for channel, where in (("webchat", "channels/chats"), ("sms", "channels")):
        inbox_id = InboxFactory(channel=channel, provider="twilio" if channel == "sms" else "").id
        path = f"/office/channels/{inbox_id}/team"

        answer = admin.post(path, plain=True, data={"team": str(team_id)})
        assert answer.headers["Location"] == f"/office/{where}/{inbox_id}?saved=yes"
        page = admin.get(answer.headers["Location"], plain=True).get_data(as_text=True)
        assert "everybody of the market" in page
        assert db.session.get(Inbox, inbox_id).team_id == team_id
        admin.post(path, plain=True, data={"team": ""})
        assert db.session.get(Inbox, inbox_id).team_id is None


def test_nobody_else_makes_teams(database):
    with pytest.raises(Forbidden):
        teams.add_team("Night", by=agent())
    with pytest.raises(Forbidden):
        teams.put_in_team(StaffFactory().id, None, by=agent())
    with pytest.raises(NotFound):
        teams.put_in_team(new_id(), None, by=SYSTEM)
