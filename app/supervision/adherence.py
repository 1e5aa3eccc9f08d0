"""Shifts, and whether agents were there when they were to be."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.errors import Invalid, NotFound
from app.identity import queries as people
from app.insights import adherence
from app.markets.models import Market
from app.markets.queries import markets_of
from app.supervision import bp
from app.web import htmx
from app.web.fields import day as day_of
from app.web.fields import id_field
from app.web.input import takes
from app.web.login import current_actor, staff_with

_LARGEST = 1024 * 1024


@bp.get("/adherence")
@staff_with(adherence.PERMISSION)
def shifts() -> ResponseReturnValue:
    market = _market(request.args.get("market", ""))
    return _shown(market, _day(request.args.get("day", ""), market))


@bp.post("/adherence")
@staff_with(adherence.PERMISSION)
@takes("market", "day", "staff", "begins", "ends")
def enter_shift() -> ResponseReturnValue:
    market = _market(request.form.get("market", ""))
    on = _day(request.form.get("day", ""), market)
    begins, ends = (
        _at(on, request.form.get(name, ""), market, name) for name in ("begins", "ends")
    )
    if ends <= begins:  # over midnight
        ends = _at(date.fromordinal(on.toordinal() + 1), request.form["ends"], market, "ends")
    adherence.enter(id_field("staff"), begins, ends, by=current_actor())
    return htmx.go(url_for("supervision.shifts", market=market.code, day=on))


@bp.post("/adherence/<uuid:shift_id>/remove")
@staff_with(adherence.PERMISSION)
@takes()
def remove_shift(shift_id: UUID) -> ResponseReturnValue:
    adherence.remove(shift_id, by=current_actor())
    return htmx.go(url_for("supervision.shifts"))


@bp.post("/adherence/import")
@staff_with(adherence.PERMISSION)
@takes("market", "file")
def import_shifts() -> ResponseReturnValue:
    market = _market(request.form.get("market", ""))
    sent = request.files.get("file")
    content = sent.read(_LARGEST + 1) if sent else b""
    if not content or len(content) > _LARGEST:
        raise Invalid(field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(field="file") from None
    if "\0" in text:
        raise Invalid(field="file")
    taken = adherence.take_in(text, market, by=current_actor())
    return _shown(market, clock.today(market.timezone), taken=taken)


def _shown(market: Market, on: date, **more: Any) -> ResponseReturnValue:
    actor = current_actor()
    g.timezone = market.timezone
    return render_template(
        "supervision/adherence/index.html",
        market=market,
        markets=markets_of(actor),
        day=on,
        days=adherence.days(actor, on, market),
        shifts=adherence.shifts_of(actor, on, market),
        people=[
            person
            for person, _team in people.everybody()
            if person.as_actor().may("tickets.accept")
            and (not actor.markets or not person.markets or actor.markets & set(person.markets))
        ],
        **more,
    )


def _market(code: str) -> Market:
    known = {each.code: each for each in markets_of(current_actor())}
    found = known.get(code or next(iter(known), ""))
    if found is None:
        raise NotFound
    return found


def _day(given: str, market: Market) -> date:
    return day_of(given, field="day") or clock.today(market.timezone)


def _at(on: date, given: str, market: Market, field: str) -> datetime:
    try:
        time = datetime.strptime(given, "%H:%M").time()  # noqa: DTZ007 - its zone comes below
    except ValueError:
        raise Invalid(field=field) from None
    return datetime.combine(on, time, ZoneInfo(market.timezone))
