"""A workflow: steps that do something, wait, or ask somebody. YAML in, YAML out. Pure.

name: Large credit
start: ask_lead
steps:
  ask_lead:
    ask: manager
    question: May it be credited?
    within: 4h
    approved: tell
    refused: close
    late: tell
  tell:
    do:
    - kind: add_note
      text: It may be credited.
  close: …
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import Field

from app.automation.checking import problems_of_actions
from app.automation.definition import Action
from app.automation.known import Known
from app.automation.readable import Document, NotReadable, Path, model_of, read, write
from app.core.i18n import gettext as _
from app.core.plain import Plain

MOST_STEPS = 60
DURATION = re.compile(r"([1-9][0-9]{0,3})(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

Problem = tuple[Path, str]


class Step(Plain):
    """One of: `do` and `then`; `wait` and `then`; `ask` with `approved`, `refused` and, after
    `within`, `late`. An empty next step is the end."""

    do: tuple[Action, ...] = Field(default=(), max_length=20)
    wait: str = ""
    ask: str = ""
    question: str = Field(default="", max_length=500)
    within: str = ""
    then: str = ""
    approved: str = ""
    refused: str = ""
    late: str = ""

    @property
    def kind(self) -> str:
        return "ask" if self.ask else "wait" if self.wait else "do"

    @property
    def ways(self) -> Sequence[tuple[str, str]]:
        """Where it goes on, by the name of the way; the end is left out."""
        names = ("approved", "refused", "late") if self.ask else ("then",)
        return [(name, getattr(self, name)) for name in names if getattr(self, name)]


class Plan(Plain):
    name: str = Field(min_length=1, max_length=80)
    start: str
    steps: Mapping[str, Step] = Field(min_length=1, max_length=MOST_STEPS)


def plan_of(text: str, known: Known) -> Plan:
    """What a YAML says. Raises NotReadable with every problem and its line."""
    document = read(text)
    plan: Plan = model_of(document, Plan)
    _raise(document, problems_of_plan(plan, known))
    return plan


def yaml_of(plan: Plan) -> str:
    return write(plan.plain())


def duration(text: str) -> timedelta:
    """`30m`, `4h` or `3d`, as checked before."""
    found = DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def problems_of_plan(plan: Plan, known: Known) -> list[Problem]:
    """Each with the place that it is about."""
    found = list(_of_names(plan))
    for key, step in plan.steps.items():
        found += ((("steps", key, *path), text) for path, text in _of_step(step, plan, known))
    return found or [*_unreachable(plan), *_endless(plan)]


def _raise(document: Document, problems: Sequence[Problem]) -> None:
    if problems:
        raise NotReadable([document.told(path, text) for path, text in problems])


def _of_names(plan: Plan) -> Iterator[Problem]:
    if plan.start not in plan.steps:
        yield ("start",), _("there is no step %(name)s.", name=plan.start)
    for key in plan.steps:
        if not _KEY.fullmatch(key):
            yield (
                ("steps", key),
                _("a step is named by small letters, digits and _, at most 40 of them."),
            )


def _of_step(step: Step, plan: Plan, known: Known) -> Iterator[Problem]:
    if sum(map(bool, (step.do, step.wait, step.ask))) != 1:
        yield (), _("a step does one thing: do, wait or ask.")
        return
    for name, target in step.ways:
        if target not in plan.steps:
            yield (name,), _("there is no step %(name)s.", name=target)
    yield from {"do": _of_do, "wait": _of_wait, "ask": _of_ask}[step.kind](step, known)


def _of_do(step: Step, known: Known) -> Iterator[Problem]:
    yield from _strange(step, {"do", "then"})
    for at, action in enumerate(step.do):
        for problem in problems_of_actions([action], known):
            yield ("do", at), problem


def _of_wait(step: Step, _known: Known) -> Iterator[Problem]:
    yield from _strange(step, {"wait", "then"})
    if not DURATION.fullmatch(step.wait):
        yield ("wait",), _("a time is written as 30m, 4h or 3d.")


def _of_ask(step: Step, known: Known) -> Iterator[Problem]:
    yield from _strange(step, {"ask", "question", "within", "approved", "refused", "late"})
    if not known.has("role", step.ask):
        yield ("ask",), _("there is no role %(name)s that decides.", name=step.ask)
    if not step.question.strip():
        yield ("question",), _("question is missing.")
    if not DURATION.fullmatch(step.within):
        yield ("within",), _("a time is written as 30m, 4h or 3d.")


def _strange(step: Step, allowed: set[str]) -> Iterator[Problem]:
    for name in sorted(set(step.plain()) - allowed):
        yield (name,), _("%(name)s has no place in such a step.", name=name)


def _unreachable(plan: Plan) -> Iterator[Problem]:
    reached = set(_reached(plan, plan.start))
    for key in plan.steps:
        if key not in reached:
            yield ("steps", key), _("no step leads to %(name)s.", name=key)


def _reached(plan: Plan, start: str) -> Iterator[str]:
    waiting, seen = [start], {start}
    while waiting:
        key = waiting.pop()
        yield key
        fresh = [target for _way, target in plan.steps[key].ways if target not in seen]
        seen.update(fresh)
        waiting += fresh


def _endless(plan: Plan) -> Iterator[Problem]:
    """Steps that lead back to themselves with no time between would never end."""
    for key, step in plan.steps.items():
        at, seen = step.then if step.kind == "do" else "", {key}
        while at and at not in seen and plan.steps[at].kind == "do":
            seen.add(at)
            at = plan.steps[at].then
        if at == key:
            yield (
                ("steps", key),
                _("%(name)s leads back to itself without a wait.", name=key),
            )


def stored(content: Mapping[str, Any]) -> Plan:
    return Plan.model_validate(content)
