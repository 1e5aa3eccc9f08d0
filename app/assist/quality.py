"""How good guesses are, measured on what nobody has learnt from. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.assist.classifier import Guess

# From how sure on a guess is worth showing: as low as may be, so long as enough of them are right.
STEPS = tuple(each / 100 for each in range(40, 100, 5))
RIGHT_ENOUGH = 0.85


@dataclass(frozen=True, slots=True)
class OfLabel:
    """`support` of the measured are it; `precision` of the guesses of it are right, `recall` of
    them are found."""

    label: str
    support: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Quality:
    """`coverage` is how many of all are shown at the threshold, `shown_right` how many of those
    are right."""

    measured: int
    accuracy: float
    macro_f1: float
    coverage: float
    shown_right: float
    labels: tuple[OfLabel, ...]

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    def beats(self, other: "Quality") -> bool:
        """Better over all kinds of matters, and not worse over all tickets."""
        return self.macro_f1 > other.macro_f1 and self.accuracy >= other.accuracy


def measure(truth: Sequence[str], guesses: Sequence[Guess | None], threshold: float) -> Quality:
    """A label that was never guessed and never true is not measured."""
    said = [each.label if each else "" for each in guesses]
    right = sum(one == other for one, other in zip(truth, said, strict=True))
    shown = [
        (each.label, true)
        for each, true in zip(guesses, truth, strict=True)
        if each is not None and each.probability >= threshold
    ]
    labels = tuple(_of_label(label, truth, said) for label in sorted({*truth, *said} - {""}))
    return Quality(
        measured=len(truth),
        accuracy=_share(right, len(truth)),
        macro_f1=_share(sum(each.f1 for each in labels), len(labels)),
        coverage=_share(len(shown), len(truth)),
        shown_right=_share(sum(one == true for one, true in shown), len(shown)),
        labels=labels,
    )


def always(label: str, truth: Sequence[str]) -> Quality:
    """Of who says the most frequent thing of everything."""
    return measure(truth, [Guess(label, 1.0)] * len(truth), 0.0)


def most_frequent(labels: Sequence[str]) -> str:
    return Counter(sorted(labels)).most_common(1)[0][0]


def threshold_for(truth: Sequence[str], found: Sequence[Mapping[str, float]]) -> float:
    """Chosen on guesses about what was left out of learning in turn."""
    best = [max(each.items(), key=lambda pair: pair[1]) for each in found]
    for step in STEPS:
        shown = [
            label == true for (label, sure), true in zip(best, truth, strict=True) if sure >= step
        ]
        if shown and sum(shown) / len(shown) >= RIGHT_ENOUGH:
            return step
    return STEPS[-1]


def _of_label(label: str, truth: Sequence[str], said: Sequence[str]) -> OfLabel:
    both = sum(label == one == other for one, other in zip(truth, said, strict=True))
    support, named = truth.count(label), said.count(label)
    f1 = _share(2 * both, support + named)
    return OfLabel(label, support, _share(both, named), _share(both, support), f1)


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
