"""Macros: written here, used on a ticket after a look at what would change."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from app.automation import access, known
from app.automation.definition import Action
from app.automation.models import Macro
from app.automation.service import flows, macros
from app.core.errors import Invalid
from app.core.ids import new_id
from app.identity import teams
from app.tickets import access as tickets
from app.tickets import queries
from app.web import action_rows, htmx
from app.web.action_rows import ACTION_FIELDS
from app.web.fields import id_or_none
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp

_KEY = 36


@bp.get("/desk/macros", endpoint="macros")
@staff_with("macros.use")
def all_macros() -> ResponseReturnValue:
    return render_template(
        "workspace/automation/macros.html", macros=macros.macros_for(current_actor())
    )


@bp.get("/desk/macros/new")
@staff_with("macros.use")
def new_macro() -> ResponseReturnValue:
    return _editor(None)


@bp.get("/desk/macros/<uuid:macro_id>")
@staff_with("macros.use")
def macro(macro_id: UUID) -> ResponseReturnValue:
    return _editor(access.macro_for(current_actor(), macro_id))


@bp.post("/desk/macros/new")
@staff_with("macros.use")
@takes("name", "shared", "team", *ACTION_FIELDS)
def add_macro() -> ResponseReturnValue:
    return _saved(None)


@bp.post("/desk/macros/<uuid:macro_id>")
@staff_with("macros.use")
@takes("name", "shared", "team", *ACTION_FIELDS)
def change_macro(macro_id: UUID) -> ResponseReturnValue:
    access.macro_for(current_actor(), macro_id)
    return _saved(macro_id)


@bp.post("/desk/macros/<uuid:macro_id>/remove")
@staff_with("macros.use")
@takes()
def remove_macro(macro_id: UUID) -> ResponseReturnValue:
    macros.remove(macro_id, by=current_actor())
    return htmx.go(url_for("workspace.macros"))


@bp.get("/desk/tickets/<uuid:ticket_id>/automation")
@staff_with("tickets.read")
def ticket_automation(ticket_id: UUID) -> ResponseReturnValue:
    """Its tags and workflows, and the way to macros: a part of the ticket's page."""
    actor = current_actor()
    ticket = tickets.ticket_for(actor, ticket_id, "tickets.read")
    under_way = flows.of_ticket(ticket.id)
    return render_template(
        "workspace/automation/_ticket.html",
        ticket=ticket,
        tags=queries.tags_of(ticket.id),
        flows=under_way,
        deciding={each.id for each in under_way if flows.may_decide(actor, each)},
    )


@bp.get("/desk/tickets/<uuid:ticket_id>/macros")
@staff_with("macros.use")
def choose_macro(ticket_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    ticket = tickets.ticket_for(actor, ticket_id, "tickets.read")
    return render_template(
        "workspace/automation/_choose.html", ticket=ticket, macros=macros.macros_for(actor)
    )


@bp.get("/desk/tickets/<uuid:ticket_id>/macros/<uuid:macro_id>")
@staff_with("macros.use")
def preview_macro(ticket_id: UUID, macro_id: UUID) -> ResponseReturnValue:
    return render_template(
        "workspace/automation/_preview.html",
        preview=macros.preview(macro_id, ticket_id, by=current_actor()),
        key=new_id(),
        **action_rows.row_words(),
    )


@bp.post("/desk/tickets/<uuid:ticket_id>/macros/<uuid:macro_id>")
@staff_with("macros.use")
@takes("key")
def use_macro(ticket_id: UUID, macro_id: UUID) -> ResponseReturnValue:
    """What became of each action. The `key` makes a second click say nothing twice."""
    actor = current_actor()
    tickets.ticket_for(actor, ticket_id, "tickets.read")
    key = id_or_none(request.form.get("key", ""), field="key")
    if key is None:
        raise Invalid(field="key")
    did = macros.use(macro_id, ticket_id, by=actor, key=str(key))
    return render_template(
        "workspace/automation/_done.html", did=did, ticket_id=ticket_id, **action_rows.row_words()
    )


def _saved(macro_id: UUID | None) -> ResponseReturnValue:
    form = request.form
    saved = macros.write(
        form.get("name", ""),
        _actions(),
        by=current_actor(),
        macro_id=macro_id,
        shared=form.get("shared") == "yes",
        team_id=id_or_none(form.get("team", ""), field="team"),
    )
    return htmx.go(url_for("workspace.macro", macro_id=saved.id))


def _actions() -> list[Action]:
    try:
        return [Action.model_validate(each) for each in action_rows.actions_sent()]
    except ValidationError:
        raise Invalid(field="action_kind") from None


def _editor(found: Macro | None) -> ResponseReturnValue:
    actor, there = current_actor(), known.look()
    actions = macros.actions_of(found) if found else [Action(kind="set_priority", value="high")]
    words: dict[str, Any] = {**action_rows.row_words(), "deeds": macros.usable()}
    return render_template(
        "workspace/automation/macro.html",
        macro=found,
        actions=action_rows.action_rows(actions, there),
        may_share=actor.may("automation.manage"),
        may_change=found is None or found.owner_id == actor.id or actor.may("automation.manage"),
        teams=teams.every_team(),
        **words,
    )
