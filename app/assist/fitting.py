"""Learning a classifier from texts and their labels, with scikit-learn. Only workers import this.

A linear model on TF-IDF of words and pieces of words, made honest about how sure it is by one
temperature that is learnt on what was left out in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

from app.assist import tokens
from app.assist.classifier import Classifier
from app.assist.quality import threshold_for

_FOLDS = 4
_MOST_FEATURES = 12_000
# A piece that fewer tickets have is a name or a slip; it teaches nothing, and stays unknown.
_FEWEST_TICKETS = 3
_SEED = 20261126
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Fitted:
    """Worth showing from `threshold` on."""

    classifier: Classifier
    threshold: float


def fit(texts: Sequence[str], labels: Sequence[str]) -> Fitted:
    """At least two labels, each at least `_FOLDS` times. On one core: others have work, too."""
    with threadpool_limits(1):
        return _fit(texts, labels)


def _fit(texts: Sequence[str], labels: Sequence[str]) -> Fitted:
    vectorizer = TfidfVectorizer(
        analyzer=tokens.names_of,
        sublinear_tf=True,
        min_df=_FEWEST_TICKETS,
        max_features=_MOST_FEATURES,
    )
    matrix = vectorizer.fit_transform(texts)
    turns = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    linear = LogisticRegression(C=10.0, max_iter=500)
    calibrated = CalibratedClassifierCV(linear, method="temperature", cv=turns, ensemble=False)
    calibrated.fit(matrix, labels)
    learnt = calibrated.calibrated_classifiers_[0]
    names = tuple(str(each) for each in calibrated.classes_)
    sharpness = float(learnt.calibrators[0].beta_)
    scores = cross_val_predict(linear, matrix, labels, cv=turns, method="decision_function")
    found = softmax(sharpness * _of_each(scores, len(names)), axis=1)
    left_out = [dict(zip(names, row, strict=True)) for row in found.tolist()]
    classifier = _as_numbers(names, vectorizer, learnt.estimator, sharpness)
    return Fitted(classifier, threshold_for(labels, left_out))


def _as_numbers(
    names: tuple[str, ...], vectorizer: Any, linear: Any, sharpness: float
) -> Classifier:
    return Classifier(
        labels=names,
        places={str(name): int(place) for name, place in vectorizer.vocabulary_.items()},
        rarity=vectorizer.idf_.tolist(),
        rows=_of_each(linear.coef_.T, len(names)).ravel().tolist(),
        bias=_of_each(linear.intercept_, len(names)).ravel().tolist(),
        sharpness=sharpness,
    )


def _of_each(values: Any, many: int) -> Any:
    """A column for each label, where scikit-learn keeps only the second one of two."""
    column = np.reshape(values, (-1, 1))
    return np.hstack([-column, column]) if many == _PAIR else np.reshape(values, (-1, many))
