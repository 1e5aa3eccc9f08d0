"""Tickets: the list, one with what was said on it, opening, changing and commenting."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.api.v1 import bp, finding
from app.api.v1.asking import Asking, Sending, Shown, client_with, commands, reads
from app.api.v1.words import Name
from app.core import db
from app.core.errors import Forbidden
from app.core.i18n import lazy
from app.core.pages import newest_first
from app.core.reach import in_markets_of
from app.tickets import access, casework, service
from app.tickets.models import (
    OPEN_STATUSES,
    Level,
    Priority,
    Status,
    Ticket,
    TicketType,
    TmfState,
    Topic,
)
from app.tickets.states import tmf_state_of
from app.web.login import current_actor

_PAGE = 50
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Answers = Annotated[
    dict[str, str | list[str]],
    Field(description="By the field's id; several choices as a list.", max_length=50),
]


class TicketsAsked(Asking):
    """`after` is `next_after` of the page before; `customer` is an id or a reference."""

    customer: Name | None = None
    status: Status | None = None
    type: TicketType | None = None
    only_open: bool = False
    after: UUID | None = None


class TicketShown(Shown):
    """`tmf_state` is the state of TMF621 that the status means; `fields` are by the field's id."""

    id: UUID
    reference: str
    type: TicketType
    category_id: UUID | None
    customer_id: UUID | None
    market: str
    subject: str
    topic: Topic
    status: Status
    tmf_state: TmfState
    priority: Priority
    impact: Level | None
    urgency: Level | None
    fields: dict[str, Any]
    resolution: str
    created_at: datetime
    respond_by: datetime
    resolve_by: datetime
    due_at: datetime | None
    resolved_at: datetime | None
    parent_id: UUID | None
    merged_into_id: UUID | None


class Tickets(Shown):
    """The latest first."""

    tickets: list[TicketShown]
    next_after: UUID | None


class CommentShown(Shown):
    id: UUID
    public: bool
    author: str
    body: str
    at: datetime


class TicketWithComments(TicketShown):
    comments: list[CommentShown]


class OpenTicket(Sending):
    """The priority is the one given, else what impact and urgency give, else normal."""

    customer: Name
    subject: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    topic: Topic = Topic.OTHER
    type: TicketType | None = None
    category_id: UUID | None = None
    priority: Priority | None = None
    impact: Level | None = None
    urgency: Level | None = None
    fields: Answers = {}
    description: Annotated[str, StringConstraints(max_length=4000)] = ""


class ChangeTicket(Sending):
    """What is left out stays. `resolution` resolves it, after everything else was changed."""

    type: TicketType | None = None
    category_id: UUID | None = None
    impact: Level | None = None
    urgency: Level | None = None
    priority: Priority | None = None
    reason: Annotated[str, StringConstraints(max_length=200)] = ""
    due_at: AwareDatetime | None = None
    fields: Answers | None = None
    resolution: Words | None = None

    @model_validator(mode="after")
    def _both(self) -> "ChangeTicket":
        if (self.impact is None) != (self.urgency is None):
            raise ValueError(lazy("impact and urgency are needed together"))
        return self


class SayOnTicket(Sending):
    """Public is an answer to the customer, who is told of it; else it stays among staff."""

    body: Words
    public: bool = False


@bp.get("/tickets")
@client_with("tickets.read")
@reads(Tickets, query=TicketsAsked)
def tickets(asked: TicketsAsked) -> Tickets:
    """Tickets of the client's markets, fifty at a time."""
    by = current_actor()
    query = (
        select(Ticket)
        .where(in_markets_of(by, Ticket.market_code))
        .options(joinedload(Ticket.own_status))
    )
    if asked.customer is not None:
        customer = finding.customer(asked.customer, "tickets.read", by=by)
        query = query.where(Ticket.customer_id == customer.id)
    if asked.status is not None:
        query = query.where(Ticket.status == asked.status)
    if asked.type is not None:
        query = query.where(Ticket.type == asked.type)
    if asked.only_open:
        query = query.where(Ticket.status.in_(OPEN_STATUSES))
    after = str(asked.after) if asked.after else None
    page = newest_first(query, Ticket.id, after=after, size=_PAGE)
    return Tickets(
        tickets=[TicketShown(**_facts(each)) for each in page.items], next_after=page.next_after
    )


