"""The rules of promises as they are stored, plain JSON, read and checked. No session."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.core.errors import Invalid
from app.markets import working_time
from app.markets.calendars import holidays_of
from app.markets.working_time import Calendar
from app.tickets.errors import NoSuchTime, PolicyPromisesNothing
from app.tickets.models import Deed, Goal, Occasion, Priority, SlaRule
from app.tickets.sla import NAMED, Policy

LONGEST_NAME = 80
MOST_STEPS = 12
MOST_OWN_DAYS = 200
LONGEST = timedelta(days=366)
_PARTS = re.compile(
    r"(?:(\d{1,3})\s*d)?\s*(?:(\d{1,4})\s*h)?\s*(?:(\d{1,6})\s*m)?\s*(?:(\d{1,7})\s*s)?"
)


@dataclass(frozen=True, slots=True)
class Step:
    """Taken so long after the clock has warned or was missed. `whom` is owner, supervisors, or a
    team's id."""

    occasion: Occasion
    after: timedelta
    deed: Deed
    whom: str = ""


def length(written: str, *, field: str) -> timedelta:
    """As people write it: `3d`, `4h 30m`, `90s`; days have 24 hours. Raises NoSuchTime."""
    found = _PARTS.fullmatch(written.strip().lower())
    if not found or not written.strip():
        raise NoSuchTime(field=field)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta(0) < total <= LONGEST:
        raise NoSuchTime(field=field)
    return total


def written(length: timedelta) -> str:
    """As `length` reads it."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return " ".join(f"{number}{unit}" for number, unit in parts if number)


def calendar_of(content: Mapping[str, Any], timezone: str, market_code: str) -> Calendar:
    """Raises NoWorkingTime, or Invalid naming the field."""
    works = working_time.calendar(
        working_time.checked(content.get("hours", {})),
        timezone,
        holidays_of(market_code) if content.get("holidays") else frozenset(),
        _own_days(content.get("own_days", [])),
    )
    working_time.must_work(works)
    return works


def policy_of(rule: SlaRule) -> Policy:
    return policy(rule.content, name=rule.name, market=rule.market_code, id=rule.id)


def policy(
    content: Mapping[str, Any],
    *,
    name: str,
    market: str | None,
    id: UUID | None = None,  # noqa: A002
) -> Policy:
    """Raises Invalid naming the field, PolicyPromisesNothing."""
    names = {what: frozenset(content["names"].get(what, ())) for what in NAMED if what != "market"}
    names = {what: values for what, values in names.items() if values}
    if market is not None:
        names["market"] = frozenset({market})
    targets = {
        Goal(goal): {
            Priority(rank): timedelta(seconds=_seconds(seconds, goal))
            for rank, seconds in ranks.items()
        }
        for goal, ranks in content["targets"].items()
        if ranks
    }
    if not targets:
        raise PolicyPromisesNothing
    warn_at = content.get("warn_at", 75)
    if not isinstance(warn_at, int) or not 0 <= warn_at <= 99:
        raise Invalid(field="warn_at")
    return Policy(
        name,
        targets,
        id,
        names,
        frozenset(Goal(goal) for goal in content.get("stands", ())),
        warn_at,
        _key(content.get("calendar")),
        _key(content.get("chain")),
        bool(content.get("regulated")),
        bool(content.get("docket")),
    )


def steps_of(content: Mapping[str, Any]) -> tuple[Step, ...]:
    """Raises Invalid naming the field."""
    steps = tuple(
        Step(
            Occasion(each["occasion"]),
            timedelta(seconds=each["after"]),
            Deed(each["deed"]),
            each.get("whom", ""),
        )
        for each in content["steps"]
    )
    if not 0 < len(steps) <= MOST_STEPS:
        raise Invalid(field="steps")
    if any(not timedelta(0) <= step.after <= LONGEST for step in steps):
        raise Invalid(field="after")
    return steps


def _own_days(given: list[dict[str, Any]]) -> dict[date, list[list[str]]]:
    if len(given) > MOST_OWN_DAYS:
        raise Invalid(field="own_days")
    return {
        date.fromisoformat(each["day"]): [working_time.checked_span(s) for s in each["hours"]]
        for each in given
    }


def _seconds(value: Any, goal: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NoSuchTime(field=goal)
    if not 0 < value <= LONGEST.total_seconds():
        raise NoSuchTime(field=goal)
    return value


def _key(value: str | None) -> UUID | None:
    return UUID(value) if value else None
