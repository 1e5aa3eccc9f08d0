"""How a message of ours looks in Telegram: plain text, buttons under it. Pure."""

from typing import Any

from channels import wording
from channels.port import Media, Outbound

Content = dict[str, Any]

LONGEST, LONGEST_CAPTION = 4096, 1024
BUTTONS, LONGEST_TITLE, LONGEST_DATA = 10, 40, 64
LARGEST_PHOTO = 10 * 1024 * 1024


def words(message: Outbound) -> Content:
    """Without a parse mode: what she is told is never taken for markup."""
    content: Content = {"chat_id": message.recipient, "text": message.text}
    content["link_preview_options"] = {"is_disabled": True}
    if _fit(message):
        content |= keyboard(message)
    else:
        content["text"] = wording.numbered(message.text, message.buttons)
    return content


def keyboard(message: Outbound) -> Content:
    rows = [
        [{"text": each.title, "callback_data": each.payload or each.title}]
        for each in message.buttons
    ]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _fit(message: Outbound) -> bool:
    return len(message.buttons) <= BUTTONS and all(
        each.title and len((each.payload or each.title).encode()) <= LONGEST_DATA
        for each in message.buttons
    )


def way_of(media: Media) -> tuple[str, str]:
    """The method and its field: pictures are shown, everything else is a file."""
    small = media.content is None or len(media.content) <= LARGEST_PHOTO
    if media.media_type in {"image/jpeg", "image/png"} and small:
        return "sendPhoto", "photo"
    return "sendDocument", "document"
