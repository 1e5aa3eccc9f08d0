"""Fitting words into a channel, and what came from one into a message. Pure."""

import unicodedata
from collections.abc import Sequence

from channels.port import Abilities, Button

LONGEST = 4000  # of a message of ours
_CUT = "…"


def acceptable(text: str) -> str:
    """What can be stored of what somebody sent; nothing of it is refused."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode(errors="ignore").decode()
    kept = (s for s in plain if s in "\n\t" or unicodedata.category(s) not in {"Cc", "Cs"})
    return "".join(kept).strip()


def shortened(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + _CUT


def parts(text: str, longest: int) -> list[str]:
    """The text in pieces that the channel can carry, cut between paragraphs, lines, sentences or
    words where there is such a place in the last half of a piece. At least one piece."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > longest:
        at = _best_cut(rest, longest)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest] if rest or not pieces else pieces


def _best_cut(text: str, longest: int) -> int:
    window = text[: longest + 1]
    for mark in ("\n\n", "\n", ". ", " "):
        at = window.rfind(mark)
        if at >= longest // 2:
            return min(at + len(mark), longest)
    return longest


def with_choices(text: str, buttons: Sequence[Button], abilities: Abilities) -> str:
    """With the buttons' titles numbered below, where the channel has not so many buttons."""
    if not buttons or fits(buttons, abilities):
        return text
    listed = "\n".join(f"{n}. {each.title}" for n, each in enumerate(buttons, 1))
    return f"{text}\n\n{listed}".strip()


def fits(buttons: Sequence[Button], abilities: Abilities) -> bool:
    longest = abilities.longest_button or 10_000
    return len(buttons) <= abilities.buttons and all(len(b.title) <= longest for b in buttons)


def chosen(text: str, buttons: Sequence[Button]) -> str | None:
    """The payload that an answer like "2" or the title itself stands for."""
    plain = text.strip().rstrip(".)").strip()
    if plain.isascii() and plain.isdigit() and 1 <= int(plain[:3]) <= len(buttons):
        return buttons[int(plain[:3]) - 1].payload
    folded = plain.casefold()
    return next((b.payload for b in buttons if b.title.strip().casefold() == folded), None)
