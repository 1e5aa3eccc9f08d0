"""WhatsApp through Meta's Cloud API."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from channels import graph, meta_signing
from channels.calling import LARGEST, in_turn
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
from channels.whatsapp import numbers, reading, writing


class WhatsApp:
    def __init__(self, settings: Mapping[str, str], api: str | None) -> None:
        self._number_id = settings["phone_number_id"]
        self._app_secret = settings["app_secret"]
        self._verify_token = settings["verify_token"]
        self._api = graph.connect(settings["access_token"], api)

    def admit(self, call: Call) -> Answer | None:
        return meta_signing.admit(
            call, app_secret=self._app_secret, verify_token=self._verify_token
        )

    def read(self, call: Call) -> tuple[Event, ...]:
        return reading.read(call.body, self._number_id)

    def answer(self, call: Call) -> Answer:
        return Answer()

    def send(self, message: Outbound) -> str:
        return in_turn(self._steps(message))

    def mark_read(self, provider_id: str) -> None:
        """Two blue ticks on what she wrote."""
        told = {"messaging_product": "whatsapp", "status": "read", "message_id": provider_id}
        graph.ask(self._api, "POST", f"/{self._number_id}/messages", json=told)

    def fetch(self, media: Media) -> Media:
        """Meta tells for a few minutes where the file lies."""
        if not media.handle:
            raise Undeliverable("There is no id to fetch it by.", code="no_handle")
        found = graph.ask(self._api, "GET", f"/{media.handle}")
        if (found.number("file_size") or 0) > LARGEST:
            raise Undeliverable("The file is too large.", code="too_large")
        return graph.fetched(self._api, media, found.text("url"))

    def check(self) -> None:
        graph.ask(self._api, "GET", f"/{self._number_id}", params={"fields": "id"})

    def _steps(self, message: Outbound) -> Iterator[Callable[[], str]]:
        if message.template is not None:
            yield partial(self._post, message, writing.template(message.template))
            return
        text = message.text
        for media in message.media:
            caption = text if not message.buttons and writing.takes_caption(media, text) else ""
            yield partial(self._post_file, message, media, caption)
            text = "" if caption else text
        if text or not message.media:
            yield partial(self._post, message, writing.words(message))

    def _post(self, message: Outbound, content: writing.Content) -> str:
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **numbers.recipient(message.recipient),
            **content,
            "biz_opaque_callback_data": message.key,
        }
        said = graph.ask(self._api, "POST", f"/{self._number_id}/messages", json=body)
        for sent in said.parts("messages"):
            return sent.text("id")
        raise ChannelDown("An answer without an id.")

    def _post_file(self, message: Outbound, media: Media, caption: str) -> str:
        if media.handle:
            found_by = {"id": media.handle}
        elif media.content is not None:
            found_by = {"id": self._upload(media, media.content)}
        else:
            found_by = {"link": media.url or ""}
        return self._post(message, writing.file(media, found_by, caption))

    def _upload(self, media: Media, content: bytes) -> str:
        said = graph.ask(
            self._api,
            "POST",
            f"/{self._number_id}/media",
            data={"messaging_product": "whatsapp", "type": media.media_type},
            files={"file": (media.name or "file", content, media.media_type)},
        )
        return said.text("id")


def _open(settings: Mapping[str, str], api: str | None) -> Channel:
    return WhatsApp(settings, api)


PROVIDER = Provider(
    kind="whatsapp",
    name="meta",
    settings=(
        Setting("phone_number_id"),
        Setting("access_token", secret=True),
        Setting("app_secret", secret=True),
        Setting("verify_token", secret=True),
    ),
    abilities=Abilities(
        longest=writing.LONGEST,
        buttons=writing.ROWS,
        longest_button=writing.LONGEST_ROW,
        media=True,
        templates=True,
        window=24,
        receipts=True,
        read_marks=True,
    ),
    open=_open,
)
