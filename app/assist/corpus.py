"""Solved tickets to learn from: what was told, and what people made of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, select

from app.assist.models import Target
from app.core import db
from app.tickets.models import SOLVED_STATUSES, Category, Ticket

_SOLVED_AT = func.coalesce(Ticket.resolved_at, Ticket.created_at)
_MOST = 20_000

_LABELS: dict[Target, Any] = {
    Target.CATEGORY: cast(Ticket.category_id, String),
    Target.IMPACT: cast(Ticket.impact, String),
    Target.URGENCY: cast(Ticket.urgency, String),
}


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    label: str
    at: datetime


def text_of(ticket: Ticket) -> str:
    """What is known when a ticket begins: never its resolution."""
    return told(ticket.subject, ticket.summary)


def told(subject: str, summary: str) -> str:
    return f"{subject}. {summary}"


def solved(target: Target, language: str) -> list[Example]:
    """The latest, in the order in which they were solved. Erased persons' say nothing, and those in
    categories that are no longer in use teach nothing."""
    label = _LABELS[target]
    query = select(Ticket.subject, Ticket.summary, label, _SOLVED_AT)
    query = _usable(query, target).where(Ticket.language == language)
    rows = db.session.execute(
        query.order_by(_SOLVED_AT.desc(), Ticket.id.desc()).limit(_MOST)
    ).all()
    return [Example(told(row[0], row[1]), row[2], row[3]) for row in reversed(rows)]


def counts() -> dict[tuple[Target, str], int]:
    """How many tickets there are to learn each target from, by language. One statement."""
    columns = [func.count().filter(_is_usable(each)) for each in Target]
    query = select(Ticket.language, *columns).outerjoin(Category, _ITS_CATEGORY)
    query = query.where(*_WORTH_READING).group_by(Ticket.language)
    found = ((language, many) for language, *many in db.session.execute(query))
    return {
        (target, language): count
        for language, many in found
        for target, count in zip(Target, many, strict=True)
    }


_ITS_CATEGORY = Category.id == Ticket.category_id
_WORTH_READING = (
    Ticket.status.in_(SOLVED_STATUSES),
    Ticket.merged_into_id.is_(None),
    Ticket.subject != "—",
)


def _usable(query: Select[Any], target: Target) -> Select[Any]:
    joined = query.outerjoin(Category, _ITS_CATEGORY)
    return joined.where(*_WORTH_READING, _is_usable(target))


def _is_usable(target: Target) -> Any:
    if target is Target.CATEGORY:
        return and_(Category.id.is_not(None), Category.archived_at.is_(None))
    return (Ticket.impact if target is Target.IMPACT else Ticket.urgency).is_not(None)
