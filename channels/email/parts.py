"""The parts of a mail: its words, and the files with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message

from asn1crypto import cms
from tnefparse import TNEF

from channels.email.charsets import decode
from channels.email.headers import text_of, words
from channels.email.mail import Attachment

_MOST_PARTS = 500
_DEEPEST = 50
_LONGEST_TEXT = 5_000_000
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_UNNAMED = {
    "message/rfc822": "message.eml",
    "text/calendar": "invite.ics",
    "message/delivery-status": "delivery-status.txt",
    "text/rfc822-headers": "headers.txt",
}
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")


@dataclass(slots=True)
class Parts:
    """Words by kind, in the order in which they stand in the mail."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    cut_short: bool = False


def parts_of(mail: Message) -> Parts:
    found = Parts()
    for number, (part, alternative) in enumerate(_leaves(mail, 0, alternative=False)):
        if number >= _MOST_PARTS:
            found.cut_short = True
            break
        _take(part, found, alternative=alternative)
    page = "".join(found.html)
    found.attachments = [shown(each, page) for each in found.attachments]
    return found


def shown(file: Attachment, page: str) -> Attachment:
    """Whether the text shows it: what programs say of that themselves is often wrong."""
    return replace(file, inline=bool(file.content_id) and f"cid:{file.content_id}" in page)


def _leaves(mail: Message, depth: int, *, alternative: bool) -> Iterator[tuple[Message, bool]]:
    if depth > _DEEPEST:
        return
    if not mail.is_multipart() or mail.get_content_type() == "message/rfc822":
        inner = _opened(mail)
        if inner is None:
            yield mail, alternative
        else:
            yield from _leaves(inner, depth + 1, alternative=alternative)
        return
    inside = alternative or mail.get_content_subtype() == "alternative"
    for part in mail.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1, alternative=inside)


def _opened(part: Message) -> Message | None:
    """The mail inside an S/MIME envelope that is only signed."""
    if part.get_content_type() not in _SMIME:
        return None
    try:
        envelope = cms.ContentInfo.load(bytes(part.get_payload(decode=True) or b""))
        content = envelope["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError):
        return None
    return message_from_bytes(content) if isinstance(content, bytes) else None


def _take(part: Message, found: Parts, *, alternative: bool) -> None:
    kind = part.get_content_type()
    if kind in _TNEF:
        found.attachments += _unpacked(part)
    elif _is_words(part, kind):
        text = _words(part)
        found.cut_short |= len(text) > _LONGEST_TEXT
        (found.html if kind == "text/html" else found.plain).append(text[:_LONGEST_TEXT])
    elif not (alternative and kind in {"text/enriched", "text/watch-html", "text/x-amp-html"}):
        found.attachments.append(_attachment(part, kind))


def _is_words(part: Message, kind: str) -> bool:
    if kind not in {"text/plain", "text/html"} or part.get_content_disposition() == "attachment":
        return False
    return not _name(part)


def _words(part: Message) -> str:
    return decode(_content(part), part.get_content_charset() or _charset(part))


def _charset(part: Message) -> str | None:
    return _text(part.get_param("charset"))


def _content(part: Message) -> bytes:
    if part.is_multipart():  # a mail within the mail
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return bytes(first) if isinstance(first, Message) else b""
    raw = part.get_payload(decode=True)
    return raw if isinstance(raw, bytes) else b""


def _attachment(part: Message, kind: str) -> Attachment:
    content_id = text_of(part, "Content-ID").strip("<> ") or None
    name = _name(part) or _name_of_mail(part, kind) or _UNNAMED.get(kind, "attachment")
    return Attachment(name, kind, _content(part), content_id=content_id)


def _name_of_mail(part: Message, kind: str) -> str:
    if kind != "message/rfc822" or not part.is_multipart():
        return ""
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    subject = text_of(first, "Subject") if isinstance(first, Message) else ""
    return safe_name(f"{subject}.eml") if subject else ""


def _unpacked(part: Message) -> list[Attachment]:
    """What Outlook wrapped in a winmail.dat; the wrapping itself when it cannot be opened."""
    try:
        opened = TNEF(_content(part))
        return [
            Attachment(
                safe_name(each.long_filename() or each.name or "attachment"),
                "application/octet-stream",
                bytes(each.data),
            )
            for each in opened.attachments
        ]
    except Exception:  # noqa: BLE001 - a stranger's bytes in a format without a definition
        return [_attachment(part, part.get_content_type())]


def _name(part: Message) -> str:
    for header, name in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            given = _text(part.get_param(name, header=header))
        except (ValueError, IndexError, TypeError):
            given = None
        if given:
            return safe_name(words(given))
    return ""


def _text(parameter: object) -> str | None:
    """RFC 2231 gives charset, language and value; others just a text."""
    if isinstance(parameter, tuple):
        charset, _language, value = parameter
        return decode(value.encode("latin-1", "replace"), charset)
    return parameter if isinstance(parameter, str) else None


def safe_name(name: str) -> str:
    """A name for a file and nothing else: no path, no tricks, at most 150 characters."""
    plain = " ".join(_NOT_IN_A_NAME.sub("_", name).split()).strip(". ")
    if len(plain) <= 150:
        return plain
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: 149 - len(ending)]}.{ending}" if dot and len(ending) <= 10 else plain[:150]
