"""What the classifier looks at in a message: its words, its letter groups and its concepts."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

FIGURES = re.compile(r"\d+")
LENGTHENED = re.compile(r"(\w)\1{2,}")
WORD = r"(?u)\b\w+\b"


def plain(text: str) -> str:
    """Lower case, no accents, no drawn-out letters; every figure looks the same."""
    bare = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return FIGURES.sub("0", LENGTHENED.sub(r"\1\1", bare))


class Concepts:
    """Finds stems of the same idea in three languages: factura, fatura, bill → BILL."""

    def __init__(self, stems: Dict[str, List[str]]) -> None:
        self.stems = stems
        self._patterns = {
            name: re.compile(r"\b(?:" + "|".join(plain(stem).replace("*", r"\w*") for stem in each) + r")\b")
            for name, each in stems.items()
        }

    @classmethod
    def read(cls, path: Path) -> Concepts:
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def named_in(self, text: str) -> List[str]:
        bare = plain(text)
        return [name for name, pattern in self._patterns.items() if pattern.search(bare)]

    def told(self, text: str) -> str:
        """The concepts of a message, alone and in pairs, as words of their own."""
        names = self.named_in(text)
        pairs = [f"{a}+{b}" for i, a in enumerate(names) for b in names[i + 1 :]]
        return " ".join(names + pairs)


class IntentModel:
    """Three views of a message, weighed by one logistic regression."""

    def __init__(self, concepts: Concepts, C: float, weights: Dict[str, float]) -> None:
        self._concepts = concepts
        self._weights = weights
        self._views = {
            "words": TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True),
            "letters": TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
            "concepts": TfidfVectorizer(token_pattern=r"\S+", lowercase=False),
        }
        self._classifier = LogisticRegression(
            C=C, class_weight="balanced", max_iter=200, random_state=42
        )

    @property
    def intents(self) -> List[str]:
        return [str(name) for name in self._classifier.classes_]

    def fit(self, texts: List[str], intents: List[str]) -> None:
        for name, view in self._views.items():
            view.fit(self._told(name, texts))
        self._classifier.fit(self._features(texts), intents)

    def chances(self, texts: List[str]) -> np.ndarray:
        """One row a message, one column an intent, in the order of `intents`."""
        return np.asarray(self._classifier.predict_proba(self._features(texts)))

    def parts(self) -> Dict[str, Any]:
        """All that was learnt, to be stored."""
        return {
            "stems": self._concepts.stems,
            "weights": self._weights,
            "views": self._views,
            "classifier": self._classifier,
        }

    @classmethod
    def of(cls, parts: Dict[str, Any]) -> IntentModel:
        model = cls(Concepts(parts["stems"]), 1.0, parts["weights"])
        model._views = parts["views"]
        model._classifier = parts["classifier"]
        return model

    def _told(self, view: str, texts: List[str]) -> List[str]:
        return [self._concepts.told(text) if view == "concepts" else plain(text) for text in texts]

    def _features(self, texts: List[str]) -> csr_matrix:
        seen = [
            view.transform(self._told(name, texts)) * self._weights[name]
            for name, view in self._views.items()
        ]
        return hstack(seen, format="csr")
