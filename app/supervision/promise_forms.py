"""Reading the forms of calendars, policies and chains: each becomes the rule's content."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import request

from app.core.errors import Invalid
from app.markets import queries as markets
from app.markets.working_time import DAYS
from app.tickets import sla, sla_rules
from app.tickets.models import Deed, Goal, Occasion, Priority, Topic
from app.web import fields
from app.web.fields import choice, day, id_or_none, whole

STEPS = range(sla_rules.MOST_STEPS)
CALENDAR_FIELDS = (
    "name",
    "market",
    "seen",
    "effective_from",
    "note",
    "holidays",
    "own_days",
    *DAYS,
)
TARGET_FIELDS = tuple(f"{goal}_{rank}" for goal in Goal for rank in Priority)
NAMED_FIELDS = ("kinds", "segments", "topics", "channels")
POLICY_FIELDS = (
    *("name", "market", "seen", "effective_from", "note", "stands", "warn_at", "calendar", "chain"),
    *("regulated", "docket", *NAMED_FIELDS, *TARGET_FIELDS),
)
STEP_FIELDS = tuple(f"{part}_{n}" for n in STEPS for part in ("occasion", "after", "deed", "whom"))
CHAIN_FIELDS = ("name", "market", "seen", "effective_from", "note", *STEP_FIELDS)
# One address for all kinds: what a kind does not ask for is not read.
RULE_FIELDS = tuple(dict.fromkeys((*CALENDAR_FIELDS, *POLICY_FIELDS, *CHAIN_FIELDS)))
CASE_FIELDS = ("priority", "market", "topic", "kind", "segment", "channel", "opened_at")

_LONGEST = 20_000
_VALUES = {
    "kinds": "kind", "segments": "segment", "topics": "topic", "channels": "channel",
}  # fmt: skip


def calendar_content() -> dict[str, Any]:
    """A day of the week left empty is closed. Own days are lines: `2026-12-24 09:00-13:00`, without
    hours closed."""
    return {
        "hours": {name: spans for name in DAYS if (spans := _spans(word(name)))},
        "holidays": "holidays" in request.form,
        "own_days": [_own_day(line) for line in word("own_days").splitlines() if line.strip()],
    }


def policy_content() -> dict[str, Any]:
    """A time left empty is no promise."""
    form = request.form
    return {
        "names": {_VALUES[field]: _names(field) for field in NAMED_FIELDS},
        "targets": {
            goal.value: {
                rank.value: round(sla_rules.length(given, field=name).total_seconds())
                for rank in Priority
                if (given := word(name := f"{goal}_{rank}"))
            }
            for goal in Goal
        },
        "stands": [choice(Goal, each, field="stands").value for each in form.getlist("stands")],
        "warn_at": whole(word("warn_at") or "0", field="warn_at", digits=2),
        "calendar": _key("calendar"),
        "chain": _key("chain"),
        "regulated": "regulated" in form,
        "docket": "docket" in form,
    }


def chain_content() -> dict[str, Any]:
    """A step without an action is left out."""
    return {"steps": [_step(n) for n in STEPS if word(f"deed_{n}")]}


def case() -> sla.Case:
    return sla.Case(
        choice(Priority, word("priority"), field="priority"),
        word("market"),
        choice(Topic, word("topic"), field="topic").value,
        word("kind"),
        word("segment"),
        word("channel"),
    )


def moment(name: str, market_code: str) -> datetime | None:
    """As browsers send it, by the market's clock; None when nothing was entered."""
    zone = markets.market(market_code).timezone if market_code else "UTC"
    return fields.moment(word(name), zone, field=name)


def seen() -> int | None:
    given = word("seen")
    return whole(given, field="seen", digits=6) if given else None


def word(name: str) -> str:
    value = request.form.get(name, "").strip()
    if len(value) > _LONGEST or "\0" in value:
        raise Invalid(field=name)
    return value


def shown_spans(spans: list[list[str]]) -> str:
    """As `calendar_content` reads it."""
    return ", ".join("-".join(span) for span in spans)


def shown_days(own_days: list[dict[str, Any]]) -> str:
    return "\n".join(f"{each['day']} {shown_spans(each['hours'])}".strip() for each in own_days)


def _spans(given: str) -> list[list[str]]:
    if not given:
        return []
    return [[side.strip() for side in span.split("-")] for span in given.split(",")]


def _own_day(line: str) -> dict[str, Any]:
    written, _space, spans = line.strip().partition(" ")
    found: date | None = day(written, field="own_days")
    if found is None:
        raise Invalid(field="own_days")
    return {"day": found.isoformat(), "hours": _spans(spans.strip())}


def _names(field: str) -> list[str]:
    given = [part for each in request.form.getlist(field) for part in each.split(",")]
    return sorted({part.strip() for part in given if part.strip()})


def _key(field: str) -> str | None:
    found = id_or_none(word(field), field=field)
    return str(found) if found else None


def _step(n: int) -> dict[str, Any]:
    after = word(f"after_{n}")
    return {
        "occasion": choice(Occasion, word(f"occasion_{n}"), field="occasion").value,
        "after": round(sla_rules.length(after, field="after").total_seconds())
        if after not in {"", "0"}
        else 0,
        "deed": choice(Deed, word(f"deed_{n}"), field="deed").value,
        "whom": word(f"whom_{n}"),
    }


def shown_after(seconds: int) -> str:
    """As a step's time is read; at once is 0."""
    return sla_rules.written(timedelta(seconds=seconds)) or "0"
