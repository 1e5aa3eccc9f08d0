"""A telephone's side of USSD and of calls: it speaks the providers' protocols to the operator."""

import json
import secrets
import time
import xml.etree.ElementTree as ET
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from twilio.request_validator import RequestValidator

from app.demo.world.accounts import Inbox
from app.demo.world.call_api import CallBook
from app.demo.world.legs import Legs
from app.demo.world.refusals import Refusal
from app.demo.world.store import Row

_SECONDS = 10
_CODE = "*123#"
_OURS = "+525500000123"
_MOST_SAID = 6  # it lives in a cookie


def _unreachable(why: str) -> Refusal:
    return Refusal(502, "unreachable", why)


@dataclass(slots=True)
class Screen:
    """What the telephone shows of a USSD session. The trail is all that was entered."""

    id: str
    trail: str = ""
    text: str = ""
    over: bool = False


class Ussd:
    """As Africa's Talking calls the operator: a form for each turn."""

    def __init__(self, client: httpx.Client, base_url: str) -> None:
        self._client, self._base_url = client, base_url

    def dial(self, inbox: Inbox, number: str) -> Screen:
        screen = Screen(f"ATUid_{secrets.token_hex(16)}")
        return self._turn(inbox, number, screen)

    def answer(self, inbox: Inbox, number: str, screen: Screen, said: str) -> Screen:
        trail = f"{screen.trail}*{said}" if screen.trail else said
        return self._turn(inbox, number, Screen(screen.id, trail))

    def _turn(self, inbox: Inbox, number: str, screen: Screen) -> Screen:
        form = {
            "sessionId": screen.id,
            "serviceCode": _CODE,
            "phoneNumber": number,
            "networkCode": "33403",
            "text": screen.trail,
        }
        word, _, text = self._post(inbox, "", form).partition(" ")
        if word not in {"CON", "END"}:
            raise _unreachable("The operator did not answer.")
        screen.text, screen.over = text, word == "END"
        if screen.over:
            told = {"status": "Success", "durationInMillis": "9000", "hopsCount": "1"}
            self._post(inbox, "/events", {**form, **told})
        return screen

    def _post(self, inbox: Inbox, event: str, form: dict[str, str]) -> str:
        query = urlencode({"token": inbox.secret})
        url = f"{self._base_url}/hooks/ussd/{inbox.key}{event}?{query}"
        try:
            return self._client.post(url, data=form, timeout=_SECONDS).text
        except httpx.HTTPError as error:
            raise _unreachable(type(error).__name__) from error


@dataclass(slots=True)
class Call:
    """A call as its customer hears it. `waits` is what it waits for: input, message, person, agent,
    moment (until `until`), or nothing once it is over; `onward` is where that goes, `queued` where
    she goes who leaves. `ours` is the operator's number where the operator called. What she says
    to an agent is written down for `listener`; `sentences` counts it."""

    sid: str
    said: list[str] = field(default_factory=list)
    waits: str = ""
    onward: str = ""
    queued: str = ""
    until: float = 0.0
    ours: str = ""
    listener: str = ""
    sentences: int = 0

    @property
    def over(self) -> bool:
        return not self.waits

    def kept(self) -> dict[str, Any]:
        return asdict(self)


