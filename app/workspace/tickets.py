"""Tickets as the agent sees them: finding them, and what is done to one."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.audit import queries as audit
from app.conversations import access as conversations
from app.core.errors import Invalid
from app.tickets import access, service
from app.tickets.models import Priority, Ticket
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.conversations import after_leaving
from app.workspace.ticket_list import Filters, colleagues_for, page_of

PAGE = "workspace/tickets/ticket.html"
FRAGMENT = "workspace/tickets/_ticket.html"

Value = TypeVar("Value")


@bp.get("/desk/tickets")
@staff_with("tickets.read")
def tickets() -> ResponseReturnValue:
    filters = Filters.read(request.args)
    return htmx.show(
        "workspace/tickets/tickets.html",
        "workspace/tickets/_tickets.html",
        found=page_of(current_actor(), filters, after=request.args.get("after")),
        filters=filters,
    )


@bp.get("/desk/tickets/<uuid:ticket_id>")
@staff_with("tickets.read")
def ticket(ticket_id: UUID) -> ResponseReturnValue:
    found = access.ticket_for(current_actor(), ticket_id, "tickets.read")
    return htmx.show(PAGE, FRAGMENT, **_shown(found))


@bp.get("/desk/tickets/<uuid:ticket_id>/resolve")
@staff_with("tickets.resolve")
def ask_resolution(ticket_id: UUID) -> ResponseReturnValue:
    found = access.ticket_for(current_actor(), ticket_id, "tickets.resolve")
    return render_template("workspace/desk/_resolve.html", ticket=found, target=_target(found))


@bp.post("/desk/tickets/<uuid:ticket_id>/resolve")
@staff_with("tickets.resolve")
@takes("resolution")
def resolve(ticket_id: UUID) -> ResponseReturnValue:
    resolution = request.form.get("resolution", "").strip()
    if not resolution:
        raise Invalid(field="resolution")
    return _done(service.resolve(ticket_id, by=current_actor(), resolution=resolution))


@bp.post("/desk/tickets/<uuid:ticket_id>/reopen")
@staff_with("tickets.resolve")
@takes()
def reopen(ticket_id: UUID) -> ResponseReturnValue:
    return _done(service.reopen(ticket_id, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/pending")
@staff_with("tickets.resolve")
@takes()
def set_pending(ticket_id: UUID) -> ResponseReturnValue:
    return _done(service.set_pending(ticket_id, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/priority")
@staff_with("tickets.resolve")
@takes("priority")
def change_priority(ticket_id: UUID) -> ResponseReturnValue:
    priority = _read(Priority, request.form.get("priority"), "priority")
    return _done(service.change_priority(ticket_id, priority, by=current_actor()))


@bp.get("/desk/tickets/<uuid:ticket_id>/transfer")
@staff_with("tickets.accept")
def ask_transfer(ticket_id: UUID) -> ResponseReturnValue:
    found = access.ticket_for(current_actor(), ticket_id, "tickets.accept")
    return render_template(
        "workspace/desk/_transfer.html",
        ticket=found,
        colleagues=colleagues_for(found),
        target=_target(found),
    )


@bp.post("/desk/tickets/<uuid:ticket_id>/transfer")
@staff_with("tickets.accept")
@takes("to", "note")
def transfer(ticket_id: UUID) -> ResponseReturnValue:
    """To the colleague whose id is `to`; back to the queue when it is empty."""
    to, note = request.form.get("to"), request.form.get("note", "").strip()
    target = _read(UUID, to, "to") if to else None
    return _done(service.transfer(ticket_id, target, by=current_actor(), note=note))


def _target(found: Ticket) -> str:
    """What the dialog's answer replaces: the ticket on its own page, else the chat's header."""
    return f"#ticket-{found.id}" if request.args.get("page") else "#chat-header"


def _done(found: Ticket) -> ResponseReturnValue:
    """The fragment that asked: the chat's header on the desk, the ticket on its own page."""
    if request.headers.get("HX-Target") == "chat-header" and found.conversation:
        return after_leaving(found.conversation)
    back_to = url_for("workspace.ticket", ticket_id=found.id)
    return htmx.done(FRAGMENT, back_to, **_shown(found))


def _shown(found: Ticket) -> dict[str, object]:
    actor, talk = current_actor(), found.conversation
    return {
        "ticket": found,
        "conversation": talk if talk and conversations.may_see(actor, talk) else None,
        "may_change": found.assignee_id == actor.id or actor.may("tickets.assign"),
        "priorities": list(Priority),
        "trail": audit.latest(object_kind="ticket", object_id=str(found.id)),
    }


def _read(read: Callable[[str], Value], text: str | None, field: str) -> Value:
    try:
        return read(text or "")
    except ValueError:
        raise Invalid(field=field) from None
