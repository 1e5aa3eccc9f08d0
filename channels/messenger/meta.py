"""Messenger of a Facebook page and messages of an Instagram account: one API, little differs.

`account_id` is the page's or the Instagram account's. Instagram takes files by a public address
only; what is stored here has none, so an agent's files are not among its abilities.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from channels import graph, meta_signing
from channels.calling import in_turn
from channels.messenger import reading, writing
from channels.payload import Part
from channels.port import (
    Abilities,
    Answer,
    Call,
    Channel,
    ChannelDown,
    Event,
    Media,
    Outbound,
    Provider,
    Setting,
    Undeliverable,
)

# Tokens of "Instagram login" begin so, and belong to another host than those of pages.
INSTAGRAM_TOKEN, INSTAGRAM_API = "IG", "https://graph.instagram.com"

# A person may answer for seven days (HUMAN_AGENT). A machine may for one; it only ever answers.
HUMAN_HOURS = 7 * 24


class Messenger:
    def __init__(self, settings: Mapping[str, str], api: str | None, *, uploads: bool) -> None:
        self._account = settings["account_id"]
        self._app_secret = settings["app_secret"]
        self._verify_token = settings["verify_token"]
        self._uploads = uploads
        token = settings["access_token"]
        own = INSTAGRAM_API if token.startswith(INSTAGRAM_TOKEN) else None
        self._api = graph.connect(token, api or own)

    def admit(self, call: Call) -> Answer | None:
        return meta_signing.admit(
            call, app_secret=self._app_secret, verify_token=self._verify_token
        )

    def read(self, call: Call) -> tuple[Event, ...]:
        return reading.read(call.body, self._account)

    def answer(self, call: Call) -> Answer:
        return Answer(200, b"EVENT_RECEIVED")

    def send(self, message: Outbound) -> str:
        return in_turn(self._steps(message))

    def fetch(self, media: Media) -> Media:
        return graph.fetched(self._api, media, media.url or "")

    def check(self) -> None:
        graph.ask(self._api, "GET", "/me", params={"fields": "id"})

    def _steps(self, message: Outbound) -> Iterator[Callable[[], str]]:
        for media in message.media:
            yield partial(self._post_file, message, media)
        if message.text or not message.media:
            yield partial(self._post, message, writing.words(message))

    def _post(self, message: Outbound, content: writing.Content) -> str:
        body = {**writing.addressed(message), "message": content}
        return _id(graph.ask(self._api, "POST", "/me/messages", json=body))

    def _post_file(self, message: Outbound, media: Media) -> str:
        if media.url:
            return self._post(message, writing.file(media, address=media.url))
        if not self._uploads or media.content is None:
            raise Undeliverable("A file needs a public address here.", code="no_address")
        told = {**writing.addressed(message), "message": writing.file(media, address=None)}
        form = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in told.items()
        }
        sent = {"filedata": (media.name or "file", media.content, media.media_type)}
        return _id(graph.ask(self._api, "POST", "/me/messages", data=form, files=sent))


def _id(said: Part) -> str:
    if not said.text("message_id"):
        raise ChannelDown("An answer without an id.")
    return said.text("message_id")


SETTINGS = (
    Setting("account_id"),
    Setting("access_token", secret=True),
    Setting("app_secret", secret=True),
    Setting("verify_token", secret=True),
)


def _open_messenger(settings: Mapping[str, str], api: str | None) -> Channel:
    return Messenger(settings, api, uploads=True)


def _open_instagram(settings: Mapping[str, str], api: str | None) -> Channel:
    return Messenger(settings, api, uploads=False)


PROVIDER = Provider(
    kind="messenger",
    name="meta",
    settings=SETTINGS,
    abilities=Abilities(
        longest=2000,
        buttons=writing.QUICK_REPLIES,
        longest_button=writing.LONGEST_TITLE,
        media=True,
        window=HUMAN_HOURS,
        receipts=True,
    ),
    open=_open_messenger,
)

INSTAGRAM = Provider(
    kind="instagram",
    name="meta",
    settings=SETTINGS,
    abilities=Abilities(
        longest=900,  # 1,000 bytes: letters with accents take two
        buttons=writing.QUICK_REPLIES,
        longest_button=writing.LONGEST_TITLE,
        media=True,
        media_links=True,
        window=HUMAN_HOURS,
        receipts=True,
    ),
    open=_open_instagram,
)
