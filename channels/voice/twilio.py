"""Telephone calls through Twilio's Programmable Voice: webhooks in, TwiML out.

The last part of our address says what a webhook is about: a turn's number, or one of EVENTS.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from twilio.rest import Client
from urllib3.exceptions import HTTPError

from channels import twilio_signing
from channels.dialogue import (
    Browser,
    DialogueProvider,
    Ended,
    Fetched,
    Heard,
    Held,
    Ignored,
    Joined,
    Place,
    Recorded,
    Step,
    Transcribed,
    Turn,
    Uttered,
    Waiting,
)
from channels.e164 import e164
from channels.port import (
    Answer,
    Call,
    ChannelDown,
    Malformed,
    Media,
    Setting,
    Undeliverable,
)
from channels.twilio_signing import form_of
from channels.voice import twiml

TOKEN_LIFE = timedelta(hours=1)
_LARGEST = 25 * 1024 * 1024
_SECONDS = 5.0
_SECONDS_TO_RING = 40
_HOME = "https://api.twilio.com"
# Its signalling, its region finder, its insights and its sounds.
_BROWSER_HOSTS = ("https://*.twilio.com", "wss://*.twilio.com")
_SID = re.compile(r"CA[0-9a-f]{32}")
_RECORDING = re.compile(r"RE[0-9a-f]{32}")
_TRANSCRIPTION = re.compile(r"GT[0-9a-f]{32}")
_ATTESTED = "TN-Validation-Passed-A"
_OVER = {
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "abandoned",
}
_JOINED = {**_OVER, "completed": "answered", "answered": "answered", "bridged": "answered"}
_FROM_QUEUE = {"bridged": "answered", "leave": "left", "hangup": "abandoned"}


class TwilioVoice:
    speaks = True

    def __init__(self, settings: Mapping[str, str], base_url: str | None) -> None:
        self._settings = settings
        self._base_url = base_url or _HOME

    def admit(self, call: Call) -> Answer | None:
        twilio_signing.check(call, self._settings.get("auth_token", ""))
        return None

    def read(self, call: Call, event: str = "") -> Heard:
        form = form_of(call)
        session_id = form.get("CallSid", "")
        if not _SID.fullmatch(session_id):
            raise Malformed("there is no call")
        if event in _READERS:
            return _READERS[event](session_id, form)
        if event and not (event.isascii() and event.isdigit() and len(event) < 6):
            raise Malformed("this is no step of a call")
        ends = ("From", "To")
        hers, ours = reversed(ends) if form.get("Direction", "").startswith("out") else ends
        spoken = "Digits" not in form and bool(form.get("SpeechResult"))
        return Turn(
            session_id,
            e164(form.get(hers, "")),
            e164(form.get(ours, "")),
            event,
            said=(form.get("SpeechResult", "") if spoken else form.get("Digits", ""))[:500],
            spoken=spoken,
            vouched=form.get("StirVerstat") == _ATTESTED,
        )

    def cut(self, step: Step, *, more: str, back: str) -> tuple[Step, ...]:
        """A voice has no screen."""
        return (step,)

    def render(self, step: Step, place: Place) -> Answer:
        written = self._settings.get("write_down_calls") == "yes"
        document = twiml.document(step, place, written_down=written)
        return Answer(body=document.encode(), content_type="text/xml; charset=utf-8")

    def move(self, session_id: str, url: str) -> None:
        """Take a caller out of the queue, to what `url` says next.

        Raises ChannelDown, and Undeliverable when the call is over.
        """
        self._ask(lambda client: client.calls(session_id).update(url=url, method="POST"))

    def dial(self, number: str, sender: str, *, url: str, status_url: str) -> str:
        made = self._ask(
            lambda client: client.calls.create(
                to=number,
                from_=sender,
                url=url,
                method="POST",
                timeout=_SECONDS_TO_RING,
                status_callback=status_url,
                status_callback_method="POST",
                status_callback_event=["completed"],
            )
        )
        return str(made.sid)

    def check(self) -> None:
        account = self._settings.get("account_sid", "")
        self._ask(lambda client: client.api.accounts(account).fetch())

    def fetch(self, media: Media) -> Media:
        """A recording, as MP3."""
        url = (media.url or "").replace(_HOME, self._base_url, 1)
        if not url.startswith(f"{self._base_url}/"):
            raise Undeliverable("this is not the provider's address")
        content = self._download(f"{url}.mp3")
        return Media("audio/mpeg", media.name or "recording.mp3", content)

    @property
    def browser(self) -> Browser | None:
        if not self._settings.get("api_key"):
            return None
        if self._base_url == _HOME:
            return Browser("twilio", "", _BROWSER_HOSTS)
        parts = urlsplit(self._base_url)
        return Browser("sandbox", self._base_url, (f"{parts.scheme}://{parts.netloc}",))

    def agent_token(self, identity: str) -> str:
        """What an agent's browser needs to take calls: a token of Twilio's Voice SDK."""
        settings = self._settings
        token = AccessToken(
            settings.get("account_sid", ""),
            settings.get("api_key", ""),
            settings.get("api_secret", ""),
            identity=identity,
            ttl=int(TOKEN_LIFE.total_seconds()),
        )
        application = settings.get("application_sid") or None
        token.add_grant(VoiceGrant(outgoing_application_sid=application, incoming_allow=True))
        return str(token.to_jwt())

    def _download(self, url: str) -> bytes:
        """The provider's library reads text only."""
        settings = self._settings
        with requests.Session() as session:
            session.trust_env = False
            session.auth = (settings.get("account_sid", ""), settings.get("auth_token", ""))
            try:
                answer = session.get(url, timeout=_SECONDS, stream=True, allow_redirects=False)
                content = answer.raw.read(_LARGEST + 1)
            except (RequestException, HTTPError) as error:
                raise ChannelDown(type(error).__name__) from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise ChannelDown(str(answer.status_code))
        if answer.status_code != 200 or len(content) > _LARGEST:
            raise Undeliverable("the recording cannot be had", code=str(answer.status_code))
        return bytes(content)

    def _ask(self, what: Any) -> Any:
        settings = self._settings
        http = _Elsewhere(self._base_url)
        client = Client(settings.get("account_sid"), settings.get("auth_token"), http_client=http)
        try:
            return what(client)
        except TwilioRestException as error:
            if error.status == 429 or error.status >= 500:
                raise ChannelDown(str(error.status)) from error
            raise Undeliverable(str(error.status), code=str(error.code)) from error
        except (RequestException, TwilioException) as error:
            raise ChannelDown(type(error).__name__) from error


