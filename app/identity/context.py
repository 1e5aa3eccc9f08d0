"""What a market wants when somebody signs in from a new device or out of hours. Pure.

`sign_in` of a market's policies: {"new_device": …, "out_of_hours": …, "hours": {"mon": ["08:00",
"20:00"], …}}. Each answer is allow, alert or extra; a day that is not named has no hours, and a
market without hours is never out of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.markets import policies

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NEW_DEVICE, OUT_OF_HOURS = "new_device", "out_of_hours"
SETTING = "sign_in"


class Answer(StrEnum):
    """In the order of strictness. `extra` asks for one more proof and alerts too."""

    ALLOW = "allow"
    ALERT = "alert"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Rules:
    """Of one market; `hours` by day of the week, local from and until."""

    timezone: str
    new_device: Answer = Answer.EXTRA
    out_of_hours: Answer = Answer.EXTRA
    hours: Mapping[str, tuple[time, time]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` names what is unusual, whatever follows from it."""

    answer: Answer
    why: tuple[str, ...]


def rules(timezone: str, setting: Mapping[str, Any] | None) -> Rules:
    """Raises ValueError, TypeError or KeyError for what cannot be read."""
    given = setting or {}
    hours = {
        day: (time.fromisoformat(since), time.fromisoformat(until))
        for day, (since, until) in given.get("hours", {}).items()
    }
    if set(hours) - set(DAYS) or any(since >= until for since, until in hours.values()):
        raise ValueError(hours)
    return Rules(
        timezone,
        Answer(given.get(NEW_DEVICE, Answer.EXTRA)),
        Answer(given.get(OUT_OF_HOURS, Answer.EXTRA)),
        hours,
    )


def verdict(known: Iterable[Rules], moment: datetime, *, new_device: bool) -> Verdict:
    """The strictest answer of all markets that somebody works in.

    She is out of hours when it is closed in every market that has hours.
    """
    each = list(known)
    with_hours = [rule for rule in each if rule.hours]
    outside = bool(with_hours) and all(is_outside(rule, moment) for rule in with_hours)
    found: list[tuple[str, Answer]] = []
    if new_device:
        found.append((NEW_DEVICE, _strictest([rule.new_device for rule in each])))
    if outside:
        found.append((OUT_OF_HOURS, _strictest([rule.out_of_hours for rule in with_hours])))
    counted = [(why, answer) for why, answer in found if answer is not Answer.ALLOW]
    return Verdict(
        _strictest([answer for _, answer in counted], least=Answer.ALLOW),
        tuple(why for why, _ in counted),
    )


def is_outside(rule: Rules, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(rule.timezone))
    hours = rule.hours.get(DAYS[local.weekday()])
    return hours is None or not hours[0] <= local.time() < hours[1]


def _strictest(answers: list[Answer], *, least: Answer = Answer.EXTRA) -> Answer:
    order = list(Answer)
    return max(answers, key=order.index, default=least)


def _check(setting: Any) -> None:
    if set(setting) - {NEW_DEVICE, OUT_OF_HOURS, "hours"}:
        raise ValueError(setting)
    rules("UTC", setting)


policies.declare(SETTING, _check)
