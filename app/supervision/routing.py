"""Who is asked when somebody waits: each market's way, what each agent knows and can take."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalog.models import Service
from app.catalog.names import SERVICES
from app.supervision import bp
from app.tickets import rulebook, service, staffing
from app.tickets.models import Distribution, Topic
from app.tickets.routing import USUAL_COSTS, cost_of
from app.tickets.service.planning import BOUNDS
from app.web import htmx
from app.web.fields import choice, choice_field, id_or_none, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with

_PAGE = "supervision/routing/index.html"
_FRAGMENT = "supervision/routing/_routing.html"
_COSTS = {kind: f"cost_{kind}" for kind in USUAL_COSTS}


@bp.get("/routing")
@staff_with("routing.manage")
def routing() -> ResponseReturnValue:
    return _shown()


@bp.post("/routing/markets/<market_code>")
@staff_with("routing.manage")
@takes("distribution", *BOUNDS, *_COSTS.values())
def plan_routing(market_code: str) -> ResponseReturnValue:
    service.plan_routing(
        market_code,
        by=current_actor(),
        distribution=choice_field("distribution", Distribution),
        costs=_costs(),
        **{name: _number(name) for name in BOUNDS if name in request.form},
    )
    return _shown()


@bp.post("/routing/agents/<uuid:staff_id>")
@staff_with("routing.manage")
@takes("topics", "services", "capacity", "vip")
def set_skills(staff_id: UUID) -> ResponseReturnValue:
    service.set_skills(
        staff_id,
        by=current_actor(),
        topics=[choice(Topic, each, field="topics") for each in request.form.getlist("topics")],
        services=[
            choice(Service, each, field="services") for each in request.form.getlist("services")
        ],
        capacity=_number("capacity"),
        vip="vip" in request.form,
    )
    return _shown()


@bp.post("/routing/teams/<uuid:team_id>")
@staff_with("routing.manage")
@takes("calendar")
def set_hours(team_id: UUID) -> ResponseReturnValue:
    calendar = id_or_none(request.form.get("calendar", ""), field="calendar")
    service.set_hours(team_id, calendar, by=current_actor())
    return _shown()


def _shown() -> ResponseReturnValue:
    actor = current_actor()
    return htmx.show(
        _PAGE,
        _FRAGMENT,
        plans=staffing.plans_for(actor),
        agents=staffing.agents_for(actor),
        teams=staffing.teams_for(actor),
        calendars=rulebook.rulebook().calendars,
        distributions=list(Distribution),
        topics=list(Topic),
        services=list(Service),
        service_words=SERVICES,
        kinds=list(USUAL_COSTS),
        cost_of=cost_of,
    )


def _costs() -> dict[str, int] | None:
    """Of a form that asks for them."""
    told = {kind: _number(name) for kind, name in _COSTS.items() if name in request.form}
    return told or None


def _number(field: str) -> int:
    return whole(request.form.get(field, "").strip(), field=field, digits=6)
