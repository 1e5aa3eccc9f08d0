"""The desk: who waits, what is mine, and taking the next one."""

from typing import Any
from uuid import UUID

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations import access
from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core.i18n import gettext as _
from app.selfservice.service import calls
from app.tickets import service as tickets
from app.tickets import views
from app.web import htmx, security
from app.web.fields import choice_field, id_or_none
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
    """All that waits, or what a `view` shows of it."""
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
        return htmx.go(url_for("workspace.ticket", ticket_id=ticket.id))
    page = url_for("workspace.conversation", conversation_id=ticket.conversation_id)
    if request.headers.get("HX-Target") != "chat":
        return htmx.go(page)
    found = access.conversation_for(actor, ticket.conversation_id, "conversations.read")
    return htmx.done("workspace/desk/_chat.html", page, **chat_of(found))


@bp.post("/desk/tickets/<uuid:ticket_id>/decline")
@staff_with("tickets.accept")
@takes()
def decline(ticket_id: UUID) -> ResponseReturnValue:
    """Somebody else is asked at once."""
    tickets.decline(ticket_id, by=current_actor())
    return htmx.done("workspace/desk/_queue.html", url_for("workspace.desk"), **_queue())


@bp.post("/desk/availability")
@staff_with("conversations.reply")
@takes("availability")
def change_availability() -> ResponseReturnValue:
    wanted = choice_field("availability", Availability)
    actor = current_actor()
    ownership.set_availability(actor.id, wanted, by=actor)
    return htmx.done("workspace/_availability.html", url_for("workspace.desk"))


@bp.get("/desk/availability")
@staff_with("conversations.reply")
def availability() -> ResponseReturnValue:
    return render_template("workspace/_availability.html")


@bp.post("/desk/here")
@staff_with("conversations.reply")
@takes()
def here() -> ResponseReturnValue:
    """Her browser saw that somebody types, or moves the pointer. Answers what she does, as far as
    we know, so that it can tell her when we took her for absent."""
    return jsonify(state=ownership.see(current_actor().id).value)


def _queue() -> dict[str, Any]:
    actor = current_actor()
    view_id = id_or_none(request.args.get("view", ""), field="view")
    may_read = actor.may("tickets.read")
    return {
        "waiting": queue_rows.waiting(actor, view_id=view_id) if may_read else [],
        "may_accept": actor.may("tickets.accept"),
        "accept_label": _("Accept"),
        "decline_label": _("Pass on"),
        "select_label": _("Select"),
        "offered_words": _("Offered to %(name)s"),
    }


def _lists() -> dict[str, Any]:
    actor = current_actor()
    hosts = calls.browser_hosts(actor) if actor.may("conversations.reply") else ()
    security.also_reach(hosts)
    may_read = actor.may("tickets.read")
    return {
        **_queue(),
        "mine": queue_rows.mine(actor) if may_read else [],
        "queue_views": views.names_for(actor) if may_read else [],
        "has_calls": bool(hosts),
    }
