"""How a line does: what we know ourselves first, then what the network measures now."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.catalog.models import UsageKind
from app.core.i18n import lazy
from app.network import queries, service
from app.network.errors import NetworkUnavailable
from app.network.models import Outage
from app.network.port import Diagnosis
from app.selfservice.asker import Asker
from app.selfservice.figures import label
from app.subscriptions.blocking import family_of
from app.subscriptions.models import BlockEffect, Line, LineStatus
from app.tickets import outages as cases
from app.tickets.models import OutageCase
from app.usage.queries import buckets_of

_STRENGTH = list(BlockEffect)
_WHY: dict[str, Any] = {
    "dunning": lazy("a bill is not paid"),
    "plan_expired": lazy("the plan is over and not paid anew"),
    "quota": lazy("the data of the plan is used up"),
    "request": lazy("you paused it"),
    "lost": lazy("the SIM was reported lost"),
    "stolen": lazy("the SIM was reported stolen"),
}
_ANY_REASON = lazy("it is blocked")
# What the network's own codes mean for her, the most telling first.
_FINDINGS = {
    "outage": "outage",
    "not_activated": "pending",
    "outgoing_blocked": "blocked",
    "throttled": "throttled",
    "not_registered": "not_registered",
    "weak_signal": "weak_signal",
    "slow_data": "slow",
    "high_latency": "slow",
}


@bp.get("/conversations/<uuid:conversation_id>/network")
@on_behalf("network.read")
def network(asker: Asker) -> Answer:
    """`finding` is outage, pending, blocked, throttled, not_registered, weak_signal, slow, fine or
    unknown, when the network does not answer; `used_up` says that the plan's data is, whatever else
    was found; `reason` is that of the block."""
    line = asker.line(request.args.get("line_id"))
    return {
        "line_id": str(line.id),
        "label": label(line),
        "service": line.service.value,
        "area": line.customer.city,
        "expected_end_text": None,
        "reason": None,
        "reason_text": None,
        "notice": None,
        "used_up": _data_is_used_up(line),
        **_found(line, asker),
    }


def _found(line: Line, asker: Asker) -> Answer:
    """An outage is told at once: nothing that she does herself helps against it."""
    if case := cases.hitting_line(line):
        return _declared(case, asker)
    if outages := queries.outages_of(line):
        return _outage(outages[0], asker)
    if line.status is LineStatus.PENDING:
        return {"finding": "pending"}
    if block := _strongest_block(line):
        return block
    try:
        return _measured(service.diagnose(line.id, by=asker.actor))
    except NetworkUnavailable:
        return {"finding": "unknown"}


def _data_is_used_up(line: Line) -> bool:
    """Whether the line had data for use at home, all of it limited, and nothing is left."""
    data = [
        each
        for each in buckets_of([line.id])[line.id]
        if each.kind is UsageKind.DATA and not each.networks
    ]
    return bool(data) and all(each.left == 0 for each in data)


def _declared(case: OutageCase, asker: Asker) -> Answer:
    """`notice` is what somebody here wrote about it."""
    return {
        "finding": "outage",
        "area": case.area or asker.market.name,
        "expected_end_text": _end_text(case.expected_end_at, asker),
        "notice": cases.notice_of(case),
    }


def _outage(outage: Outage, asker: Asker) -> Answer:
    return {
        "finding": "outage",
        "area": outage.area,
        "expected_end_text": _end_text(outage.expected_end_at, asker),
    }


def _end_text(ends: datetime | None, asker: Asker) -> str | None:
    if ends is None:
        return None
    zone = ZoneInfo(asker.market.timezone)
    return format_datetime(ends, "d MMMM, HH:mm", tzinfo=zone, locale=asker.locale)


def _strongest_block(line: Line) -> Answer | None:
    in_force = [each for each in line.blocks if each.lifted_at is None]
    if not in_force:
        return None
    block = max(in_force, key=lambda each: _STRENGTH.index(each.effect))
    family = family_of(block.reason)
    slowed = block.effect is BlockEffect.THROTTLE
    return {
        "finding": "throttled" if slowed else "blocked",
        "reason": family if family in _WHY else "other",
        "reason_text": str(_WHY.get(family, _ANY_REASON)),
    }


def _measured(diagnosis: Diagnosis) -> Answer:
    found = next((said for code, said in _FINDINGS.items() if code in diagnosis.issues), None)
    if found is None:
        found = "fine" if diagnosis.registered else "not_registered"
    return {"finding": found}
