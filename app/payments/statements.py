"""A bank's statement as CSV, read whole and checked against its own total. Pure rules.

Header: date, amount, currency, payer, reference, transaction. The last row carries TOTAL as its
date, the sum as its amount and the number of rows as its reference.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from app.core.i18n import lazy
from app.core.money import Money
from app.payments.errors import BadStatement

HEADER = ("date", "amount", "currency", "payer", "reference", "transaction")
MOST_ROWS = 20_000
LONGEST_CELL = 500
LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Row:
    """Money that came in on a day of the bank."""

    number: int
    on: date
    amount: Money
    payer: str
    reference: str
    transaction: str


def read(content: bytes, currency: str) -> list[Row]:
    """All rows, or BadStatement with the row and the reason: nothing is taken of half a file."""
    table = _table(content)
    if not table or tuple(cell.strip().lower() for cell in table[0]) != HEADER:
        raise BadStatement(lazy("The first row must name the columns."), row=1)
    if len(table) > MOST_ROWS + 2:
        raise BadStatement(lazy("This statement is too long."), row=MOST_ROWS)
    body, trailer = table[1:-1], table[-1]
    rows = [_row(number, cells, currency) for number, cells in enumerate(body, start=2)]
    _check_total(trailer, rows, len(table))
    _check_once(rows)
    return rows


def _table(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise BadStatement(lazy("This is not a text file."), row=1)
        return [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        raise BadStatement(lazy("This is not a CSV file in UTF-8."), row=1) from None


def _row(number: int, cells: Sequence[str], currency: str) -> Row:
    if len(cells) != len(HEADER) or any(len(cell) > LONGEST_CELL for cell in cells):
        raise BadStatement(lazy("Row %(row)s has other columns.", row=number), row=number)
    on, amount, of, payer, reference, transaction = (" ".join(cell.split()) for cell in cells)
    if of != currency:
        raise BadStatement(lazy("Row %(row)s is in another currency.", row=number), row=number)
    if not transaction:
        raise BadStatement(lazy("Row %(row)s has no transaction number.", row=number), row=number)
    money = Money(_number(amount, number), currency)
    if not money.is_payable:
        raise BadStatement(lazy("The amount of row %(row)s is not one.", row=number), row=number)
    return Row(number, _day(on, number), money, payer, reference, transaction)


def _number(text: str, row: int) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > LARGEST or not text.isascii():
        raise BadStatement(lazy("The amount of row %(row)s is not one.", row=row), row=row)
    return value


def _day(text: str, row: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadStatement(lazy("The date of row %(row)s is not one.", row=row), row=row) from None


def _check_total(trailer: Sequence[str], rows: Sequence[Row], number: int) -> None:
    if len(trailer) != len(HEADER) or trailer[0].strip() != "TOTAL":
        raise BadStatement(lazy("The last row must be the total."), row=number)
    told = _number(trailer[1].strip(), number)
    count = trailer[4].strip()
    summed = sum((row.amount.amount for row in rows), Decimal(0))
    if told != summed or count != str(len(rows)):
        raise BadStatement(
            lazy(
                "The total says %(told)s in %(count)s rows, but they are %(sum)s in %(rows)s.",
                told=told,
                count=count,
                sum=summed,
                rows=len(rows),
            ),
            row=number,
        )


def _check_once(rows: Sequence[Row]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.transaction in seen:
            raise BadStatement(
                lazy("Row %(row)s repeats a transaction number.", row=row.number), row=row.number
            )
        seen.add(row.transaction)
