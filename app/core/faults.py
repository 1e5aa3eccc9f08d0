"""What is wrong with a value that a model (pydantic) refuses, said in the reader's language."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from babel.support import LazyProxy
from pydantic_core import ErrorDetails

from app.core.i18n import lazy

_MISSING = lazy("is missing")
_UNKNOWN = lazy("is not known here")
_TEXT = lazy("must be text")
_EMPTY = lazy("must not be empty")
_SHORT = lazy("is too short: at least %(min_length)s")
_LONG = lazy("is too long: at most %(max_length)s")
_WHOLE = lazy("must be a whole number")
_NUMBER = lazy("must be a number")
_TRUTH = lazy("must be true or false")
_LIST = lazy("must be a list")
_NAMED = lazy("must be named values")
_DATE = lazy("must be a date")
_MOMENT = lazy("must be a date and time")
_ID = lazy("must be an id")
_CHOICE = lazy("must be one of %(expected)s")
_OTHERWISE = lazy("is not valid")

# By pydantic's name of the error; %(names)s are of its context.
_REASONS: Mapping[str, Any] = {
    "missing": _MISSING,
    "extra_forbidden": _UNKNOWN,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_too_short": _SHORT,
    "string_too_long": _LONG,
    "string_pattern_mismatch": lazy("is not written as expected"),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": lazy("is too large"),
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_max_digits": lazy("has too many digits: at most %(max_digits)s"),
    "decimal_max_places": lazy("has too many decimals: at most %(decimal_places)s"),
    "decimal_whole_digits": lazy("has too many digits before the point: at most %(whole_digits)s"),
    "greater_than": lazy("must be more than %(gt)s"),
    "greater_than_equal": lazy("must be at least %(ge)s"),
    "less_than": lazy("must be less than %(lt)s"),
    "less_than_equal": lazy("must be at most %(le)s"),
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": _SHORT,
    "too_long": _LONG,
    "dict_type": _NAMED,
    "mapping_type": _NAMED,
    "model_type": _NAMED,
    "model_attributes_type": _NAMED,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": lazy("must say its time zone"),
    "uuid_type": _ID,
    "uuid_parsing": _ID,
    "json_invalid": lazy("is not JSON"),
    "json_type": lazy("is not JSON"),
}
_QUOTED = re.compile(r"'([^']*)'")


def sentence(steps: Iterable[str], fault: ErrorDetails) -> str:
    """Where and what: `Encoding: is missing`. `steps` are the words for the way to the value."""
    where = ", ".join(steps)
    said = reason(fault)
    return f"{where}: {said}" if where else said


def reason(fault: ErrorDetails) -> str:
    """A few words; our own validators' where they refused it, never pydantic's."""
    context = fault.get("ctx", {})
    own = context.get("error")
    if isinstance(own, ValueError) and own.args and isinstance(own.args[0], LazyProxy):
        return str(own)
    if context.get("min_length") == 1:
        return str(_EMPTY)
    known = str(_REASONS.get(fault["type"], _OTHERWISE))
    return known % {name: _plain(value) for name, value in context.items()} if context else known


def _plain(value: object) -> str:
    """A list of choices without pydantic's `or`."""
    text = str(value)
    return ", ".join(_QUOTED.findall(text)) or text
