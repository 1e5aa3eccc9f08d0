"""A model that says what a text is: numbers only, so that whoever reads it runs nothing. Pure.

Learnt by `fitting` with scikit-learn; asked here in a few milliseconds without it.
"""

import json
import zlib
from array import array
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from app.assist.tokens import STOP_WORDS, features_of, telling, words_of

_MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Guess:
    """`words` are those that spoke for it most, as they were written, without accents."""

    label: str
    probability: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classifier:
    """`rows` are the weights, a row of as many as there are labels for each feature, in order of
    `places`. `sharpness` makes scores probabilities."""

    labels: tuple[str, ...]
    places: Mapping[str, int]
    rarity: Sequence[float]
    rows: Sequence[float]
    bias: Sequence[float]
    sharpness: float

    def probabilities(self, text: str) -> dict[str, float]:
        return self._probabilities(self._weights(text)[1])

    def guess(self, text: str) -> Guess | None:
        """The likeliest; nothing for a text of which it knows no telling word."""
        words, known = self._weights(text)
        if not any(each in self.places for each in telling(words)):
            return None
        found = self._probabilities(known)
        label = max(found, key=lambda each: found[each])
        return Guess(label, found[label], self._reasons(words, known, self.labels.index(label)))

    def _weights(self, text: str) -> tuple[list[str], dict[int, tuple[float, list[int]]]]:
        """How much of each known feature is in it, all together of length 1, and at which words."""
        words = words_of(text)
        at: dict[int, list[int]] = defaultdict(list)
        counts: dict[int, int] = defaultdict(int)
        for feature in features_of(words):
            place = self.places.get(feature.name)
            if place is not None:
                at[place].extend(feature.words)
                counts[place] += 1
        raw = {each: (1 + log(counts[each])) * self.rarity[each] for each in counts}
        length = sqrt(sum(value * value for value in raw.values())) or 1.0
        return words, {each: (raw[each] / length, at[each]) for each in raw}

    def _probabilities(self, known: Mapping[int, tuple[float, list[int]]]) -> dict[str, float]:
        scores = list(self.bias)
        many = len(self.labels)
        for place, (amount, _words) in known.items():
            for label, weight in enumerate(self.rows[place * many : (place + 1) * many]):
                scores[label] += amount * weight
        highest = max(scores)
        parts = [exp(self.sharpness * (each - highest)) for each in scores]
        whole = sum(parts)
        return {label: part / whole for label, part in zip(self.labels, parts, strict=True)}

    def _reasons(
        self, words: Sequence[str], known: Mapping[int, tuple[float, list[int]]], label: int
    ) -> tuple[str, ...]:
        """A feature speaks for the words that it is made of, by what it adds beyond the average."""
        many = len(self.labels)
        spoken: dict[str, float] = defaultdict(float)
        for place, (amount, at) in known.items():
            row = self.rows[place * many : (place + 1) * many]
            beyond = amount * (row[label] - sum(row) / many)
            for each in at:
                spoken[words[each]] += beyond / len(at)
        speaking = [each for each in spoken if each not in STOP_WORDS and spoken[each] > 0]
        return tuple(sorted(speaking, key=lambda each: -spoken[each])[:_MOST_REASONS])


def packed(model: Classifier) -> bytes:
    content = {
        "labels": model.labels,
        "features": sorted(model.places, key=lambda each: model.places[each]),
        "rarity": _numbers(model.rarity),
        "rows": _numbers(model.rows),
        "bias": list(model.bias),
        "sharpness": model.sharpness,
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode())


def unpacked(content: bytes) -> Classifier:
    told = json.loads(zlib.decompress(content))
    return Classifier(
        labels=tuple(told["labels"]),
        places={name: place for place, name in enumerate(told["features"])},
        rarity=_array(told["rarity"]),
        rows=_array(told["rows"]),
        bias=[float(each) for each in told["bias"]],
        sharpness=float(told["sharpness"]),
    )


def _numbers(values: Sequence[float]) -> str:
    """Four bytes each; a model is written and read by machines of one kind."""
    return b64encode(array("f", values).tobytes()).decode()


def _array(text: str) -> "array[float]":
    found = array("f")
    found.frombytes(b64decode(text))
    return found
