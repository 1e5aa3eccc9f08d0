"""Whether a model may take the place of another: by figures on unlearnt messages. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# One message of a language's 550 is 0.2 points; of the 150 that are out of scope, 0.6. A model may
# be worse by what chance alone may bring, not by more.
MOST_FALLEN = {"accuracy": 0.01, "out_of_scope_recall": 0.02, "false_rejections": 0.01}
_BETTER_WHEN_LOW = frozenset({"false_rejections"})
_NAMES = {
    "accuracy": "accuracy",
    "out_of_scope_recall": "out of scope, recognised",
    "false_rejections": "in scope, turned away",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One figure before and after, as shares; `before` is None where nobody measured it."""

    name: str
    before: float | None
    after: float
    most_fallen: float
    low_is_good: bool = False

    @property
    def fallen(self) -> float:
        """By how much it is worse; negative when it is better."""
        if self.before is None:
            return 0.0
        worse = self.after - self.before if self.low_is_good else self.before - self.after
        return round(worse, 6)

    @property
    def holds(self) -> bool:
        return self.fallen <= self.most_fallen

    def row(self) -> str:
        before = "    –" if self.before is None else f"{self.before:6.1%}"
        change = "" if self.before is None else f"{self.after - self.before:+7.1%}"
        mark = "ok" if self.holds else f"fell by more than {self.most_fallen:.1%}"
        return f"{self.name:<28}{before:>8}{self.after:>8.1%}{change:>9}  {mark}"


def checks(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Check]:
    """Accuracy in every language, strangers recognised, friends turned away. A language that is
    no longer measured has fallen to nothing."""
    return [*_of_languages(before, after), *_of_all(before, after)]


def _of_languages(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Check]:
    known = {**before.get("accuracy", {}), **after["accuracy"]}
    for language in sorted(known.keys() - {"all"}):
        yield _check("accuracy", language, before, after)


def _of_all(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Check]:
    for figure in ("out_of_scope_recall", "false_rejections"):
        yield _check(figure, "all", before, after)


def _check(figure: str, group: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Check:
    return Check(
        _NAMES[figure] + ("" if group == "all" else f", {group}"),
        before.get(figure, {}).get(group),
        after.get(figure, {}).get(group) or 0.0,
        MOST_FALLEN[figure],
        figure in _BETTER_WHEN_LOW,
    )


def table(told: list[Check]) -> str:
    head = f"{'':<28}{'before':>8}{'after':>8}{'change':>9}"
    return "\n".join([head, *(check.row() for check in told)])
