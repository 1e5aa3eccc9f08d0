"""The views above the list of tickets: kept, shared, put in order, deleted and brought back."""

from typing import Any
from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.identity import teams
from app.tickets import views
from app.tickets.listing import Filters
from app.tickets.models import SavedView, Sharing
from app.tickets.service import viewing
from app.web.fields import choice_field, id_of, id_or_none
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp

CHOSEN = ("status", "type", "category", "topic", "priority", "whose", "only", "tag", "q", "sort")


@bp.get("/desk/views")
@staff_with("tickets.read")
def ticket_views() -> ResponseReturnValue:
    return _shown()


@bp.get("/desk/views/new")
@staff_with("tickets.read")
def new_view() -> ResponseReturnValue:
    """What is chosen above the list now gets a name."""
    return _asked(None, Filters.read(request.args))


@bp.post("/desk/views")
@staff_with("tickets.read")
@takes("name", "sharing", "team", *CHOSEN)
def save_view() -> ResponseReturnValue:
    name, filters = request.form.get("name", ""), Filters.read(request.form)
    viewing.save_view(name, filters, by=current_actor(), **_sharing())
    return _shown()


@bp.get("/desk/views/<uuid:view_id>/edit")
@staff_with("tickets.read")
def edit_view(view_id: UUID) -> ResponseReturnValue:
    """With what it shows, and what is chosen above the list now, which it may show instead."""
    return _asked(views.view_for(current_actor(), view_id), Filters.read(request.args))


@bp.post("/desk/views/<uuid:view_id>")
@staff_with("tickets.read")
@takes("name", "sharing", "team", "renew", *CHOSEN)
def change_view(view_id: UUID) -> ResponseReturnValue:
    name, renewed = request.form.get("name", ""), request.form.get("renew") == "yes"
    filters = Filters.read(request.form) if renewed else None
    viewing.change_view(view_id, name, by=current_actor(), filters=filters, **_sharing())
    return _shown()


@bp.post("/desk/views/<uuid:view_id>/delete")
@staff_with("tickets.read")
@takes()
def delete_view(view_id: UUID) -> ResponseReturnValue:
    return _shown(deleted=viewing.delete_view(view_id, by=current_actor()))


@bp.post("/desk/views/<uuid:view_id>/restore")
@staff_with("tickets.read")
@takes()
def restore_view(view_id: UUID) -> ResponseReturnValue:
    viewing.restore_view(view_id, by=current_actor())
    return _shown()


@bp.post("/desk/views/order")
@staff_with("tickets.read")
@takes("view")
def order_views() -> ResponseReturnValue:
    named = [id_of(each, field="view") for each in request.form.getlist("view")]
    viewing.order_views(named, by=current_actor())
    return make_response("", 204)


def _sharing() -> dict[str, Any]:
    team_id = id_or_none(request.form.get("team", ""), field="team")
    return {"sharing": choice_field("sharing", Sharing), "team_id": team_id}


def _asked(view: SavedView | None, filters: Filters) -> ResponseReturnValue:
    may_share = current_actor().may("views.share")
    return render_template(
        "workspace/tickets/_view_form.html",
        view=view,
        asked=filters.asked,
        may_share=may_share,
        teams=teams.every_team() if may_share else [],
    )


def _shown(deleted: SavedView | None = None) -> ResponseReturnValue:
    shown = views.shown_to(current_actor())
    return render_template("workspace/tickets/_views.html", views=shown, deleted=deleted)
