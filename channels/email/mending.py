"""The bytes of a mail with what would mislead the parser of the standard library put right: it
takes everything after the first odd line of the headers for the text."""

import re
from collections.abc import Iterator

_LONGEST_HEAD = 200_000
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_SPACE_BEFORE_COLON = re.compile(rb"^([!-9;-~]+)[ \t]+:")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_KNOWN = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|received|return-path|mime-version|content-[\w-]+"
    rb"|references|in-reply-to|reply-to|delivered-to|auto-submitted|precedence|list-[\w-]+"
    rb"|authentication-results|x-auto[\w-]*|x-failed-recipients|x-original-to)[ \t]*:",
    re.IGNORECASE,
)


def mended(raw: bytes) -> bytes:
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    beginning = raw[:_LONGEST_HEAD]
    if b"\r\r\n" in beginning:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    elif b"\n" not in beginning:
        raw = raw.replace(b"\r", b"\n")
    head, gap, body = _split(raw)
    lines = head.split(b"\n")
    if len(head) > _LONGEST_HEAD:
        return b"\n".join(_known(lines)) + gap + body
    if all(line[:1] in {b" ", b"\t"} or _is_header(line) for line in lines):
        return raw
    return b"\n".join(_mended(lines)) + gap + body


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = _EMPTY_LINE.search(raw)
    if found is None:
        return raw, b"", b""
    return raw[: found.start()], found[0], raw[found.end() :]


def _known(lines: list[bytes]) -> Iterator[bytes]:
    """Of very many headers those that are read."""
    keeps = False
    for line in lines:
        if line[:1] not in {b" ", b"\t"}:
            keeps = bool(_KNOWN.match(line))
        if keeps:
            yield line


def _is_header(line: bytes) -> bool:
    found = _HEADER.match(line)
    return found is not None and found[0][-2:-1] not in {b" ", b"\t"}


def _mended(lines: list[bytes]) -> list[bytes]:
    """Odd lines among the headers go on from the line before; those behind the last header that is
    known are the text, of which only the empty line above is missing, but for the rest of an
    address."""
    last = max((at for at, line in enumerate(lines) if _KNOWN.match(line)), default=-1)
    while 0 <= last < len(lines) - 1 and _is_open(lines[last]):
        last += 1
    done: list[bytes] = []
    for at, line in enumerate(lines):
        plain = _SPACE_BEFORE_COLON.sub(rb"\1:", line)
        if at > last or _is_header(plain) or line[:1] in {b" ", b"\t"}:
            done.append(plain if at <= last else line)
        elif at == 0 and line.startswith(b"From "):
            done.append(line)
        elif done:
            done.append(b" " + line)
    return done


def _is_open(line: bytes) -> bool:
    return line.rfind(b"<") > line.rfind(b">")
