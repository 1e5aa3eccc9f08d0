"""Tables: the first row names the columns, somebody says which of them is what. Pure."""

import csv as tables
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import chardet

from app.core.i18n import gettext as _
from app.transfer.models import What
from app.transfer.records import (
    Article,
    Broken,
    Conversation,
    Customer,
    Object,
    Record,
    Reply,
    Rows,
    Said,
    Ticket,
)
from app.transfer.sources import values
from app.transfer.sources.values import choice, language, moment, text

_STATUS = {
    "new": "new",
    "open": "new",
    "pending": "new",
    "resolved": "resolved",
    "closed": "closed",
}
_PRIORITY = {each: each for each in ("low", "normal", "high", "urgent")}
_SEPARATORS = ",;\t|"
# What spreadsheets of our languages write beside UTF-8; of more, a short table is guessed wrong.
_ENCODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp1252"]

# A row is None where it cannot be read.
Table = Iterator[tuple[int, list[str] | None]]

# What may be said of each, and what must be.
FIELDS: Mapping[What, Sequence[str]] = {
    What.CUSTOMERS: ("id", "name", "email", "phone", "language", "city", "created_at"),
    What.TICKETS: (
        "id", "customer", "subject", "description", "status", "priority", "tags", "created_at",
    ),
    What.CONVERSATIONS: ("id", "customer", "author", "name", "text", "at"),
    What.ARTICLES: ("id", "title", "body", "language", "category", "public"),
    What.REPLIES: ("id", "shortcut", "title", "text", "language"),
}  # fmt: skip
NEEDED: Mapping[What, Sequence[str]] = {
    What.CUSTOMERS: ("id", "name"),
    What.TICKETS: ("id", "customer", "subject"),
    What.CONVERSATIONS: ("id", "customer", "text", "at"),
    What.ARTICLES: ("id", "title", "body"),
    What.REPLIES: ("shortcut", "text"),
}


def columns(content: bytes) -> list[str]:
    """The names in the first row."""
    return _first(_table(content))


def guessed(names: Sequence[str], what: What) -> dict[str, str]:
    """Columns that are called as we call them."""
    known = {name.strip().lower().replace(" ", "_"): name for name in names}
    return {field: known[field] for field in FIELDS[what] if field in known}


def rows(content: bytes, what: What, mapping: Mapping[str, str]) -> Rows:
    table = _table(content)
    names = _first(table)
    places = {field: names.index(name) for field, name in mapping.items() if name in names}
    found = _objects(table, places, len(names))
    if what is What.CONVERSATIONS:
        return _talks(found)
    return values.read(found, _READERS[what])


def _first(table: Table) -> list[str]:
    return next(table, (1, None))[1] or []


def _objects(table: Table, places: Mapping[str, int], width: int) -> Iterator[tuple[int, Any]]:
    for line, cells in table:
        if cells is None or len(cells) > width:
            yield line, None
        elif any(each.strip() for each in cells):
            full = [*cells, *[""] * (width - len(cells))]
            yield line, {field: full[at] for field, at in places.items()}


def _table(content: bytes) -> Table:
    """Rows with the line where each begins, whatever the encoding and the separator."""
    words = _words(content)
    separator = _separator(words[:20_000])
    reader = tables.reader(io.StringIO(words.replace("\x00", "")), delimiter=separator)
    line = 1
    while True:
        cells: list[str] | None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except tables.Error:
            cells = None
        yield line, cells
        line = reader.line_num + 1


def _words(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = chardet.detect(content, include_encodings=_ENCODINGS, compat_names=False)
        return content.decode(found["encoding"] or "cp1252", "replace")


def _separator(sample: str) -> str:
    """What stands most often between the names of the first row; signs in quotes do not count."""
    bare = re.sub(r'"[^"]*"', "", (sample.splitlines() or [""])[0])
    return max(_SEPARATORS, key=bare.count)


def _customer(value: Object) -> Record:
    return Customer(
        text(value, "id", needed=True),
        text(value, "name", needed=True),
        text(value, "email"),
        text(value, "phone"),
        language(value, "language"),
        text(value, "city"),
        moment(value, "created_at"),
    )


def _ticket(value: Object) -> Record:
    return Ticket(
        text(value, "id", needed=True),
        text(value, "customer", needed=True),
        text(value, "subject", needed=True),
        text(value, "description"),
        choice(value, "status", _STATUS, "new"),
        choice(value, "priority", _PRIORITY, "normal"),
        tuple(each for each in text(value, "tags").replace(";", ",").split(",") if each.strip()),
        moment(value, "created_at"),
    )


def _article(value: Object) -> Record:
    return Article(
        text(value, "id", needed=True),
        text(value, "title", needed=True),
        text(value, "body", needed=True, longest=200_000),
        language(value, "language"),
        text(value, "category"),
        public=text(value, "public").lower() in {"yes", "true", "1", "sí", "si", "sim"},
    )


def _reply(value: Object) -> Record:
    shortcut = text(value, "shortcut", needed=True)
    title = text(value, "title") or shortcut
    words = text(value, "text", needed=True)
    key = text(value, "id") or f"{shortcut}:{language(value, 'language')}"
    return Reply(key, shortcut, title, words, language(value, "language"))


def _talks(found: Iterator[tuple[int, Any]]) -> Rows:
    """A row a message; those of one talk stand together."""
    line, begun, said = 0, None, list[Said]()
    for at_line, row in found:
        try:
            value = values.object_of(row)
            key = (text(value, "id", needed=True), text(value, "customer", needed=True))
            one = _one_said(value)
        except Broken as broken:
            yield at_line, broken
            continue
        if key != begun:
            if begun is not None:
                yield line, Conversation(*begun, said[0].at, tuple(said))
            line, begun, said = at_line, key, []
        said.append(one)
    if begun is not None:
        yield line, Conversation(*begun, said[0].at, tuple(said))


def _one_said(value: Object) -> Said:
    at = moment(value, "at")
    if at is None:
        raise Broken(_("%(name)s is missing.", name="at"))
    kinds = {"customer": "customer", "agent": "agent"}
    author = choice(value, "author", kinds, "customer")
    return Said(author, text(value, "name"), text(value, "text", needed=True), at)


_READERS = {
    What.CUSTOMERS: _customer,
    What.TICKETS: _ticket,
    What.ARTICLES: _article,
    What.REPLIES: _reply,
}
