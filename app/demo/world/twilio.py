"""Twilio as far as the operator uses it: messages to phones and from them, and receipts."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import call_api, sandbox
from app.demo.world.call_api import CallBook
from app.demo.world.files import Files
from app.demo.world.hooks import Hooks
from app.demo.world.moods import Moods
from app.demo.world.sandbox import Reached
from app.demo.world.settings import Settings
from app.demo.world.talks import Bubble, Talks, new_id

VERSION = "2010-04-01"
LONGEST = 1600
_NUMBER = re.compile(r"\+\d{6,15}", re.ASCII)


class Twilio:
    """What it does of itself: tells the operator, signed as Twilio signs."""

    def __init__(self, talks: Talks, hooks: Hooks, settings: Settings) -> None:
        self._talks = talks
        self._hooks = hooks
        self._media = f"{settings.world_url}/twilio/{VERSION}/Accounts/{sandbox.TWILIO_ACCOUNT}"

    def from_a_phone(self, bubble: Bubble, inbox: Reached) -> None:
        fields = {
            "MessageSid": bubble.id,
            "SmsSid": bubble.id,
            "SmsMessageSid": bubble.id,
            "SmsStatus": "received",
            "From": bubble.person,
            "To": inbox.address,
            "Body": bubble.text,
            "NumSegments": "1",
            "NumMedia": str(len(bubble.files)),
        }
        for index, file in enumerate(bubble.files):
            fields[f"MediaUrl{index}"] = f"{self._media}/Messages/{bubble.id}/Media/{file['id']}"
            fields[f"MediaContentType{index}"] = file["media_type"]
        self._call(inbox, fields)

    def delivers(self, bubble: Bubble, inbox: Reached) -> None:
        def tell(status: str, after: float) -> None:
            fields = {
                "MessageSid": bubble.id,
                "SmsSid": bubble.id,
                "SmsStatus": status,
                "MessageStatus": status,
                "From": inbox.address,
                "To": bubble.person,
            }
            self._talks.comes_to(bubble.id, status)
            self._call(inbox, fields, after=after)

        self._hooks.receipts(tell)

    def _call(self, inbox: Reached, fields: dict[str, str], *, after: float = 0) -> None:
        told = {"AccountSid": sandbox.TWILIO_ACCOUNT, "ApiVersion": VERSION, **fields}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(self._hooks.url(inbox), told),
        }
        self._hooks.call(inbox, urlencode(told).encode(), headers, after=after)


def signature(url: str, fields: dict[str, str]) -> str:
    """Base64 of the HMAC-SHA1 of the address and every field with its value, by name."""
    told = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(sandbox.TWILIO_TOKEN.encode(), told.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def blueprint(door: "Door", book: CallBook) -> Blueprint:
    api = Blueprint("twilio_api", __name__, url_prefix=f"/twilio/{VERSION}/Accounts")
    own = f"/{sandbox.TWILIO_ACCOUNT}"
    api.before_request(door.check)
    api.post(f"{own}/Messages.json")(door.send)
    api.get(f"{own}.json")(door.account)
    api.get(f"{own}/Messages/<message_sid>/Media/<file_id>")(door.media)
    call_api.add_to(api, book)
    return api


class Door:
    """Its API."""

    def __init__(self, twilio: Twilio, talks: Talks, files: Files, moods: Moods) -> None:
        self._twilio = twilio
        self._talks = talks
        self._files = files
        self._moods = moods

    def check(self) -> ResponseReturnValue | None:
        given = request.authorization
        known = f"{sandbox.TWILIO_ACCOUNT}:{sandbox.TWILIO_TOKEN}".encode()
        sent = f"{given.username}:{given.password}".encode() if given else b""
        if not hmac.compare_digest(sent, known):
            return _refused(401, 20003, "Authenticate")
        return _bad_day(self._moods.now("twilio")) if request.method == "POST" else None

    def send(self) -> ResponseReturnValue:
        form = request.form
        refused = _wrong(form)
        inbox = sandbox.by_account("sms", form.get("From", ""))
        if refused or inbox is None:
            return refused or _refused(400, 21606, "The From number is not of this account.")
        said = Bubble(
            new_id("SM"),
            "sms",
            inbox.key,
            form["To"],
            True,
            form.get("Body", ""),
            state="queued" if form.get("StatusCallback") else "sent",
            files=tuple({"url": url} for url in form.getlist("MediaUrl")),
        )
        self._talks.keep(said)
        if form.get("StatusCallback"):
            self._twilio.delivers(said, inbox)
        return jsonify(_shown(said, inbox)), 201

    @staticmethod
    def account() -> ResponseReturnValue:
        return jsonify(sid=sandbox.TWILIO_ACCOUNT, status="active", friendly_name="Sandbox")

    def media(self, message_sid: str, file_id: str) -> ResponseReturnValue:
        found = self._files.find(file_id) if self._talks.find(message_sid) else None
        if found is None:
            return _refused(404, 20404, "The requested resource was not found.")
        return Response(found.content, content_type=found.media_type)


def _wrong(form: Mapping[str, str]) -> ResponseReturnValue | None:
    person, text = form.get("To", ""), form.get("Body", "")
    if not _NUMBER.fullmatch(person):
        return _refused(400, 21211, "The To number is not a valid phone number.")
    if len(text) > LONGEST:
        return _refused(400, 21617, "The message body exceeds the 1600 character limit.")
    if not text and not form.get("MediaUrl"):
        return _refused(400, 21602, "Message body is required.")
    return None


def _bad_day(mode: str) -> ResponseReturnValue | None:
    if mode == "throttles":
        body, status = _refused(429, 20429, "Too Many Requests")
        body.headers["Retry-After"] = "5"
        return body, status
    if mode in {"fails", "hangs"}:
        return _refused(500, 20500, "Internal Server Error")
    if mode == "refuses":
        return _refused(400, 21610, "Attempt to send to unsubscribed recipient")
    return None


def _refused(status: int, code: int, message: str) -> tuple[Response, int]:
    return jsonify(code=code, message=message, status=status), status


def _shown(said: Bubble, inbox: Reached) -> dict[str, Any]:
    return {
        "sid": said.id,
        "account_sid": sandbox.TWILIO_ACCOUNT,
        "from": inbox.address,
        "to": said.person,
        "body": said.text,
        "status": said.state,
        "error_code": None,
        "error_message": None,
        "num_media": str(len(said.files)),
    }
