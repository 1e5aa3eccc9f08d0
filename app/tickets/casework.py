"""Reads for one ticket's page: what was said, who follows, what is below it, what it may double."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.core import clock, db
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.tickets import similarity
from app.tickets.models import (
    OPEN_STATUSES,
    Comment,
    Follower,
    News,
    Ticket,
    TimeSpent,
)

ALIKE_WITHIN = timedelta(days=14)
_MOST_COMPARED = 100
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A followed ticket with something new: `what` is the latest, of `count`."""

    ticket: Ticket
    what: str
    count: int


def comments_of(ticket_id: UUID, *, public_only: bool = False) -> list[Comment]:
    """In the order in which they were said."""
    query = select(Comment).where(Comment.ticket_id == ticket_id)
    if public_only:
        query = query.where(Comment.public)
    return list(db.session.scalars(query.order_by(Comment.at, Comment.id)))


def comment_by_key(ticket_id: UUID, client_key: str) -> Comment | None:
    query = select(Comment).where(Comment.ticket_id == ticket_id, Comment.client_key == client_key)
    return db.session.scalar(query)


def times_of(ticket_id: UUID) -> list[TimeSpent]:
    """The latest first, with who worked."""
    query = select(TimeSpent).options(joinedload(TimeSpent.staff))
    query = query.where(TimeSpent.ticket_id == ticket_id).order_by(TimeSpent.at.desc())
    return list(db.session.scalars(query))


def followers_of(ticket_id: UUID) -> list[Follower]:
    query = select(Follower).options(joinedload(Follower.staff))
    return list(db.session.scalars(query.where(Follower.ticket_id == ticket_id)))


def children_of(ticket_id: UUID) -> list[Ticket]:
    query = select(Ticket).where(Ticket.parent_id == ticket_id)
    return list(db.session.scalars(query.order_by(Ticket.id).limit(100)))


def open_children(ticket_id: UUID) -> list[UUID]:
    query = select(Ticket.id).where(Ticket.parent_id == ticket_id, Ticket.status.in_(OPEN_STATUSES))
    return list(db.session.scalars(query.order_by(Ticket.id)))


def alike(customer_id: UUID | None, subject: str, *, but: UUID | None = None) -> Sequence[Ticket]:
    """The same customer's open tickets of the last two weeks that seem to be the same matter, the
    most alike first."""
    if customer_id is None:
        return []
    query = select(Ticket).where(
        Ticket.customer_id == customer_id,
        Ticket.created_at > clock.now() - ALIKE_WITHIN,
        Ticket.status.in_(OPEN_STATUSES),
        Ticket.id.is_distinct_from(but),
    )
    found = db.session.scalars(query.order_by(Ticket.created_at.desc()).limit(_MOST_COMPARED))
    scored = [(similarity.likeness(subject, each.subject), each) for each in found]
    likely = [pair for pair in scored if pair[0] >= similarity.ALIKE]
    return [each for _score, each in sorted(likely, key=lambda pair: -pair[0])[:_MOST_SHOWN]]


def news_for(actor: Actor, *, limit: int = 50) -> list[Piece]:
    """What she follows, sees and has not read, the latest first. Two statements."""
    latest = func.array_agg(News.what.op("ORDER BY")(News.at.desc()))
    query = select(News.ticket_id, latest, func.count()).where(
        News.staff_id == actor.id, News.read_at.is_(None)
    )
    if actor.markets:
        query = query.join(Ticket, Ticket.id == News.ticket_id)
        query = query.where(in_markets_of(actor, Ticket.market_code))
    query = query.group_by(News.ticket_id).order_by(func.max(News.at).desc()).limit(limit)
    rows = db.session.execute(query).all()
    found = select(Ticket).where(Ticket.id.in_([each.ticket_id for each in rows]))
    tickets = {each.id: each for each in db.session.scalars(found)}
    return [Piece(tickets[ticket_id], whats[0], count) for ticket_id, whats, count in rows]
