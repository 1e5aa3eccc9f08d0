"""Billing runs: planned, started, watched, stopped and continued, and what failed in them."""

from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import asked, bp
from app.billing import access, queries, service
from app.billing.models import BillRun
from app.core import clock
from app.markets.queries import market as market_of
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed


@bp.get("/runs")
@staff_with("billing.read")
def runs() -> ResponseReturnValue:
    market = asked.market()
    found = queries.runs_of(market.code)
    return render_template(
        "backoffice/runs/runs.html",
        runs=found,
        progress=queries.progress_of([each.id for each in found]),
        market=market,
        markets=asked.markets(),
        today=clock.today(market.timezone),
    )


@bp.post("/runs")
@staff_with("billing.run")
@takes("market", "day")
def plan_run() -> ResponseReturnValue:
    market = asked.market()
    on = asked.day("day", clock.today(market.timezone))
    run = service.plan_run(market.code, on, by=current_actor())
    return redirect(url_for("backoffice.run", run_id=run.id), 303)


@bp.get("/runs/<uuid:run_id>")
@staff_with("billing.read")
def run(run_id: UUID) -> ResponseReturnValue:
    return _show(access.run_for(current_actor(), run_id))


@bp.post("/runs/<uuid:run_id>/start")
@staff_with("billing.run")
@takes()
def start_run(run_id: UUID) -> ResponseReturnValue:
    """Also goes on with one that was stopped or failed."""
    actor = current_actor()
    found = access.run_for(actor, run_id, "billing.run")
    confirmed("billing.run", found.id)
    return _back(service.start_run(found.id, by=actor))


@bp.post("/runs/<uuid:run_id>/stop")
@staff_with("billing.run")
@takes()
def stop_run(run_id: UUID) -> ResponseReturnValue:
    return _back(service.stop_run(run_id, by=current_actor()))


@bp.post("/runs/<uuid:run_id>/retry")
@staff_with("billing.run")
@takes()
def retry_failures(run_id: UUID) -> ResponseReturnValue:
    return _back(service.retry_failures(run_id, by=current_actor()))


@bp.post("/runs/<uuid:run_id>/discard")
@staff_with("billing.run")
@takes()
def discard_run(run_id: UUID) -> ResponseReturnValue:
    service.discard_run(run_id, by=current_actor())
    return redirect(url_for("backoffice.runs"), 303)


def _show(found: BillRun) -> ResponseReturnValue:
    market = market_of(found.market_code)
    g.timezone = market.timezone
    return htmx.show(
        "backoffice/runs/run.html",
        "backoffice/runs/_run.html",
        run=found,
        market=market,
        progress=queries.progress_of([found.id])[found.id],
        failures=queries.failures_of(found.id),
    )


def _back(found: BillRun) -> ResponseReturnValue:
    return redirect(url_for("backoffice.run", run_id=found.id), 303)
