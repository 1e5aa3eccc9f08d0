"""Tickets whose promises are late or soon will be, and how promises were kept."""

from datetime import timedelta

from flask import request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.markets import queries as markets
from app.supervision import bp
from app.tickets import clock_queries
from app.tickets.models import Goal
from app.web import htmx
from app.web.login import current_actor, staff_with

_RECENT = timedelta(days=7)


@bp.get("/at-risk")
@staff_with("supervision.enter")
def at_risk() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    chosen = {name: request.args.get(name, "").replace("\0", "") for name in ("market", "goal")}
    codes = [each.code for each in markets.markets_of(actor)]
    return htmx.show(
        "supervision/at_risk/index.html",
        "supervision/at_risk/_list.html",
        rows=[
            (row.ticket, clock_queries.shown(row))
            for row in clock_queries.at_risk(actor, market=chosen["market"], goal=chosen["goal"])
        ],
        kept=clock_queries.kept(now - _RECENT, now, codes),
        codes=codes,
        goals=list(Goal),
        chosen=chosen,
    )
