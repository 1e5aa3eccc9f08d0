"""Tickets as the agent sees them: finding them, and what is done to one."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid
from app.identity import teams
from app.tickets import access, service
from app.tickets.listing import Filters, page_of
from app.tickets.models import Priority, Ticket
from app.web import htmx
from app.web.fields import choice_field, id_or_none
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp, ticket_page
from app.workspace.ticket_fields import ANSWERS, sent
from app.workspace.ticket_list import choices_for, colleagues_for
from app.workspace.ticket_page import done


@bp.get("/desk/tickets")
@staff_with("tickets.read")
def tickets() -> ResponseReturnValue:
    filters, actor = Filters.read(request.args), current_actor()
    return htmx.show(
        "workspace/tickets/tickets.html",
        "workspace/tickets/_tickets.html",
        found=page_of(actor, filters, after=request.args.get("after")),
        filters=filters,
        is_first=not request.args.get("after"),
        **({} if htmx.wanted() else choices_for(actor)),
    )


@bp.get("/desk/tickets/<uuid:ticket_id>")
@staff_with("tickets.read")
def ticket(ticket_id: UUID) -> ResponseReturnValue:
    found = access.ticket_for(current_actor(), ticket_id, "tickets.read")
    return ticket_page.show(found)


@bp.get("/desk/tickets/<uuid:ticket_id>/resolve")
@staff_with("tickets.resolve")
def ask_resolution(ticket_id: UUID) -> ResponseReturnValue:
    found = access.ticket_for(current_actor(), ticket_id, "tickets.resolve")
    shown = ticket_page.resolving(found)
    return render_template("workspace/desk/_resolve.html", target=_target(found), **shown)


@bp.post("/desk/tickets/<uuid:ticket_id>/resolve")
@staff_with("tickets.resolve")
@takes("resolution", "ending", "children", *ANSWERS)
def resolve(ticket_id: UUID) -> ResponseReturnValue:
    """What closing needs may be filled in at the same time."""
    form, actor = request.form, current_actor()
    resolution = form.get("resolution", "").strip()
    if not resolution:
        raise Invalid(field="resolution")
    ending_id = id_or_none(form.get("ending", ""), field="ending")
    if answers := sent():
        service.fill_fields(ticket_id, answers, by=actor)
    return done(
        service.resolve(
            ticket_id,
            by=actor,
            resolution=resolution,
            status_id=ending_id,
            with_children=form.get("children") == "yes",
        )
    )


@bp.post("/desk/tickets/<uuid:ticket_id>/reopen")
@staff_with("tickets.resolve")
@takes()
def reopen(ticket_id: UUID) -> ResponseReturnValue:
    return done(service.reopen(ticket_id, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/pending")
@staff_with("tickets.resolve")
@takes()
def set_pending(ticket_id: UUID) -> ResponseReturnValue:
    return done(service.set_pending(ticket_id, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/priority")
@staff_with("tickets.resolve")
@takes("priority", "reason")
def change_priority(ticket_id: UUID) -> ResponseReturnValue:
    """With a reason where impact and urgency give another one."""
    priority, reason = choice_field("priority", Priority), request.form.get("reason", "")
    return done(service.change_priority(ticket_id, priority, by=current_actor(), reason=reason))


@bp.get("/desk/tickets/<uuid:ticket_id>/transfer")
@staff_with("tickets.accept")
def ask_transfer(ticket_id: UUID) -> ResponseReturnValue:
    found = access.ticket_for(current_actor(), ticket_id, "tickets.accept")
    return render_template(
        "workspace/desk/_transfer.html",
        ticket=found,
        colleagues=colleagues_for(found),
        teams=teams.every_team(),
        target=_target(found),
    )


@bp.post("/desk/tickets/<uuid:ticket_id>/transfer")
@staff_with("tickets.accept")
@takes("to", "note")
def transfer(ticket_id: UUID) -> ResponseReturnValue:
    """To the colleague whose id is `to`, to the queue of a `team:` and its id, or back to the
    queue when it is empty."""
    kind, _colon, of_team = request.form.get("to", "").partition(":")
    target = None if kind == "team" else id_or_none(kind, field="to")
    team_id = id_or_none(of_team, field="to")
    note = request.form.get("note", "").strip()
    return done(service.transfer(ticket_id, target, by=current_actor(), note=note, team_id=team_id))


def _target(found: Ticket) -> str:
    """What the dialog's answer replaces: the ticket on its own page, else the chat's header."""
    return f"#ticket-{found.id}" if request.args.get("page") else "#chat-header"
