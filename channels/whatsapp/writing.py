"""How a message of ours looks on WhatsApp. Pure."""

from typing import Any

from channels import wording
from channels.port import Button, Media, Outbound, Template

Content = dict[str, Any]

LONGEST = 4096
LONGEST_WITH_BUTTONS = 1024
LONGEST_CAPTION = 1024
BUTTONS, LONGEST_BUTTON = 3, 20
ROWS, LONGEST_ROW = 10, 24
LONGEST_PAYLOAD = 200

# What opens the list; it stands under the words in the customer's language.
OPEN_LIST = {"en": "Options", "es": "Opciones", "pt": "Opções"}

_IMAGES = {"image/jpeg", "image/png"}
_VIDEOS = {"video/mp4", "video/3gpp"}
_AUDIO = {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}


def words(message: Outbound) -> Content:
    """Text, with its buttons as WhatsApp can show them: no title is ever cut."""
    shown = _shown(message)
    if shown is None:
        text = wording.numbered(message.text, message.buttons)
        return {"type": "text", "text": {"preview_url": False, "body": text}}
    return {"type": "interactive", "interactive": {**shown, "body": {"text": message.text}}}


def _shown(message: Outbound) -> Content | None:
    buttons = message.buttons
    if not buttons or not 0 < len(message.text) <= LONGEST_WITH_BUTTONS:
        return None
    if _fit(buttons, most=BUTTONS, longest=LONGEST_BUTTON):
        replies = [{"type": "reply", "reply": _reply(button)} for button in buttons]
        return {"type": "button", "action": {"buttons": replies}}
    if _fit(buttons, most=ROWS, longest=LONGEST_ROW):
        opener = OPEN_LIST.get(message.language[:2], OPEN_LIST["en"])
        rows = [_reply(button) for button in buttons]
        return {"type": "list", "action": {"button": opener, "sections": [{"rows": rows}]}}
    return None


def _fit(buttons: tuple[Button, ...], *, most: int, longest: int) -> bool:
    """Meta refuses two of the same name or the same payload."""
    replies = [_reply(button) for button in buttons]
    return (
        len(buttons) <= most
        and all(0 < len(reply["title"]) <= longest for reply in replies)
        and all(len(reply["id"]) <= LONGEST_PAYLOAD for reply in replies)
        and len({reply["title"] for reply in replies}) == len(buttons)
        and len({reply["id"] for reply in replies}) == len(buttons)
    )


def _reply(button: Button) -> dict[str, str]:
    return {"id": button.payload or button.title, "title": button.title}


def template(wanted: Template) -> Content:
    values = [{"type": "text", "text": value} for value in wanted.values]
    components = [{"type": "body", "parameters": values}] if values else []
    named = {"name": wanted.name, "language": {"code": wanted.language}, "components": components}
    return {"type": "template", "template": named}


def file(media: Media, found_by: dict[str, str], caption: str) -> Content:
    """`found_by` is Meta's id of an upload, or an address."""
    kind = kind_of(media.media_type)
    content = dict(found_by)
    if caption:
        content["caption"] = caption
    if kind == "document" and media.name:
        content["filename"] = media.name
    return {"type": kind, kind: content}


def kind_of(media_type: str) -> str:
    plain = media_type.partition(";")[0].strip().lower()
    for kind, known in (("image", _IMAGES), ("video", _VIDEOS), ("audio", _AUDIO)):
        if plain in known:
            return kind
    return "document"


def takes_caption(media: Media, text: str) -> bool:
    return kind_of(media.media_type) != "audio" and len(text) <= LONGEST_CAPTION
