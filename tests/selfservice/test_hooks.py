"""The providers' doors: who is let in, what is bounded; whoever holds the line hears no error."""

from urllib.parse import urlencode

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from app.conversations.models import Conversation, Message
from app.core import db
from app.core.errors import Refusal
from app.selfservice import sessions
from app.selfservice.models import Dialogue
from app.selfservice.service import turns
from tests.conftest import ORIGIN
from tests.factories.conversations import dialogue_inbox
from tests.factories.subscriptions import line_with_plan

TOKEN = "ussd-secret-of-this-inbox"
AUTH = "auth-token-of-the-account"
CALL = "CA" + "a" * 32


@pytest.fixture
def ussd_inbox(app):
    settings = {"token": TOKEN}
    return dialogue_inbox("ussd", "africastalking", settings, name="Aurora *123#", language="en")


@pytest.fixture
def voice_inbox(app):
    settings = {"account_sid": "AC" + "1" * 32, "auth_token": AUTH}
    return dialogue_inbox("voice", "twilio", settings, name="Aurora", language="en")


def dial(client, inbox, text="", *, token=TOKEN, session="ATUid_9", number="+525530001111", **more):
    form = {
        "sessionId": session,
        "serviceCode": "*123#",
        "phoneNumber": number,
        "networkCode": "33403",
        "text": text,
        **more,
    }
    return client.post(f"/hooks/ussd/{inbox.key}?token={token}", data=form)


def call(client, inbox, event="", *, sign_with=AUTH, **form):
    path = f"/hooks/voice/{inbox.key}" + (f"/{event}" if event else "")
    form = {"CallSid": CALL, "From": "+525530001111", "To": "+525500000000", **form}
    signature = RequestValidator(sign_with).compute_signature(f"{ORIGIN}{path}", form)
    return client.post(
        path,
        data=urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )


def test_a_session_is_answered_turn_by_turn(client, ussd_inbox):
    first = dial(client, ussd_inbox)
    second = dial(client, ussd_inbox, "1")

    assert first.status_code == second.status_code == 200
    assert first.mimetype == "text/plain"
    assert first.text.startswith("CON Aurora *123#\n1 Our plans")
    assert second.text.startswith("CON There are no plans")


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", "€"])
def test_without_the_secret_of_the_address_nothing_happens(client, ussd_inbox, token):
    assert dial(client, ussd_inbox, token=token).status_code == 403


def test_another_kind_of_inbox_or_none_is_not_found(client, ussd_inbox, voice_inbox):
    assert dial(client, voice_inbox).status_code == 404
    assert client.post("/hooks/ussd/nobody?token=x").status_code == 404
    assert client.post("/hooks/voice/%00").status_code == 404
    assert client.get(f"/hooks/ussd/{ussd_inbox.key}").status_code == 405


def test_networks_keep_everybody_else_out(client, app):
    settings = {"token": TOKEN, "networks": "203.0.113.0/24"}
    inbox = dialogue_inbox("ussd", "africastalking", settings)

    spoofed = client.post(
        f"/hooks/ussd/{inbox.key}?token={TOKEN}",
        data={"sessionId": "a", "phoneNumber": "+525530001111", "text": ""},
        headers={"Remote-Addr": "203.0.113.7"},
    )
    near = client.post(
        f"/hooks/ussd/{inbox.key}?token={TOKEN}",
        data={"sessionId": "a", "phoneNumber": "+525530001111", "text": ""},
        environ_base={"REMOTE_ADDR": "203.0.113.7"},
    )

    assert (spoofed.status_code, near.status_code) == (403, 200)


@pytest.mark.parametrize(
    "form",
    [
        {"session": ""},
        {"session": "x" * 200},
        {"number": "nobody"},
        {"number": ""},
        {"text": "1*" * 2000},
    ],
)
def test_what_makes_no_sense_is_refused_plainly(client, ussd_inbox, form):
    assert dial(client, ussd_inbox, **form).status_code == 400


def test_too_much_is_refused(client, ussd_inbox):
    answer = client.post(f"/hooks/ussd/{ussd_inbox.key}?token={TOKEN}", data=b"x" * 40_000)

    assert answer.status_code == 413


