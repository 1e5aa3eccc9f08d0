"""Who wants to know what happens to a ticket, and what she is told."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.core import clock, db, events
from app.core.actor import Actor
from app.tickets import access
from app.tickets.events import FollowerTold
from app.tickets.models import Follower, News


def follow(ticket_id: UUID, *, by: Actor) -> None:
    """Following twice is following once."""
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.read")
        statement = upsert(Follower).values(ticket_id=ticket.id, staff_id=by.id)
        db.session.execute(statement.on_conflict_do_nothing())


def unfollow(ticket_id: UUID, *, by: Actor) -> None:
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.read")
        mine = (Follower.ticket_id == ticket.id, Follower.staff_id == by.id)
        db.session.execute(delete(Follower).where(*mine))


def tell(ticket_id: UUID, what: str, *, but: UUID | None) -> None:
    """All who follow it, but not the one who did it. One statement, in the caller's transaction."""
    tell_all([ticket_id], what, but=but)


def tell_all(ticket_ids: Sequence[UUID], what: str, *, but: UUID | None) -> None:
    """As `tell`, of many tickets."""
    followers = select(
        func.gen_random_uuid(),
        Follower.staff_id,
        Follower.ticket_id,
        literal(what),
        literal(clock.now()),
    ).where(Follower.ticket_id.in_(ticket_ids))
    if but is not None:
        followers = followers.where(Follower.staff_id != but)
    columns = ["id", "staff_id", "ticket_id", "what", "at"]
    statement = (
        insert(News).from_select(columns, followers).returning(News.staff_id, News.ticket_id)
    )
    for staff_id, ticket_id in db.session.execute(statement).all():
        events.announce(FollowerTold(staff_id, ticket_id))


def read_news(*, by: Actor, ticket_id: UUID | None = None) -> None:
    """One's own, of one ticket or of all, are read."""
    with db.transaction():
        statement = update(News).where(News.staff_id == by.id, News.read_at.is_(None))
        if ticket_id is not None:
            statement = statement.where(News.ticket_id == ticket_id)
        db.session.execute(
            statement.values(read_at=clock.now()).execution_options(synchronize_session=False)
        )
