"""A report's figures as a table in a file: CSV, or XLSX with numbers and moments as such."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.spreadsheets import cell, guarded
from app.insights import figure_words
from app.insights.definition import Definition, Dimension
from app.insights.measures import Unit
from app.insights.reporting import Result, Row

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Line = Sequence[Any]


def format_named(name: str) -> str:
    if name not in MEDIA_TYPES:
        raise Invalid(field="format")
    return name


def written(format: str, lines: Iterable[Line]) -> bytes:  # noqa: A002 - what it is called
    return _as_csv(lines) if format == "csv" else _as_xlsx(lines)


def lines_of(told: Result) -> Iterator[Line]:
    """What it is called, each group, and all of them."""
    definition = told.definition
    groups = [str(figure_words.DIMENSIONS[each]) for each in definition.by]
    yield [*groups, *(str(measure.label) for measure in definition.measures)]
    for row in told.rows:
        yield [*_names(definition, row), *_numbers(definition, row.values)]
    whole = [_("All"), *[""] * (len(groups) - 1)] if groups else []
    yield [*whole, *_numbers(definition, told.total.values)]


def _names(definition: Definition, row: Row) -> list[str]:
    """As on the page, but a market by its code, by which other programs know it."""
    names = zip(definition.by, row.keys, figure_words.names_of(definition, row), strict=True)
    return [key if dimension is Dimension.MARKET else name for dimension, key, name in names]


def _numbers(definition: Definition, values: Sequence[float | None]) -> list[float | None]:
    """Seconds, shares of 1 and counts, as numbers."""
    return [
        None if value is None else int(value) if measure.unit is Unit.COUNT else round(value, 6)
        for measure, value in zip(definition.measures, values, strict=True)
    ]


def _as_csv(lines: Iterable[Line]) -> bytes:
    """The mark at the beginning tells spreadsheets that it is UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    for line in lines:
        writer.writerow([cell(each) for each in line])
    return buffer.getvalue().encode()


def _as_xlsx(lines: Iterable[Line]) -> bytes:
    """Texts that look like formulas stay texts."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Dialtone")
    for line in lines:
        sheet.append([_typed(each) for each in line])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _typed(value: Any) -> Any:
    if isinstance(value, str):
        return guarded("".join(sign for sign in value if sign >= " " or sign in "\t\n"))
    if hasattr(value, "tzinfo") and value.tzinfo is not None:
        return value.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)  # sheets know no zones
    return value
