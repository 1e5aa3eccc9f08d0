"""What a task asks, and what she may choose from."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.turn import Turn

Answers = dict[str, Any]


@dataclass(frozen=True)
class Option:
    """One of several things to choose. `names` are other words for it, `instead` the response, or the
    sentence, that is said (with `title`) when she names it although it cannot be had. Those that are
    `ranked` are told cheapest first: "the small one" is one of them."""

    value: str
    title: str
    names: Sequence[str] = ()
    instead: str = ""
    ranked: bool = False


@dataclass(frozen=True)
class Question:
    """`slot` is what the answer is kept as, and the entity that a pressed button carries.

    An answer is recognised, in this order: a button; the fact `entity` in her words; one of the
    `options` by its number, place or name; what `hear` makes of the words. `needed` says, from the
    answers so far, whether to ask at all. With `any_words` nothing she says is another matter. An
    `optional` one is never asked, only heard. Where the answer is `free` the options only suggest: what
    `hear` makes of her words, or a fact she mentioned, goes before them.
    `about` are words, without accents, that tell which question she corrects ("the other line"). `replies`
    are the options that what she does stands for, whatever her words (`components.replies`); `leaves` is
    the one that changes nothing, so that no other button need say that.
    """

    slot: str
    ask: str  # the response that asks
    entity: str = ""
    options: Callable[[Turn, Answers], Awaitable[list[Option]]] | None = None
    none: str = ""  # the response, ending in the offer of a person, when there is nothing to choose
    takes_the_only_one: bool = False
    about: str = ""
    hear: Callable[[Turn], Any] | None = None
    any_words: bool = False
    optional: bool = False
    free: bool = False
    unknown: str = ""  # the response, with `said`, when she names one that there is not: then she chooses
    needed: Callable[[Answers], bool] = lambda answers: True
    replies: Mapping[str, str] = field(default_factory=dict)
    leaves: str = ""

    def mentioned(self, turn: Turn) -> str | None:
        """Her answer by button, or the fact in her words; also when nobody asked yet."""
        pressed = turn.entity(self.slot)
        return pressed if pressed is not None else turn.entity(self.entity) if self.entity else None

    def fits(self, said: str, options: Sequence[Option]) -> bool:
        """Whether what she mentioned can be one of the options, where they are known."""
        return True

    def told_among(self, turn: Turn, options: Sequence[Option]) -> Option | None:
        """The one of these that her words name surely, once they are known."""
        return None

    def insists(self, turn: Turn) -> bool:
        """Whether an optional one is asked all the same, because of what she says."""
        return False

    def only_narrows(self, said: str) -> bool:
        """Whether what she named is a kind of them, of which she chooses, though there be but one."""
        return False

    def tells_one(self, said: str) -> bool:
        """Whether what she named is one thing, which is `unknown` when no option is it."""
        return True


def prices_one(said: str, options: Sequence[Option]) -> bool:
    """Whether a bare figure, where the options are known, is one of their names: "el 4567" may be a line."""
    is_figure = said.replace(".", "").isdigit()
    return not (is_figure and options) or any(said in each.names for each in options)


def number(turn: Turn) -> str | None:
    """For `hear`: a bare number, `100` or `99,50`; the application checks what it means."""
    found = re.fullmatch(r"\W*(\d{1,7})(?:[.,](\d{1,2}))?\W*", turn.text)
    return ".".join(part for part in found.groups() if part) if found else None
