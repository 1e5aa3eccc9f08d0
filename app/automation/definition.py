"""What a rule says: when, if, then. Plain values that JSON and YAML can hold. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from app.automation.facts import Facts, Operator, holds
from app.core.plain import Plain

MOST = 20  # conditions of a kind, and actions
LONGEST_TEXT = 4000
LONGEST_MINUTES = 366 * 24 * 60

GROUPS = ("all", "any", "none")


class Condition(Plain):
    """`values` are alternatives: a market is one of them, a text contains one of them."""

    field: str = Field(max_length=40)
    operator: Operator
    values: tuple[str, ...] = Field(min_length=1, max_length=50)

    def holds(self, facts: Facts) -> bool:
        return holds(facts.values.get(self.field), self.operator, self.values)


class Conditions(Plain):
    """All of `all`, one of `any` where there is one, and none of `none`."""

    all: tuple[Condition, ...] = Field(default=(), max_length=MOST)
    any: tuple[Condition, ...] = Field(default=(), max_length=MOST)
    none: tuple[Condition, ...] = Field(default=(), max_length=MOST)

    def group(self, name: str) -> tuple[Condition, ...]:
        found: tuple[Condition, ...] = getattr(self, name)
        return found

    def matched_by(self, facts: Facts) -> "list[dict[str, Any]] | None":
        """The conditions for which it is so, as the run log keeps them; None when it is not."""
        fits = [each for each in self.any if each.holds(facts)]
        if self.any and not fits:
            return None
        if not all_hold(self.all, facts) or any_holds(self.none, facts):
            return None
        return [
            {"group": group, **each.plain()}
            for group, found in (("all", self.all), ("any", fits), ("none", self.none))
            for each in found
        ]


class Action(Plain):
    """`value` is what was chosen, `text` what was written."""

    kind: str = Field(max_length=40)
    value: str = Field(default="", max_length=500)
    text: str = Field(default="", max_length=LONGEST_TEXT)


class RuleContent(Plain):
    """`minutes` is for triggers by time: how long it must have been so."""

    name: str = Field(min_length=1, max_length=120)
    market: str | None = None
    trigger: str = Field(max_length=40)
    minutes: int = Field(default=0, ge=0, le=LONGEST_MINUTES)
    when: Conditions = Conditions()
    actions: tuple[Action, ...] = Field(min_length=1, max_length=MOST)


def all_hold(conditions: Sequence[Condition], facts: Facts) -> bool:
    return all(each.holds(facts) for each in conditions)


def any_holds(conditions: Sequence[Condition], facts: Facts) -> bool:
    return any(each.holds(facts) for each in conditions)


def content_of(stored: Mapping[str, Any]) -> RuleContent:
    return RuleContent.model_validate(stored)
