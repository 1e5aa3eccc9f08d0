"""Twilio's voice webhooks as its documentation has them, and the TwiML they are answered with.

https://www.twilio.com/docs/voice/twiml, …/voice/api/recording, …/voice/twiml/enqueue
"""

import json
import xml.etree.ElementTree as ET
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from channels.dialogue import (
    Ask,
    Dial,
    Ended,
    Enqueue,
    Fetched,
    Held,
    Ignored,
    Joined,
    Option,
    Pause,
    Place,
    Play,
    Record,
    Recorded,
    Step,
    Transcribed,
    Turn,
    Uttered,
    Waiting,
)
from channels.port import BadSignature, Call, ChannelDown, Malformed, Undeliverable
from channels.voice.twilio import PROVIDER

BASE = "https://care.aurora.example/hooks/voice/abc"
ACCOUNT, AUTH = "AC" + "0" * 32, "12345"
SID, RECORDING, STREAM = "CA" + "1" * 32, "RE" + "2" * 32, "GT" + "3" * 32
# https://www.twilio.com/docs/voice/twiml/transcription
UTTERED = {
    "TranscriptionEvent": "transcription-content",
    "TranscriptionSid": STREAM,
    "SequenceId": "2",
    "LanguageCode": "es-MX",
    "Track": "inbound_track",
    "Final": "true",
    "TranscriptionData": '{"transcript":"Quiero dos, por favor.","confidence":0.9956335}',
}
COMMON = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "CallSid": SID,
    "CallStatus": "ringing",
    "Called": "+525500000000",
    "Caller": "+525530001111",
    "Direction": "inbound",
    "From": "+525530001111",
    "To": "+525500000000",
}


@pytest.fixture
def channel():
    return PROVIDER.open(
        {
            "account_sid": ACCOUNT,
            "auth_token": AUTH,
            "api_key": "SK" + "3" * 32,
            "api_secret": "a secret of thirty-two characters",
            "application_sid": "AP" + "4" * 32,
        },
        None,
    )


def call(event="", *, signed=AUTH, **form):
    url = f"{BASE}/{event}" if event else BASE
    form = {**COMMON, **form}
    signature = RequestValidator(signed).compute_signature(url, form)
    return Call("POST", url, {"x-twilio-signature": signature}, urlencode(form).encode())


def document(channel, step, turn=0):
    answer = channel.render(step, Place(BASE, turn))
    assert answer.content_type.startswith("text/xml")
    return ET.fromstring(answer.body)


def test_a_signed_call_is_admitted_and_any_other_is_not(channel):
    assert channel.admit(call()) is None
    with pytest.raises(BadSignature):
        channel.admit(call(signed="other"))
    tampered = Call("POST", BASE, call().headers, call(From="+525599999999").body)
    with pytest.raises(BadSignature):
        channel.admit(tampered)
    with pytest.raises(BadSignature):
        channel.admit(Call("POST", BASE, {}, call().body))


def test_an_inbox_without_a_token_lets_nobody_in():
    with pytest.raises(BadSignature):
        PROVIDER.open({}, None).admit(call(signed=""))


def test_the_first_turn_of_a_call(channel):
    turn = channel.read(call())

    assert turn == Turn(SID, "+525530001111", "+525500000000", "", vouched=False)
    assert turn.is_first
    assert channel.read(call(StirVerstat="TN-Validation-Passed-A")).vouched
    assert not channel.read(call(StirVerstat="TN-Validation-Passed-B")).vouched


@pytest.mark.parametrize("hidden", ["anonymous", "+anonymous", "client:ana", "sip:a@b.example", ""])
def test_whoever_hides_her_number_has_none(channel, hidden):
    assert channel.read(call(From=hidden)).sender == ""


def test_digits_and_words(channel):
    pressed = channel.read(call("3", Digits="2"), "3")
    spoken = channel.read(call("3", SpeechResult="Mi saldo.", Confidence="0.93"), "3")
    silent = channel.read(call("3"), "3")

    assert (pressed.trail, pressed.said, pressed.spoken) == ("3", "2", False)
    assert (spoken.said, spoken.spoken) == ("Mi saldo.", True)
    assert silent.said == ""


