"""What a cell of a table may say, so that no spreadsheet takes it for a formula."""

from datetime import date, datetime
from decimal import Decimal

# The last four as keyboards of East Asia write them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: object) -> str:
    """Text that begins like a formula gets an apostrophe before it; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal | date | datetime):
        return str(value)
    return guarded(str(value))


def guarded(text: str) -> str:
    is_formula = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if is_formula else text
