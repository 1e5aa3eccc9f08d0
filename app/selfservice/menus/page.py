"""What a page of the menus is: what it says, what may be chosen, and where that leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.selfservice.talk import Talk
from channels.dialogue import Act, Ask


@dataclass(frozen=True, slots=True)
class Choice:
    """`title` on a screen; whoever speaks may use one of `words`. `slots` are noted when chosen."""

    title: Any
    leads_to: str
    words: tuple[str, ...] = ()
    slots: tuple[tuple[str, str], ...] = ()


def nothing(_talk: Talk) -> Sequence[Choice]:
    return ()


@dataclass(frozen=True, slots=True)
class Page:
    """`text` and `choices` only look. `hear` takes what was typed or chosen, has effects, and says
    which page is next; without it the choice says so.

    `personal` pages are for lines of ours, `guarded` ones for who has proven that it is she. Those
    that are not `noted` put what is said on the timeline themselves.
    """

    text: Callable[[Talk], str]
    choices: Callable[[Talk], Sequence[Choice]] = nothing
    hear: Callable[[Talk, str], str] | None = None
    ask: Ask | None = None
    digits: int | None = None
    act: Callable[[Talk], Act | None] | None = None
    personal: bool = True
    guarded: bool = False
    secret: bool = False
    ends: bool = False
    noted: bool = True
