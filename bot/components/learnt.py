"""A linear model of texts: scikit-learn learns it, and is not asked again.

For every question scikit-learn makes sparse tables of one row and checks and copies them at each step, for
three milliseconds. What is asked here is the same sum of weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline


class Words:
    """The groups of words, or of letters, that one vectorizer has learnt, and how rare each is."""

    def __init__(self, vectorizer: TfidfVectorizer, groups: list[str], rarity: np.ndarray) -> None:
        self.groups_of: Callable[[str], list[str]] = vectorizer.build_analyzer()
        self.places = {group: place for place, group in enumerate(groups)}
        self.rarity = rarity.astype(np.float32)

    def found(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """The places of what is in a text, and how much each counts: their squares together one."""
        known = (self.places.get(group) for group in self.groups_of(text))
        times = Counter(place for place in known if place is not None)
        places = np.fromiter(times, np.intp, len(times))
        counts = np.fromiter(times.values(), np.float32, len(times))
        weights = (1 + np.log(counts)) * self.rarity[places]
        return places, weights / (np.linalg.norm(weights) + 1e-12)


class LinearModel:
    """What a pipeline of vectorizers and one multinomial classifier has learnt. What a text is told with
    beside its words, such as its vector, has its weights behind theirs."""

    def __init__(
        self, words: list[Words], classes: np.ndarray, weights: np.ndarray, start: np.ndarray
    ) -> None:
        """`weights` have a row for each word; `start` is what each class begins with."""
        self.words = words
        self.classes = classes
        self._weights = np.ascontiguousarray(weights, dtype=np.float32)
        self._start = start.astype(np.float32)

    @classmethod
    def of(cls, trained: Pipeline) -> LinearModel:
        vectorizers, classifier = _vectorizers(trained), trained[-1]
        words = [Words(each, each.get_feature_names_out().tolist(), each.idf_) for each in vectorizers]
        weights, start = classifier.coef_, classifier.intercept_
        if len(weights) == 1:  # of two classes it keeps the second
            weights, start = np.vstack([0 * weights, weights]), np.append(0, start)
        return cls(words, classifier.classes_.astype(str), weights.T, start)

    def chances(self, text: str, beside: np.ndarray | None = None) -> np.ndarray:
        """One for each class; together one."""
        told, first = self._start.copy(), 0
        for each in self.words:
            places, weights = each.found(text)
            told += weights @ self._weights[first + places]
            first += len(each.places)
        if beside is not None:
            told += beside @ self._weights[first:]
        told = np.exp(told - told.max())
        return told / told.sum()

    def save(self, path: Path) -> None:
        """Words and numbers alone, so that reading them runs no code. `path` ends in .npz."""
        kept = {"classes": self.classes, "weights": self._weights, "start": self._start}
        for number, each in enumerate(self.words):
            kept |= {f"words_{number}": np.array(list(each.places)), f"rarity_{number}": each.rarity}
        np.savez_compressed(path, **kept)

    @classmethod
    def restored(cls, untrained: Pipeline, path: Path) -> LinearModel:
        """`untrained` is built as the one that was trained: it says how a text is read."""
        with np.load(path, allow_pickle=False) as kept:
            words = [
                Words(each, kept[f"words_{number}"].tolist(), kept[f"rarity_{number}"])
                for number, each in enumerate(_vectorizers(untrained))
            ]
            return cls(words, kept["classes"], kept["weights"], kept["start"])


def _vectorizers(pipeline: Pipeline) -> list[TfidfVectorizer]:
    features = pipeline[0]
    if isinstance(features, FeatureUnion):
        return [vectorizer for _, vectorizer in features.transformer_list]
    return [features]
