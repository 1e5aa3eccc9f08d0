"""Calls on the desk: who is to be called back, the telephone, and what came of a call."""

import pytest

from app.conversations.models import Availability, Conversation, Status
from app.conversations.queries import availability_of
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.messaging import switch
from app.selfservice.models import Dialogue, Result
from app.tickets import queries as tickets
from channels.voice.twilio import TwilioVoice
from tests.factories.conversations import ConversationFactory, dialogue_inbox
from tests.factories.tickets import TicketFactory
from tests.statements import statements

KEYS = {
    "account_sid": "AC" + "1" * 32,
    "auth_token": "token",
    "api_key": "SK" + "1" * 32,
    "api_secret": "a secret of thirty-two characters",
}
NUMBER = "+525530007777"


@pytest.fixture
def inbox(app):
    return dialogue_inbox("voice", "twilio", KEYS, name="Aurora", address="+525550006110")


def called(inbox, **more):
    state = more.pop("state", {"waiting": True})
    talk = ConversationFactory(inbox=inbox, channel="voice", **state)
    dialogue = Dialogue(
        inbox_id=inbox.id,
        session_id=f"CA{talk.id.hex}",
        conversation_id=talk.id,
        sender=NUMBER,
        started_at=clock.now(),
        **more,
    )
    db.session.add(dialogue)
    db.session.commit()
    return talk, dialogue


def over(inbox, desk):
    """A call of this agent's that has ended, and is not noted yet."""
    talk, dialogue = called(inbox, agent_id=desk.staff_id, ended_at=clock.now())
    db.session.get_one(Conversation, talk.id)
    ownership.assign(talk.id, desk.staff_id, by=SYSTEM)
    ownership.set_availability(desk.staff_id, Availability.WRAP_UP, by=SYSTEM)
    return talk, dialogue


def test_the_desk_of_an_inbox_with_calls_has_a_telephone_and_may_reach_its_provider(desk, inbox):
    page = desk.get("/desk/", plain=True)

    policy = page.headers["Content-Security-Policy"]
    assert "data-softphone" in page.text
    assert "js/softphone.js" in page.text
    assert "wss://*.twilio.com" in policy
    assert "script-src 'self';" in policy
    assert "twilio" not in desk.get("/desk/kb", plain=True).headers["Content-Security-Policy"]


def test_a_desk_without_calls_has_none(desk):
    page = desk.get("/desk/", plain=True)

    assert "softphone" not in page.text
    assert "twilio" not in page.headers["Content-Security-Policy"]
    assert desk.post("/calls/token").status_code == 404


def test_a_token_says_who_it_is_for_and_how_calls_are_taken(desk, inbox):
    told = desk.post("/calls/token").json

    assert told["identity"] == f"agent-{desk.staff_id.hex}"
    assert (told["kind"], told["url"]) == ("twilio", "")


def test_what_came_of_a_call_is_noted_on_the_desk(desk, inbox):
    talk, dialogue = over(inbox, desk)

    asked = desk.get(f"/desk/conversations/{talk.id}").text
    done = desk.post(
        f"/desk/calls/{dialogue.id}/outcome", data={"result": "solved", "note": "New SIM."}
    )

    assert "What came of the call?" in asked
    assert "What came of the call?" not in done.text
    assert 'id="availability"' in done.text
    db.session.expire_all()
    assert db.session.get_one(Dialogue, dialogue.id).result is Result.SOLVED
    assert availability_of(desk.staff_id) is Availability.AVAILABLE
    again = desk.post(f"/desk/calls/{dialogue.id}/outcome", data={"result": "other"})
    assert again.status_code == 409


@pytest.mark.parametrize("data", [{}, {"result": "fine"}, {"result": "solved", "agent_id": "x"}])
def test_an_outcome_that_is_none_is_refused(desk, inbox, data):
    _, dialogue = over(inbox, desk)

    assert desk.post(f"/desk/calls/{dialogue.id}/outcome", data=data).status_code == 400


def test_another_agent_neither_notes_nor_calls_nor_holds(desk, inbox, sign_in):
    talk, dialogue = over(inbox, desk)
    other = sign_in()

    noted = other.post(f"/desk/calls/{dialogue.id}/outcome", data={"result": "solved"})
    rung = other.post(f"/desk/conversations/{talk.id}/call")
    held = other.post(f"/desk/conversations/{talk.id}/call/hold", json={"on": True})

    assert {each.status_code for each in (noted, rung, held)} <= {403, 404}
    assert db.session.query(Dialogue).count() == 1


def test_the_owner_calls_her_with_one_click(desk, inbox, monkeypatch):
    talk, _ = over(inbox, desk)
    rung = []

    class Wires(TwilioVoice):
        def dial(self, number, sender, *, url, status_url):
            rung.append((number, sender))
            return "CA" + "9" * 32

    monkeypatch.setattr(switch, "held", lambda _inbox: Wires(KEYS, None))
    offered = desk.get(f"/desk/conversations/{talk.id}/call").text
    done = desk.post(f"/desk/conversations/{talk.id}/call")

    assert "Call 55 3000 7777" in offered
    assert done.status_code == 200
    assert rung == [(NUMBER, "+525550006110")]
    twice = desk.post(f"/desk/conversations/{talk.id}/call")
    assert twice.status_code == 409
    assert talk.status is not Status.RESOLVED


def test_the_queue_shows_the_number_to_call_back_with_no_more_statements_for_many(
    desk, inbox, session
):
    def queue():
        with statements(session) as sent:
            page = desk.get("/desk/queue").text
        return page, len(sent)

    waiting = []
    for count in (1, 6):
        while len(waiting) < count:
            talk, _ = called(inbox, call_back=True)
            TicketFactory(conversation_id=talk.id, customer_id=talk.customer_id)
            waiting.append(talk)
        page, sent = queue()
        assert page.count("Call back: 55 3000 7777") == count
        if count == 1:
            few = sent
    assert sent == few
    assert tickets.of_conversation(waiting[0].id) is not None
