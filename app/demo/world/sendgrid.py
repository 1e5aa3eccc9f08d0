"""SendGrid as far as the operator uses it: mails to people, events about them, mails of people."""

import base64
import hmac
import json
import time
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from typing import Any
from urllib.parse import urlencode

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import sandbox
from app.demo.world.files import LARGEST, Files
from app.demo.world.hooks import Hooks
from app.demo.world.moods import Moods
from app.demo.world.sandbox import Reached
from app.demo.world.talks import Bubble, Talks, new_id

EVENTS = {"sent": "processed", "delivered": "delivered", "read": "open"}


class SendGrid:
    """What it does of itself: posts people's mails, and signed events about the operator's."""

    def __init__(self, talks: Talks, hooks: Hooks) -> None:
        self._talks = talks
        self._hooks = hooks

    def from_a_mailbox(self, bubble: Bubble, inbox: Reached) -> None:
        """As Inbound Parse posts a mail that it was told to leave whole."""
        mail = _mail(bubble, inbox)
        to = bubble.more.get("to") or inbox.address
        fields = {
            "email": mail.as_bytes(),
            "to": to,
            "from": str(mail["From"]),
            "subject": bubble.subject,
            "sender_ip": "127.0.0.1",
            "SPF": "pass",
            "dkim": json.dumps({f"@{bubble.person.rpartition('@')[2]}": "pass"}),
            "envelope": json.dumps({"to": [to], "from": bubble.person}),
            "charsets": json.dumps({"to": "UTF-8", "from": "UTF-8", "subject": "UTF-8"}),
        }
        parts = {name: (None, value) for name, value in fields.items()}
        posted = httpx.Request("POST", "http://sandbox", files=parts)
        query = urlencode({"token": sandbox.SENDGRID_INBOUND_TOKEN})
        headers = {"Content-Type": posted.headers["content-type"]}
        self._hooks.call(inbox, posted.read(), headers, query=query)

    def delivers(self, bubble: Bubble, inbox: Reached) -> None:
        self._hooks.receipts(lambda state, after: self._event(bubble, inbox, state, after))

    def is_read(self, bubble: Bubble, inbox: Reached) -> None:
        self._event(bubble, inbox, "read", 0)

    def _event(self, bubble: Bubble, inbox: Reached, state: str, after: float) -> None:
        self._talks.comes_to(bubble.id, state)
        moment = str(int(time.time()))
        event = {
            **bubble.more.get("custom_args", {}),
            "email": bubble.person,
            "timestamp": int(moment),
            "event": EVENTS[state],
            "sg_event_id": new_id(),
            "sg_message_id": bubble.id,
        }
        body = json.dumps([event]).encode()
        signed = _key().sign(moment.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "Content-Type": "application/json",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signed).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": moment,
        }
        self._hooks.call(inbox, body, headers, after=after)


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(sandbox.SENDGRID_EVENTS_SECRET, ec.SECP256R1())


def _mail(bubble: Bubble, inbox: Reached) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = formataddr((bubble.more.get("name", ""), bubble.person))
    mail["To"] = bubble.more.get("to") or inbox.address
    mail["Subject"] = bubble.subject
    mail["Message-ID"] = make_msgid(domain="mailbox.example")
    answered = bubble.more.get("answers_message", "")
    if answered:
        mail["In-Reply-To"] = mail["References"] = answered
    mail.set_content(bubble.text)
    return mail


def blueprint(door: "Door") -> Blueprint:
    api = Blueprint("sendgrid_api", __name__, url_prefix="/sendgrid/v3")
    api.before_request(door.check)
    api.post("/mail/send")(door.send)
    api.get("/scopes")(door.scopes)
    return api


class Door:
    """Its API."""

    def __init__(self, sendgrid: SendGrid, talks: Talks, files: Files, moods: Moods) -> None:
        self._sendgrid = sendgrid
        self._talks = talks
        self._files = files
        self._moods = moods

    def check(self) -> ResponseReturnValue | None:
        request.max_content_length = 2 * LARGEST  # files come in base64
        sent = request.headers.get("Authorization", "")
        if not hmac.compare_digest(sent.encode(), f"Bearer {sandbox.SENDGRID_KEY}".encode()):
            return _refused(401, "The provided authorization grant is invalid.")
        return _bad_day(self._moods.now("sendgrid")) if request.method == "POST" else None

    @staticmethod
    def scopes() -> ResponseReturnValue:
        return jsonify(scopes=["mail.send"])

    def send(self) -> ResponseReturnValue:
        body = request.get_json(silent=True) or {}
        sender = str(body.get("from", {}).get("email", ""))
        inbox = sandbox.by_account("email", sender)
        people = [each.get("email", "") for each in _all(body, "to")]
        if inbox is None:
            return _refused(403, "The from address does not match a verified Sender Identity.")
        if not people or not all("@" in person for person in people):
            return _refused(400, "Does not contain a valid address.")
        said = self._talks.keep(self._bubble(body, people[0].lower(), inbox))
        self._sendgrid.delivers(said, inbox)
        return Response(status=202, headers={"X-Message-Id": said.id})

    def _bubble(self, body: dict[str, Any], person: str, inbox: Reached) -> Bubble:
        headers = {name.lower(): value for name, value in body.get("headers", {}).items()}
        plain = [each["value"] for each in body["content"] if each["type"] == "text/plain"]
        files = [self._kept(each) for each in body.get("attachments", [])]
        return Bubble(
            new_id("sg"),
            "email",
            inbox.key,
            person,
            True,
            "\n".join(plain),
            subject=str(body.get("subject", "")),
            files=tuple(files),
            state="queued",
            more={
                "custom_args": body.get("custom_args", {}),
                "message_id": headers.get("message-id", ""),
                "to": body.get("reply_to", {}).get("email", ""),
                "cc": ", ".join(each.get("email", "") for each in _all(body, "cc")),
            },
        )

    def _kept(self, sent: dict[str, str]) -> dict[str, str]:
        name, media_type = sent.get("filename", ""), sent.get("type", "")
        content = base64.b64decode(sent.get("content", ""))
        file_id = self._files.keep(content, name=name, media_type=media_type)
        return {"id": file_id, "name": name, "media_type": media_type}


def _all(body: dict[str, Any], name: str) -> list[dict[str, str]]:
    return [each for part in body.get("personalizations", []) for each in part.get(name, [])]


def _bad_day(mode: str) -> ResponseReturnValue | None:
    if mode == "throttles":
        return _refused(429, "too many requests")
    if mode in {"fails", "hangs"}:
        return _refused(500, "internal error")
    if mode == "refuses":
        return _refused(400, "The recipient is on a suppression list.")
    return None


def _refused(status: int, message: str) -> tuple[Response, int]:
    return jsonify(errors=[{"message": message, "field": None, "help": None}]), status