class Calls:
    """As Twilio calls the operator: signed forms, and TwiML that says what is heard next."""

    def __init__(self, client: httpx.Client, base_url: str, book: CallBook, legs: Legs) -> None:
        self._client, self._base_url = client, base_url
        self._book, self._legs = book, legs

    def ring(self, inbox: Inbox, number: str) -> Call:
        call = Call(f"CA{secrets.token_hex(16)}")
        self._book.begin(call.sid)
        return self._go(inbox, number, call, f"{self._base_url}/hooks/voice/{inbox.key}", {})

    def look(self, inbox: Inbox | None, number: str, call: Call | None) -> dict[str, Any]:
        """What happened meanwhile, for a page: whether we are rung, and an agent talks."""
        if inbox is None:
            return {"rings": None, "talks": False}
        for each in self._book.unanswered():
            self._tell_state(inbox, each["number"], self._from_operator(each), "no-answer")
        if call is not None:
            self._move_on(inbox, number, call)
        talks = call is not None and call.waits == "agent"
        return {
            "rings": self._book.ringing_at(number),
            "talks": talks and self._legs.state(call.sid if call else "") == "talking",
        }

    def pick_up(self, inbox: Inbox, number: str) -> Call | None:
        row = self._book.ringing_at(number)
        if row is None:
            return None
        self._book.answer(row["sid"])
        return self._go(inbox, number, self._from_operator(row), row["url"], {})

    def decline(self, inbox: Inbox, number: str) -> None:
        row = self._book.ringing_at(number)
        if row is not None:
            self._book.end(row["sid"])
            self._tell_state(inbox, number, self._from_operator(row), "busy")

    def _move_on(self, inbox: Inbox, number: str, call: Call) -> None:
        """Moved by the operator, left by the agent, or waited long enough."""
        if call.over:
            return
        if url := self._book.moved(call.sid):
            self._legs.drop(call.sid)
            self._go(inbox, number, call, url, {})
        elif call.waits == "agent":
            self._look_at_agent(inbox, number, call)
        elif call.waits == "moment" and time.time() >= call.until:
            self._go(inbox, number, call, call.onward, {})

    def _look_at_agent(self, inbox: Inbox, number: str, call: Call) -> None:
        state = self._legs.state(call.sid)
        if state not in {"ringing", "talking"}:
            self._legs.drop(call.sid)
            self._go(inbox, number, call, call.onward, {"DialCallStatus": state})

    @staticmethod
    def _from_operator(row: Row) -> Call:
        return Call(row["sid"], ours=row["sender"])

    def press(self, inbox: Inbox, number: str, call: Call, keys: str) -> Call:
        if call.waits == "agent":
            return call  # an agent hears a tone
        return self._go(inbox, number, call, call.onward, {"Digits": keys} if keys else {})

    def say(self, inbox: Inbox, number: str, call: Call, words: str) -> Call:
        """Words for the menu, the message that the machine takes, or to an agent."""
        if call.waits == "agent":
            return self._tell_agent(inbox, number, call, words)
        if call.waits != "message":
            told = {"SpeechResult": words, "Confidence": "0.9"}
            return self._go(inbox, number, call, call.onward, told)
        recording = f"RE{secrets.token_hex(16)}"
        after = self._go(inbox, number, call, call.onward, {"RecordingSid": recording})
        written = {
            "RecordingSid": recording,
            "TranscriptionStatus": "completed",
            "TranscriptionText": words,
        }
        url = f"{self._base_url}/hooks/voice/{inbox.key}/transcribed"
        self._post(inbox, url, self._form(number, after, written))
        return after

    def _tell_agent(self, inbox: Inbox, number: str, call: Call, words: str) -> Call:
        if call.listener and self._legs.state(call.sid) == "talking":
            call.sentences += 1
            call.said = [*call.said, f"— {words}"][-_MOST_SAID:]
            written = {
                "TranscriptionEvent": "transcription-content",
                "TranscriptionSid": f"GT{call.sid[2:]}",
                "SequenceId": str(call.sentences + 1),  # the first told that it began
                "Track": "inbound_track",
                "Final": "true",
                "TranscriptionData": json.dumps({"transcript": words, "confidence": 0.9}),
            }
            self._post(inbox, call.listener, self._form(number, call, written))
        return call

    def hang_up(self, inbox: Inbox, number: str, call: Call) -> Call:
        call.waits = call.onward = ""
        self._legs.drop(call.sid)
        self._tell_end(inbox, number, call)
        return call

    def _go(self, inbox: Inbox, number: str, call: Call, url: str, told: dict[str, str]) -> Call:
        document = self._post(inbox, url, self._form(number, call, told))
        try:
            root = ET.fromstring(document)  # noqa: S314 - our own operator's
        except ET.ParseError as error:
            raise _unreachable("The operator did not answer.") from error
        call.waits = call.onward = ""
        for verb in root:
            if self._stops_at(inbox, number, call, verb):
                break
        else:
            self._tell_end(inbox, number, call)
        call.said = call.said[-_MOST_SAID:]
        return call

    def _stops_at(self, inbox: Inbox, number: str, call: Call, verb: ET.Element) -> bool:
        """Hear one verb; True when it holds the line."""
        match verb.tag:
            case "Say":
                call.said.append(verb.text or "")
                return False
            case "Start":
                call.listener = verb.find("Transcription").attrib["statusCallbackUrl"]  # type: ignore[union-attr]
                return False
            case "Pause":
                call.waits, call.until = "moment", time.time() + float(verb.attrib["length"])
                return False
            case "Gather":
                call.said += [each.text or "" for each in verb.iter("Say")]
                call.waits, call.onward = call.waits or "input", verb.attrib["action"]
            case "Record":
                call.waits, call.onward = "message", verb.attrib["action"]
            case "Dial":
                self._ring_agent(number, call, verb)
            case _:
                return self._leads_on(inbox, number, call, verb)
        return True

    def _leads_on(self, inbox: Inbox, number: str, call: Call, verb: ET.Element) -> bool:
        match verb.tag:
            case "Enqueue":
                call.queued = verb.attrib["action"]
                self._go(inbox, number, call, verb.attrib["waitUrl"], {})
            case "Leave":
                self._go(inbox, number, call, call.queued, {"QueueResult": "leave"})
            case "Redirect" if call.waits == "moment":
                call.onward = verb.text or ""
            case "Redirect":
                self._go(inbox, number, call, verb.text or "", {})
            case _:
                return False
        return True

    def _ring_agent(self, number: str, call: Call, dial: ET.Element) -> None:
        """The browser of the one that is named; a SIP address is not in this world."""
        call.waits, call.onward = "agent", dial.attrib["action"]
        client = dial.find("Client")
        if client is not None:
            about = client.find("Parameter")
            told = about.attrib["value"] if about is not None else ""
            identity = client.findtext("Identity") or client.text or ""
            self._legs.ring(call.sid, identity, number, told)

    def _tell_end(self, inbox: Inbox, number: str, call: Call) -> None:
        self._book.end(call.sid)
        self._tell_state(inbox, number, call, "completed")

    def _tell_state(self, inbox: Inbox, number: str, call: Call, state: str) -> None:
        seconds = "30" if state == "completed" else "0"
        told = {"CallStatus": state, "CallDuration": seconds}
        url = f"{self._base_url}/hooks/voice/{inbox.key}/status"
        self._post(inbox, url, self._form(number, call, told))

    def _form(self, number: str, call: Call, told: dict[str, str]) -> dict[str, str]:
        ends = {"From": number, "To": _OURS, "Direction": "inbound"}
        if call.ours:
            ends = {"From": call.ours, "To": number, "Direction": "outbound-api"}
        return {
            "CallSid": call.sid,
            "CallStatus": "in-progress",
            "StirVerstat": "TN-Validation-Passed-A",
            **ends,
            **told,
        }

    def _post(self, inbox: Inbox, url: str, form: dict[str, str]) -> str:
        if urlsplit(url)[:2] != urlsplit(self._base_url)[:2]:
            raise _unreachable("That is not the operator's address.")
        signature = RequestValidator(inbox.secret).compute_signature(url, form)
        headers = {"X-Twilio-Signature": str(signature)}
        try:
            return self._client.post(url, data=form, headers=headers, timeout=_SECONDS).text
        except httpx.HTTPError as error:
            raise _unreachable(type(error).__name__) from error