@pytest.mark.parametrize(
    ("event", "form", "heard"),
    [
        ("status", {"CallStatus": "completed", "CallDuration": "15"}, Ended(SID, "completed", 15)),
        ("status", {"CallStatus": "no-answer"}, Ended(SID, "no_answer")),
        ("status", {"CallStatus": "busy"}, Ended(SID, "busy")),
        ("status", {"CallStatus": "canceled"}, Ended(SID, "abandoned")),
        ("status", {"CallStatus": "in-progress"}, Ignored(SID, "in-progress")),
        ("queued", {"QueueResult": "bridged", "QueueTime": "30"}, Joined(SID, "answered", 30)),
        ("queued", {"QueueResult": "leave"}, Joined(SID, "left")),
        ("queued", {"QueueResult": "hangup"}, Joined(SID, "abandoned")),
        ("queued", {"QueueResult": "queue-full"}, Joined(SID, "failed")),
        ("dialled", {"DialCallStatus": "no-answer"}, Joined(SID, "no_answer")),
        (
            "dialled",
            {"DialCallStatus": "completed", "DialCallDuration": "61"},
            Joined(SID, "answered", 61),
        ),
        ("wait", {"QueueTime": "12", "QueuePosition": "2"}, Waiting(SID, 12)),
        ("wait", {"QueueTime": "40", "Digits": "1"}, Waiting(SID, 40, "1")),
        ("agent", {}, Fetched(SID)),
        ("uttered", UTTERED, Uttered(SID, f"{STREAM}:2", "Quiero dos, por favor.", True)),
        (
            "uttered",
            {**UTTERED, "Track": "outbound_track", "SequenceId": "3"},
            Uttered(SID, f"{STREAM}:3", "Quiero dos, por favor.", False),
        ),
        ("uttered", {**UTTERED, "Final": "false"}, Ignored(SID, "transcription-content")),
        (
            "uttered",
            {"TranscriptionEvent": "transcription-started", "TranscriptionSid": STREAM},
            Ignored(SID, "transcription-started"),
        ),
        (
            "voicemail",
            {
                "RecordingSid": RECORDING,
                "RecordingUrl": f"https://api.twilio.com/x/Recordings/{RECORDING}",
                "RecordingStatus": "completed",
                "RecordingDuration": "9",
            },
            Recorded(
                SID, RECORDING, f"https://api.twilio.com/x/Recordings/{RECORDING}", 9, "voicemail"
            ),
        ),
        (
            "recorded",
            {"RecordingSid": RECORDING, "RecordingStatus": "absent"},
            Ignored(SID, "recording"),
        ),
        (
            "transcribed",
            {
                "RecordingSid": RECORDING,
                "TranscriptionStatus": "completed",
                "TranscriptionText": "Call me, please.",
            },
            Transcribed(SID, RECORDING, "Call me, please."),
        ),
        ("transcribed", {"TranscriptionStatus": "failed"}, Ignored(SID, "transcription")),
    ],
)
def test_everything_else_that_is_told_of_a_call(channel, event, form, heard):
    assert channel.read(call(event, **form), event) == heard


@given(st.binary(max_size=300), st.sampled_from(["", "1", "status", "voicemail", "uttered", "x"]))
def test_any_bytes_are_understood_or_make_no_sense(body, event):
    channel = PROVIDER.open({}, None)
    with suppress(Malformed):
        channel.read(Call("POST", BASE, {}, body), event)


@pytest.mark.parametrize(
    ("language", "voice", "heard"),
    [
        ("en", "Polly.Joanna-Neural", "en-US"),
        ("es", "Polly.Mia-Neural", "es-MX"),
        ("pt", "Polly.Camila-Neural", "pt-BR"),
    ],
)
def test_a_choice_is_taken_by_key_or_by_voice(channel, language, voice, heard):
    options = (Option("1", "Saldo", ("dinero",)), Option("2", "Consumo"))
    step = Step("Diga <algo> & más", language, options, Ask.CHOICE)

    root = document(channel, step, turn=4)

    gather, redirect = root
    assert gather.tag == "Gather"
    assert gather.attrib["input"] == "dtmf speech"
    assert gather.attrib["language"] == heard
    assert gather.attrib["hints"] == "Saldo, dinero, Consumo"
    assert gather.attrib["numDigits"] == "1"
    assert gather.attrib["action"] == redirect.text == f"{BASE}/5"
    assert gather[0].attrib == {"language": heard, "voice": voice}
    assert gather[0].text == "Diga <algo> & más"


def test_digits_end_with_the_hash_key(channel):
    gather = document(channel, Step("Code", ask=Ask.DIGITS))[0]

    assert gather.attrib["finishOnKey"] == "#"
    assert "numDigits" not in gather.attrib


def test_the_end_hangs_up(channel):
    assert [each.tag for each in document(channel, Step("Goodbye"))] == ["Say", "Hangup"]
    assert [each.tag for each in document(channel, Step(""))] == ["Hangup"]


def test_waiting_for_a_person(channel):
    say, enqueue = document(channel, Step("Wait", act=Enqueue("care-mx")))

    assert (say.tag, enqueue.tag, enqueue.text) == ("Say", "Enqueue", "care-mx")
    assert enqueue.attrib["waitUrl"] == f"{BASE}/wait"
    assert enqueue.attrib["action"] == f"{BASE}/queued"


def test_what_is_heard_while_waiting(channel):
    gather, again = document(channel, Step("You are number 2", act=Play(20)))
    left = document(channel, Step("", act=Play(leave=True)))

    assert (gather.attrib["numDigits"], gather.attrib["timeout"]) == ("1", "20")
    assert again.text == f"{BASE}/wait"
    assert [each.tag for each in left] == ["Leave"]


def test_a_message_is_recorded_and_written_down(channel):
    say, record = document(channel, Step("It is recorded", act=Record(90)), turn=2)

    assert say.text == "It is recorded"
    assert record.attrib["maxLength"] == "90"
    assert record.attrib["action"] == f"{BASE}/3"
    assert record.attrib["recordingStatusCallback"] == f"{BASE}/voicemail"
    assert record.attrib["transcribeCallback"] == f"{BASE}/transcribed"


