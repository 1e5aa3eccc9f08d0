"""What Outlook wraps in a winmail.dat (TNEF): words, as text, HTML or only RTF, and files."""

import logging
import struct
from dataclasses import dataclass

from tnefparse import TNEF, mapi, tnef

from channels.email import rtf
from channels.email.charsets import clean, decode

KINDS = {"application/ms-tnef", "application/vnd.ms-tnef"}
NAME = "winmail.dat"
_BEGINS = b"\x78\x9f\x3e\x22"
# RTF is unpacked byte by byte; nobody writes as much.
_LONGEST_PACKED = 100_000
# The library believes how many properties, values and recipients the file says it has, and goes
# through billions of them that are not there; nobody's mail has as many.
_MOST_CLAIMED = 1_000
_MOST_WITH_PROPERTIES = 300
_WITH_PROPERTIES = {0x9003, 0x9004, 0x9005}
_HEADER = struct.Struct("<BHHI")
_BEHIND = 2


def _believed(claimed: int) -> range:
    if claimed > _MOST_CLAIMED:
        raise ValueError(claimed)
    return range(claimed)


mapi.range = tnef.range = _believed
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Opened:
    """`is_all` is False when there are words that could not be read."""

    plain: str
    html: str
    files: tuple[tuple[str, bytes], ...]
    is_all: bool = True


def is_one(kind: str, name: str, content: bytes) -> bool:
    """By its type; or by its name and first bytes, where a server on the way forgot the type."""
    if kind in KINDS:
        return True
    return name.lower() == NAME and content.startswith(_BEGINS)


def opened(content: bytes) -> Opened | None:
    """None when it cannot be opened, or there is nothing in it."""
    if _with_properties(content) > _MOST_WITH_PROPERTIES:
        return None
    try:
        inside = TNEF(content)
        found = Opened(
            _words(inside.body),
            _words(inside.htmlbody),
            tuple(
                (_words(each.long_filename() or each.name), bytes(each.data))
                for each in inside.attachments
            ),
        )
    except Exception:  # noqa: BLE001 - a stranger's bytes in a format without a definition
        return None
    if not (found.plain.strip() or found.html.strip()):
        words = _words_of_rtf(inside)
        found = Opened(words, "", found.files, is_all=bool(words) or not inside._rtfbody)  # noqa: SLF001
    return found if found.plain or found.html or found.files else None


def _with_properties(content: bytes) -> int:
    found, at = 0, 6
    while at + _HEADER.size < len(content):
        _level, name, _type, length = _HEADER.unpack_from(content, at)
        found += name in _WITH_PROPERTIES
        at += _HEADER.size + length + _BEHIND
    return found


def _words(body: object) -> str:
    text = decode(body, None) if isinstance(body, bytes) else body
    return clean(text) if isinstance(text, str) else ""


def _words_of_rtf(inside: TNEF) -> str:
    try:
        packed = inside._rtfbody or b""  # noqa: SLF001 - to know its length before it is unpacked
        raw = (inside.rtfbody or b"") if len(packed) <= _LONGEST_PACKED else b""
        return clean(rtf.words_of(raw.rstrip(b"\0").decode("latin-1")))
    except Exception:  # noqa: BLE001 - neither library promises anything of broken bytes
        return ""
