"""Reading what the operator decided: categories, statuses, fields, priorities, reopening."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select

from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.tickets.models import (
    Category,
    CustomStatus,
    Field,
    MatrixCell,
    ReopenPolicy,
    Ticket,
    TicketType,
)
from app.tickets.priorities import Matrix

USUAL_DAYS = 7


@dataclass(frozen=True, slots=True)
class Branch:
    """A category in its tree: `depth` 0 is a root, `path` the names from the root on."""

    category: Category
    depth: int
    path: str


def tree(*, market_codes: Iterable[str] | None = None, also_archived: bool = False) -> list[Branch]:
    """In the order of the tree, by name within a branch; of some markets and of all."""
    query = select(Category).order_by(Category.name, Category.id)
    if market_codes is not None:
        query = query.where(
            or_(Category.market_code.is_(None), Category.market_code.in_(list(market_codes)))
        )
    if not also_archived:
        query = query.where(Category.archived_at.is_(None))
    below: dict[UUID | None, list[Category]] = {}
    for each in db.session.scalars(query):
        below.setdefault(each.parent_id, []).append(each)
    return list(_branches(below, None, 0, ""))


def _branches(
    below: dict[UUID | None, list[Category]], parent_id: UUID | None, depth: int, above: str
) -> Iterable[Branch]:
    for each in below.get(parent_id, ()):
        path = f"{above} › {each.name}" if above else each.name
        yield Branch(each, depth, path)
        yield from _branches(below, each.id, depth + 1, path)


def with_those_below(category_id: UUID) -> Select[UUID]:
    """A category and all under it, for a query."""
    top = select(Category.id).where(Category.id == category_id).cte(recursive=True)
    below = top.union(select(Category.id).join(top, Category.parent_id == top.c.id))
    return select(below.c.id)


def category_for(ticket_market: str, category_id: UUID) -> Category:
    """One that a ticket of this market may have. Raises NotFound."""
    found = db.session.get(Category, category_id)
    fits = found is not None and found.market_code in {None, ticket_market}
    if found is None or not fits or found.archived_at is not None:
        raise NotFound
    return found


def statuses(type_: TicketType | None = None) -> list[CustomStatus]:
    """In use, by type and name."""
    query = select(CustomStatus).where(CustomStatus.archived_at.is_(None))
    if type_ is not None:
        query = query.where(CustomStatus.type == type_)
    return list(db.session.scalars(query.order_by(CustomStatus.type, CustomStatus.name)))


def fields_of(type_: TicketType) -> list[Field]:
    """In use, in the order of the form."""
    query = select(Field).where(Field.type == type_, Field.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Field.position, Field.id)))


def all_fields() -> list[Field]:
    query = select(Field).where(Field.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Field.type, Field.position, Field.id)))


def matrix() -> Matrix:
    """Only the operator's own cells."""
    cells = db.session.scalars(select(MatrixCell))
    return {(each.impact, each.urgency): each.priority for each in cells}


def reopen_days(market_code: str) -> int:
    policy = db.session.get(ReopenPolicy, market_code)
    return USUAL_DAYS if policy is None else policy.days


def reopen_policies(actor: Actor, codes: Iterable[str]) -> list[tuple[str, int]]:
    """For each of some markets, in their order."""
    actor.must("tickets.configure")
    found = {each.market_code: each.days for each in db.session.scalars(select(ReopenPolicy))}
    return [(code, found.get(code, USUAL_DAYS)) for code in codes]


def is_same_again(ticket: Ticket, moment: datetime) -> bool:
    """Whether a solved ticket is still itself when the customer comes back, or needs a new one."""
    if ticket.merged_into_id is not None or ticket.resolved_at is None:
        return False
    days = reopen_days(ticket.market_code)
    return moment < ticket.resolved_at + timedelta(days=days)
