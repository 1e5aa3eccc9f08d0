"""Tables as CSV that no spreadsheet takes for formulas, sent row by row."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

from app.core.spreadsheets import cell


def download(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """An attachment of this name; `rows` may be endless, they are never all in memory."""
    answer = Response(stream_with_context(_lines(head, rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    # The mark tells spreadsheets that it is UTF-8.
    yield "\ufeff" + _line(head)
    for row in rows:
        yield _line(row)


def _line(values: Sequence[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([cell(each) for each in values])
    return buffer.getvalue()
