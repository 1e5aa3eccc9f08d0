"""A ticket and others: its parent, links, merging and splitting."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations import access as conversations
from app.conversations import queries as talks
from app.conversations.models import MessageKind
from app.core.errors import NotFound
from app.tickets import access, casework, queries, service
from app.tickets.models import LinkKind, Ticket
from app.web import htmx
from app.web.fields import choice_field, id_or_none, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.ticket_page import done, seen

_MOST = 100


@bp.post("/desk/tickets/<uuid:ticket_id>/parent")
@staff_with("tickets.accept")
@takes("parent")
def set_parent(ticket_id: UUID) -> ResponseReturnValue:
    """By its reference; empty is no parent."""
    parent_id = _named("parent").id if request.form.get("parent", "").strip() else None
    return done(service.set_parent(ticket_id, parent_id, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/links")
@staff_with("tickets.accept")
@takes("other", "kind")
def link(ticket_id: UUID) -> ResponseReturnValue:
    kind = choice_field("kind", LinkKind)
    service.link(ticket_id, _named("other").id, kind, by=current_actor())
    return done(seen(ticket_id))


@bp.post("/desk/tickets/<uuid:ticket_id>/links/<uuid:link_id>/remove")
@staff_with("tickets.accept")
@takes()
def unlink(ticket_id: UUID, link_id: UUID) -> ResponseReturnValue:
    service.unlink(ticket_id, link_id, by=current_actor())
    return done(seen(ticket_id))


@bp.post("/desk/tickets/<uuid:ticket_id>/merge")
@staff_with("tickets.accept")
@takes("other")
def merge(ticket_id: UUID) -> ResponseReturnValue:
    """The other one becomes part of this one."""
    service.merge(ticket_id, _named("other").id, by=current_actor())
    return done(seen(ticket_id))


@bp.post("/desk/tickets/<uuid:ticket_id>/merges/<uuid:merge_id>/undo")
@staff_with("tickets.accept")
@takes()
def undo_merge(ticket_id: UUID, merge_id: UUID) -> ResponseReturnValue:
    service.undo_merge(ticket_id, merge_id, by=current_actor())
    return done(seen(ticket_id))


@bp.get("/desk/tickets/<uuid:ticket_id>/split")
@staff_with("tickets.open")
def ask_split(ticket_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = access.ticket_for(actor, ticket_id, "tickets.open")
    talk = found.conversation
    may_see = talk is not None and conversations.may_see(actor, talk)
    said = talks.latest_messages(talk.id, for_staff=True, limit=_MOST) if talk and may_see else []
    return render_template(
        "workspace/tickets/_split.html",
        ticket=found,
        comments=casework.comments_of(found.id),
        messages=[each for each in said if each.body and each.kind is not MessageKind.ACTIVITY],
    )


@bp.post("/desk/tickets/<uuid:ticket_id>/split")
@staff_with("tickets.open")
@takes("subject", "from")
def split(ticket_id: UUID) -> ResponseReturnValue:
    """From a message (its number) or a comment (its id) on."""
    subject, point = request.form.get("subject", ""), request.form.get("from", "")
    is_message = point.isdigit()
    new = service.split(
        ticket_id,
        subject,
        by=current_actor(),
        from_comment=None if is_message else id_or_none(point, field="from"),
        from_message=whole(point, field="from", digits=9) if is_message else None,
    )
    return htmx.go(url_for("workspace.ticket", ticket_id=new.id))


def _named(field: str) -> Ticket:
    """By its reference or id. Raises NotFound, also for other markets'."""
    found = queries.by_reference(request.form.get(field, ""))
    if found is None:
        raise NotFound
    return access.ticket_for(current_actor(), found.id, "tickets.read")
