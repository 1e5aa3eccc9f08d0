"""The bytes of a part as they were before the mail encoded them for the way."""

import base64
import re
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO

from channels.email.headers import text_of

_NAME = "Content-Transfer-Encoding"
# As they are meant, whatever stands around them.
_ENCODINGS = (
    ("quoted-printable", re.compile(r"\W*quoted[-_ ]?printable")),
    ("base64", re.compile(r"\W*base[-_ ]?64")),
    ("x-uuencode", re.compile(r"\W*(?:x-)?uue")),
)
_BASE64_LINES = re.compile(rb"(?:[ \t]*+[A-Za-z0-9+/]*+=*+[ \t]*+(?:\r?\n|\Z))*+")
_BLANKS = b" \t\r\n"


def content_of(part: Message) -> bytes:
    if part.is_multipart():  # a mail within the mail, or the paragraphs of a report
        inner = part.get_payload()
        return b"\n".join(_whole(each) for each in inner if isinstance(each, Message))
    meant = _encoding(part)
    if meant != "base64" or part.get_content_maintype() != "text":
        return _decoded(part)
    return _words(raw_of(part))


def raw_of(part: Message) -> bytes:
    """As they stand in the mail."""
    said = part.get_all(_NAME, [])
    del part[_NAME]
    raw = _decoded(part)
    for each in said:
        part[_NAME] = each
    return raw


def _decoded(part: Message) -> bytes:
    raw = part.get_payload(decode=True)
    return raw if isinstance(raw, bytes) else b""


def _whole(mail: Message) -> bytes:
    written = BytesIO()
    _AsItCame(written, mangle_from_=False).flatten(mail)
    return written.getvalue()


class _AsItCame(BytesGenerator):
    """Leaves headers as they are: folding them anew changes some, and fails at others."""

    def write(self, s: str) -> None:
        super().write(s.encode("utf-8", "surrogateescape").decode("ascii", "surrogateescape"))

    def _write_headers(self, msg: Message) -> None:
        for name, value in msg.raw_items():
            self.write(f"{name}: {value}\n")
        self.write("\n")


def _encoding(part: Message) -> str:
    """Its name, which is put right in the part."""
    said = text_of(part, _NAME).lower()
    meant = next((known for known, how in _ENCODINGS if how.match(said)), said)
    if meant != str(part.get(_NAME, "")):
        del part[_NAME]
        part[_NAME] = meant
    return meant


def _words(raw: bytes) -> bytes:
    """Base64 as far as it goes: some servers put their footers below as they are, others encode
    them by themselves; and some mails only say that they are encoded."""
    found = _BASE64_LINES.match(raw)
    encoded = raw[: found.end()].translate(None, _BLANKS) if found else b""
    if not encoded:
        return raw
    pieces = [piece for piece in re.split(rb"=+", encoded) if piece]
    return b"".join(
        base64.b64decode(piece[: len(piece) - (len(piece) % 4 == 1)] + b"=" * (-len(piece) % 4))
        for piece in pieces
    )
