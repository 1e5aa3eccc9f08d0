"""Which tickets a list shows, and to whom one may be passed on."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.conversations.models import AgentState, Availability
from app.core import db
from app.core.actor import Actor
from app.core.pages import Page, newest_first
from app.customers.models import Customer
from app.identity.models import Staff
from app.identity.permissions import permissions_of
from app.tickets.models import Priority, Status, Ticket, Topic

_PAGE = 50
_OPEN = (Status.NEW, Status.OPEN, Status.PENDING)


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen above the list. Unknown values count as not chosen."""

    status: str = "any_open"
    topic: str = ""
    priority: str = ""
    whose: str = ""
    text: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        return cls(
            status=_one_of(args.get("status", "any_open"), {*Status, "any_open", ""}),
            topic=_one_of(args.get("topic", ""), set(Topic)),
            priority=_one_of(args.get("priority", ""), set(Priority)),
            whose=_one_of(args.get("whose", ""), {"mine", "nobody"}),
            text=args.get("q", "").replace("\0", "").strip()[:100],
        )

    @property
    def asked(self) -> dict[str, str]:
        """As query parameters for the next page."""
        return {
            "status": self.status,
            "topic": self.topic,
            "priority": self.priority,
            "whose": self.whose,
            "q": self.text,
        }


def page_of(actor: Actor, filters: Filters, *, after: str | None) -> Page[Ticket]:
    """Newest first, only of this actor's markets. Raises Invalid when `after` is no id."""
    query = select(Ticket).options(joinedload(Ticket.customer), joinedload(Ticket.assignee))
    if actor.markets:
        query = query.where(Ticket.market_code.in_(actor.markets))
    query = _owned(_filtered(query, filters), actor, filters.whose)
    return newest_first(query, Ticket.id, after=after, size=_PAGE)


def colleagues_for(ticket: Ticket) -> list[Staff]:
    """Who is at work, may take tickets and belongs to the market, by name; not its owner."""
    query = (
        select(Staff)
        .join(AgentState, AgentState.staff_id == Staff.id)
        .where(AgentState.availability == Availability.AVAILABLE, Staff.disabled_at.is_(None))
        .order_by(Staff.name)
    )
    return [
        person
        for person in db.session.scalars(query)
        if person.id != ticket.assignee_id
        and (not person.markets or ticket.market_code in person.markets)
        and "tickets.accept" in permissions_of(person.roles)
    ]


def _filtered(query: Select[Ticket], filters: Filters) -> Select[Ticket]:
    if filters.status == "any_open":
        query = query.where(Ticket.status.in_(_OPEN))
    elif filters.status:
        query = query.where(Ticket.status == filters.status)
    if filters.topic:
        query = query.where(Ticket.topic == filters.topic)
    if filters.priority:
        query = query.where(Ticket.priority == filters.priority)
    if filters.text:
        customer = Ticket.customer.has(Customer.name.icontains(filters.text, autoescape=True))
        said = Ticket.subject.icontains(filters.text, autoescape=True)
        query = query.where(or_(Ticket.reference == filters.text.upper(), customer, said))
    return query


def _owned(query: Select[Ticket], actor: Actor, whose: str) -> Select[Ticket]:
    if whose == "mine":
        return query.where(Ticket.assignee_id == actor.id)
    return query.where(Ticket.assignee_id.is_(None)) if whose == "nobody" else query


def _one_of(value: str, allowed: set[str]) -> str:
    return value if value in allowed else ""
