"""Keeps what a linear model of texts has learnt, as words and numbers: reading it runs no code."""

from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline

OF_CLASSIFIER = ("classes_", "coef_", "intercept_")


def save(model: Pipeline, path: Path) -> None:
    """Write a trained pipeline of vectorizers and one linear classifier. `path` ends in .npz."""
    kept = {name: getattr(model[-1], name) for name in OF_CLASSIFIER}
    for number, vectorizer in enumerate(_vectorizers(model)):
        kept[f"words_{number}"] = vectorizer.get_feature_names_out().astype(str)
        kept[f"weights_{number}"] = vectorizer.idf_
    kept["classes_"] = kept["classes_"].astype(str)
    np.savez_compressed(path, **kept)


def restore(model: Pipeline, path: Path) -> Pipeline:
    """The pipeline, untrained but built as the one that was saved, with what that one had learnt."""
    with np.load(path, allow_pickle=False) as kept:
        for number, vectorizer in enumerate(_vectorizers(model)):
            words = kept[f"words_{number}"].tolist()
            vectorizer.vocabulary_ = {word: place for place, word in enumerate(words)}
            vectorizer.idf_ = kept[f"weights_{number}"]
        for name in OF_CLASSIFIER:
            setattr(model[-1], name, kept[name])
    # Laid out the way it is multiplied; else every message copies the whole table first.
    model[-1].coef_ = np.asfortranarray(model[-1].coef_)
    return model


def _vectorizers(model: Pipeline) -> list[TfidfVectorizer]:
    features = model[0]
    if isinstance(features, FeatureUnion):
        return [vectorizer for _, vectorizer in features.transformer_list]
    return [features]
