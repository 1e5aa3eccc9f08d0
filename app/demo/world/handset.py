"""What a phone does: it writes, presses buttons and reads, whatever carries it."""

from collections.abc import Mapping

from app.demo.world import sandbox, telegram_api
from app.demo.world.countries import market_of
from app.demo.world.graph import Meta
from app.demo.world.refusals import Refusal
from app.demo.world.sandbox import Reached
from app.demo.world.talks import Bubble, Talks, new_id
from app.demo.world.telegram_api import Telegram
from app.demo.world.twilio import Twilio

TEXTS = ("sms", "whatsapp")
SOCIAL = ("messenger", "instagram", "telegram")
CHANNELS = TEXTS + SOCIAL
TELLS_OF_READING = ("whatsapp", "messenger", "instagram")


class Handset:
    def __init__(self, talks: Talks, twilio: Twilio, meta: Meta, telegram: Telegram) -> None:
        self._talks = talks
        self._meta = meta
        self._carriers = {"sms": twilio.from_a_phone, "telegram": telegram.from_a_phone}

    def says(
        self,
        number: str,
        channel: str,
        text: str,
        *,
        name: str = "",
        files: tuple[dict[str, str], ...] = (),
        more: Mapping[str, str] | None = None,
    ) -> Bubble:
        """Who answers has read what was there."""
        inbox = inbox_for(number, channel)
        bubble = Bubble(
            _new_id(channel),
            channel,
            inbox.key,
            number,
            False,
            text,
            files=files,
            more={"name": name, **(more or {})},
        )
        self._read_all(number, channel)
        self._talks.keep(bubble)
        self._carriers.get(channel, self._meta.from_a_phone)(bubble, inbox)
        return bubble

    def presses(self, bubble_id: str, index: int, *, name: str = "") -> Bubble:
        asked = self._talks.find(bubble_id)
        if asked is None or not 0 <= index < len(asked.buttons):
            raise Refusal(404, "not_found", "There is no such button.")
        button = asked.buttons[index]
        more = {"payload": button["payload"], "answers": asked.id}
        return self.says(asked.person, asked.channel, button["title"], name=name, more=more)

    def _read_all(self, number: str, channel: str) -> None:
        if channel not in TELLS_OF_READING:
            return
        for bubble in self._talks.unread(number, channel):
            inbox = sandbox.by_key(bubble.key)
            if inbox is not None:
                self._meta.is_read(bubble, inbox)


def _new_id(channel: str) -> str:
    if channel == "telegram":
        return telegram_api.new_id()
    return new_id({"sms": "SM", "whatsapp": "wamid."}.get(channel, "m_"))


def inbox_for(number: str, channel: str) -> Reached:
    found = sandbox.reached(channel, market_of(number))
    if found is None:
        raise Refusal(404, "not_found", "Nobody is reached that way.")
    return found
