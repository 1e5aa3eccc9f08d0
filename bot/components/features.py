"""What the classifier looks at in a message: its words and its groups of letters."""

import re
import unicodedata

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

FIGURES = re.compile(r"\d+")
LENGTHENED = re.compile(r"(\w)\1{2,}")


def plain(text: str) -> str:
    """Lower case, no accents, no drawn-out letters; every figure looks the same."""
    bare = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return FIGURES.sub("0", LENGTHENED.sub(r"\1\1", bare))


def intent_model(strength: float) -> Pipeline:
    """An untrained classifier of plain texts; each intent against all others, which trains in seconds."""
    return make_pipeline(
        make_union(
            TfidfVectorizer(token_pattern=r"(?u)\b\w+\b", ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
        ),
        LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", random_state=42),
    )


def all_plain(texts: list[str]) -> list[str]:
    return [plain(text) for text in texts]
