"""Meta's Graph API, which WhatsApp, Messenger and Instagram are sent through."""

from typing import Any

import httpx

from channels.calling import Api, retry_after, told
from channels.payload import Part
from channels.port import ChannelDown, Media, Undeliverable

VERSION = "v23.0"
API = "https://graph.facebook.com"
FILES = ("fbcdn.net", "cdninstagram.com", "facebook.com", "instagram.com", "whatsapp.net")
ASKING = ("fbsbx.com",)  # WhatsApp's files are shown to their number's owner alone

# Codes that say nothing of the recipient or the words: Meta is busy, we are too fast, or our own
# access is not in order. The same message goes out when that is over.
LATER = {
    -1, 0, 1, 2, 4, 17, 32, 613, 1200,
    3, 190,
    80006, 80007, 130429, 131000, 131016, 131056, 131057, 131005, 133004, 135000,
}  # fmt: skip


def connect(token: str, api: str | None) -> Api:
    known = {"Authorization": f"Bearer {token}"}
    return Api(f"{api or API}/{VERSION}", headers=known, hosts=FILES, asking=ASKING)


def ask(api: Api, method: str, path: str, **content: Any) -> Part:
    """The answer's JSON object, or what is wrong by its class."""
    answer = api.call(method, path, **content)
    said = told(answer)
    if answer.is_success and not said.has("error"):
        return said
    raise _refusal(answer)


def _refusal(answer: httpx.Response) -> ChannelDown | Undeliverable:
    """The code says more than the status: refused words come with 500 too."""
    error = told(answer).part("error")
    code, subcode = error.number("code"), error.text("error_subcode")
    reason = error.part("error_data").text("details") or error.text("message")
    if code is None:
        refused = 400 <= answer.status_code < 500 and answer.status_code not in {401, 429}
        later, named = not refused, str(answer.status_code)
    else:
        later = code in LATER or answer.status_code == 429
        named = f"{code:.0f}/{subcode}" if subcode else f"{code:.0f}"
    if later:
        return ChannelDown(f"{named} {reason}", retry_after=retry_after(answer))
    return Undeliverable(reason, code=named)


def fetched(api: Api, media: Media, url: str) -> Media:
    media_type, content = api.download(url)
    return Media(media_type or media.media_type, media.name, content, media.url, media.handle)
