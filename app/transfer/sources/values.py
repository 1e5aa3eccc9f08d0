"""Values of other systems' files, each read as what it must be. Pure; raises Broken."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser

from app.core.i18n import LANGUAGES
from app.core.i18n import gettext as _
from app.transfer.records import Broken, Object, Record, Row

LONGEST = 4000
_LINES = re.compile(r"\n{3,}")


def objects(content: bytes, *names: str) -> Iterator[tuple[int, Any]]:
    """Every object with its line, or its place in a list: one a line, or a list, or a list under
    one of these names."""
    content = content.removeprefix(BOM_UTF8)
    try:
        whole = orjson.loads(content)
    except orjson.JSONDecodeError:
        yield from _one_a_line(content)
        return
    for name in (*names, "data", "payload"):
        if isinstance(whole, dict) and name in whole:
            whole = whole[name]
    items = whole if isinstance(whole, list) else [whole]
    yield from enumerate(items, start=1)


def read(found: Iterator[tuple[int, Any]], one: Callable[[Object], Record | None]) -> Iterator[Row]:
    """Each as a record, or why it is none; `one` gives None for what is not brought in at all."""
    for line, value in found:
        try:
            record = one(object_of(value))
        except Broken as broken:
            yield line, broken
        else:
            if record is not None:
                yield line, record


def object_of(value: Any) -> Object:
    if not isinstance(value, dict):
        raise Broken(_("This is no object."))
    return value


def text(value: Object, name: str, *, needed: bool = False, longest: int = LONGEST) -> str:
    found = value.get(name)
    plain = "" if found is None else str(found) if isinstance(found, str | int) else None
    if plain is None or isinstance(found, bool):
        raise Broken(_("%(name)s is no text.", name=name))
    plain = plain.replace("\x00", "").strip()
    if needed and not plain:
        raise Broken(_("%(name)s is missing.", name=name))
    return plain[:longest]


def moment(value: Object, name: str) -> datetime | None:
    """An ISO time, or seconds since 1970."""
    found = value.get(name)
    if found is None or found == "":
        return None
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    try:
        if is_number or str(found).isdigit():
            return datetime.fromtimestamp(float(found), UTC)
        read_at = datetime.fromisoformat(str(found))
        return read_at.astimezone(UTC) if read_at.tzinfo else read_at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        raise Broken(_("%(name)s is no time.", name=name)) from None


def choice(value: Object, name: str, known: Mapping[str, str], usual: str) -> str:
    found = text(value, name).lower()
    if not found:
        return usual
    if found not in known:
        raise Broken(_("%(name)s: %(value)s is not known.", name=name, value=found[:40]))
    return known[found]


def items(value: Object, name: str) -> list[Any]:
    """A list; none where nothing is there."""
    found = value.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Broken(_("%(name)s is no list.", name=name))
    return found


def language(value: Object, name: str) -> str:
    """One of ours, else nothing."""
    code = text(value, name).lower().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else ""


def plain(html: str) -> str:
    """The words of HTML, with its paragraphs."""
    if "<" not in html:
        return html.strip()
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style"])
    for name in ("br", "p", "div", "li", "tr", "h1", "h2", "h3"):
        for node in tree.css(name):
            node.insert_after("\n")
    body = tree.body
    words = body.text(deep=True) if body else ""
    return _LINES.sub("\n\n", "\n".join(line.strip() for line in words.splitlines())).strip()


def _one_a_line(content: bytes) -> Iterator[tuple[int, Any]]:
    for line, each in enumerate(content.splitlines(), start=1):
        if not each.strip():
            continue
        try:
            yield line, orjson.loads(each)
        except orjson.JSONDecodeError:
            yield line, None
