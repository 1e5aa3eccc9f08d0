"""A provider of any kind: its calls are JSON, its signature a word, its network a list."""

import json
from datetime import datetime

from channels.port import (
    Abilities,
    Answer,
    BadSignature,
    Call,
    Consent,
    Edited,
    Inbound,
    Kind,
    Malformed,
    Media,
    Moved,
    PassedBy,
    Provider,
    Receipt,
    Setting,
    State,
    TemplateJudged,
    Wish,
    Withdrawn,
)

SECRET = "the provider's secret"
SETTINGS = (Setting("account"), Setting("secret", secret=True), Setting("pool", optional=True))


class FakeChannel:
    """`sent` holds what left, by key; `trouble` is raised by the next sendings, in turn."""

    def __init__(self, settings=None):
        self.settings = dict(settings or {})
        self.sent = []
        self.trouble = []
        self.files = {}
        self.problem = None

    def admit(self, call):
        if call.headers.get("x-signature") != self.settings.get("secret", SECRET):
            raise BadSignature("no such word")
        if call.method == "GET":
            return Answer(200, b"challenge")
        return None

    def read(self, call):
        try:
            told = json.loads(call.body)
        except ValueError as error:
            raise Malformed("this is no JSON") from error
        return tuple(_event(each) for each in told["events"])

    def answer(self, call):
        return Answer(200, b"<ok/>", "text/xml")

    def send(self, message):
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(message)
        return f"out-{message.key}"

    def fetch(self, media):
        if self.trouble:
            raise self.trouble.pop(0)
        return Media(media.media_type, name=media.name, content=self.files[media.handle])

    def check(self):
        if self.problem is not None:
            raise self.problem


def fake_provider(kind="sms", name="fake", **abilities):
    """A Provider and its one channel, whatever inbox opens it."""
    channel = FakeChannel()
    able = {"longest": 1600, "media": True, "receipts": True, **abilities}

    def open_channel(settings, api_base):
        channel.settings = {**dict(settings), "api_base": api_base}
        return channel

    return Provider(kind, name, SETTINGS, Abilities(**able), open_channel), channel


def said(text, *, sender="+525512340001", provider_id="in-1", **more):
    return {"is": "inbound", "text": text, "sender": sender, "id": provider_id, **more}


def receipt(state, provider_id=None, **more):
    return {"is": "receipt", "state": state, "id": provider_id, **more}


def body_of(*events):
    return json.dumps({"events": events}).encode()


def call_of(*events, signature=SECRET, body=None):
    return Call(
        "POST",
        "http://localhost/hooks/channels/x",
        {"x-signature": signature},
        body_of(*events) if body is None else body,
    )


def _moment(text):
    return datetime.fromisoformat(text) if text else None


def _event(told):
    return _READ[told["is"]](told)


def _inbound(told):
    return Inbound(
        provider_id=told["id"],
        sender=told["sender"],
        recipient="+525500000000",
        text=told["text"],
        name=told.get("name", ""),
        kind=Kind(told.get("kind", "text")),
        media=tuple(
            Media(
                each["type"],
                name=each.get("name", ""),
                content=each["content"].encode("latin-1") if "content" in each else None,
                handle=each.get("handle"),
            )
            for each in told.get("media", [])
        ),
        payload=told.get("payload"),
        answers=told.get("answers"),
        thread=told.get("thread"),
        subject=told.get("subject", ""),
        at=_moment(told.get("at")),
        vouched=told.get("vouched", True),
        automatic=told.get("automatic", False),
        problems=tuple(told.get("problems", ())),
    )


_READ = {
    "inbound": _inbound,
    "receipt": lambda told: Receipt(
        State(told["state"]),
        provider_id=told["id"],
        recipient=told.get("recipient"),
        up_to=_moment(told.get("up_to")),
        code=told.get("code", ""),
        reason=told.get("reason", ""),
    ),
    "edited": lambda told: Edited(told["id"], told["text"], _moment(told.get("at"))),
    "withdrawn": lambda told: Withdrawn(told["id"], _moment(told.get("at"))),
    "moved": lambda told: Moved(told["old"], told["new"]),
    "consent": lambda told: Consent(told["address"], Wish(told["wish"])),
    "judged": lambda told: TemplateJudged(told["name"], told["language"], told["state"]),
    "other": lambda told: PassedBy("echo"),
}
