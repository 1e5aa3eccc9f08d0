"""How much a solved ticket is like an open one, and why. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log
from uuid import UUID

from app.assist.tokens import stem, telling, words_of

# Of about 1 when all words are shared; what is below is chance.
ALIKE = 0.3
_FEWEST_SHARED = 2
_MOST_REASONS = 4


class Tie(StrEnum):
    """What two tickets have in common beside words."""

    OUTAGE = "outage"
    CATEGORY = "category"
    PRODUCT = "product"
    TOPIC = "topic"


_WORTH = {Tie.OUTAGE: 0.5, Tie.CATEGORY: 0.25, Tie.PRODUCT: 0.1, Tie.TOPIC: 0.05}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a ticket is about. `outage` is the disturbance above it, `product` what its line has."""

    text: str
    topic: str = ""
    category_id: UUID | None = None
    outage: UUID | None = None
    product: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`words` are those of the open one, the rarest first."""

    score: float
    words: tuple[str, ...]
    ties: tuple[Tie, ...]

    @property
    def is_alike(self) -> bool:
        enough = len(self.words) >= _FEWEST_SHARED or Tie.OUTAGE in self.ties
        return enough and self.score >= ALIKE


def stems_of(text: str) -> dict[str, str]:
    """What tells something of a text: by the beginning of a word, the word as it stands there."""
    found: dict[str, str] = {}
    for word in telling(words_of(text)):
        found.setdefault(stem(word), word)
    return found


def rarity(texts: Iterable[Mapping[str, str]]) -> dict[str, float]:
    """Words that few have say more than those that all have."""
    several = list(texts)
    counts = Counter(each for stems in several for each in stems)
    return {each: log(1 + len(several) / count) for each, count in counts.items()}


def likeness(
    one: Matter,
    other: Matter,
    stems: tuple[Mapping[str, str], Mapping[str, str]],
    weights: Mapping[str, float],
) -> Likeness:
    """Of the words of the one, how many the other has, by how rare they are; and what ties them."""
    mine, its = stems
    shared = sorted(mine.keys() & its.keys(), key=lambda each: (-weights[each], each))
    whole = sum(weights[each] for each in mine) or 1.0
    ties = tuple(_ties(one, other))
    score = sum(weights[each] for each in shared) / whole + sum(_WORTH[each] for each in ties)
    return Likeness(score, tuple(mine[each] for each in shared[:_MOST_REASONS]), ties)


def _ties(one: Matter, other: Matter) -> Sequence[Tie]:
    same = {
        Tie.OUTAGE: one.outage is not None and one.outage == other.outage,
        Tie.CATEGORY: one.category_id is not None and one.category_id == other.category_id,
        Tie.PRODUCT: bool(one.product) and one.product == other.product,
        Tie.TOPIC: bool(one.topic) and one.topic == other.topic,
    }
    return [tie for tie, holds in same.items() if holds]
