"""How the days went: conversations, containment, waits and ratings per day."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Date, cast, func, select

from app.conversations.models import Conversation
from app.core import clock, db
from app.core.actor import Actor
from app.core.reach import in_markets_of


@dataclass(frozen=True, slots=True)
class Day:
    """`wait_seconds` is the mean from hand-over to a person; of those whom the bot `met` it `kept`
    some to itself. Shares are None without cases."""

    day: date
    conversations: int
    handed_over: int
    met: int
    kept: int
    wait_seconds: float | None
    rating: float | None

    @property
    def containment(self) -> float | None:
        return self.kept / self.met if self.met else None


def days(actor: Actor, *, count: int = 30) -> list[Day]:
    """The last `count` days (UTC), oldest first, of the reader's markets."""
    actor.must("reports.read")
    day = cast(func.timezone("UTC", Conversation.created_at), Date)
    met = Conversation.bot_seq > 0
    wait = func.extract("epoch", Conversation.accepted_at - Conversation.handed_over_at)
    query = (
        select(
            day,
            func.count(),
            func.count(Conversation.handed_over_at),
            func.count().filter(met),
            func.count().filter(met, Conversation.handed_over_at.is_(None)),
            func.avg(wait),
            func.avg(Conversation.rating),
        )
        .where(
            Conversation.created_at > clock.now() - timedelta(days=count),
            Conversation.last_seq > 0,
            in_markets_of(actor, Conversation.market_code),
        )
        .group_by(day)
        .order_by(day)
    )
    return [
        Day(on, many, handed_over, met_by, kept, _number(mean_wait), _number(rating))
        for on, many, handed_over, met_by, kept, mean_wait, rating in db.session.execute(query)
    ]


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
