"""What an agent does to a ticket beside talking: ordering it, filling it in, sleeping, noting."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.markets import queries as markets
from app.tickets import service
from app.tickets.models import Level, TicketType
from app.web.fields import choice_field, id_of, id_or_none, moment, moment_field, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.ticket_fields import ANSWERS, sent
from app.workspace.ticket_page import done, seen


@bp.post("/desk/tickets/<uuid:ticket_id>/kind")
@staff_with("tickets.accept")
@takes("type", "category")
def classify(ticket_id: UUID) -> ResponseReturnValue:
    category_id = id_or_none(request.form.get("category", ""), field="category")
    type_ = choice_field("type", TicketType)
    actor = current_actor()
    return done(service.classify(ticket_id, by=actor, type_=type_, category_id=category_id))


@bp.post("/desk/tickets/<uuid:ticket_id>/weight")
@staff_with("tickets.accept")
@takes("impact", "urgency")
def assess(ticket_id: UUID) -> ResponseReturnValue:
    impact, urgency = choice_field("impact", Level), choice_field("urgency", Level)
    return done(service.assess(ticket_id, by=current_actor(), impact=impact, urgency=urgency))


@bp.post("/desk/tickets/<uuid:ticket_id>/status")
@staff_with("tickets.accept")
@takes("own_status")
def set_own_status(ticket_id: UUID) -> ResponseReturnValue:
    """Empty is plainly where it stands."""
    status_id = id_or_none(request.form.get("own_status", ""), field="own_status")
    return done(service.set_status(ticket_id, status_id, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/fields")
@staff_with("tickets.accept")
@takes(*ANSWERS)
def fill_fields(ticket_id: UUID) -> ResponseReturnValue:
    return done(service.fill_fields(ticket_id, sent(), by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/due")
@staff_with("tickets.accept")
@takes("due")
def set_due(ticket_id: UUID) -> ResponseReturnValue:
    """By the market's clock; empty is no day."""
    due_at = moment(request.form.get("due", ""), _zone(ticket_id), field="due")
    return done(service.set_due(ticket_id, due_at, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/sleep")
@staff_with("tickets.accept")
@takes("until")
def snooze(ticket_id: UUID) -> ResponseReturnValue:
    """By the market's clock."""
    until = moment_field("until", _zone(ticket_id))
    return done(service.snooze(ticket_id, until, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/wake")
@staff_with("tickets.accept")
@takes()
def wake(ticket_id: UUID) -> ResponseReturnValue:
    return done(service.wake(ticket_id, by=current_actor()))


@bp.post("/desk/tickets/<uuid:ticket_id>/comments")
@staff_with("tickets.accept")
@takes("body", "public", "key", "mentions")
def comment(ticket_id: UUID) -> ResponseReturnValue:
    form, actor = request.form, current_actor()
    service.comment(
        ticket_id,
        form.get("body", ""),
        by=actor,
        public=form.get("public") == "yes",
        client_key=form.get("key", ""),
        mentions=[id_of(each, field="mentions") for each in form.getlist("mentions")],
    )
    return done(seen(ticket_id))


@bp.post("/desk/tickets/<uuid:ticket_id>/time")
@staff_with("tickets.accept")
@takes("minutes", "note")
def log_time(ticket_id: UUID) -> ResponseReturnValue:
    minutes = whole(request.form.get("minutes", "").strip(), field="minutes", digits=4)
    note = request.form.get("note", "")
    service.log_time(ticket_id, minutes, by=current_actor(), note=note)
    return done(seen(ticket_id))


@bp.post("/desk/tickets/<uuid:ticket_id>/follow")
@staff_with("tickets.read")
@takes()
def follow(ticket_id: UUID) -> ResponseReturnValue:
    service.follow(ticket_id, by=current_actor())
    return done(seen(ticket_id))


@bp.post("/desk/tickets/<uuid:ticket_id>/unfollow")
@staff_with("tickets.read")
@takes()
def unfollow(ticket_id: UUID) -> ResponseReturnValue:
    service.unfollow(ticket_id, by=current_actor())
    return done(seen(ticket_id))


def _zone(ticket_id: UUID) -> str:
    return markets.market(seen(ticket_id).market_code).timezone
