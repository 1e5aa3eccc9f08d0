"""Which tickets a list shows: what was chosen above it, in which order, page by page, and counted.
A saved view is such a choice with a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import joinedload

from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.ids import id_in
from app.core.pages import Page, newest_first
from app.core.reach import in_markets_of
from app.customers.models import Customer
from app.tickets import setup
from app.tickets.models import (
    OPEN_STATUSES,
    Follower,
    Goal,
    Priority,
    Status,
    Ticket,
    TicketClock,
    TicketTag,
    TicketType,
    Topic,
)

_PAGE = 50
_ORDERS: Mapping[str, Sequence[Any]] = {
    "newest": [Ticket.id.desc()],
    "oldest": [Ticket.id],
    "due": [Ticket.resolve_by, Ticket.id],
}
SORTS = tuple(_ORDERS)


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen above the list. Unknown values count as not chosen."""

    status: str = "any_open"
    type: str = ""
    category: str = ""
    topic: str = ""
    priority: str = ""
    whose: str = ""
    only: str = ""
    tag: str = ""
    text: str = ""
    sort: str = "newest"

    @property
    def is_narrowed(self) -> bool:
        """By more than words and order."""
        return replace(self, text="", sort="newest") != Filters()

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        return cls(
            status=_one_of(args.get("status", "any_open"), {*Status, "any_open", ""})
            or _id_in(args.get("status", "")),
            type=_one_of(args.get("type", ""), set(TicketType)),
            category=_id_in(args.get("category", "")),
            topic=_one_of(args.get("topic", ""), set(Topic)),
            priority=_one_of(args.get("priority", ""), set(Priority)),
            whose=_one_of(args.get("whose", ""), {"mine", "nobody"})
            or _id_in(args.get("whose", "")),
            only=_one_of(args.get("only", ""), {"asleep", "awake", "late", "followed"}),
            tag=args.get("tag", "").replace("\0", "").strip().casefold()[:40],
            text=args.get("q", "").replace("\0", "").strip()[:100],
            sort=_one_of(args.get("sort", ""), set(SORTS)) or SORTS[0],
        )

    @property
    def asked(self) -> dict[str, str]:
        """As query parameters for the next page."""
        return {
            "status": self.status,
            "type": self.type,
            "category": self.category,
            "topic": self.topic,
            "priority": self.priority,
            "whose": self.whose,
            "only": self.only,
            "tag": self.tag,
            "q": self.text,
            "sort": self.sort,
        }


def page_of(actor: Actor, filters: Filters, *, after: str | None) -> Page[Ticket]:
    """In the order that was chosen. Raises Invalid when `after` is no id."""
    query = chosen(actor, filters).options(
        joinedload(Ticket.customer),
        joinedload(Ticket.assignee),
        joinedload(Ticket.own_status),
        joinedload(Ticket.category),
    )
    if filters.sort == "newest":
        return newest_first(query, Ticket.id, after=after, size=_PAGE)
    place = _ORDERS[filters.sort]
    if after:
        last = select(*place).where(Ticket.id == _read_id(after))
        query = query.where(tuple_(*place) > last.correlate(None).scalar_subquery())
    rows = db.session.scalars(query.order_by(*place).limit(_PAGE + 1)).all()
    return Page(rows[:_PAGE], rows[_PAGE - 1].id if len(rows) > _PAGE else None)


def ids_of(actor: Actor, filters: Filters, *, most: int) -> list[UUID]:
    """The first of them, in their order."""
    query = chosen(actor, filters).with_only_columns(Ticket.id)
    return list(db.session.scalars(query.order_by(*_ORDERS[filters.sort]).limit(most)))


def counts_of(actor: Actor, many: Mapping[UUID, Filters], *, most: int) -> dict[UUID, int]:
    """How many each shows, up to one more than `most`. One statement, however many there are."""
    if not many:
        return {}
    counted = []
    for key, filters in many.items():
        some = chosen(actor, filters).with_only_columns(Ticket.id).limit(most + 1).subquery()
        count = select(func.count()).select_from(some).scalar_subquery()
        counted.append(select(literal(key), count))
    return {row[0]: row[1] for row in db.session.execute(union_all(*counted))}


