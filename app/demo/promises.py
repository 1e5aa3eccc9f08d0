"""By when the demo operator answers and helps: hours, policies, what the law asks for, and who is
told when it is late."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core.actor import SYSTEM
from app.markets.working_time import DAYS
from app.tickets import service
from app.tickets.models import Goal, Priority, RuleKind
from app.tickets.sla import RESPONSES

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_HOURS = {
    "MX": ("09:00", "19:00"),
    "BR": ("08:00", "18:00"),
    "IN": ("09:30", "18:30"),
}
_OFFICE = {"MX": "Oficina", "BR": "Horário comercial", "IN": "Office hours"}
_COMPANIES = {"MX": "Empresas", "BR": "Empresas", "IN": "Companies"}
# What the regulator asks for: of which tickets, and within how many days.
_LAW: dict[str, Sequence[tuple[str, Mapping[str, Sequence[str]], int]]] = {
    "IN": (
        ("Complaint (TRAI)", {"kind": ["complaint"]}, 3),
        ("Billing complaint (TRAI)", {"kind": ["complaint"], "topic": ["billing"]}, 28),
        ("Disputed charge (TRAI)", {"kind": ["billing_dispute"]}, 28),
    ),
    "BR": (("Reclamação (Anatel)", {"kind": ["complaint", "billing_dispute"]}, 7),),
}
_STEPS = (
    ("warning", 0, "notify", "owner"),
    ("breach", 0, "notify", "supervisors"),
    ("breach", 30, "raise_priority", ""),
    ("breach", 120, "assign_supervisor", ""),
)


def promise(market_codes: Sequence[str]) -> None:
    """For each market its hours, its companies' policy, and the law's."""
    chain = service.decide(RuleKind.CHAIN, "Escalation", {"steps": _steps()}, by=SYSTEM).key
    for code in market_codes:
        week = {day: [list(_HOURS[code])] for day in DAYS[:5]} | {"sat": [["09:00", "14:00"]]}
        office = service.decide(
            RuleKind.CALENDAR, _OFFICE[code], {"hours": week, "holidays": True, "own_days": []},
            by=SYSTEM, market_code=code,
        ).key  # fmt: skip
        companies = _policy(
            {"segment": ["enterprise", "vip"]},
            dict.fromkeys(RESPONSES, (2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE))
            | {Goal.RESOLUTION: (2 * _HOUR, 4 * _HOUR, 9 * _HOUR, 27 * _HOUR)},
            chain,
            calendar=office,
        )
        _decide(_COMPANIES[code], companies, code)
        for name, names, days in _LAW.get(code, ()):
            law = _policy(
                names, {Goal.RESOLUTION: (days * _DAY,) * 4}, chain,
                regulated=True,
            )  # fmt: skip
            _decide(name, law, code)


def _decide(name: str, content: Mapping[str, Any], code: str) -> None:
    service.decide(RuleKind.POLICY, name, content, by=SYSTEM, market_code=code)


def _policy(
    names: Mapping[str, Sequence[str]],
    targets: Mapping[Goal, Sequence[int]],
    chain: UUID,
    *,
    calendar: UUID | None = None,
    regulated: bool = False,
) -> dict[str, Any]:
    """Times are seconds, from the most urgent down; the law's clocks never stand still."""
    ranks = list(reversed(Priority))
    return {
        "names": names,
        "targets": {
            goal.value: {rank.value: n for rank, n in zip(ranks, seconds, strict=True)}
            for goal, seconds in targets.items()
        },
        "stands": [] if regulated else [Goal.NEXT_RESPONSE.value, Goal.RESOLUTION.value],
        "warn_at": 75,
        "calendar": str(calendar) if calendar else None,
        "chain": str(chain),
        "regulated": regulated,
        "docket": regulated,
    }


def _steps() -> list[dict[str, Any]]:
    return [
        {"occasion": occasion, "after": minutes * _MINUTE, "deed": deed, "whom": whom}
        for occasion, minutes, deed, whom in _STEPS
    ]
