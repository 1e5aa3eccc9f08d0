"""From bytes to words, whatever the mail says its charset is. Never fails."""

import codecs
import re

from charset_normalizer import from_bytes

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
# Guessing looks at the beginning only.
_GUESSED_FROM = 5_000
# Of letters. With fewer beyond ASCII it is a language of Latin letters with accents.
_FOREIGN = 0.45


def decode(raw: bytes, declared: str | None) -> str:
    """As declared when that fits, else as UTF-8, else as it looks most likely."""
    for name in (_known(declared), "utf-8"):
        if name is None:
            continue
        try:
            return clean(raw.decode(name))
        except (UnicodeError, LookupError, ValueError):
            continue
    return clean(raw.decode(_likely(raw[:_GUESSED_FROM]), errors="replace"))


def _likely(raw: bytes) -> str:
    beyond = len(raw.translate(None, bytes(range(128))))
    if beyond < _FOREIGN * len(raw.translate(None, bytes(range(64)))):
        return "cp1252"
    guess = from_bytes(raw).best()
    return _wide(guess.encoding) if guess is not None else "cp1252"


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
