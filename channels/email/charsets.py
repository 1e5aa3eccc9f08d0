"""From bytes to words, whatever the mail says its charset is. Never fails."""

import codecs
import re

from channels.email import guessing

# What mail programs write and Python does not know under that name.
_ALIASES = {
    "ansi_x3.110-1983": "latin-1",
    "cp-850": "cp850",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "unicode-1-1-utf-7": "utf-7",
    "unicode": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "x-windows-949": "cp949",
    "windows-874": "cp874",
    "x-user-defined": "latin-1",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
    "big5": "cp950",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp-1252": "cp1252",
    "iso-8859-1-windows-3.1-latin-1": "cp1252",
}
# Latin-1 has no letters at 0x80 to 0x9F; whoever uses these means Windows.
_WIDER = {"iso8859-1": "cp1252", "ascii": "utf-8"}
# Codecs that are none of a mail's text.
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
# Letters that are whole for each that is broken.
_WHOLE_FOR_ONE_BROKEN = 2
# The bytes by which Japanese and Korean mails of seven bits go from one set of letters to another.
_SHIFTED = {b"\x1b$)C": "iso2022_kr", b"\x1b$": "iso2022_jp_ext"}
# Of these some bytes are no letter, so that what fits is hardly ever something else.
_STRICT = {"utf-8", "gb18030", "cp950", "cp932", "cp949", "euc_jp"}


def decode(raw: bytes, declared: str | None) -> str:
    """As declared when that fits and looks like words, else as UTF-8, else as one of these when
    few letters are broken, else as it looks most likely."""
    if b"\x1b" in raw and (text := _shifted(raw)) is not None:
        return clean(text)
    known = _known(declared)
    for fits in (_whole, _mostly):
        for name in _in_order(known):
            text = fits(raw, name)
            if text is not None:
                return clean(_rather(raw, name, text))
    return clean(raw.decode(guessing.likely(raw), errors="replace"))


def _in_order(known: str | None) -> tuple[str, ...]:
    """UTF-8 first, where anything would fit what was declared."""
    if known is None or known in _STRICT:
        return tuple(dict.fromkeys((known or "utf-8", "utf-8")))
    return (known, "utf-8") if known.startswith(("utf", "iso2022", "hz")) else ("utf-8", known)


def _shifted(raw: bytes) -> str | None:
    name = next((name for mark, name in _SHIFTED.items() if mark in raw), None)
    return _whole(raw, name) if name else None


def _whole(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _mostly(raw: bytes, name: str) -> str | None:
    """With marks for broken letters, when there are many more whole ones beyond ASCII: so it is
    with a mail that was cut, and not with one in another charset."""
    if name not in _STRICT or (name != "utf-8" and not guessing.is_foreign(raw)):
        return None
    text = raw.decode(name, errors="replace")
    broken = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text if beyond > _WHOLE_FOR_ONE_BROKEN * broken else None


def _rather(raw: bytes, name: str, text: str) -> str:
    """In the charset that it is in, where what was declared makes no words of it."""
    if name == "utf-8" or not guessing.is_odd(raw, name, text):
        return text
    found = _whole(raw, guessing.likely(raw))
    return found if found is not None and guessing.is_said(found) else text


def clean(text: str) -> str:
    """Without what no database and no screen takes: NUL, other controls, lone surrogates."""
    text = text.encode("utf-8", "replace").decode("utf-8") if _has_surrogates(text) else text
    return _CONTROLS.sub("", text)


_CONTROLS = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\ufeff]+")


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _known(declared: str | None) -> str | None:
    name = (declared or "").strip().strip("\"'").lower().removeprefix("charset=")
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    is_text = codecs.lookup(found)._is_text_encoding  # noqa: SLF001 - `hex` and `zip` are none
    if not is_text or found.replace("_", "-") in _NO_CHARSETS:
        return None
    return _wide(found)


def _wide(name: str) -> str:
    return _WIDER.get(name.replace("_", "-"), name)
