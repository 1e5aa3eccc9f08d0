"""How a message of ours looks in Messenger and on Instagram. Pure."""

from typing import Any

from channels import wording
from channels.port import Media, Outbound

Content = dict[str, Any]

QUICK_REPLIES, LONGEST_TITLE, LONGEST_PAYLOAD = 13, 20, 1000


def addressed(message: Outbound) -> Content:
    """A person may still answer seven days later; a machine only within the window."""
    to = {"recipient": {"id": message.recipient}}
    if message.by_person:
        return {**to, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {**to, "messaging_type": "RESPONSE"}


def words(message: Outbound) -> Content:
    buttons = message.buttons
    if not buttons or not message.text or not _fit(message):
        return {"text": wording.numbered(message.text, buttons)}
    replies = [
        {"content_type": "text", "title": each.title, "payload": each.payload or each.title}
        for each in buttons
    ]
    return {"text": message.text, "quick_replies": replies}


def _fit(message: Outbound) -> bool:
    return len(message.buttons) <= QUICK_REPLIES and all(
        0 < len(each.title) <= LONGEST_TITLE and len(each.payload) <= LONGEST_PAYLOAD
        for each in message.buttons
    )


def file(media: Media, *, address: str | None) -> Content:
    payload: Content = {"url": address} if address else {}
    return {"attachment": {"type": kind_of(media.media_type), "payload": payload}}


def kind_of(media_type: str) -> str:
    kind = media_type.partition("/")[0].lower()
    return kind if kind in {"image", "audio", "video"} else "file"
