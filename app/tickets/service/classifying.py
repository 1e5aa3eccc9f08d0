"""What a ticket is: its type and category, impact and urgency, its own status, fields, due date."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.conversations.service import ownership
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.tickets import access, field_values, setup
from app.tickets.errors import StatusDoesNotFit
from app.tickets.field_values import Given
from app.tickets.models import CustomStatus, Field, Level, Required, Status, Ticket, TicketType
from app.tickets.priorities import priority_of
from app.tickets.service import docket, timing
from app.tickets.service.changing import change


def classify(
    ticket_id: UUID, *, by: Actor, type_: TicketType, category_id: UUID | None = None
) -> Ticket:
    """Its type and category. A status of the old type goes; answers to its fields stay. What
    becomes a complaint is told its number, where that is promised, as one that is opened so."""
    with db.transaction():
        ticket = _open_one(by, ticket_id)
        if category_id is not None and category_id != ticket.category_id:
            setup.category_for(ticket.market_code, category_id)
        status_id = ticket.status_id if type_ is ticket.type else None
        becomes_another = type_ is not ticket.type
        change(ticket, by, type=type_, category_id=category_id, status_id=status_id)
        if becomes_another:
            docket.send_where_asked(ticket, timing.promised(ticket))
    return ticket


def assess(ticket_id: UUID, *, by: Actor, impact: Level, urgency: Level) -> Ticket:
    """Its priority is what the operator's matrix gives, unless somebody has said another one."""
    with db.transaction():
        ticket = _open_one(by, ticket_id)
        values: dict[str, Any] = {"impact": impact, "urgency": urgency}
        if not ticket.priority_reason:
            values["priority"] = priority_of(impact, urgency, setup.matrix())
        change(ticket, by, **values)
    return ticket


def set_status(ticket_id: UUID, status_id: UUID | None, *, by: Actor) -> Ticket:
    """One of the operator's own, of the ticket's type; None is plainly where it stands.

    Those within resolved are given by `resolve`, those within new only to what nobody has.
    """
    with db.transaction():
        ticket = _open_one(by, ticket_id)
        if status_id is None:
            change(ticket, by, status_id=None)
            return ticket
        own = status_for(ticket, status_id)
        if own.status not in _reachable(ticket):
            raise StatusDoesNotFit(field="status")
        if own.status is Status.PENDING and ticket.conversation_id is not None:
            ownership.await_customer(ticket.conversation_id, by=by)
        change(ticket, by, status=own.status, status_id=own.id)
    return ticket


def status_for(ticket: Ticket, status_id: UUID) -> CustomStatus:
    """One in use that a ticket of this type may have. Raises NotFound."""
    found = db.session.get(CustomStatus, status_id)
    if found is None or found.type is not ticket.type or found.archived_at is not None:
        raise NotFound
    return found


def fill_fields(ticket_id: UUID, answers: Mapping[str, Given], *, by: Actor) -> Ticket:
    """Answers by the field's id; what is not named stays. Raises FieldNotValid, FieldsMissing for
    what a ticket of its type may never be without, Invalid for a field that it does not have."""
    with db.transaction():
        ticket = _open_one(by, ticket_id)
        fields = setup.fields_of(ticket.type)
        filled = {**ticket.fields, **read_answers(fields, answers)}
        field_values.must_be_filled(fields, filled, Required.OPENING)
        kept = {key: value for key, value in filled.items() if value is not None}
        change(ticket, by, fields=kept)
    return ticket


def set_due(ticket_id: UUID, due_at: datetime | None, *, by: Actor) -> Ticket:
    """When it shall be done, as agreed with somebody; beside what is promised."""
    with db.transaction():
        change(_open_one(by, ticket_id), by, due_at=due_at)
        return access.ticket_for(by, ticket_id, "tickets.read")


def read_answers(fields: Sequence[Field], answers: Mapping[str, Given]) -> dict[str, Any]:
    known = {str(each.id): each for each in fields}
    if unknown := answers.keys() - known.keys():
        raise Invalid(field=min(unknown)[:80])
    return {key: field_values.read(known[key], given) for key, given in answers.items()}


def must_be_complete(ticket: Ticket) -> None:
    """Raises FieldsMissing, naming them, while something is not filled in that closing needs."""
    fields = setup.fields_of(ticket.type)
    field_values.must_be_filled(fields, ticket.fields, Required.CLOSING)


def _open_one(by: Actor, ticket_id: UUID) -> Ticket:
    ticket = access.workable_ticket(by, ticket_id)
    access.must_be_open(ticket)
    return ticket


def _reachable(ticket: Ticket) -> set[Status]:
    if ticket.status is Status.NEW:
        return {Status.NEW}
    return {Status.OPEN, Status.PENDING}
