"""Calls from a switch of one's own: the port that FreeSWITCH and Asterisk bridges speak.

A small bridge beside the switch posts one JSON object for each event and plays the JSON steps it is
answered with. Events have the names and fields that the switches themselves give them: those of
FreeSWITCH's event socket (`Event-Name`, `Unique-ID`, `variable_…`), or those of Asterisk's REST
interface (`type`, `channel`). docs/channels/voice.md has both, and the answers.

The bridge signs: `x-dialtone-signature` is `t=<seconds>,v1=<hex HMAC-SHA256 of "t.body">`.
"""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from channels.dialogue import DialogueProvider, Ended, Heard, Ignored, Place, Step, Turn
from channels.e164 import e164
from channels.port import Answer, BadSignature, Call, Malformed, Setting

OLDEST = 300
_SESSION = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_CAUSES = {
    "NORMAL_CLEARING": "completed",
    "USER_BUSY": "busy",
    "NO_ANSWER": "no_answer",
    "NO_USER_RESPONSE": "no_answer",
    "ORIGINATOR_CANCEL": "abandoned",
    # Asterisk says Q.850 numbers.
    "16": "completed",
    "17": "busy",
    "18": "no_answer",
    "19": "no_answer",
}


class SwitchEvents:
    speaks = True

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._secret = settings.get("secret", "")
        self._trusted = settings.get("trusted_numbers", "") == "yes"

    def admit(self, call: Call) -> Answer | None:
        stated = dict(
            part.split("=", 1)
            for part in call.headers.get("x-dialtone-signature", "").split(",")
            if "=" in part
        )
        sent, given = stated.get("t", ""), stated.get("v1", "")
        if not self._secret or not (sent.isascii() and sent.isdigit() and len(sent) < 13):
            raise BadSignature("it is not signed")
        if not hmac.compare_digest(given.encode(), signature(self._secret, call.body, sent)):
            raise BadSignature("the signature is not right")
        if abs(time.time() - int(sent)) > OLDEST:
            raise BadSignature("it is an old one")
        return None

    def read(self, call: Call, event: str = "") -> Heard:
        told = _object(call.body)
        return self._asterisk(told, event) if "type" in told else self._freeswitch(told, event)

    def cut(self, step: Step, *, more: str, back: str) -> tuple[Step, ...]:
        return (step,)

    def render(self, step: Step, place: Place) -> Answer:
        act = {"act": type(step.act).__name__.lower(), **asdict(step.act)} if step.act else None
        told = {
            "say": step.text,
            "language": step.language,
            "ask": step.ask,
            "digits": step.digits,
            "hints": [each.title for each in step.options],
            "act": act,
            "hang_up": step.is_end,
            "next": f"{place.base}/{place.turn + 1}",
        }
        return Answer(body=json.dumps(told).encode(), content_type="application/json")

    def _freeswitch(self, told: Mapping[str, Any], event: str) -> Heard:
        session_id, name = _session(told.get("Unique-ID")), _text(told.get("Event-Name"))
        if name == "CHANNEL_HANGUP_COMPLETE":
            return _ended(session_id, told.get("Hangup-Cause"), told.get("variable_billsec"))
        if name not in {"CHANNEL_ANSWER", "DTMF", "DETECTED_SPEECH"}:
            return Ignored(session_id, name)
        said = _text(told.get("DTMF-Digit")) or _text(told.get("Speech-Text"))
        sender, recipient = (
            told.get("Caller-Caller-ID-Number"),
            told.get("Caller-Destination-Number"),
        )
        return self._turn(session_id, sender, recipient, said, name == "DETECTED_SPEECH", event)

    def _asterisk(self, told: Mapping[str, Any], event: str) -> Heard:
        channel = told.get("channel")
        if not isinstance(channel, dict):
            raise Malformed("there is no channel")
        session_id, name = _session(channel.get("id")), _text(told.get("type"))
        if name in {"ChannelDestroyed", "StasisEnd"}:
            return _ended(session_id, told.get("cause", 16), told.get("duration"))
        if name not in {"StasisStart", "ChannelDtmfReceived", "ChannelTalkingFinished"}:
            return Ignored(session_id, name)
        caller, dialplan = channel.get("caller"), channel.get("dialplan")
        sender = caller.get("number") if isinstance(caller, dict) else None
        recipient = dialplan.get("exten") if isinstance(dialplan, dict) else None
        spoken = name == "ChannelTalkingFinished"
        said = _text(told.get("transcript" if spoken else "digit"))
        return self._turn(session_id, sender, recipient, said, spoken, event)

    def _turn(
        self, session_id: str, sender: Any, recipient: Any, said: str, spoken: bool, event: str
    ) -> Turn:
        if event and not (event.isascii() and event.isdigit() and len(event) < 6):
            raise Malformed("this is no step of a call")
        numbers = (e164(_text(sender)), e164(_text(recipient)))
        return Turn(
            session_id, *numbers, event, said=said[:500], spoken=spoken, vouched=self._trusted
        )


def signature(secret: str, body: bytes, sent: str) -> bytes:
    """The hex digits of v1."""
    whole = sent.encode() + b"." + body
    return hmac.new(secret.encode(), whole, hashlib.sha256).hexdigest().encode()


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("this is no JSON") from error
    if not isinstance(found, dict):
        raise Malformed("this is no object")
    return found


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _session(value: Any) -> str:
    if not _SESSION.fullmatch(_text(value)):
        raise Malformed("there is no call")
    return _text(value)


def _ended(session_id: str, cause: Any, seconds: Any) -> Ended:
    told = _text(seconds)
    lasted = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else None
    return Ended(session_id, _CAUSES.get(_text(cause), "failed"), lasted)


PROVIDER = DialogueProvider(
    kind="voice",
    name="switch",
    settings=(Setting("secret", secret=True), Setting("trusted_numbers", optional=True)),
    open=lambda settings, _base: SwitchEvents(settings),
)
