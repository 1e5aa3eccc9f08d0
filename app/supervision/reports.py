"""Reports: the last thirty days, those that are always there, and those that people define."""

from contextlib import nullcontext
from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations.activity import CHANNELS
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.identity import queries as people
from app.identity import teams
from app.insights import drilling, figure_words, reporting, saved, tables
from app.insights.definition import Definition, Dimension, Period, read
from app.insights.measures import MEASURES, WITHIN
from app.insights.models import Report
from app.insights.models.reports import Cadence
from app.markets.queries import markets_of
from app.supervision import bp, report_forms
from app.web import htmx
from app.web.charts import Chart, Series
from app.web.exports import confirmed_export
from app.web.fields import choice_field, id_or_none, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with

ROWS_A_PAGE = 100
_LATEST = read(
    {
        "measures": ["kept", "handed_over", "talks", "containment", "answer", "rating"],
        "by": ["day"],
    }
)
_FAR = 1_000_000


@bp.get("/reports")
@staff_with("reports.read")
def reports() -> ResponseReturnValue:
    told = reporting.figures(current_actor(), _LATEST)
    series = [
        Series(str(measure.label), [row.values[place] for row in told.rows])
        for place, measure in enumerate(_LATEST.measures[:2])
    ]
    days = [figure_words.name_text(_LATEST, row) for row in told.rows]
    return render_template(
        "supervision/reports/index.html",
        told=told,
        chart=Chart(days, series, stacked=True),
        words=figure_words,
        standard=saved.STANDARD,
        kept=saved.reports_for(current_actor()),
    )


@bp.get("/reports/any")
@staff_with("reports.read")
def any_report() -> ResponseReturnValue:
    """What the form asks for; without anything, the form with the month's overview."""
    asked = request.args.getlist("measures")
    definition = report_forms.from_args(request.args) if asked else saved.STANDARD["overview"][1]
    kept = _kept(request.args.get("report", ""))
    return _shown(definition, str(kept.name) if kept else "", kept)


@bp.get("/reports/standard/<name>")
@staff_with("reports.read")
def standard_report(name: str) -> ResponseReturnValue:
    if name not in saved.STANDARD:
        raise NotFound
    label, definition = saved.STANDARD[name]
    return _shown(definition, str(label))


@bp.get("/reports/<uuid:report_id>")
@staff_with("reports.read")
def report(report_id: UUID) -> ResponseReturnValue:
    found = saved.report_for(current_actor(), report_id)
    return _shown(read(found.definition), found.name, found)


@bp.get("/reports/rows")
@staff_with("reports.read")
def report_rows() -> ResponseReturnValue:
    """The tickets or talks behind one figure."""
    definition = report_forms.from_args(request.args)
    measure = drilling.measure_of(request.args.get("measure", ""))
    keys = request.args.getlist("keys")
    offset = whole(request.args.get("offset", "0"), field="offset", digits=7)
    found = drilling.rows(
        current_actor(), definition, measure, keys, limit=ROWS_A_PAGE + 1, offset=min(offset, _FAR)
    )
    _use_clock(definition)
    more = {**report_forms.as_args(definition), "measure": measure.name, "keys": keys}
    return render_template(
        "supervision/reports/rows.html",
        definition=definition,
        text=report_forms.as_text(definition),
        measure=measure,
        keys=keys,
        rows=found[:ROWS_A_PAGE],
        words=figure_words,
        later=url_for("supervision.report_rows", offset=offset + ROWS_A_PAGE, **more)
        if len(found) > ROWS_A_PAGE
        else None,
        back=url_for("supervision.any_report", **report_forms.as_args(definition)),
    )


@bp.post("/reports")
@staff_with("reports.read")
@takes("name", "definition", "shared")
def save_report() -> ResponseReturnValue:
    return _saved(None)


@bp.post("/reports/<uuid:report_id>")
@staff_with("reports.read")
@takes("name", "definition", "shared")
def change_report(report_id: UUID) -> ResponseReturnValue:
    return _saved(report_id)


@bp.post("/reports/<uuid:report_id>/delete")
@staff_with("reports.read")
@takes()
def delete_report(report_id: UUID) -> ResponseReturnValue:
    saved.delete(report_id, by=current_actor())
    return htmx.go(url_for("supervision.reports"))


