"""How much of the numbers on a bill its reader sees: the account's lines, and whom they called.

A customer sees her own bill as the market shows it; staff see what their rights let them. Pure.
"""

from enum import StrEnum
from typing import Self

from app.identity.masking import FIELDS

LINES, CALLS = "invoice.lines", "invoice.calls"


class Sight(StrEnum):
    ALL = "all"
    LINES = "lines"
    CALLS = "calls"
    NOTHING = "nothing"

    @classmethod
    def of(cls, *, lines: bool, calls: bool) -> Self:
        both = {(True, True): "all", (True, False): "lines", (False, True): "calls"}
        return cls(both.get((lines, calls), "nothing"))

    def line(self, number: str) -> str:
        """The number of a line of the account, as far as it is seen."""
        shown = self in {Sight.ALL, Sight.LINES}
        return number if shown or not number else FIELDS[LINES].hidden(number)

    def party(self, number: str) -> str:
        """Whom a line called, as far as it is seen."""
        shown = self in {Sight.ALL, Sight.CALLS}
        return number if shown or not number else FIELDS[CALLS].hidden(number)
