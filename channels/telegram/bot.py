"""Telegram, through the Bot API."""

import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from channels.calling import LARGEST, Api, busy, in_turn, retry_after, told
from channels.payload import Part, load
from channels.port import (
    Abilities,
    Answer,
    BadSignature,
    Call,
    Channel,
    ChannelDown,
    Event,
    Malformed,
    Media,
    Outbound,
    Provider,
    Setting,
    Undeliverable,
)
from channels.telegram import reading, writing

API = "https://api.telegram.org"
SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
WANTED = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)


class Telegram:
    """`secret` is ours: Telegram sends it back with every call. It is told with `webhook`."""

    def __init__(self, settings: Mapping[str, str], api: str | None) -> None:
        self._token = settings["bot_token"]
        self._secret = settings["secret"]
        self._webhook = settings.get("webhook", "")
        self._api = Api(api or API)

    def admit(self, call: Call) -> Answer | None:
        sent = call.headers.get(SECRET, "")
        if not self._secret or not hmac.compare_digest(_bytes(sent), _bytes(self._secret)):
            raise BadSignature
        return None

    def read(self, call: Call) -> tuple[Event, ...]:
        return reading.read(call.body, self._token.partition(":")[0])

    def answer(self, call: Call) -> Answer:
        """A pressed button turns until its query is answered, which may be done right here."""
        try:
            query = load(call.body).part("callback_query").text("id")
        except Malformed:
            query = ""
        if not query:
            return Answer()
        said = {"method": "answerCallbackQuery", "callback_query_id": query}
        return Answer(200, json.dumps(said).encode(), "application/json")

    def send(self, message: Outbound) -> str:
        return in_turn(self._steps(message))

    def fetch(self, media: Media) -> Media:
        """Bots may fetch files of up to 20 MB."""
        found = self._ask("getFile", json={"file_id": media.handle or ""})
        if (found.number("file_size") or 0) > LARGEST:
            raise Undeliverable("The file is too large.", code="too_large")
        path = quote(found.text("file_path"))
        _type, content = self._api.download(f"{self._api.base}/file/bot{self._token}/{path}")
        return Media(
            media.media_type, media.name or path.rpartition("/")[2], content, None, media.handle
        )

    def check(self) -> None:
        """Also has Telegram call our address, where it does not yet: nobody else can tell it."""
        self._ask("getMe")
        if self._webhook and self._ask("getWebhookInfo").text("url") != self._webhook:
            self._ask(
                "setWebhook",
                json={
                    "url": self._webhook,
                    "secret_token": self._secret,
                    "allowed_updates": WANTED,
                },
            )

    def _steps(self, message: Outbound) -> Iterator[Callable[[], str]]:
        text = message.text
        for media in message.media:
            caption = text if not message.buttons and len(text) <= writing.LONGEST_CAPTION else ""
            yield partial(self._post_file, message, media, caption)
            text = "" if caption else text
        if text or not message.media:
            yield partial(self._post, "sendMessage", json=writing.words(message))

    def _post_file(self, message: Outbound, media: Media, caption: str) -> str:
        method, field = writing.way_of(media)
        told_with = {"chat_id": message.recipient, "caption": caption}
        if media.content is None:
            return self._post(method, json={**told_with, field: media.handle or media.url or ""})
        file = (media.name or "file", media.content, media.media_type)
        return self._post(method, data=told_with, files={field: file})

    def _post(self, method: str, **content: Any) -> str:
        sent = self._ask(method, **content)
        if not sent.text("message_id"):
            raise ChannelDown("An answer without an id.")
        return reading.message_id(sent.part("chat").text("id"), sent.text("message_id"))

    def _ask(self, method: str, **content: Any) -> Part:
        if not _TOKEN.fullmatch(self._token):
            raise Undeliverable("The token is none of a bot.", code="token")
        answer = self._api.call("POST", f"/bot{self._token}/{method}", **content)
        said = told(answer)
        if answer.is_success and said.true("ok"):
            return said.part("result")
        reason = f"{answer.status_code} {said.text('description')}"
        wait = said.part("parameters").number("retry_after")
        # 401 and 404 are about our token, 409 about two who ask for updates.
        if busy(answer) or answer.is_success or answer.status_code in {401, 404, 409}:
            raise ChannelDown(reason, retry_after=wait or retry_after(answer))
        raise Undeliverable(said.text("description"), code=str(answer.status_code))


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")


def _open(settings: Mapping[str, str], api: str | None) -> Channel:
    return Telegram(settings, api)


PROVIDER = Provider(
    kind="telegram",
    name="telegram",
    settings=(Setting("bot_token", secret=True), Setting("secret", secret=True)),
    abilities=Abilities(
        longest=writing.LONGEST,
        buttons=writing.BUTTONS,
        longest_button=writing.LONGEST_TITLE,
        media=True,
    ),
    open=_open,
)
