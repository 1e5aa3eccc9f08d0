"""How the days went: conversations, containment, waits and ratings per day."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Date, cast, func, select

from app.conversations.models import Conversation
from app.core import clock, db
from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Day:
    """`wait_seconds` is the mean from hand-over to a person; shares are None without cases."""

    day: date
    conversations: int
    handed_over: int
    wait_seconds: float | None
    rating: float | None

    @property
    def containment(self) -> float | None:
        if not self.conversations:
            return None
        return (self.conversations - self.handed_over) / self.conversations


def days(actor: Actor, *, count: int = 30) -> list[Day]:
    """The last `count` days (UTC), oldest first, of the reader's markets."""
    actor.must("reports.read")
    day = cast(func.timezone("UTC", Conversation.created_at), Date)
    wait = func.extract("epoch", Conversation.accepted_at - Conversation.handed_over_at)
    query = (
        select(
            day,
            func.count(),
            func.count(Conversation.handed_over_at),
            func.avg(wait),
            func.avg(Conversation.rating),
        )
        .where(
            Conversation.created_at > clock.now() - timedelta(days=count),
            Conversation.last_seq > 0,
        )
        .group_by(day)
        .order_by(day)
    )
    if actor.markets:
        query = query.where(Conversation.market_code.in_(sorted(actor.markets)))
    return [
        Day(row[0], row[1], row[2], _number(row[3]), _number(row[4]))
        for row in db.session.execute(query)
    ]


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
