"""The figures of an evaluation."""

from collections import Counter
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from measuring.entities import scores
from measuring.heard import Heard

STRANGE = "out_of_scope"
SHOWN = 10


def everything(heard: list[Heard], threshold: float) -> dict[str, Any]:
    languages = sorted({one.language for one in heard})
    groups = {"all": heard} | {lang: [one for one in heard if one.language == lang] for lang in languages}
    told = {name: of(group, threshold) for name, group in groups.items()}
    told_entities = [(one.expected, one.found) for one in heard if one.expected is not None]
    return {
        "messages": {name: len(group) for name, group in groups.items()},
        "threshold": threshold,
        **{figure: {name: told[name][figure] for name in groups} for figure in told["all"]},
        "entities": scores(told_entities) if told_entities else None,
        "worst_intents": worst(heard, threshold),
        "confusion": confused(heard, threshold),
        "milliseconds": _times(heard),
    }


def of(heard: list[Heard], threshold: float) -> dict[str, float | None]:
    """Rejections count as out of scope; a share of nothing is None."""
    expected = [one.intent for one in heard]
    taken = [one.taken_for(threshold) for one in heard]
    rejected = [name == STRANGE for name in taken]
    strange = [gone for one, gone in zip(heard, rejected) if one.intent == STRANGE]
    known = [gone for one, gone in zip(heard, rejected) if one.intent != STRANGE]
    return {
        "accuracy": _share([a == b for a, b in zip(expected, taken)]),
        "accuracy_without_threshold": _share([one.intent == one.guess for one in heard]),
        "macro_f1": _macro_f1(expected, taken),
        "out_of_scope_recall": _share(strange),
        "false_rejections": _share(known),
        "wrongly_answered": _share([b not in (a, STRANGE) for a, b in zip(expected, taken)]),
    }


def _share(answers: list[bool]) -> float | None:
    return round(sum(answers) / len(answers), 4) if answers else None


def _macro_f1(expected: list[str], taken: list[str]) -> float | None:
    if not expected:
        return None
    labels = sorted(set(expected))
    return round(float(f1_score(expected, taken, labels=labels, average="macro", zero_division=0)), 4)


def worst(heard: list[Heard], threshold: float) -> list[dict[str, Any]]:
    labels = sorted({one.intent for one in heard})
    expected = [one.intent for one in heard]
    taken = [one.taken_for(threshold) for one in heard]
    each = f1_score(expected, taken, labels=labels, average=None, zero_division=0)
    ranked = sorted(zip(each, labels))[:SHOWN]
    return [{"intent": label, "f1": round(float(value), 4)} for value, label in ranked]


def confused(heard: list[Heard], threshold: float) -> list[dict[str, Any]]:
    """What is most often taken for what."""
    pairs = Counter((one.intent, one.taken_for(threshold)) for one in heard)
    wrong = [(pair, times) for pair, times in pairs.most_common() if pair[0] != pair[1]]
    return [{"intent": a, "taken_for": b, "times": times} for (a, b), times in wrong[: 2 * SHOWN]]


def _times(heard: list[Heard]) -> dict[str, float]:
    taken = [one.milliseconds for one in heard] or [0.0]
    return {"mean": round(float(np.mean(taken)), 1), "p95": round(float(np.percentile(taken, 95)), 1)}
