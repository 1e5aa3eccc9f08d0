"""What a review is worth: weights, points, and what fails it whatever else is good. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.core.errors import Invalid

MOST_POINTS = 4
MOST_QUESTIONS = 30
LONGEST_QUESTION = 200
HEAVIEST = 100


@dataclass(frozen=True, slots=True)
class Question:
    """`fatal`: no points here fail the whole review."""

    key: str
    words: str
    weight: int
    fatal: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """`score` is of 100."""

    score: Decimal
    failed: bool


def questions(given: Sequence[Mapping[str, Any]]) -> list[Question]:
    """As stored, or as a form sends them. Raises Invalid."""
    if not 0 < len(given) <= MOST_QUESTIONS:
        raise Invalid(field="questions")
    found = [_question(place, each) for place, each in enumerate(given, start=1)]
    if not sum(each.weight for each in found):
        raise Invalid(field="weight")
    return found


def _question(place: int, given: Mapping[str, Any]) -> Question:
    words, weight = " ".join(str(given.get("words", "")).split()), given.get("weight")
    if not 0 < len(words) <= LONGEST_QUESTION or not words.isprintable():
        raise Invalid(field="words")
    if not isinstance(weight, int) or isinstance(weight, bool) or not 0 <= weight <= HEAVIEST:
        raise Invalid(field="weight")
    return Question(f"q{place}", words, weight, bool(given.get("fatal")))


def outcome(asked: Sequence[Question], points: Mapping[str, int | None]) -> Outcome:
    """Weighted points of those that apply ÷ the most they could be; nothing of it when a fatal
    question got none. A question that does not apply is left out. Raises Invalid when one has no
    answer, or none applies."""
    for question in asked:
        given = points.get(question.key, -1)
        if given is not None and not 0 <= given <= MOST_POINTS:
            raise Invalid(field=question.key)
    applies = [each for each in asked if points[each.key] is not None]
    most = sum(each.weight * MOST_POINTS for each in applies)
    if not most:
        raise Invalid(field="points")
    failed = any(each.fatal and points[each.key] == 0 for each in applies)
    got = sum(each.weight * (points[each.key] or 0) for each in applies)
    score = Decimal(0) if failed else Decimal(100 * got) / most
    return Outcome(score.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), failed)
