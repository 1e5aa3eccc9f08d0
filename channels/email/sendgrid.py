"""E-mail through Twilio SendGrid: the v3 API out, Inbound Parse in, the event webhook for receipts.

Both webhooks are given the same address: mails come as forms, events as JSON.
"""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient
from sendgrid.helpers import mail as v3
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.eventwebhook.eventwebhook_header import EventWebhookHeader

from channels.email import inbox as inboxes
from channels.email.composing import Letter, letter, one_line
from channels.email.inbox import Inbox
from channels.email.sendgrid_events import MESSAGE_ID, RECIPIENT, mark_of, read_events
from channels.email.sendgrid_inbound import read_form
from channels.port import (
    Abilities,
    Answer,
    BadSignature,
    Call,
    ChannelDown,
    Event,
    Media,
    Outbound,
    Provider,
    Setting,
    Undeliverable,
)

_API = "https://api.sendgrid.com"
_TIMEOUT = 10
# SendGrid tries again for a day.
_OLDEST = 25 * 3600
_SIGNATURE = EventWebhookHeader.SIGNATURE.lower()
_TIMESTAMP = EventWebhookHeader.TIMESTAMP.lower()


class SendGrid:
    """`inbound_token` is the `token` in the webhook's address, `inbound_login` its user:password,
    `inbound_key` the public key of a signed Inbound Parse. Each that is set must hold, one must be.
    `events_key` is the public key of the signed event webhook; without it no events are believed.
    """

    def __init__(self, settings: Mapping[str, str], api_base: str | None) -> None:
        self._settings = settings
        self._inbox = Inbox.of(settings)
        self._api = SendGridAPIClient(settings["api_key"], host=(api_base or _API).rstrip("/"))
        self._api.client.timeout = _TIMEOUT

    def admit(self, call: Call) -> Answer | None:
        if _is_form(call):
            self._admit_mail(call)
        else:
            _check_signature(call, self._settings.get("events_key", ""))
        return None

    def read(self, call: Call) -> tuple[Event, ...]:
        if _is_form(call):
            return read_form(call.body, call.headers["content-type"], self._inbox)
        return read_events(call.body)

    def answer(self, call: Call) -> Answer:
        return Answer()

    def send(self, message: Outbound) -> str:
        ready = letter(message, self._inbox)
        with _errors_by_class():
            self._api.send(self._mail(ready))
        return ready.message_id

    def fetch(self, media: Media) -> Media:
        if media.content is None:
            raise Undeliverable("Files come with their mail.", code="no_content")
        return media

    def check(self) -> None:
        with _errors_by_class():
            self._api.client.scopes.get()

    def _admit_mail(self, call: Call) -> None:
        token, login, key = (
            self._settings.get(name, "")
            for name in ("inbound_token", "inbound_login", "inbound_key")
        )
        if not (token or login or key):
            raise BadSignature
        given = parse_qs(urlsplit(call.url).query).get("token", [""])[0]
        if token and not _same(given, token):
            raise BadSignature
        if login and not _same(_login_of(call), login):
            raise BadSignature
        if key:
            _check_signature(call, key)

    def _mail(self, ready: Letter) -> v3.Mail:
        mail = v3.Mail(
            from_email=v3.From(self._inbox.address, one_line(self._inbox.name) or None),
            to_emails=v3.To(ready.recipient),
            subject=ready.subject,
            plain_text_content=ready.text,
            html_content=ready.html,
        )
        mail.reply_to = v3.ReplyTo(ready.reply_to)
        for each in ready.copied:
            mail.add_cc(v3.Cc(each))
        for name, value in ready.headers.items():
            mail.add_header(v3.Header(name, value))
        mail.add_custom_arg(v3.CustomArg(MESSAGE_ID, ready.message_id))
        mail.add_custom_arg(v3.CustomArg(RECIPIENT, mark_of(ready.recipient)))
        for file in ready.files:
            content = base64.b64encode(file.content or b"").decode()
            mail.add_attachment(v3.Attachment(content, file.name, file.media_type, "attachment"))
        return mail


def _is_form(call: Call) -> bool:
    return call.headers.get("content-type", "").lower().startswith("multipart/form-data")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _login_of(call: Call) -> str:
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given.strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _check_signature(call: Call, public_key: str) -> None:
    """ECDSA over the timestamp and the raw body. Forms are no text, which the library's own
    check takes them for, so only its key is used."""
    if not public_key:
        raise BadSignature
    timestamp = call.headers.get(_TIMESTAMP, "")
    try:
        signature = base64.b64decode(call.headers.get(_SIGNATURE, ""), validate=True)
        age = time.time() - int(timestamp)
        EventWebhook(public_key).public_key.verify(
            signature, timestamp.encode() + call.body, ec.ECDSA(hashes.SHA256())
        )
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise BadSignature from error
    if abs(age) > _OLDEST:
        raise BadSignature


@contextmanager
def _errors_by_class() -> Iterator[None]:
    try:
        yield
    except HTTPError as error:
        status, reason = int(error.status_code), _reason(error.body)
        if status == 429 or status >= 500:
            raise ChannelDown(reason, retry_after=_retry_after(error.headers)) from error
        raise Undeliverable(reason, code=str(status)) from error
    except (URLError, OSError) as error:
        raise ChannelDown(type(error).__name__) from error


def _reason(body: object) -> str:
    try:
        errors = json.loads(body if isinstance(body, bytes | str) else b"")["errors"]
        return "; ".join(str(each.get("message", "")) for each in errors)[:500]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """SendGrid says at which second the limit ends; others in between say how long to wait."""
    for name, start in (("Retry-After", 0.0), ("X-RateLimit-Reset", time.time())):
        try:
            return max(0.0, float(headers.get(name, "")) - start)
        except ValueError:
            continue
    return None


PROVIDER = Provider(
    kind="email",
    name="sendgrid",
    settings=(
        *inboxes.SETTINGS,
        Setting("api_key", secret=True),
        Setting("inbound_token", secret=True, optional=True),
        Setting("inbound_login", secret=True, optional=True),
        Setting("inbound_key", optional=True),
        Setting("events_key", optional=True),
    ),
    abilities=Abilities(longest=100_000, media=True, subjects=True, receipts=True),
    open=SendGrid,
)
