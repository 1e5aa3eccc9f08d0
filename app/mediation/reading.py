"""Rows of a file, one after the other: memory stays flat however large it is."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO

from app.mediation.layout import Definition, Ref

# A record is some hundred characters; what is longer than this is no record.
LONGEST_ROW = 64 * 1024
_CHUNK = 64 * 1024

Cells = list[str] | str | dict[str, Any]


class Role(StrEnum):
    HEADER = "header"
    RECORD = "record"
    TRAILER = "trailer"


class Unreadable(Exception):
    """The file as a whole cannot be read; `reason` is the code, `row` where it was found."""

    def __init__(self, reason: str, row: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = row


class Absent(Exception):
    """A place that the row does not have."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts from 1. `cells` None: there is text, but nothing of this format in it."""

    number: int
    text: str
    cells: Cells | None


class Reader:
    """Reads rows as a definition says and finds values in them."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._columns = {name: n for n, name in enumerate(definition.columns)}

    def rows(self, stream: BinaryIO) -> Iterator[Row]:
        """Raises Unreadable for another encoding, endless rows and broken CSV or JSON arrays."""
        text = io.TextIOWrapper(stream, encoding=self._definition.encoding, newline="")
        number = 0
        try:
            for found, cells in self._parsed(text):
                number += 1
                yield Row(number, found, cells)
        except UnicodeError as error:
            raise Unreadable("bad_encoding", number + 1) from error
        except csv.Error as error:
            raise Unreadable("bad_format", number + 1) from error
        except _TooLong as error:
            raise Unreadable("row_too_long", number + 1) from error
        finally:
            text.detach()

    def role(self, row: Row) -> Role:
        mark = self._definition.mark
        if mark is None or row.cells is None:
            return Role.RECORD
        try:
            said = self.value(row, mark.take)
        except Absent:
            return Role.RECORD
        if said == mark.header:
            return Role.HEADER
        return Role.TRAILER if said == mark.trailer else Role.RECORD

    def value(self, row: Row, ref: Ref) -> str:
        """The text that stands there. Raises Absent."""
        cells = row.cells
        try:
            if isinstance(cells, dict):
                return _at(cells, str(ref))
            if isinstance(cells, str):
                return _cut(cells, ref)
            if cells is None or isinstance(ref, tuple):
                raise Absent
            at = ref - 1 if isinstance(ref, int) else self._columns[ref]
            return cells[at].strip()
        except (IndexError, KeyError, TypeError):
            raise Absent from None

    def _parsed(self, text: io.TextIOWrapper) -> Iterator[tuple[str, Cells | None]]:
        match self._definition.format:
            case "csv":
                return self._csv(text)
            case "fixed":
                return ((line, line) for line in _lines(text) if line.strip())
            case "json_lines":
                return ((line, _object(line)) for line in _lines(text) if line.strip())
            case _:
                return _array(text)

    def _csv(self, text: io.TextIOWrapper) -> Iterator[tuple[str, Cells | None]]:
        definition, seen = self._definition, list[str]()

        def remembered() -> Iterator[str]:
            for line in _lines(text, keep_ends=True):
                seen.append(line)
                yield line

        reader = csv.reader(
            remembered(), delimiter=definition.delimiter, quotechar=definition.quote, strict=True
        )
        names = definition.header_row
        for cells in reader:
            found, empty = "".join(seen).rstrip("\r\n"), not any(cells)
            seen.clear()
            if names:
                self._columns = {name.strip(): n for n, name in enumerate(cells)}
                names = False
            elif not empty:
                yield found, cells


class _TooLong(Exception):
    pass


def _lines(text: io.TextIOWrapper, *, keep_ends: bool = False) -> Iterator[str]:
    """Lines of any ending; `newline=""` leaves CRLF as it is."""
    while line := text.readline(LONGEST_ROW):
        if len(line) == LONGEST_ROW and not line.endswith(("\n", "\r")):
            raise _TooLong
        yield line if keep_ends else line.rstrip("\r\n")


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


_BETWEEN = re.compile(r"[ \t\r\n,]*")


def _array(text: io.TextIOWrapper) -> Iterator[tuple[str, Cells | None]]:
    """The objects of one JSON array, each read by itself."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    buffer = text.read(_CHUNK).lstrip()
    if not buffer.startswith("["):
        raise csv.Error("no array")
    at = 1
    while True:
        at = _after(_BETWEEN, buffer, at)
        if buffer.startswith("]", at):
            if buffer[at + 1 :].strip() or text.read().strip():
                raise csv.Error("there is more after the array")
            return
        try:
            found, end = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError) as error:
            piece = text.read(_CHUNK)  # the rest of it is in the next chunk
            buffer, at = buffer[at:] + piece, 0
            if not piece or len(buffer) > LONGEST_ROW + _CHUNK:
                raise csv.Error("not JSON") from error
            continue
        yield buffer[at:end], found if isinstance(found, dict) else None
        at = end


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _cut(line: str, ref: Ref) -> str:
    if not isinstance(ref, tuple) or len(line) < ref[0]:
        raise Absent
    start, length = ref
    return line[start - 1 : start - 1 + length].strip()


def _at(cells: dict[str, Any], path: str) -> str:
    value: Any = cells
    for part in path.split("."):
        value = value[part]
    if value is None or isinstance(value, dict | list):
        raise Absent
    return value.strip() if isinstance(value, str) else str(value)
