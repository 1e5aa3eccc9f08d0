"""What a phone does: it writes, presses buttons and reads, by SMS and by WhatsApp."""

from collections.abc import Mapping
from dataclasses import replace

from app.demo.world import sandbox
from app.demo.world.graph import Meta
from app.demo.world.refusals import Refusal
from app.demo.world.sandbox import Reached
from app.demo.world.talks import Bubble, Talks, new_id
from app.demo.world.twilio import Twilio

CHANNELS = ("sms", "whatsapp")
IDS = {"sms": "SM", "whatsapp": "wamid."}
MARKETS = {"+52": "MX", "+55": "BR", "+91": "IN"}


class Handset:
    def __init__(self, talks: Talks, twilio: Twilio, meta: Meta) -> None:
        self._talks = talks
        self._twilio = twilio
        self._meta = meta

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
            new_id(IDS[channel]),
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
        by_sms = channel == "sms"
        (self._twilio if by_sms else self._meta).from_a_phone(bubble, inbox)
        return bubble

    def presses(self, bubble_id: str, index: int, *, name: str = "") -> Bubble:
        asked = self._talks.find(bubble_id)
        if asked is None or not 0 <= index < len(asked.buttons):
            raise Refusal(404, "not_found", "There is no such button.")
        button = asked.buttons[index]
        more = {"payload": button["payload"], "answers": asked.id}
        return self.says(asked.person, asked.channel, button["title"], name=name, more=more)

    def _read_all(self, number: str, channel: str) -> None:
        """Only WhatsApp tells that."""
        if channel != "whatsapp":
            return
        for bubble in self._talks.unread(number, channel):
            inbox = sandbox.by_key(bubble.key)
            if inbox is not None:
                self._meta.is_read(replace(bubble, state="read"), inbox)


def inbox_for(number: str, channel: str) -> Reached:
    market = next((code for begin, code in MARKETS.items() if number.startswith(begin)), "MX")
    found = sandbox.reached(channel, market)
    if found is None:
        raise Refusal(404, "not_found", "Nobody is reached that way.")
    return found
