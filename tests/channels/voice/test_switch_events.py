"""Events as FreeSWITCH's event socket and Asterisk's REST interface give them to a bridge.

https://developer.signalwire.com/freeswitch/…/Event-List and
https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Asterisk_REST_Interface
"""

import json
import time

import pytest

from channels.dialogue import Ask, Ended, Enqueue, Ignored, Option, Place, Step, Turn
from channels.port import BadSignature, Call, Malformed
from channels.voice.events import PROVIDER, signature

BASE = "https://care.aurora.example/hooks/voice/abc"
SECRET = "shared with the bridge"
UUID = "5f4e2c1a-7c1d-11ef-9b0a-0242ac120002"
FREESWITCH = {
    "Event-Name": "CHANNEL_ANSWER",
    "Unique-ID": UUID,
    "Caller-Caller-ID-Number": "525530001111",
    "Caller-Destination-Number": "525500000000",
}
ASTERISK = {
    "type": "StasisStart",
    "timestamp": "2026-11-16T12:00:00.000+0000",
    "application": "dialtone",
    "args": [],
    "channel": {
        "id": "1731758400.12",
        "state": "Up",
        "caller": {"name": "", "number": "+525530001111"},
        "dialplan": {"context": "in", "exten": "525500000000", "priority": 2},
    },
}


def channel(**settings):
    return PROVIDER.open({"secret": SECRET, **settings}, None)


def call(told, *, at=None, secret=SECRET):
    body = json.dumps(told).encode()
    sent = str(int(at or time.time()))
    stated = f"t={sent},v1={signature(secret, body, sent).decode()}"
    return Call("POST", BASE, {"x-dialtone-signature": stated}, body)


@pytest.mark.parametrize("told", [FREESWITCH, ASTERISK], ids=["FreeSWITCH", "Asterisk"])
def test_a_call_comes_in(told):
    turn = channel().read(call(told))

    assert (turn.sender, turn.recipient) == ("+525530001111", "+525500000000")
    assert turn.is_first
    assert not turn.vouched
    assert channel(trusted_numbers="yes").read(call(told)).vouched


def test_keys_and_words():
    key = {**FREESWITCH, "Event-Name": "DTMF", "DTMF-Digit": "2"}
    words = {**FREESWITCH, "Event-Name": "DETECTED_SPEECH", "Speech-Text": "mi saldo"}
    digit = {**ASTERISK, "type": "ChannelDtmfReceived", "digit": "2"}

    assert channel().read(call(key), "1").said == "2"
    assert channel().read(call(words), "1").spoken
    assert channel().read(call(digit), "4") == Turn(
        "1731758400.12", "+525530001111", "+525500000000", "4", "2", vouched=False
    )


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (
            {
                **FREESWITCH,
                "Event-Name": "CHANNEL_HANGUP_COMPLETE",
                "Hangup-Cause": "NORMAL_CLEARING",
                "variable_billsec": "42",
            },
            Ended(UUID, "completed", 42),
        ),
        (
            {
                **FREESWITCH,
                "Event-Name": "CHANNEL_HANGUP_COMPLETE",
                "Hangup-Cause": "ORIGINATOR_CANCEL",
            },
            Ended(UUID, "abandoned"),
        ),
        ({**ASTERISK, "type": "ChannelDestroyed", "cause": 17}, Ended("1731758400.12", "busy")),
        ({**ASTERISK, "type": "ChannelVarset"}, Ignored("1731758400.12", "ChannelVarset")),
    ],
)
def test_how_it_ends(told, outcome):
    assert channel().read(call(told)) == outcome


def test_who_is_let_in():
    assert channel().admit(call(FREESWITCH)) is None
    for bad in (
        call(FREESWITCH, secret="another"),
        call(FREESWITCH, at=time.time() - 301),
        Call("POST", BASE, {}, b"{}"),
        Call("POST", BASE, {"x-dialtone-signature": "t=x,v1=y"}, b"{}"),
    ):
        with pytest.raises(BadSignature):
            channel().admit(bad)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"type": "StasisStart"}', b"[" * 100_000])
def test_what_makes_no_sense(body):
    with pytest.raises(Malformed):
        channel().read(Call("POST", BASE, {}, body))


def test_a_step_for_the_bridge():
    step = Step("Say or press", "es", (Option("1", "Saldo"),), Ask.CHOICE)
    told = json.loads(channel().render(step, Place(BASE, 2)).body)
    queued = json.loads(channel().render(Step("", act=Enqueue("care-mx")), Place(BASE, 2)).body)

    assert told == {
        "say": "Say or press",
        "language": "es",
        "ask": "choice",
        "digits": None,
        "hints": ["Saldo"],
        "act": None,
        "hang_up": False,
        "next": f"{BASE}/3",
    }
    assert queued["act"] == {"act": "enqueue", "queue": "care-mx"}