def test_bytes_that_are_no_text_are_refused(client, ussd_inbox):
    body = b"sessionId=a&phoneNumber=%2B525530001111&text=\xff\xfe"
    answer = client.post(
        f"/hooks/ussd/{ussd_inbox.key}?token={TOKEN}",
        data=body,
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code in {200, 400}


def test_without_redis_it_apologises_and_ends(client, ussd_inbox, voice_inbox):
    away = Redis(host="127.0.0.1", port=9, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0))
    sessions.keep_in(away)

    screen, voice = dial(client, ussd_inbox), call(client, voice_inbox)

    assert (screen.status_code, voice.status_code) == (200, 200)
    assert screen.text == "END We cannot help you just now. Please try again in some minutes."
    assert "<Say" in voice.text
    assert "<Hangup" in voice.text


def test_a_length_that_no_number_is_long_enough_for_is_no_fault_of_ours(client, ussd_inbox):
    ended = dial(client, ussd_inbox, status="Success", durationInMillis="9" * 5000)

    assert ended.status_code < 500


@pytest.mark.parametrize("failure", [RuntimeError("bug"), Refusal()])
def test_whatever_goes_wrong_it_apologises(client, ussd_inbox, monkeypatch, failure):
    def fail(*_):
        raise failure

    monkeypatch.setattr(turns, "take", fail)
    answer = dial(client, ussd_inbox)

    assert answer.status_code == 200
    assert answer.text.startswith("END ")


def test_the_end_of_a_session_is_noted_without_what_was_typed(client, ussd_inbox):
    ended = dial(
        client,
        ussd_inbox,
        status="Success",
        durationInMillis="12345",
        hopsCount="3",
        input="6*2580",
        cost="MXN 0.10",
        lastAppResponse="END ok",
    )

    assert ended.status_code == 204
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_call_is_answered_in_twiml(client, voice_inbox):
    line_with_plan(number="+525530001111")

    answer = call(client, voice_inbox)

    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert "<Gather" in answer.text
    assert f'action="{ORIGIN}/hooks/voice/{voice_inbox.key}/1"' in answer.text
    assert db.session.scalars(select(Dialogue)).one().session_id == CALL


def test_a_call_signed_by_somebody_else_is_refused(client, voice_inbox):
    assert call(client, voice_inbox, sign_with="another").status_code == 403
    unsigned = client.post(f"/hooks/voice/{voice_inbox.key}", data={"CallSid": CALL})
    assert unsigned.status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 0


def test_the_end_of_a_call_is_noted_once(client, voice_inbox):
    call(client, voice_inbox)

    for _ in range(3):
        ended = call(client, voice_inbox, "status", CallStatus="completed", CallDuration="42")

    assert ended.status_code == 204
    dialogue = db.session.scalars(select(Dialogue)).one()
    assert (dialogue.outcome.value, dialogue.seconds) == ("completed", 42)
    assert dialogue.conversation.status.value == "resolved"
    bodies = list(db.session.scalars(select(Message.body).order_by(Message.seq)))
    assert sum("42 seconds" in each for each in bodies) == 1


@pytest.mark.parametrize("place", ["queries.inbox_of", "service.desk.end"])
def test_news_that_could_not_be_kept_is_not_acknowledged(client, voice_inbox, monkeypatch, place):
    def fail(*_):
        raise RuntimeError("the database is away")

    call(client, voice_inbox)
    over = {"CallStatus": "completed", "CallDuration": "42"}

    with monkeypatch.context() as patched:
        patched.setattr(f"app.selfservice.{place}", fail)
        lost = call(client, voice_inbox, "status", **over)
    again = call(client, voice_inbox, "status", **over)

    assert (lost.status_code, again.status_code) == (503, 204)
    assert db.session.scalars(select(Dialogue)).one().seconds == 42


@pytest.mark.parametrize("event", ["nonsense", "-1", "999999999", "%00"])
def test_steps_that_are_none_are_refused(client, voice_inbox, event):
    assert call(client, voice_inbox, event).status_code in {400, 403, 404}
