"""The widget's HTTP side."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.conversations import storage
from app.conversations.models import (
    AgentState,
    Availability,
    Conversation,
    MessageKind,
    WidgetSession,
)
from app.conversations.service import messages, moving, ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.tickets.models import Topic
from tests.factories.actors import visitor
from tests.factories.conversations import InboxFactory, MessageFactory, signed_identity
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.messaging.conftest import inbox_of, plugged

__all__ = ["plugged"]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def opened(site, inbox, **more):
    return site.post("/chat/session", json={"inbox": inbox.key, **more})


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json['token']}"}


def conversation_of(answer):
    return db.session.get(Conversation, answer.json["conversation_id"], populate_existing=True)


def test_a_stranger_is_given_a_conversation_in_her_language_with_every_sentence(site):
    inbox = InboxFactory(theme={"accent": "#5b21b6", "title": "Aurora", "greeting": {"pt": "Olá"}})

    answer = opened(site, inbox, language="pt")

    assert answer.status_code == 200
    assert answer.json["customer"] is None
    assert answer.json["theme"] == {"accent": "#5b21b6", "title": "Aurora", "greeting": "Olá"}
    assert (answer.json["language"], answer.json["status"]) == ("pt", "bot")
    assert all(answer.json["texts"].values())


def test_a_signed_in_customer_is_recognised_and_keeps_what_she_said_before(site, quiet):
    inbox, customer = InboxFactory(), CustomerFactory()
    first = opened(site, inbox, language="es")
    conversation = conversation_of(first)
    stranger = visitor(id=conversation.visitor_id)
    messages.say(conversation.id, "Hola", by=stranger, client_key="a")

    identity = signed_identity(inbox, customer)
    second = opened(site, inbox, identity=identity, resume=first.json["token"])

    assert second.json["customer"] == {"first_name": "Valeria"}
    assert second.json["conversation_id"] == first.json["conversation_id"]
    assert second.json["messages"][0]["text"] == "Hola"


def test_a_stranger_is_not_told_whom_our_people_take_her_for(site, quiet):
    inbox = InboxFactory()
    first = opened(site, inbox, language="en")
    conversation = conversation_of(first)
    with db.transaction():
        moving.give_to(conversation, CustomerFactory(), by=SYSTEM)

    again = opened(site, inbox, resume=first.json["token"])

    assert again.json["conversation_id"] == first.json["conversation_id"]
    assert (again.json["customer"], again.json["messages"]) == (None, [])
    assert "Valeria" not in again.text


def test_a_forged_identity_is_refused_and_leaves_nothing_behind(site):
    inbox, customer = InboxFactory(), CustomerFactory()
    forged = signed_identity(inbox, customer, secret="the secret of somebody else entirely, too")

    answer = opened(site, inbox, identity=forged)

    assert (answer.status_code, answer.json["code"]) == (401, "bad_identity")
    assert db.session.scalar(select(func.count()).select_from(WidgetSession)) == 0


def test_other_sites_may_neither_open_a_chat_nor_read_an_answer(site):
    inbox = InboxFactory()
    elsewhere = {"Origin": "https://evil.example"}

    answer = site.post("/chat/session", json={"inbox": inbox.key}, headers=elsewhere)

    assert (answer.status_code, answer.json["code"]) == (403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_inbox_s_own_site_may_read_answers_and_refusals(site):
    inbox = InboxFactory()
    preflight = site.options("/chat/session")
    refused = site.post("/chat/rating", json={}, headers={"Authorization": "Bearer nonsense"})

    assert preflight.headers["Access-Control-Allow-Origin"] == inbox.allowed_origins[0]
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert refused.headers["Access-Control-Allow-Origin"] == inbox.allowed_origins[0]
    assert (refused.status_code, refused.json["code"]) == (401, "widget_session_ended")


def test_notes_of_staff_are_not_among_the_messages(site):
    inbox = InboxFactory()
    answer = opened(site, inbox)
    conversation = conversation_of(answer)
    MessageFactory(conversation=conversation, seq=1, kind=MessageKind.NOTE, body="secret")
    MessageFactory(conversation=conversation, seq=2, body="seen")

    again = opened(site, inbox, resume=answer.json["token"])

    assert [each["text"] for each in again.json["messages"]] == ["seen"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("not json", id="no JSON"),
        pytest.param("[]", id="a list"),
        pytest.param('{"inbox": 7}', id="a number as key"),
        pytest.param('{"inbox": "\\u0000"}', id="NUL"),
        pytest.param('{"inbox": "x", "role": "agent"}', id="a field nobody offered"),
        pytest.param('{"inbox": "x", "resume": {"a": 1}}', id="an object as token"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_code(site, body):
    answer = site.post("/chat/session", data=body, content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")


def test_a_file_is_seen_by_whoever_talks_there_and_by_nobody_else(site, tmp_path, quiet):
    storage.keep_in(tmp_path)
    inbox = InboxFactory()
    mine, other = opened(site, inbox), opened(site, inbox)

    form = {"file": (BytesIO(PNG), "../../photo.png")}
    kept = site.post("/chat/upload", data=form, headers=bearer(mine))
    address = f"/chat/attachments/{kept.json['id']}"

    assert (kept.status_code, kept.json["name"]) == (200, "photo.png")
    assert site.get(address, headers=bearer(mine)).mimetype == "image/png"
    assert site.get(address, headers=bearer(other)).status_code == 404
    assert site.get(address).status_code == 401


def test_a_finished_conversation_can_be_rated_once(site, quiet):
    answer = opened(site, InboxFactory())
    ownership.resolve(conversation_of(answer).id, by=SYSTEM)

    def rate(score):
        return site.post("/chat/rating", json={"score": score}, headers=bearer(answer))

    assert rate("5").json["code"] == "invalid"
    assert rate(5).status_code == 200
    assert rate(1).json["code"] == "already_rated"
    assert conversation_of(answer).rating == 5


def test_the_language_of_the_conversation_follows_the_widget(site):
    answer = opened(site, InboxFactory(), language="es")

    changed = site.post("/chat/language", json={"language": "pt"}, headers=bearer(answer))
    refused = site.post("/chat/language", json={"language": "xx"}, headers=bearer(answer))

    assert changed.json["language"] == "pt"
    assert conversation_of(answer).language == "pt"
    assert refused.json["code"] == "invalid"


def test_after_leaving_the_token_is_good_for_nothing(site):
    inbox = InboxFactory()
    answer = opened(site, inbox)

    site.post("/chat/leave", headers=bearer(answer))

    rated = site.post("/chat/rating", json={"score": 5}, headers=bearer(answer))
    assert rated.json["code"] == "widget_session_ended"
    again = opened(site, inbox, resume=answer.json["token"])
    assert again.json["conversation_id"] != answer.json["conversation_id"]


def test_before_anybody_writes_the_widget_knows_the_forms_and_who_is_there(site, plugged):
    words = {"en": "Can I help?", "pt": "Posso ajudar?"}
    inbox = InboxFactory(
        chat={
            "before": {"name": "must"},
            "takes_messages": True,
            "invitations": [{"page": "/plans*", "seconds": 20, "words": words}],
        }
    )
    plugged("email", subjects=True)
    without_mail = site.get(f"/chat/inbox/{inbox.key}").json["meeting"]
    inbox_of("email")

    met = site.get(f"/chat/inbox/{inbox.key}?language=pt").json["meeting"]
    spanish = site.get(f"/chat/inbox/{inbox.key}?language=es").json["meeting"]

    assert met["before"] == {"name": "must"}
    assert {each["value"] for each in met["topics"]} == set(Topic)
    assert (met["takes_messages"], met["anybody_there"]) == (True, False)
    assert (without_mail["takes_messages"], without_mail["mails"]) == (False, False)
    assert met["invitations"] == [{"page": "/plans*", "seconds": 20, "words": "Posso ajudar?"}]
    assert spanish["invitations"] == []


@pytest.mark.parametrize(
    ("markets", "hours", "there"),
    [
        pytest.param(["MX"], {}, True, id="open always, served"),
        pytest.param([], {}, True, id="by somebody of all markets"),
        pytest.param(["BR"], {}, False, id="by people of another market"),
        pytest.param(["MX"], {"mon": [["00:00", "00:01"]]}, False, id="closed"),
    ],
)
def test_somebody_is_there_when_it_is_open_and_an_agent_takes_conversations(
    site, markets, hours, there
):
    inbox = InboxFactory(hours=hours)
    staff = StaffFactory(roles=["agent"], markets=markets)
    state = AgentState(staff_id=staff.id, availability=Availability.AVAILABLE, since=clock.now())
    db.session.add(state)
    db.session.commit()

    answer = site.get(f"/chat/inbox/{inbox.key}")

    assert answer.json["meeting"]["anybody_there"] is there


def test_an_inbox_that_is_off_is_not_there(site):
    inbox = InboxFactory(is_on=False)

    assert site.get(f"/chat/inbox/{inbox.key}").status_code == 404
    assert opened(site, inbox).json["code"] == "unknown_inbox"


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nonsense"},
        {"email": "a@b.example\nBcc: x@y.example"},
        {"topic": "free refunds"},
        {"name": "x" * 81},
        {"name": 7},
    ],
)
def test_an_introduction_that_is_none_is_refused(site, wrong):
    answer = opened(site, InboxFactory(), **wrong)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")


def test_a_message_is_left_and_a_transcript_asked_for_only_with_the_token(site, plugged, quiet):
    plugged("email", subjects=True)
    inbox_of("email")
    inbox = InboxFactory(chat={"takes_messages": True})
    mine = opened(site, inbox)
    told = {"key": "k1", "text": "Llámenme", "email": "ana@example.com"}

    left = site.post("/chat/left", json=told, headers=bearer(mine))
    early = site.post("/chat/transcript", json={"email": ""}, headers=bearer(mine))

    assert (left.status_code, left.json["status"]) == (200, "waiting")
    assert left.json["mail"] == "a••••@example.com"
    assert early.json["code"] == "transcript_too_early"
    assert site.post("/chat/left", json=told).status_code == 401
    assert site.post("/chat/transcript", json={}).status_code == 401
