"""What the operator decides of its tickets: categories, statuses, fields, priorities, reopening."""

from collections.abc import Mapping
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.markets import queries as markets
from app.supervision import bp
from app.tickets import priorities, setup, states
from app.tickets.models import (
    FieldKind,
    Level,
    Priority,
    Required,
    Status,
    TicketType,
    TmfState,
)
from app.tickets.service import configuring
from app.web import htmx
from app.web.fields import choice_field, id_or_none, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with

_PAGE = "supervision/tickets/index.html"
_FRAGMENT = "supervision/tickets/_setup.html"
_CELLS: Mapping[tuple[Level, Level], str] = {
    (impact, urgency): f"{impact.value}_{urgency.value}" for impact in Level for urgency in Level
}


@bp.get("/tickets")
@staff_with("tickets.configure")
def ticket_setup() -> ResponseReturnValue:
    return _shown()


@bp.post("/tickets/categories")
@staff_with("tickets.configure")
@takes("name", "market", "parent")
def add_category() -> ResponseReturnValue:
    form = request.form
    configuring.add_category(
        form.get("name", ""),
        by=current_actor(),
        market_code=form.get("market") or None,
        parent_id=id_or_none(form.get("parent", ""), field="parent"),
    )
    return _shown()


@bp.post("/tickets/categories/<uuid:category_id>")
@staff_with("tickets.configure")
@takes("name", "parent", "in_use")
def change_category(category_id: UUID) -> ResponseReturnValue:
    form = request.form
    configuring.change_category(
        category_id,
        by=current_actor(),
        name=form.get("name", ""),
        parent_id=id_or_none(form.get("parent", ""), field="parent"),
        in_use=form.get("in_use") == "yes",
    )
    return _shown()


@bp.post("/tickets/statuses")
@staff_with("tickets.configure")
@takes("type", "name", "within", "state")
def add_status() -> ResponseReturnValue:
    configuring.add_status(
        choice_field("type", TicketType),
        request.form.get("name", ""),
        by=current_actor(),
        status=choice_field("within", Status),
        tmf_state=choice_field("state", TmfState),
    )
    return _shown()


@bp.post("/tickets/statuses/<uuid:status_id>")
@staff_with("tickets.configure")
@takes("name", "in_use")
def change_status(status_id: UUID) -> ResponseReturnValue:
    name, in_use = request.form.get("name", ""), request.form.get("in_use") == "yes"
    configuring.change_status(status_id, by=current_actor(), name=name, in_use=in_use)
    return _shown()


@bp.post("/tickets/fields")
@staff_with("tickets.configure")
@takes("type", "name", "kind", "choices", "required")
def add_field() -> ResponseReturnValue:
    """Choices stand on a line each."""
    configuring.add_field(
        choice_field("type", TicketType),
        request.form.get("name", ""),
        by=current_actor(),
        kind=choice_field("kind", FieldKind),
        choices=_lines("choices"),
        required=choice_field("required", Required),
    )
    return _shown()


@bp.post("/tickets/fields/<uuid:field_id>")
@staff_with("tickets.configure")
@takes("name", "choices", "required", "position", "in_use")
def change_field(field_id: UUID) -> ResponseReturnValue:
    form = request.form
    configuring.change_field(
        field_id,
        by=current_actor(),
        name=form.get("name", ""),
        choices=_lines("choices"),
        required=choice_field("required", Required),
        position=whole(form.get("position", "").strip(), field="position", digits=5),
        in_use=form.get("in_use") == "yes",
    )
    return _shown()


@bp.post("/tickets/matrix")
@staff_with("tickets.configure")
@takes(*_CELLS.values())
def set_matrix() -> ResponseReturnValue:
    cells = {cell: choice_field(name, Priority) for cell, name in _CELLS.items()}
    configuring.set_matrix(cells, by=current_actor())
    return _shown()


@bp.post("/tickets/markets/<market_code>/reopening")
@staff_with("tickets.configure")
@takes("days")
def set_reopening(market_code: str) -> ResponseReturnValue:
    days = whole(request.form.get("days", "").strip(), field="days", digits=3)
    configuring.set_reopening(market_code, days, by=current_actor())
    return _shown()


def _lines(name: str) -> list[str]:
    return request.form.get(name, "").splitlines()


def _shown() -> ResponseReturnValue:
    actor = current_actor()
    codes = [each.code for each in markets.markets_of(actor)]
    matrix = setup.matrix()
    return htmx.show(
        _PAGE,
        _FRAGMENT,
        codes=codes,
        branches=setup.tree(market_codes=codes),
        statuses=setup.statuses(),
        fields=setup.all_fields(),
        cells={name: priorities.priority_of(*cell, matrix) for cell, name in _CELLS.items()},
        reopening=setup.reopen_policies(actor, codes),
        types=list(TicketType),
        levels=list(Level),
        priorities=list(Priority),
        core_statuses=states.TMF_OF,
        tmf_states=list(TmfState),
        within=states.WITHIN,
        field_kinds=list(FieldKind),
        requirements=list(Required),
    )