def test_an_agents_browser_and_a_sip_address_ring(channel):
    dial = document(channel, Step("", act=Dial("agent-1", "sip:desk@b.example", recorded=True)))[0]

    assert [(each.tag, each.text) for each in dial] == [
        ("Client", "agent-1"),
        ("Sip", "sip:desk@b.example"),
    ]
    assert dial.attrib["action"] == f"{BASE}/dialled"
    assert dial.attrib["record"] == "record-from-answer-dual"
    assert dial.attrib["recordingStatusCallback"] == f"{BASE}/recorded"


def test_a_recorded_talk_is_written_down_where_the_inbox_wants_it(channel):
    step = Step("", "es", act=Dial("agent-1", recorded=True))
    wanting = PROVIDER.open({"write_down_calls": "yes"}, None)

    start = document(wanting, step)[0]

    assert [each.tag for each in document(wanting, step)] == ["Start", "Dial"]
    assert start[0].attrib == {
        "name": "desk",
        "track": "both_tracks",
        "languageCode": "es-MX",
        "statusCallbackUrl": f"{BASE}/uttered",
        "statusCallbackMethod": "POST",
    }
    assert [each.tag for each in document(channel, step)] == ["Dial"]
    assert [each.tag for each in document(wanting, Step("", act=Dial("agent-1")))] == ["Dial"]


def test_the_token_of_an_agents_browser(channel):
    token = channel.agent_token("agent-1")

    told = jwt.decode(
        token, "a secret of thirty-two characters", algorithms=["HS256"], audience=None
    )
    assert told["grants"]["identity"] == "agent-1"
    assert told["grants"]["voice"]["incoming"] == {"allow": True}
    assert told["grants"]["voice"]["outgoing"]["application_sid"].startswith("AP")
    assert told["exp"] - told["iat"] <= 3600 if "iat" in told else told["exp"]


def test_a_call_is_made_with_what_twilio_wants_to_know(channel, partner):
    partner.then((201, json.dumps({"sid": SID, "status": "queued"}).encode(), {}))
    ours = PROVIDER.open(dict(channel._settings), partner.url)

    made = ours.dial(
        "+525530001111", "+525500000000", url=f"{BASE}/agent", status_url=f"{BASE}/status"
    )

    asked = partner.asked[-1]
    assert made == SID
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert dict(parse_qsl(asked.body.decode())) == {
        "To": "+525530001111",
        "From": "+525500000000",
        "Url": f"{BASE}/agent",
        "Method": "POST",
        "Timeout": "40",
        "StatusCallback": f"{BASE}/status",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "completed",
    }


@pytest.mark.parametrize(
    ("status", "trouble"), [(429, ChannelDown), (503, ChannelDown), (400, Undeliverable)]
)
def test_a_call_that_twilio_does_not_make(channel, partner, status, trouble):
    body = json.dumps({"code": 21211, "message": "no", "status": status}).encode()
    partner.then((status, body, {}))
    ours = PROVIDER.open(dict(channel._settings), partner.url)

    with pytest.raises(trouble):
        ours.dial("+525530001111", "+525500000000", url=BASE, status_url=BASE)


def test_in_a_call_of_ours_the_customer_is_whom_we_called(channel):
    ends = {"From": "+525500000000", "To": "+525530001111", "Direction": "outbound-api"}

    heard = channel.read(call("2", **ends, Digits="1"), "2")

    assert (heard.sender, heard.recipient) == ("+525530001111", "+525500000000")
    assert channel.read(call("hold", **ends), "hold") == Held(SID)


def test_a_moment_is_a_pause_that_comes_back(channel):
    here = document(channel, Step("One moment.", act=Pause()), turn=4)
    on_hold = document(channel, Step("Wait.", act=Pause(20, "hold")))

    assert [(each.tag, each.text) for each in here] == [
        ("Say", "One moment."),
        ("Pause", None),
        ("Redirect", f"{BASE}/5"),
    ]
    assert (on_hold.find("Pause").get("length"), on_hold.find("Redirect").text) == (
        "20",
        f"{BASE}/hold",
    )


def test_a_browser_is_told_whom_the_call_is_about(channel):
    dial = document(channel, Step("", act=Dial("agent-1", about="c-1")))[0]

    client = dial.find("Client")
    parameter = client.find("Parameter")
    assert client.find("Identity").text == "agent-1"
    assert (parameter.get("name"), parameter.get("value")) == ("about", "c-1")


def test_only_with_an_api_key_agents_take_calls_in_browsers():
    keys = {"api_key": "SK", "api_secret": "s"}

    assert PROVIDER.open({}, None).browser is None
    assert PROVIDER.open(keys, None).browser.kind == "twilio"
    here = PROVIDER.open(keys, "http://localhost:8002/twilio").browser
    assert (here.kind, here.url, here.hosts) == (
        "sandbox",
        "http://localhost:8002/twilio",
        ("http://localhost:8002",),
    )