@bp.post("/reports/<uuid:report_id>/mail")
@staff_with("reports.read")
@takes("cadence", "hour", "market", "format")
def subscribe_report(report_id: UUID) -> ResponseReturnValue:
    known = {each.code: each for each in markets_of(current_actor())}
    market = known.get(request.form.get("market", ""))
    if market is None:
        raise Invalid(field="market")
    format_name = request.form.get("format", "")
    if format_name:
        current_actor().must("data.export")
        tables.format_named(format_name)
    # Once, for all mails that will carry it.
    with confirmed_export("report") if format_name else nullcontext():
        saved.subscribe(
            report_id,
            choice_field("cadence", Cadence),
            whole(request.form.get("hour", ""), field="hour", digits=2),
            market,
            by=current_actor(),
            format=format_name,
        )
    return htmx.go(url_for("supervision.report", report_id=report_id))


@bp.post("/reports/<uuid:report_id>/no-mail")
@staff_with("reports.read")
@takes()
def unsubscribe_report(report_id: UUID) -> ResponseReturnValue:
    saved.unsubscribe(report_id, by=current_actor())
    return htmx.go(url_for("supervision.report", report_id=report_id))


def _saved(report_id: UUID | None) -> ResponseReturnValue:
    found = saved.save(
        request.form.get("name", ""),
        report_forms.from_text(request.form.get("definition", "")),
        by=current_actor(),
        shared=request.form.get("shared") == "yes",
        report_id=report_id,
    )
    return htmx.go(url_for("supervision.report", report_id=found.id))


def _kept(given: str) -> Report | None:
    """The report that is being changed, where the form names one."""
    report_id = id_or_none(given, field="report")
    return saved.report_for(current_actor(), report_id, own=True) if report_id else None


def _use_clock(definition: Definition) -> None:
    """Times on the page are of the one market that it is about."""
    asked = definition.only.get(Dimension.MARKET)
    seen = [each for each in markets_of(current_actor()) if not asked or each.code in asked]
    if seen:
        g.timezone = seen[0].timezone


def _shown(definition: Definition, name: str, kept: Report | None = None) -> ResponseReturnValue:
    actor = current_actor()
    asked = {
        "name": name,
        "definition": definition,
        "kept": kept,
        "own": kept is not None and kept.owner_id == actor.id,
        **_choices(),
    }
    try:
        told = reporting.figures(actor, definition)
    except reporting.ReportTooLong as refusal:
        return _too_long(refusal, asked), refusal.status
    _use_clock(definition)
    return render_template(
        "supervision/reports/report.html",
        told=told,
        days=told.days,
        text=report_forms.as_text(definition),
        chart=report_forms.chart(told),
        rows_address=report_forms.rows_address,
        schedule=saved.schedule_of(kept.id, actor) if kept else None,
        drills=actor.may("tickets.read"),
        exports=actor.may("data.export"),
        **asked,
    )


def _too_long(refusal: reporting.ReportTooLong, asked: dict[str, Any]) -> str:
    """With its form, where something else can be chosen."""
    days = asked["definition"].days(clock.now().date())
    return render_template(
        "supervision/reports/too_long.html",
        code=refusal.code,
        message=refusal.message,
        days=days,
        **asked,
    )


def _choices() -> dict[str, Any]:
    markets = markets_of(current_actor())
    return {
        "words": figure_words,
        "measures": MEASURES,
        "dimensions": figure_words.DIMENSIONS,
        "periods": list(Period),
        "withins": WITHIN,
        "markets": markets,
        "cadences": list(Cadence),
        "formats": list(tables.MEDIA_TYPES),
        "filters": {
            Dimension.MARKET: [(each.code, each.name) for each in markets],
            Dimension.CHANNEL: list(CHANNELS.items()),
            Dimension.TEAM: [(str(each.id), each.name) for each in teams.every_team()],
            Dimension.AGENT: [(str(each.id), each.name) for each in _agents()],
            Dimension.TOPIC: list(figure_words.TOPICS.items()),
        },
    }


def _agents() -> list[Any]:
    """Who takes tickets in the reader's markets."""
    actor = current_actor()
    return [
        person
        for person, _team in people.everybody()
        if person.as_actor().may("tickets.accept")
        and (not actor.markets or not person.markets or actor.markets & set(person.markets))
    ]
