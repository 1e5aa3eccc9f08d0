"""The desk: who waits, what is mine, and taking the next one."""

from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations import access
from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.selfservice.service import calls
from app.tickets import service as tickets
from app.web import htmx, security
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp, queue_rows
from app.workspace.chat import chat_of


@bp.get("/desk/")
@staff_with("conversations.read")
def desk() -> ResponseReturnValue:
    return render_template("workspace/desk/desk.html", **_lists())


@bp.get("/desk/conversations/<uuid:conversation_id>")
@staff_with("conversations.read")
def conversation(conversation_id: UUID) -> ResponseReturnValue:
    """The conversation alone for htmx, the whole desk around it for a plain visit."""
    found = access.conversation_for(current_actor(), conversation_id, "conversations.read")
    lists = {} if htmx.wanted() else _lists()
    return htmx.show(
        "workspace/desk/desk.html", "workspace/desk/_chat.html", **chat_of(found), **lists
    )


@bp.get("/desk/queue")
@staff_with("tickets.read")
def queue() -> ResponseReturnValue:
    return render_template("workspace/desk/_queue.html", **_queue())


@bp.get("/desk/mine")
@staff_with("tickets.read")
def mine() -> ResponseReturnValue:
    rows = queue_rows.mine(current_actor())
    return render_template("workspace/desk/_mine.html", mine=rows)


@bp.post("/desk/tickets/<uuid:ticket_id>/accept")
@staff_with("tickets.accept")
@takes()
def accept(ticket_id: UUID) -> ResponseReturnValue:
    """The winner gets the conversation; everybody else a 409 that names the winner."""
    actor = current_actor()
    ticket = tickets.accept(ticket_id, by=actor)
    if ticket.conversation_id is None:
        return _go(url_for("workspace.ticket", ticket_id=ticket.id))
    page = url_for("workspace.conversation", conversation_id=ticket.conversation_id)
    if request.headers.get("HX-Target") != "chat":
        return _go(page)
    found = access.conversation_for(actor, ticket.conversation_id, "conversations.read")
    return htmx.done("workspace/desk/_chat.html", page, **chat_of(found))


@bp.post("/desk/availability")
@staff_with("conversations.reply")
@takes("availability")
def change_availability() -> ResponseReturnValue:
    try:
        wanted = Availability(request.form.get("availability", ""))
    except ValueError:
        raise Invalid(field="availability") from None
    actor = current_actor()
    ownership.set_availability(actor.id, wanted, by=actor)
    return htmx.done("workspace/_availability.html", url_for("workspace.desk"))


def _go(address: str) -> ResponseReturnValue:
    """To another page, for htmx and for a plain browser."""
    if not htmx.wanted():
        return redirect(address, 303)
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = address
    return answer


def _queue() -> dict[str, Any]:
    actor = current_actor()
    return {
        "waiting": queue_rows.waiting(actor) if actor.may("tickets.read") else [],
        "may_accept": actor.may("tickets.accept"),
        "accept_label": _("Accept"),
    }


def _lists() -> dict[str, Any]:
    actor = current_actor()
    hosts = calls.browser_hosts(actor) if actor.may("conversations.reply") else ()
    security.also_reach(hosts)
    mine = queue_rows.mine(actor) if actor.may("tickets.read") else []
    return {**_queue(), "mine": mine, "has_calls": bool(hosts)}