@bp.get("/tickets/<uuid:ticket_id>")
@client_with("tickets.read")
@reads(TicketWithComments)
def ticket(ticket_id: UUID) -> TicketWithComments:
    """One ticket with what was said on it."""
    return _with_comments(access.ticket_for(current_actor(), ticket_id, "tickets.read"))


@bp.post("/tickets")
@client_with("tickets.open")
@commands(TicketShown, body=OpenTicket, status=201)
def open_ticket(wanted: OpenTicket, *, key: str) -> TicketShown:  # noqa: ARG001 - kept by the decorator
    """Open a ticket for a customer; it waits in the queue."""
    by = current_actor()
    customer = finding.customer(wanted.customer, "tickets.open", by=by)
    made = service.open(
        by=by,
        customer_id=customer.id,
        subject=wanted.subject,
        topic=wanted.topic,
        type_=wanted.type,
        category_id=wanted.category_id,
        priority=wanted.priority,
        impact=wanted.impact,
        urgency=wanted.urgency,
        fields=wanted.fields,
        summary=wanted.description,
    )
    return TicketShown(**_facts(made))


@bp.patch("/tickets/<uuid:ticket_id>")
@client_with("tickets.accept")
@commands(TicketShown, body=ChangeTicket)
def change_ticket(
    wanted: ChangeTicket,
    *,
    key: str,  # noqa: ARG001 - kept by the decorator
    ticket_id: UUID,
) -> TicketShown:
    """Change what is named, all of it or nothing; resolving needs `tickets.resolve`."""
    by, named = current_actor(), wanted.model_fields_set
    if wanted.resolution is not None and not by.may("tickets.resolve"):
        raise Forbidden(permission="tickets.resolve")
    found = access.ticket_for(by, ticket_id, "tickets.accept")
    if named & {"type", "category_id"}:
        category_id = wanted.category_id if "category_id" in named else found.category_id
        type_ = wanted.type or found.type
        service.classify(found.id, by=by, type_=type_, category_id=category_id)
    if wanted.impact is not None and wanted.urgency is not None:
        service.assess(found.id, by=by, impact=wanted.impact, urgency=wanted.urgency)
    if wanted.priority is not None:
        service.change_priority(found.id, wanted.priority, by=by, reason=wanted.reason)
    if "due_at" in named:
        service.set_due(found.id, wanted.due_at, by=by)
    if wanted.fields is not None:
        service.fill_fields(found.id, wanted.fields, by=by)
    if wanted.resolution is not None:
        service.resolve(found.id, by=by, resolution=wanted.resolution)
    return TicketShown(**_facts(db.session.get_one(Ticket, ticket_id)))


@bp.post("/tickets/<uuid:ticket_id>/comments")
@client_with("tickets.accept")
@commands(TicketWithComments, body=SayOnTicket, status=201)
def comment_on_ticket(wanted: SayOnTicket, *, key: str, ticket_id: UUID) -> TicketWithComments:  # noqa: ARG001 - kept by the decorator
    """Say something on a ticket."""
    by = current_actor()
    said = service.comment(ticket_id, wanted.body, by=by, public=wanted.public)
    return _with_comments(db.session.get_one(Ticket, said.ticket_id))


def _with_comments(found: Ticket) -> TicketWithComments:
    said = [
        CommentShown(
            id=each.id,
            public=each.public,
            author=each.author_name,
            body=each.body,
            at=each.at,
        )
        for each in casework.comments_of(found.id)
    ]
    return TicketWithComments(**_facts(found), comments=said)


def _facts(found: Ticket) -> dict[str, Any]:
    same = TicketShown.model_fields.keys() - {"market", "tmf_state"}
    facts = {name: getattr(found, name) for name in same}
    return {**facts, "market": found.market_code, "tmf_state": tmf_state_of(found)}
