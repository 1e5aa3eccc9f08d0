"""Reading a mail's headers as they are met in the wild: broken, doubled, in the wrong charset."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import islice

from channels.email.charsets import clean, decode
from channels.email.mail import Address

# Longer ones are no subject or sender that anybody wrote.
_LONGEST = 20_000
_MOST_ADDRESSES = 500
_MOST_REFERENCES = 200
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_ENCODED = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?(.{0,1000}?)\?=")
_BETWEEN_ENCODED = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_MESSAGE_ID = re.compile(r"<([^<>]{1,990})>")
_BARE_ID = re.compile(r"(?:^|(?<=[\s,;]))[^\s<>,;\"()]{1,500}@[^\s<>,;\"()]{1,500}")
# A quoted or bracketed stretch, or what parts one mailbox from the next.
_PIECE = re.compile(r'"(?:[^"\\]|\\.){0,300}"|<[^<>]{0,1000}>|[,;:]')
_MAILBOX = re.compile(
    r"(?:[^\s<>,;:\"()\[\]]+|\"(?:[^\"\\]|\\.){1,100}\")@(?:[^\s<>,;:\"()\[\]]+|\[[^\s\[\]]{1,100}\])"
)
_BRACKETED = re.compile(r'"(?:[^"\\]|\\.){0,300}"|<([^<>]{0,1000})>')
_COMMENT = re.compile(r"\([^()]*\)")
_AROUND_SIGNS = re.compile(r"\s*([@.])\s*")


def text_of(message: Message, name: str) -> str:
    """The first header of that name on one line, decoded; empty without one."""
    return next((words(value) for value in values_of(message, name)), "")


def values_of(message: Message, name: str) -> list[object]:
    """As they came: the usual way to a header loses its bytes above 127."""
    wanted = name.lower()
    return [value for key, value in message.raw_items() if key.lower() == wanted]


def words(value: object) -> str:
    """A header's value with its encoded words decoded and no line break left."""
    text = _BETWEEN_ENCODED.sub(r"\1", unfolded(value)[:_LONGEST])
    return " ".join(clean("".join(_decoded(text))).split())


def unfolded(value: object) -> str:
    """On one line. With encoded words in it nothing is decoded: bytes inside of one are in its own
    charset."""
    text = _FOLD.sub(" ", str(value))
    return text if "=?" in text else _raw(text)


def addresses_of(message: Message, name: str) -> tuple[Address, ...]:
    """Every mailbox in all headers of that name; what is no mailbox is left out."""
    found: list[Address] = []
    for value in values_of(message, name)[:20]:
        text = unfolded(value)[:_LONGEST]
        here = list(islice(_mailboxes(text), _MOST_ADDRESSES))
        # Some programs encode the whole header, address and all.
        found += here or islice(_mailboxes(words(value)), _MOST_ADDRESSES)
    return tuple(found[:_MOST_ADDRESSES])


def ids_of(message: Message, *names: str) -> tuple[str, ...]:
    """Message ids in the order they stand there, each once; of very many the first and last."""
    found = dict.fromkeys(
        each for name in names for value in values_of(message, name) for each in _ids(_plain(value))
    )
    ids = tuple(found)
    return ids if len(ids) <= _MOST_REFERENCES else (ids[0], *ids[1 - _MOST_REFERENCES :])


def _plain(value: object) -> str:
    """Some programs encode ids as if they were words, long ones above all."""
    text = clean(unfolded(value))
    return words(value) if "=?" in text else text


def _ids(text: str) -> list[str]:
    """Some programs fold long ones in the middle, some leave the brackets out."""
    bracketed = ("".join(each.split()) for each in _MESSAGE_ID.findall(text))
    return [f"<{each}>" for each in bracketed if each] or _BARE_ID.findall(text[:_LONGEST])


def message_id_of(message: Message) -> str | None:
    """With its angle brackets; one without them is taken as it is."""
    if found := ids_of(message, "Message-ID"):
        return found[0]
    text = text_of(message, "Message-ID")[:990]
    return text if text.strip("<> ") else None


def moment_of(message: Message) -> datetime | None:
    """In UTC. None when it is missing or no date."""
    try:
        moment = parsedate_to_datetime(text_of(message, "Date"))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _raw(text: str, near: str | None = None) -> str:
    """Bytes above 127 in a header arrive as surrogates; they are most often UTF-8, else in the
    charset of the words near them."""
    if text.isascii() and "\x1b" not in text:
        return text
    raw = text.encode("utf-8", "surrogateescape")
    return decode(raw, None if _is_utf8(raw) else near)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeError:
        return False
    return True


def _decoded(text: str) -> Iterator[str]:
    """Neighbouring words in one charset are joined as bytes: a letter may be cut between them."""
    position, pending, charset = 0, b"", ""
    for match in _ENCODED.finditer(text):
        between = text[position : match.start()]
        name = match[1].split("*")[0].lower()
        if pending and (between or name != charset):
            yield decode(pending, charset)
            pending = b""
        yield _raw(between, name)
        charset, position = name, match.end()
        pending += _bytes(match[2], match[3])
    if pending:
        yield decode(pending, charset)
    yield _raw(text[position:], charset)


def _bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b"=20"))
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return base64.b64decode(raw[: len(raw) // 4 * 4])


def _mailboxes(text: str) -> Iterator[Address]:
    """By hand, because the standard library believes commas in names and gives up on groups."""
    name = ""
    for piece, end in _pieces(text):
        name += piece
        if "@" in piece:
            yield from _mailbox(name)
            name = ""
        else:
            name = name + end if name.strip() and end == "," else ""
    yield from _mailbox(name)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """What stands between commas, semicolons and colons that are in no quotes or brackets."""
    start = 0
    for match in _PIECE.finditer(text):
        if match[0] in ",;:":
            yield text[start : match.start()], match[0]
            start = match.end()
    yield text[start:], ";"


def _mailbox(text: str) -> Iterator[Address]:
    """One as a rule; each of several that somebody forgot to put commas between."""
    found, start = False, 0
    for bracketed in _BRACKETED.finditer(text):
        address = _MAILBOX.search(_AROUND_SIGNS.sub(r"\1", bracketed[1] or ""))
        if address is not None:
            yield Address(_name(text[start : bracketed.start()]), clean(_raw(address[0])))
            found, start = True, bracketed.end()
    if found:
        return
    outside = _COMMENT.sub(" ", text)
    bare = dict.fromkeys(_MAILBOX.findall(outside) or _MAILBOX.findall(text))
    for each in bare:
        name = _name(text.replace(each, "").strip(" ()<>[]")) if len(bare) == 1 else ""
        yield Address(name, clean(_raw(each)))


def _name(text: str) -> str:
    name = words(text).strip('" <').replace('\\"', '"')
    return name.strip("'") if name[:1] == name[-1:] == "'" else name
