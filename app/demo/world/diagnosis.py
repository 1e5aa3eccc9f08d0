"""How a line does. The same number always has the same troubles, so that stories can be retold."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.demo.world.countries import market_of

AREAS = {
    "MX": ("Ciudad de México", "Guadalajara", "Monterrey", "Puebla", "Mérida", "Tijuana"),
    "BR": ("São Paulo", "Rio de Janeiro", "Belo Horizonte", "Recife", "Curitiba", "Manaus"),
    "IN": ("Mumbai", "Bengaluru", "Chennai", "Kolkata", "Pune", "Jaipur"),
}
_THROTTLED_MBPS = 0.5

# How many lines of a hundred have which trouble; the rest are well.
_TROUBLES = (
    (4, "not_registered"),
    (12, "weak_signal"),
    (17, "high_latency"),
    (22, "slow_data"),
)


@dataclass(frozen=True, slots=True)
class Habits:
    """What orders made of a line."""

    activated: bool = True
    blocked: bool = False
    throttled: bool = False
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`last_seen_at` is ISO 8601 in UTC; fibre gives its optical level as `signal_dbm`."""

    msisdn: str
    registered: bool
    signal_dbm: int | None
    technology: str
    cell: str
    area: str
    last_seen_at: str
    latency_ms: int | None
    throughput_mbps: float | None
    issues: list[str]


@dataclass(frozen=True, slots=True)
class _Dice:
    """Numbers that hang on the line's number alone."""

    digest: bytes

    def roll(self, place: int, sides: int) -> int:
        return int.from_bytes(self.digest[place : place + 3], "big") % sides


def area_of(msisdn: str) -> str:
    areas = AREAS[market_of(msisdn)]
    return areas[_dice(msisdn).roll(0, len(areas))]


def trouble_of(msisdn: str) -> str | None:
    rolled = _dice(msisdn).roll(3, 100)
    return next((trouble for below, trouble in _TROUBLES if rolled < below), None)


def diagnose(
    msisdn: str,
    *,
    service: str,
    outages: list[tuple[str, str]],
    honest: bool = True,
    **habits: object,
) -> Diagnosis:
    """Outages are pairs of area and service, and reach the lines that live there."""
    line = Habits(**habits)  # type: ignore[arg-type]
    is_fibre = service == "fibre" or line.plan.startswith("fibra")
    is_hit = (area_of(msisdn), "fibre" if is_fibre else service) in outages
    issues = _issues(msisdn, line, is_hit=is_hit, is_fibre=is_fibre) if honest else []
    return _measured(msisdn, issues, is_fibre=is_fibre)


def _issues(msisdn: str, line: Habits, *, is_hit: bool, is_fibre: bool) -> list[str]:
    own = None if is_fibre and trouble_of(msisdn) == "weak_signal" else trouble_of(msisdn)
    facts = {
        "outage": is_hit,
        "not_activated": not line.activated,
        "outgoing_blocked": line.blocked,
        "throttled": line.throttled,
    }
    return [name for name, is_so in facts.items() if is_so] + ([own] if own else [])


def _measured(msisdn: str, issues: list[str], *, is_fibre: bool) -> Diagnosis:
    dice, now = _dice(msisdn), datetime.now(UTC).replace(second=0, microsecond=0)
    registered = not {"outage", "not_activated", "not_registered"} & set(issues)
    silent_for = timedelta(minutes=dice.roll(6, 3) if registered else 25 + dice.roll(6, 600))
    return Diagnosis(
        msisdn=msisdn,
        registered=registered,
        signal_dbm=_signal(dice, issues, is_fibre=is_fibre) if registered else None,
        technology="fibre" if is_fibre else ("5G", "4G", "4G")[dice.roll(9, 3)],
        cell=f"{market_of(msisdn)}-{1000 + dice.roll(0, 9000)}",
        area=area_of(msisdn),
        last_seen_at=(now - silent_for).isoformat().replace("+00:00", "Z"),
        latency_ms=_latency(dice, issues, is_fibre=is_fibre) if registered else None,
        throughput_mbps=_throughput(dice, issues, is_fibre=is_fibre) if registered else None,
        issues=issues,
    )


def _signal(dice: _Dice, issues: list[str], *, is_fibre: bool) -> int:
    if is_fibre:
        return -14 - dice.roll(12, 9)
    return (-112 if "weak_signal" in issues else -68) - dice.roll(12, 22)


def _latency(dice: _Dice, issues: list[str], *, is_fibre: bool) -> int:
    usual = 4 + dice.roll(15, 8) if is_fibre else 24 + dice.roll(15, 40)
    return usual + (220 if "high_latency" in issues else 0)


def _throughput(dice: _Dice, issues: list[str], *, is_fibre: bool) -> float:
    if "throttled" in issues:
        return _THROTTLED_MBPS
    usual = 280.0 + dice.roll(18, 20) if is_fibre else 35.0 + dice.roll(18, 900) / 10
    return round(usual / 20, 1) if {"slow_data", "weak_signal"} & set(issues) else usual


def _dice(msisdn: str) -> _Dice:
    return _Dice(hashlib.sha256(msisdn.encode()).digest())
