"""In which charset words are, when their mail does not say so or says it wrongly."""

import re
import unicodedata

import chardet

# The beginning tells.
_LOOKED_AT = 5_000
# What mails beyond Latin letters are written in.
_CHARSETS = [
    *("cp1251", "koi8-r", "koi8-u", "iso8859-5", "gb18030", "big5", "cp932", "euc-jp", "cp949"),
    *("cp1253", "iso8859-7", "cp1255", "cp1256", "cp874", "cp1250", "iso8859-2"),
    *("cp1254", "cp1252"),
]
_WESTERN = {"cp1252", "iso8859-15", "mac-roman", "cp850", "iso8859-9", "cp1254"}
_CYRILLIC = {"cp1251", "koi8-r", "koi8-u", "iso8859-5"}
_WIDER = {"big5": "cp950", "iso8859-9": "cp1254", "iso8859-1": "cp1252"}
# Of letters. With fewer beyond ASCII it is a language of Latin letters with accents.
_FOREIGN = 0.45
# Nobody's language can be told by fewer.
_FEWEST = 6
_FEWEST_KINDS = 4
_TAGS = re.compile(rb"<[^<>]*>")
# Beyond ASCII, and none of Spanish, Portuguese, French, German or Italian.
_UNUSUAL = re.compile(
    "[^\x00-\x7fáéíóúüñÁÉÍÓÚÜÑ¿¡ãõâêôàçÃÕÂÊÔÀÇäößÄÖèìòùîïûëÈÌÒÙÎÏÛËœŒÿ"
    "«»‹›“”‘’‚„–—…•·´¨€£¢°ºª©®™§±×½¼¾²³\u00a0\u00ad]"
)
_KANA = re.compile("[\u3041-\u30fa]")
# As Cyrillic looks in another Cyrillic charset: SMALL letters first and then LARGE ones.
_UPSIDE_DOWN = re.compile("[а-яё][А-ЯЁ]{2}")
_NOBODYS = re.compile("[\ue000-\uf8ff]")
_UPRIGHT = re.compile("[А-ЯЁа-яё][а-яё]{2}")


def likely(raw: bytes) -> str:
    """A charset in which Python can read it; the one of the West when nothing tells."""
    raw = _sample(raw)
    if _tells_nothing(raw):
        return "cp1252"
    for name in ("cp932", "euc_jp"):
        if _is_japanese(raw, name):
            return name
    found = chardet.detect(
        raw, include_encodings=_CHARSETS, compat_names=False, no_match_encoding="cp1252"
    )["encoding"]
    name = (found or "cp1252").lower().replace("_", "-")
    return _WIDER.get(name, name)


def _tells_nothing(raw: bytes) -> bool:
    """Accents among Latin letters; or the same sign again and again, as for a line."""
    if len(set(raw) - set(range(128))) < _FEWEST_KINDS:
        return True
    return not is_foreign(raw) and not _UNUSUAL.search(raw.decode("cp1252", "replace"))


def is_foreign(raw: bytes) -> bool:
    """Whether so many letters are beyond ASCII that they are no Latin ones."""
    beyond = len(raw.translate(None, bytes(range(128))))
    return beyond > 0 and beyond >= _FOREIGN * len(raw.translate(None, bytes(range(64))))


def is_odd(raw: bytes, name: str, text: str) -> bool:
    """Whether it cannot be meant as `name`, in which it is `text`."""
    name, text = name.replace("_", "-"), text[:_LOOKED_AT]
    if name in _CYRILLIC:
        return len(_UPSIDE_DOWN.findall(text)) > len(_UPRIGHT.findall(text))
    if name not in _WESTERN or raw.isascii():
        return bool(_NOBODYS.search(text))
    raw = _sample(raw)
    return len(raw.translate(None, bytes(range(128)))) >= _FEWEST and is_foreign(raw)


def is_said(text: str) -> bool:
    """Whether what is beyond ASCII in it is letters of some language other than the West's."""
    beyond = [letter for letter in text[:_LOOKED_AT] if letter > "\x7f"]
    letters = [each for each in beyond if each > "\u024f" and unicodedata.category(each)[0] in "LM"]
    return len(set(letters)) >= _FEWEST_KINDS and len(letters) >= len(beyond) * 3 // 4


def _sample(raw: bytes) -> bytes:
    """Without tags, which are no words of any language."""
    return _TAGS.sub(b" ", raw[: 4 * _LOOKED_AT])[:_LOOKED_AT]


def _is_japanese(raw: bytes, name: str) -> bool:
    """By the letters that no other language has; the last one may be cut."""
    try:
        text = raw.decode(name, "strict")
    except UnicodeError as error:
        if error.end < len(raw) - 1:  # type: ignore[attr-defined]
            return False
        text = raw.decode(name, "ignore")
    beyond = sum(letter > "\x7f" for letter in text)
    return 0 < beyond <= 3 * len(_KANA.findall(text))