def chosen(actor: Actor, filters: Filters) -> Select[Ticket]:
    """Only of this actor's markets."""
    query = select(Ticket).where(in_markets_of(actor, Ticket.market_code))
    query = _sorted_out(_filtered(query, filters), filters)
    return _only(_owned(query, actor, filters.whose), actor, filters.only)


def holds(actor: Actor, filters: Filters) -> ColumnElement[bool]:
    """As `chosen`, as a condition on tickets."""
    condition = chosen(actor, filters).whereclause
    return true() if condition is None else condition


def _filtered(query: Select[Ticket], filters: Filters) -> Select[Ticket]:
    if filters.status == "any_open":
        query = query.where(Ticket.status.in_(OPEN_STATUSES))
    elif filters.status in set(Status):
        query = query.where(Ticket.status == filters.status)
    elif filters.status:
        query = query.where(Ticket.status_id == UUID(filters.status))
    if filters.topic:
        query = query.where(Ticket.topic == filters.topic)
    if filters.priority:
        query = query.where(Ticket.priority == filters.priority)
    if filters.text:
        customer = Ticket.customer.has(Customer.name.icontains(filters.text, autoescape=True))
        said = Ticket.subject.icontains(filters.text, autoescape=True)
        query = query.where(or_(Ticket.reference == filters.text.upper(), customer, said))
    return query


def _sorted_out(query: Select[Ticket], filters: Filters) -> Select[Ticket]:
    """By type, by a category with all below it, and by a tag."""
    if filters.type:
        query = query.where(Ticket.type == filters.type)
    if filters.category:
        below = setup.with_those_below(UUID(filters.category))
        query = query.where(Ticket.category_id.in_(below))
    if filters.tag:
        tagged = select(TicketTag.ticket_id).where(TicketTag.tag == filters.tag)
        query = query.where(Ticket.id.in_(tagged))
    return query


def _only(query: Select[Ticket], actor: Actor, only: str) -> Select[Ticket]:
    if only == "asleep":
        return query.where(Ticket.snoozed_until.is_not(None))
    if only == "awake":
        return query.where(Ticket.snoozed_until.is_(None))
    if only == "late":
        over = or_(_is_late(), Ticket.due_at < clock.now())
        return query.where(over, Ticket.status.in_(OPEN_STATUSES))
    if only == "followed":
        mine = select(Follower.ticket_id).where(Follower.staff_id == actor.id)
        return query.where(Ticket.id.in_(mine))
    return query


def _is_late() -> ColumnElement[bool]:
    """Its promise is over; not while its clock stands still, unless that was late before."""
    now = clock.now()
    is_over = exists().where(
        TicketClock.ticket_id == Ticket.id,
        TicketClock.goal == Goal.RESOLUTION,
        TicketClock.stopped_at.is_(None),
        or_(TicketClock.breached_at.is_not(None), TicketClock.due_at < now),
    )
    return and_(Ticket.resolve_by < now, is_over)


def _owned(query: Select[Ticket], actor: Actor, whose: str) -> Select[Ticket]:
    if whose == "mine":
        return query.where(Ticket.assignee_id == actor.id)
    if whose == "nobody":
        return query.where(Ticket.assignee_id.is_(None))
    return query.where(Ticket.assignee_id == UUID(whose)) if whose else query


def _id_in(value: str) -> str:
    """An id as it is written, else nothing."""
    found = id_in(value)
    return str(found) if found else ""


def _one_of(value: str, allowed: set[str]) -> str:
    return value if value in allowed else ""


def _read_id(value: str) -> UUID:
    found = id_in(value)
    if found is None:
        raise Invalid(field="after")
    return found
