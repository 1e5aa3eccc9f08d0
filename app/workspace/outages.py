"""Outage mode: what is disturbed now, and doing something to everybody whom it hits."""

from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalog.models import Service
from app.core import clock
from app.core.i18n import LANGUAGES
from app.core.ids import new_id
from app.core.money import Money
from app.markets import queries as markets
from app.tickets import outages
from app.tickets.models import OutageCase
from app.tickets.outage_policy import most_of
from app.tickets.service import outage_mode
from app.web import htmx
from app.web.fields import amount_field, choice, moment
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed
from app.workspace import bp

_PAGE = "workspace/outages/outage.html"
_FRAGMENT = "workspace/outages/_outage.html"
_TEXTS = tuple(f"text_{code}" for code in LANGUAGES)


@bp.get("/desk/outages")
@staff_with("outages.manage")
def outage_cases() -> ResponseReturnValue:
    actor = current_actor()
    return htmx.show(
        "workspace/outages/outages.html",
        "workspace/outages/_outages.html",
        cases=outages.cases(actor),
        codes=[each.code for each in markets.markets_of(actor)],
        services=list(Service),
    )


@bp.post("/desk/outages")
@staff_with("outages.manage")
@takes("market", "area", "service", "until", *_TEXTS)
def declare_outage() -> ResponseReturnValue:
    """No service is all of them, no area the whole market."""
    form = request.form
    market = markets.market(form.get("market", ""))
    service = form.get("service", "")
    case = outage_mode.declare(
        by=current_actor(),
        market_code=market.code,
        area=form.get("area", ""),
        service=choice(Service, service, field="service") if service else None,
        notice=_texts(),
        expected_end_at=moment(form.get("until", ""), market.timezone, field="until"),
    )
    return htmx.go(url_for("workspace.outage_case", case_id=case.id))


@bp.get("/desk/outages/<uuid:case_id>")
@staff_with("outages.manage")
def outage_case(case_id: UUID) -> ResponseReturnValue:
    case = outages.case_for(current_actor(), case_id, "outages.manage")
    return htmx.show(_PAGE, _FRAGMENT, **_shown(case))


@bp.get("/desk/outages/<uuid:case_id>/progress")
@staff_with("outages.manage")
def outage_progress(case_id: UUID) -> ResponseReturnValue:
    case = outages.case_for(current_actor(), case_id, "outages.manage")
    return render_template("workspace/outages/_progress.html", **_shown(case))


@bp.post("/desk/outages/<uuid:case_id>/notice")
@staff_with("outages.manage")
@takes("until", *_TEXTS)
def change_outage_notice(case_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    case = outages.case_for(actor, case_id, "outages.manage")
    zone = markets.market(case.market_code).timezone
    until = moment(request.form.get("until", ""), zone, field="until")
    return _done(outage_mode.change_notice(case_id, _texts(), until, by=actor))


@bp.post("/desk/outages/<uuid:case_id>/update")
@staff_with("outages.manage")
@takes("key", *_TEXTS)
def tell_all(case_id: UUID) -> ResponseReturnValue:
    key = request.form.get("key", "")
    job = outage_mode.tell_all(case_id, _texts(), by=current_actor(), client_key=key)
    return _done(job.case)


@bp.post("/desk/outages/<uuid:case_id>/end")
@staff_with("outages.manage")
@takes("key", *_TEXTS)
def end_outage(case_id: UUID) -> ResponseReturnValue:
    key = request.form.get("key", "")
    job = outage_mode.end(case_id, _texts(), by=current_actor(), client_key=key)
    return _done(job.case)


@bp.post("/desk/outages/<uuid:case_id>/credit")
@staff_with("outages.credit")
@takes("amount", "whose", "key")
def credit_all(case_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    case = outages.case_for(actor, case_id, "outages.manage")
    amount = amount_field("amount", markets.market(case.market_code).currency)
    confirmed("outages.credit", case.id, amount)
    job = outage_mode.credit_all(
        case.id,
        amount,
        by=actor,
        client_key=request.form.get("key", ""),
        only_linked=request.form.get("whose") != "all",
    )
    return _done(job.case)


def _done(case: OutageCase) -> ResponseReturnValue:
    back_to = url_for("workspace.outage_case", case_id=case.id)
    return htmx.done(_FRAGMENT, back_to, **_shown(case))


def _shown(case: OutageCase) -> dict[str, Any]:
    market = markets.market(case.market_code)
    g.timezone = market.timezone
    hours = outages.contacts_by_hour(case)
    jobs = outages.jobs_of(case)
    return {
        "case": case,
        "standing": outages.standing_of(case),
        "jobs": jobs,
        "works": any(each.job.state.value in {"running", "asked"} for each in jobs),
        "hours": hours,
        "most_in_an_hour": max((count for _, count in hours), default=0),
        "languages": LANGUAGES,
        "most": most_of(market.settings_at(clock.now()), market.currency),
        "money": Money.of,
        "keys": [str(new_id()) for _ in range(3)],
    }


def _texts() -> dict[str, str]:
    return {code: request.form.get(f"text_{code}", "") for code in LANGUAGES}
