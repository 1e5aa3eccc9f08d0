"""Which mail of ours a notice is about, and why: RFC 3464 where it is spoken, else as it is met."""

import re
from email import message_from_string
from email.message import Message

from channels.email.headers import message_id_of, text_of

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REFUSAL = re.compile(r"\b([45]\d\d)[ -]")
_ID_LINE = re.compile(
    r"^[ \t>]*Message-ID:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,990}>)", re.IGNORECASE | re.MULTILINE
)
_MOST_PARTS = 50
_LONGEST = 300_000


def returned_ids(notice: Message) -> tuple[str, ...]:
    """Message-IDs of the mails that came back, as their copies or headers in the notice say."""
    found: dict[str, None] = {}
    for part in _parts(notice):
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            found[(message_id_of(first) or "") if isinstance(first, Message) else ""] = None
        elif kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            found[message_id_of(message_from_string(_text(part).lstrip())) or ""] = None
    if not any(found):
        plain = "\n".join(_text(part) for part in _parts(notice) if not part.is_multipart())
        found = dict.fromkeys(_ID_LINE.findall(plain[:_LONGEST]))
    return tuple(each for each in found if each)


def actions(notice: Message) -> tuple[str, ...]:
    """What became of the mail for each of its recipients: failed, delayed, delivered, relayed …"""
    told = [text_of(each, "Action") for part in _parts(notice) for each in _recipients(part)]
    return tuple(each.split()[0].lower() for each in told if each)


def why(notice: Message) -> tuple[str, str]:
    """The status (RFC 3463) or the number of the refusal, and what was said."""
    for part in _parts(notice):
        for about in _recipients(part):
            if status := text_of(about, "Status"):
                said = text_of(about, "Diagnostic-Code").partition(";")
                return status.split()[0][:20], (said[2] or said[0]).strip()[:500]
    text = "\n".join(_text(part) for part in _parts(notice) if not part.is_multipart())[:_LONGEST]
    found = _STATUS.search(text) or _REFUSAL.search(text)
    if found is None:
        return "", ""
    line = text[text.rfind("\n", 0, found.start()) + 1 :].split("\n")[0]
    return found[1], line.strip()[:500]


def _recipients(part: Message) -> list[Message]:
    """The paragraphs of a delivery status, which the parser gives as mails."""
    is_status = part.get_content_type() == "message/delivery-status" and part.is_multipart()
    inner = part.get_payload() if is_status else None
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def _parts(notice: Message) -> list[Message]:
    """Flat: of the notice itself, without going into what it returns."""
    found: list[Message] = []
    ways = [notice]
    while ways and len(found) < _MOST_PARTS:
        part = ways.pop()
        inner = part.get_payload() if part.is_multipart() else None
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            ways += [each for each in reversed(inner) if isinstance(each, Message)]
        else:
            found.append(part)
    return found


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True) if not part.is_multipart() else None
    return raw[:_LONGEST].decode("utf-8", "replace") if isinstance(raw, bytes) else ""