class _Elsewhere(TwilioHttpClient):
    """The provider's library, knocking at another address: the sandbox's."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=_SECONDS)
        self._base_url = base_url
        self.session.trust_env = False

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return super().request(method, url.replace(_HOME, self._base_url, 1), *args, **more)


def _seconds(form: Mapping[str, str], name: str) -> int | None:
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _ended(session_id: str, form: Mapping[str, str]) -> Heard:
    status = form.get("CallStatus", "")
    if status not in _OVER:
        return Ignored(session_id, status[:40])
    return Ended(session_id, _OVER[status], _seconds(form, "CallDuration"))


def _queued(session_id: str, form: Mapping[str, str]) -> Heard:
    result = _FROM_QUEUE.get(form.get("QueueResult", ""), "failed")
    return Joined(session_id, result, _seconds(form, "QueueTime"))


def _dialled(session_id: str, form: Mapping[str, str]) -> Heard:
    result = _JOINED.get(form.get("DialCallStatus", ""), "failed")
    return Joined(session_id, result, _seconds(form, "DialCallDuration"))


def _waits(session_id: str, form: Mapping[str, str]) -> Heard:
    return Waiting(session_id, _seconds(form, "QueueTime") or 0, form.get("Digits", "")[:5])


def _recorded(purpose: str, session_id: str, form: Mapping[str, str]) -> Heard:
    recording = form.get("RecordingSid", "")
    if not _RECORDING.fullmatch(recording):
        raise Malformed("there is no recording")
    if form.get("RecordingStatus", "completed") != "completed":
        return Ignored(session_id, "recording")
    seconds = _seconds(form, "RecordingDuration") or 0
    return Recorded(session_id, recording, form.get("RecordingUrl", "")[:500], seconds, purpose)


def _transcribed(session_id: str, form: Mapping[str, str]) -> Heard:
    if form.get("TranscriptionStatus") != "completed":
        return Ignored(session_id, "transcription")
    text = form.get("TranscriptionText", "")[:4000]
    return Transcribed(session_id, form.get("RecordingSid", ""), text)


def _uttered(session_id: str, form: Mapping[str, str]) -> Heard:
    """The caller's own voice comes in to Twilio, the agent's goes out from it."""
    happened = form.get("TranscriptionEvent", "")
    if happened != "transcription-content" or form.get("Final") != "true":
        return Ignored(session_id, happened[:40])
    stream, number = form.get("TranscriptionSid", ""), _seconds(form, "SequenceId")
    if not _TRANSCRIPTION.fullmatch(stream) or number is None:
        raise Malformed("there is no transcription")
    words = _words(form.get("TranscriptionData", ""))
    return Uttered(session_id, f"{stream}:{number}", words, form.get("Track") == "inbound_track")


def _words(data: str) -> str:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed("the transcription cannot be read") from error
    words = told.get("transcript") if isinstance(told, dict) else None
    if not isinstance(words, str):
        raise Malformed("there are no words")
    return words[:4000]


def _fetched(session_id: str, _form: Mapping[str, str]) -> Heard:
    return Fetched(session_id)


def _on_hold(session_id: str, _form: Mapping[str, str]) -> Heard:
    return Held(session_id)


_READERS: dict[str, Callable[[str, Mapping[str, str]], Heard]] = {
    "agent": _fetched,
    "hold": _on_hold,
    "status": _ended,
    "queued": _queued,
    "dialled": _dialled,
    "wait": _waits,
    "voicemail": lambda *told: _recorded("voicemail", *told),
    "recorded": lambda *told: _recorded("call", *told),
    "transcribed": _transcribed,
    "uttered": _uttered,
}
EVENTS = frozenset(_READERS)

PROVIDER = DialogueProvider(
    kind="voice",
    name="twilio",
    settings=(
        Setting("account_sid"),
        Setting("auth_token", secret=True),
        Setting("api_key", optional=True),
        Setting("api_secret", secret=True, optional=True),
        Setting("application_sid", optional=True),
        Setting("sip_address", optional=True),
        Setting("write_down_calls", optional=True),
    ),
    open=TwilioVoice,
)
