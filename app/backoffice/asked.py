"""What forms of billing administrators ask for, checked before it is used."""

from datetime import date, timedelta

from flask import g, request

from app.core.errors import Invalid, NotFound
from app.markets.models import Market
from app.markets.queries import market as market_by
from app.markets.queries import markets_of
from app.web import fields
from app.web.login import current_actor

_LONGEST = 200


def markets() -> list[Market]:
    """Those the reader may see."""
    return markets_of(current_actor())


def market() -> Market:
    """The one asked for, else the first; from here on times are told by its clock."""
    known = {each.code: each for each in markets()}
    code = request.values.get("market", "") or next(iter(known), "")
    if code not in known:
        raise NotFound
    g.timezone = known[code].timezone
    return known[code]


def market_named(code: str) -> Market:
    """Of the reader's own; from here on times are told by its clock."""
    if not code or "\0" in code:
        raise Invalid(field="market")
    if not current_actor().sees_market(code):
        raise NotFound
    found = market_by(code)
    g.timezone = found.timezone
    return found


def day(name: str, otherwise: date) -> date:
    return fields.day(request.values.get(name, ""), field=name) or otherwise


def month(name: str, otherwise: date) -> date:
    """The first day of a month given as 2026-04."""
    given = request.values.get(name, "")
    return fields.day(f"{given}-01" if given else "", field=name) or otherwise.replace(day=1)


def month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def months_before(first: date, count: int) -> date:
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def text(name: str) -> str:
    return request.values.get(name, "").replace("\0", "").strip()[:_LONGEST]
