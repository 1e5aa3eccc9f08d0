"""How the bot did: a page with pictures, and the same as a table to take away."""

from collections.abc import Iterator
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.insights import bot_figures
from app.insights.bot_figures import Figures, Row
from app.markets.models import Market
from app.markets.queries import markets_of
from app.supervision import bp
from app.web import sheets
from app.web.charts import Chart, Series
from app.web.login import current_actor, staff_with

PERIODS = (7, 30, 90)
DIMENSIONS = ("day", "language", "channel", "intent")


@bp.get("/bot/report")
@staff_with("reports.read")
def bot_report() -> ResponseReturnValue:
    market, days = _market(), _days()
    told = bot_figures.figures(current_actor(), market, days=days)
    return render_template(
        "supervision/bot_report/index.html",
        tab="supervision.bot_report",
        told=told,
        chart=_chart(told),
        market=market,
        markets=markets_of(current_actor()),
        days=days,
        periods=PERIODS,
        dimensions=DIMENSIONS,
    )


@bp.get("/bot/report.csv")
@staff_with("reports.read")
def bot_report_sheet() -> ResponseReturnValue:
    market, days = _market(), _days()
    told = bot_figures.figures(current_actor(), market, days=days)
    head = (
        _("By"), _("Of"), _("Talks"), _("Handed over"), _("Containment"), _("Messages"),
        _("Turned away"), _("Rating"), _("Ratings"), _("Minutes of persons"),
        _("Cost per contact"), _("Currency"),
    )  # fmt: skip
    return sheets.download(f"bot-{market.code}-{days}.csv", head, _rows(told))


def _rows(told: Figures) -> Iterator[tuple[Any, ...]]:
    yield _line("all", told.total)
    for name in DIMENSIONS:
        for row in told.by[name]:
            yield _line(name, row)
    for reason, talks in told.reasons:
        yield ("reason", reason, talks, talks)


def _line(name: str, row: Row) -> tuple[Any, ...]:
    return (
        name,
        row.key,
        row.talks,
        row.handed_over,
        _share(row.containment),
        row.messages,
        row.turned_away,
        _share(row.rating),
        row.ratings,
        round(row.minutes),
        row.cost.amount if row.cost else None,
        row.cost.currency if row.cost else None,
    )


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}"


def _chart(told: Figures) -> Chart:
    days = told.by["day"]
    series = [
        Series(_("Bot alone"), [row.talks - row.handed_over for row in days]),
        Series(_("Handed over"), [row.handed_over for row in days]),
        Series(_("Turned away, percent"), [_percent(row.fallback) for row in days], share=True),
    ]
    return Chart([str(row.key)[5:] for row in days], series, stacked=True)


def _percent(value: float | None) -> float | None:
    return None if value is None else round(value * 100, 1)


def _market() -> Market:
    """The one asked for, else the reader's first; from here on times are told by its clock."""
    known = {each.code: each for each in markets_of(current_actor())}
    code = request.args.get("market", "") or next(iter(known), "")
    if code not in known:
        raise NotFound
    g.timezone = known[code].timezone
    return known[code]


def _days() -> int:
    given = request.args.get("days", "30")
    if given not in {str(each) for each in PERIODS}:
        raise Invalid(field="days")
    return int(given)
