"""What Aurora Móvil advertises: plans and their monthly prices by market."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "offers.json"


@dataclass(frozen=True, slots=True)
class Market:
    code: str
    currency: str
    language: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`prices` are decimal strings by market, per month."""

    code: str
    name: str
    kind: str
    featured: bool
    prices: dict[str, str]


@cache
def markets() -> dict[str, Market]:
    return {row["code"]: Market(**row) for row in json.loads(_FILE.read_text("utf-8"))["markets"]}


@cache
def plans() -> tuple[Plan, ...]:
    return tuple(Plan(**row) for row in json.loads(_FILE.read_text("utf-8"))["plans"])
