"""Files inside the words of a mail, as programs without MIME put them there: uuencoded or yEnc."""

import binascii
import re
from itertools import islice, zip_longest

_BEGINS = re.compile(
    rb"^(?:begin [0-7]{3,4} ?([^\r\n]{0,200})|=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,200}))\r?\n",
    re.MULTILINE,
)
_ENDS = re.compile(rb"^(?:end\r?$|=yend [^\r\n]{0,200}?\bsize=(\d{1,10})\b[^\n]*)\n?", re.MULTILINE)
_PART = re.compile(rb"\A=ypart [^\n]*\n")
_MOST = 1000
# yEnc: each byte plus 42, and those that would hurt plus 64 more behind a sign: one in sixty.
_FEWEST_FOR_ONE_SIGN = 4
_BACK = bytes((each - 42) % 256 for each in range(256))
_MORE = bytes((each - 64) % 256 for each in range(256))

File = tuple[str, bytes]


def taken_out(raw: bytes) -> tuple[bytes, list[File]]:
    """The words without the files, and those by their names. What only looks so stays."""
    starts = list(islice(_BEGINS.finditer(raw), _MOST)) if b"begin " in raw else []
    words: list[bytes] = []
    files: list[File] = []
    done = 0
    for start, following in zip_longest(starts, starts[1:]):
        ends = _ENDS.search(raw, start.end(), following.start() if following else len(raw))
        content = _content(start, ends, raw) if ends else None
        if ends and content:
            files.append(
                ((start[1] or start[2] or b"").decode("utf-8", "replace").strip(), content)
            )
            words.append(raw[done : start.start()])
            done = ends.end()
    return b"".join([*words, raw[done:]]), files


def _content(start: re.Match[bytes], ends: re.Match[bytes], raw: bytes) -> bytes | None:
    between = raw[start.end() : ends.start()]
    if start[2] is None:
        return _uu(between)
    if between.count(b"=") > len(between) // _FEWEST_FOR_ONE_SIGN + 1:
        return None
    found = _yenc(_PART.sub(b"", between))
    return found if ends[1] and int(ends[1]) == len(found) else None


def _uu(encoded: bytes) -> bytes | None:
    try:
        return b"".join(_uu_line(line.rstrip(b"\r")) for line in encoded.split(b"\n"))
    except binascii.Error:
        return None


def _uu_line(line: bytes) -> bytes:
    """Some servers take blanks off its end; some programs pad it with more than it holds."""
    length = ((line[0] - 32) & 63) if line.strip() else 0
    needed = 1 + -(-length // 3) * 4
    if len(line) > needed + 4 or length > 45:
        raise binascii.Error
    return binascii.a2b_uu(line[:needed].ljust(needed)) if length else b""


def _yenc(encoded: bytes) -> bytes:
    first, *rest = encoded.translate(None, b"\r\n").split(b"=")
    each_back = (
        each[:1].translate(_MORE).translate(_BACK) + each[1:].translate(_BACK) for each in rest
    )
    return b"".join([first.translate(_BACK), *each_back])
