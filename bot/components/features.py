"""How a message is weighed: its words, its groups of letters, its vector, and what its likes have meant."""

import re
import unicodedata
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from components.learnt import LinearModel
from components.neighbours import Neighbours

FIGURES = re.compile(r"\d+")
ROUNDS = 60  # more of them learn the training set by heart, and take their time
STRANGE = "out_of_scope"
LENGTHENED = re.compile(r"(\w)\1{2,}")


def plain(text: str) -> str:
    """Lower case, no accents, no drawn-out letters; every figure looks the same."""
    bare = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return FIGURES.sub("0", LENGTHENED.sub(r"\1\1", bare))


class IntentModel:
    """One linear model of words and vectors, and the nearest examples: each corrects the other."""

    linear: LinearModel

    def __init__(self, strength: float, wariness: float = 1.0) -> None:
        """`wariness` multiplies the odds that a message is none of our business."""
        self._wariness = wariness
        self.neighbours = Neighbours()
        self._parts: Pipeline = make_pipeline(
            make_union(
                TfidfVectorizer(
                    token_pattern=r"(?u)\b\w+\b", ngram_range=(1, 2), min_df=2, sublinear_tf=True
                ),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True),
            ),
            LogisticRegression(C=strength, class_weight="balanced", max_iter=ROUNDS),
        )

    @property
    def intents(self) -> np.ndarray:
        return self.linear.classes

    def fit(
        self, texts: list[str], vectors: np.ndarray, intents: list[str], languages: list[str]
    ) -> "IntentModel":
        """Learn. Vectors are centred and brought to the length that words have, by weights in the end."""
        words, classifier = self._parts[0].fit_transform(list(map(plain, texts))), self._parts[-1]
        middle, spread = vectors.mean(0), vectors.std(0) * np.sqrt(vectors.shape[1]) + 1e-9
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            together = hstack([words, csr_matrix((vectors - middle) / spread)]).tocsr()
            classifier.fit(together.astype(np.float32), intents)
        weights = classifier.coef_[:, words.shape[1] :]
        weights /= spread
        classifier.intercept_ -= weights @ middle
        self.linear = LinearModel.of(self._parts)
        self.neighbours.fit(vectors, intents, languages)
        return self

    def chances(self, texts: list[str], vectors: np.ndarray) -> np.ndarray:
        weighed = [self.linear.chances(plain(text), vector) for text, vector in zip(texts, vectors)]
        both = np.stack(weighed) + self.neighbours.chances(vectors)
        both[:, self.intents == STRANGE] *= self._wariness
        return both / both.sum(1, keepdims=True)

    def save(self, folder: Path) -> None:
        self.linear.save(folder / "intents.npz")
        self.neighbours.save(folder / "neighbours.npz")

    def restore(self, folder: Path) -> "IntentModel":
        self.linear = LinearModel.restored(self._parts, folder / "intents.npz")
        self.neighbours.restore(folder / "neighbours.npz")
        return self
