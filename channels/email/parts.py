"""The parts of a mail: its words, and the files with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, message_from_string
from email.message import Message
from urllib.parse import quote

from asn1crypto import cms
from tnefparse import TNEF

from channels.email.charsets import clean, decode
from channels.email.flowed import unflowed
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
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_LONGEST_HEAD = 5000
_FIRST_BOUNDARY = re.compile(r"(?:[^\n]{0,100}\n){0,5}?--([^\s\"\\]{1,70})\r?\n")
# As they are meant, whatever stands around them.
_ENCODINGS = (
    ("quoted-printable", re.compile(r"\W*quoted[-_ ]?printable")),
    ("base64", re.compile(r"\W*base[-_ ]?64")),
    ("x-uuencode", re.compile(r"\W*(?:x-)?uue")),
)
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")


@dataclass(slots=True)
class Body:
    """The same words in one form or two."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Parts:
    """Words in the order in which they stand in the mail, and the files."""

    bodies: list[Body] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    cut_short: bool = False

    @property
    def html(self) -> list[str]:
        return [each for body in self.bodies for each in body.html]


def parts_of(mail: Message) -> Parts:
    found = Parts()
    bodies: dict[int, Body] = {}
    for number, (part, group) in enumerate(_leaves(mail, 0, group=0)):
        if number >= _MOST_PARTS:
            found.cut_short = True
            break
        _take(part, found, bodies, group)
    found.bodies = list(bodies.values())
    page = "".join(found.html)
    found.attachments = [shown(each, page) for each in found.attachments]
    return found


def shown(file: Attachment, page: str) -> Attachment:
    """Whether the text shows it: what programs say of that themselves is often wrong."""
    shown_as = {f"cid:{file.content_id}", f"cid:{quote(file.content_id or '')}"}
    return replace(file, inline=bool(file.content_id) and any(each in page for each in shown_as))


def _leaves(mail: Message, depth: int, *, group: int) -> Iterator[tuple[Message, int]]:
    """Parts with what names the alternative that they belong to; 0 outside of any."""
    if depth > _DEEPEST:
        return
    if not mail.is_multipart() or mail.get_content_type() == "message/rfc822":
        inner = _opened(mail)
        if inner is None:
            yield mail, group
        else:
            yield from _leaves(inner, depth + 1, group=group)
        return
    group = group or (id(mail) if mail.get_content_subtype() == "alternative" else 0)
    for part in mail.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1, group=group)


def _opened(part: Message) -> Message | None:
    """The mail inside an S/MIME envelope that is only signed; or inside a multipart that does not
    say how its parts are told from each other."""
    if part.get_content_maintype() == "multipart":
        return _parted(part)
    if part.get_content_type() not in _SMIME:
        return None
    try:
        envelope = cms.ContentInfo.load(bytes(part.get_payload(decode=True) or b""))
        content = envelope["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError):
        return None
    return message_from_bytes(content) if isinstance(content, bytes) else None


def _parted(part: Message) -> Message:
    text = str(part.get_payload() or "")
    found = _FIRST_BOUNDARY.match(text)
    kind = f'multipart/mixed; boundary="{found[1]}"' if found else "text/plain"
    return message_from_string(f"Content-Type: {kind}\n\n{text}")


def _take(part: Message, found: Parts, bodies: dict[int, Body], group: int) -> None:
    kind = part.get_content_type()
    if kind in _TNEF:
        _unpack(part, found, bodies, group)
    elif _is_words(part, kind):
        text = _words(part)
        found.cut_short |= len(text) > _LONGEST_TEXT
        body = bodies.setdefault(group or id(part), Body())
        (body.html if kind == "text/html" else body.plain).append(text[:_LONGEST_TEXT])
    elif not (group and kind in {"text/enriched", "text/watch-html", "text/x-amp-html"}):
        found.attachments.append(_attachment(part, kind))


def _is_words(part: Message, kind: str) -> bool:
    if kind not in {"text/plain", "text/html"} or part.get_content_disposition() == "attachment":
        return False
    return not _name(part)


def _words(part: Message) -> str:
    raw = _content(part)
    charset = part.get_content_charset() or _charset(part)
    if charset is None and part.get_content_type() == "text/html":
        told = _META.search(raw[:_LONGEST_HEAD])
        charset = told[1].decode("ascii") if told else None
    text = decode(raw, charset)
    if (_text(part.get_param("format")) or "").lower() == "flowed":
        delsp = (_text(part.get_param("delsp")) or "").lower() == "yes"
        return unflowed(text, delete_space=delsp)
    return text


def _charset(part: Message) -> str | None:
    return _text(part.get_param("charset"))


def _content(part: Message) -> bytes:
    if part.is_multipart():  # a mail within the mail, or the paragraphs of a report
        inner = part.get_payload()
        return b"\n".join(bytes(each) for each in inner if isinstance(each, Message))
    said = text_of(part, "Content-Transfer-Encoding").lower()
    meant = next((name for name, how in _ENCODINGS if how.match(said)), said)
    if meant != said:
        del part["Content-Transfer-Encoding"]
        part["Content-Transfer-Encoding"] = meant
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


def _unpack(part: Message, found: Parts, bodies: dict[int, Body], group: int) -> None:
    """What Outlook wrapped in a winmail.dat; the wrapping itself when it cannot be opened."""
    try:
        opened = TNEF(_content(part))
        inside = [
            Attachment(
                safe_name(each.long_filename() or each.name or "attachment"),
                "application/octet-stream",
                bytes(each.data),
            )
            for each in opened.attachments
        ]
        plain, html = (_tnef_words(each) for each in (opened.body, opened.htmlbody))
    except Exception:  # noqa: BLE001 - a stranger's bytes in a format without a definition
        found.attachments.append(_attachment(part, part.get_content_type()))
        return
    found.attachments += inside
    if not any(body.plain or body.html for body in bodies.values()) and (plain or html):
        bodies[group or id(part)] = Body([plain] if plain else [], [html] if html else [])


def _tnef_words(body: object) -> str:
    text = decode(body, None) if isinstance(body, bytes) else body
    return clean(text)[:_LONGEST_TEXT] if isinstance(text, str) else ""


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
