"""SMS and MMS through Twilio's Messages API.

Sent from a Messaging Service (a pool of senders) where one is named, else from `sender`, else from
the inbox's own address. Receipts come to `webhook`. Files leave by a public address only; what is
stored here has none, so an agent's files are not among the abilities.
"""

import logging
from collections.abc import Mapping
from typing import Any

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from channels import twilio_signing, wording
from channels.calling import Api, busy, retry_after
from channels.payload import number
from channels.port import (
    Abilities,
    Answer,
    Call,
    Channel,
    ChannelDown,
    Consent,
    Event,
    Inbound,
    Kind,
    Malformed,
    Media,
    Outbound,
    PassedBy,
    Provider,
    Receipt,
    Setting,
    State,
    Undeliverable,
    Wish,
)
from channels.twilio_signing import Form, form_of, is_json

API = "https://api.twilio.com"
FILES, ASKING = ("twiliocdn.com", "amazonaws.com"), ("twilio.com",)
WHATSAPP, RCS = "whatsapp:", "rcs:"
MOST_MEDIA = 10

STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "partially_delivered": State.DELIVERED,
    "read": State.READ,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}
ON_ITS_WAY = {"accepted", "scheduled", "queued", "sending"}
WISHES = {"STOP": Wish.STOP, "START": Wish.START}

# Codes that say nothing of the recipient or the words: our credentials, our pace, a full queue.
LATER = {20003, 20429, 14107, 21611, 30001, 30022}

NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


class TwilioSms:
    def __init__(self, settings: Mapping[str, str], api: str | None) -> None:
        self._account = settings["account_sid"]
        self._token = settings["auth_token"]
        self._sender = settings.get("sender") or settings.get("address", "")
        self._service = settings.get("messaging_service_sid", "")
        self._callback = settings.get("webhook", "")
        self._api = Api(api or API, auth=(self._account, self._token), hosts=FILES, asking=ASKING)
        self._client = Client(self._account, self._token, http_client=_Http(self._api))

    def admit(self, call: Call) -> Answer | None:
        twilio_signing.check(call, self._token)
        return None

    def read(self, call: Call) -> tuple[Event, ...]:
        if is_json(call):  # an event stream or the debugger: nothing that callbacks do not say
            return (PassedBy("json"),)
        form = form_of(call)
        status = (form.text("MessageStatus") or form.text("SmsStatus")).lower()
        if status in STATES or status in ON_ITS_WAY:
            return (_receipt(form, status),)
        if _person(form.text("From")) and ("Body" in form or "NumMedia" in form):
            return (_arrived(form),)
        return (PassedBy(status or "unknown"),)

    def answer(self, call: Call) -> Answer:
        """No reply by this way: it would be another SMS."""
        return Answer(200, NOTHING_TO_SAY, "text/xml; charset=utf-8")

    def send(self, message: Outbound) -> str:
        wanted: dict[str, Any] = {
            "to": self._to(message.recipient),
            "body": wording.numbered(message.text, message.buttons),
            "status_callback": self._callback or None,
        }
        if self._service:
            wanted["messaging_service_sid"] = self._service
        else:
            wanted["from_"] = self._sender
        if message.media:
            wanted["media_url"] = [_address(media) for media in message.media]
        sent = self._asked(lambda: self._client.messages.create(**wanted))
        if sent.status in {"failed", "undelivered"}:
            raise Undeliverable(str(sent.error_message or ""), code=str(sent.error_code or ""))
        return str(sent.sid)

    def fetch(self, media: Media) -> Media:
        media_type, content = self._api.download(media.url or "")
        return Media(media_type or media.media_type, media.name, content, media.url, media.handle)

    def check(self) -> None:
        self._asked(lambda: self._client.api.accounts(self._account).fetch())

    def _to(self, recipient: str) -> str:
        return WHATSAPP + recipient if self._sender.startswith(WHATSAPP) else recipient

    @staticmethod
    def _asked(ask: Any) -> Any:
        try:
            return ask()
        except TwilioRestException as error:
            if error.status == 401 or error.code in LATER:
                raise ChannelDown(f"{error.code or error.status} {error.msg}") from None
            raise Undeliverable(error.msg, code=str(error.code or error.status)) from None
        except (TwilioException, ValueError, TypeError, AttributeError) as error:
            raise ChannelDown(f"An answer without sense: {error}") from None


class _Http(HttpClient):
    """Lets Twilio's library call through ours, to wherever the API is."""

    def __init__(self, api: Api) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._api = api

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        answer = self._api.call(
            method, uri.removeprefix(API), params=params, data=data, headers=headers, auth=auth
        )
        if busy(answer):
            raise ChannelDown(f"HTTP {answer.status_code}", retry_after=retry_after(answer))
        return Response(answer.status_code, answer.text, answer.headers)


def _sid(form: Form) -> str:
    sid = form.text("MessageSid") or form.text("SmsSid") or form.text("SmsMessageSid")
    if not sid:
        raise Malformed("No MessageSid.")
    return sid


def _receipt(form: Form, status: str) -> Event:
    if status in ON_ITS_WAY:
        return PassedBy(status)
    return Receipt(
        state=STATES[status],
        provider_id=_sid(form),
        code=form.text("ErrorCode"),
        reason=form.text("ErrorMessage") or form.text("ChannelStatusMessage"),
    )


def _arrived(form: Form) -> Event:
    """Words that Advanced Opt-Out knows were already answered by Twilio."""
    sender = _person(form.text("From"))
    asked = form.text("OptOutType").upper()
    if asked in WISHES:
        return Consent(sender, WISHES[asked])
    if asked:
        return PassedBy(asked.lower())
    payload = form.text("ButtonPayload") or form.text("ListId")
    located = "Latitude" in form and "Longitude" in form
    media = _media(form)
    kind = (
        Kind.BUTTON if payload else
        Kind.LOCATION if located else
        Kind.MEDIA if media else
        Kind.TEXT
    )  # fmt: skip
    return Inbound(
        provider_id=_sid(form),
        sender=sender,
        recipient=_person(form.text("To")),
        text=_place(form) if located else form.text("Body") or form.text("ButtonText"),
        name=form.text("ProfileName"),
        kind=kind,
        media=media,
        payload=payload or None,
        answers=form.text("OriginalRepliedMessageSid") or None,
    )


def _person(address: str) -> str:
    return address.strip().removeprefix(WHATSAPP).removeprefix(RCS)


def _place(form: Form) -> str:
    said = wording.place(
        number(form.text("Latitude")),
        number(form.text("Longitude")),
        form.text("Label"),
        form.text("Address"),
    )
    return "\n".join(part for part in (form.text("Body"), said) if part)


def _media(form: Form) -> tuple[Media, ...]:
    told = [
        (form.text(f"MediaUrl{index}"), form.text(f"MediaContentType{index}"))
        for index in range(MOST_MEDIA)
    ]
    return tuple(
        Media(media_type or "application/octet-stream", url=url) for url, media_type in told if url
    )


def _address(media: Media) -> str:
    if not media.url:
        raise Undeliverable("Twilio takes files by their public address only.", code="no_address")
    return media.url


def _open(settings: Mapping[str, str], api: str | None) -> Channel:
    return TwilioSms(settings, api)


PROVIDER = Provider(
    kind="sms",
    name="twilio",
    settings=(
        Setting("account_sid"),
        Setting("auth_token", secret=True),
        Setting("sender", optional=True),
        Setting("messaging_service_sid", optional=True),
    ),
    abilities=Abilities(longest=1600, media=True, media_links=True, receipts=True),
    open=_open,
)
