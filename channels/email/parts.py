"""The parts of a mail: its words, and the files with it."""

import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from urllib.parse import quote

from asn1crypto import cms

from channels.email import winmail
from channels.email.charsets import clean, decode
from channels.email.flowed import unflowed
from channels.email.headers import text_of, unfolded, values_of, words
from channels.email.inserted import File, taken_out
from channels.email.mail import Attachment
from channels.email.transfer import content_of, raw_of

_MOST_PARTS = 500
_DEEPEST = 50
_LONGEST_TEXT = 5_000_000
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
# What the gateways of mobile networks call the words of a picture message.
_GATEWAYS_NOTE = re.compile(r"(?:text|mms)[\w-]{0,12}\.txt", re.IGNORECASE)
_LONGEST_NOTE = 20_000
_UNNAMED = {
    "message/rfc822": "message.eml",
    "text/calendar": "invite.ics",
    "message/delivery-status": "delivery-status.txt",
    "text/rfc822-headers": "headers.txt",
}
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_LONGEST_HEAD = 5000
_FIRST_BOUNDARY = re.compile(rb"(?:[^\n]{0,100}\n){0,5}?--([^\s\"\\]{1,70})\r?\n")
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")


@dataclass(slots=True)
class Body:
    """The same words in one form or two."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Parts:
    """Words in the order in which they stand in the mail, and the files. `notes` are those files
    that some programs put the words in when they have a picture to send."""

    bodies: list[Body] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
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
    if found.notes and not _any_words(bodies):
        found.bodies.append(Body(found.notes))
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
    raw = raw_of(part)
    found = _FIRST_BOUNDARY.match(raw)
    kind = b'multipart/mixed; boundary="%s"' % found[1] if found else b"text/plain"
    return message_from_bytes(b"Content-Type: %s\n\n%s" % (kind, raw))


def _take(part: Message, found: Parts, bodies: dict[int, Body], group: int) -> None:
    kind = _kind(part)
    if _is_words(part, kind):
        text = _said(part, kind, found)
        found.cut_short |= len(text) > _LONGEST_TEXT
        body = bodies.setdefault(group or id(part), Body())
        (body.html if kind == "text/html" else body.plain).append(text[:_LONGEST_TEXT])
    elif not (group and kind in {"text/enriched", "text/watch-html", "text/x-amp-html"}):
        _keep(part, kind, found, bodies, group)
        if _is_note(part, kind):
            found.notes.append(_words(part, kind, content_of(part)[:_LONGEST_NOTE]))


def _kind(part: Message) -> str:
    """Without what some put behind it, parted by no more than a blank."""
    return (part.get_content_type().strip('"').split() or ["text/plain"])[0]


def _is_words(part: Message, kind: str) -> bool:
    if kind not in {"text/plain", "text/html"} or part.get_content_disposition() == "attachment":
        return False
    return not _name(part)


def _is_note(part: Message, kind: str) -> bool:
    if kind != "text/plain":
        return False
    shown_below = part.get_content_disposition() != "attachment"
    return shown_below or bool(_GATEWAYS_NOTE.fullmatch(_name(part)))


def _said(part: Message, kind: str, found: Parts) -> str:
    """The words of a part, without the files that are inside of them."""
    raw = content_of(part)
    if kind == "text/plain":
        raw, files = taken_out(raw)
        found.attachments += attached(files)
    return _words(part, kind, raw)


def _words(part: Message, kind: str, raw: bytes) -> str:
    charset = part.get_content_charset() or _charset(part)
    if charset is None and kind == "text/html":
        told = _META.search(raw[:_LONGEST_HEAD])
        charset = told[1].decode("ascii") if told else None
    text = decode(raw, charset)
    if (_text(part.get_param("format")) or "").lower() == "flowed":
        delsp = (_text(part.get_param("delsp")) or "").lower() == "yes"
        return unflowed(text, delete_space=delsp)
    return text


def attached(files: Sequence[File]) -> list[Attachment]:
    """Files that came inside of the words."""
    return [_named(name, content) for name, content in files]


def _keep(part: Message, kind: str, found: Parts, bodies: dict[int, Body], group: int) -> None:
    """A file; or the words and files of one that Outlook wrapped them in."""
    file = _attachment(part, kind)
    inside = winmail.opened(file.content) if winmail.is_one(kind, file.name, file.content) else None
    if inside is None:
        found.attachments.append(file)
        return
    found.attachments += attached(inside.files)
    found.attachments += [] if inside.is_all else [file]
    if (inside.plain or inside.html) and not _any_words(bodies):
        plain, html = inside.plain[:_LONGEST_TEXT], inside.html[:_LONGEST_TEXT]
        bodies[group or id(part)] = Body([plain] if plain else [], [html] if html else [])


def _any_words(bodies: Mapping[int, Body]) -> bool:
    return any(text.strip() for body in bodies.values() for text in (*body.plain, *body.html))


def _charset(part: Message) -> str | None:
    return _text(part.get_param("charset"))


def _attachment(part: Message, kind: str) -> Attachment:
    content_id = text_of(part, "Content-ID").strip("<> ") or None
    name = _name(part) or _name_of_mail(part, kind) or _UNNAMED.get(kind) or _unnamed(kind)
    return Attachment(name, kind, content_of(part), content_id=content_id)


def _unnamed(kind: str) -> str:
    """With the ending by which a computer knows what opens it."""
    return f"attachment{mimetypes.guess_extension(kind) or ''}"


def _name_of_mail(part: Message, kind: str) -> str:
    if kind != "message/rfc822" or not part.is_multipart():
        return ""
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    subject = text_of(first, "Subject") if isinstance(first, Message) else ""
    return safe_name(f"{subject}.eml") if subject else ""


def _named(name: str, content: bytes) -> Attachment:
    """Of the type that its name tells."""
    name = safe_name(name) or "attachment"
    return Attachment(name, mimetypes.guess_type(name)[0] or "application/octet-stream", content)


def _name(part: Message) -> str:
    for header, name in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        given = [value for key, value in _parameters(part, header) if key.lower() == name]
        # Who writes it twice writes it for old programs and, with its charset, for others.
        told = next(
            (each for each in given if isinstance(each, tuple)), given[0] if given else None
        )
        if (text := _text(told)) and (safe := safe_name(words(text).strip('"'))):
            return safe
    return ""


def _parameters(part: Message, header: str) -> Sequence[tuple[str, object]]:
    """Of a header with letters beyond ASCII the usual way loses them."""
    raw = next(iter(values_of(part, header)), "")
    if not str(raw).isascii():
        part = Message()
        part[header] = clean(unfolded(raw))
    try:
        return part.get_params([], header)
    except (ValueError, IndexError, TypeError):
        return []


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
