"""Reads what providers send whatever its shape: what is missing or of another type is empty."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels.port import Malformed

# What no database keeps: NUL, and halves of letters.
_UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")
_MILLISECONDS = 100_000_000_000  # as seconds this would be the year 5138
_LAST = 253_402_300_799  # the end of the year 9999


def clean(text: str) -> str:
    return _UNKEEPABLE.sub("", text)


def moment(value: object) -> datetime | None:
    """Seconds or milliseconds since 1970, as a number or in digits; or as ISO 8601 writes it."""
    seconds = number(value)
    if seconds is None:
        return _written_out(value)
    if seconds >= _MILLISECONDS:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LAST else None


def _written_out(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a payload."""

    fields: Mapping[str, Any]

    def has(self, name: str) -> bool:
        return self.fields.get(name) is not None

    def true(self, name: str) -> bool:
        return self.fields.get(name) is True

    def text(self, name: str) -> str:
        """Words, or a whole number in its digits: ids are sometimes sent as either."""
        value = self.fields.get(name)
        if isinstance(value, str):
            return clean(value)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""

    def number(self, name: str) -> float | None:
        return number(self.fields.get(name))

    def moment(self, name: str) -> datetime | None:
        return moment(self.fields.get(name))

    def part(self, name: str) -> "Part":
        value = self.fields.get(name)
        return Part(value if isinstance(value, dict) else {})

    def parts(self, name: str) -> Iterator["Part"]:
        value = self.fields.get(name)
        for each in value if isinstance(value, list) else ():
            if isinstance(each, dict):
                yield Part(each)

    def texts(self, name: str) -> list[str]:
        value = self.fields.get(name)
        return (
            [clean(each) for each in value if isinstance(each, str)]
            if isinstance(value, list)
            else []
        )

    def __bool__(self) -> bool:
        return bool(self.fields)


def load(body: bytes) -> Part:
    """The JSON object that a call carries."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("The body is not JSON.") from None
    if not isinstance(content, dict):
        raise Malformed("The body is not a JSON object.")
    return Part(content)
