"""What reports read: a row of facts a ticket and a talk, and their sums by hour.

Made by statements over whole sets (`app/insights/rollups/`), never in the path of a message.
Whose figures they are is a slice; an hour is the moment with which it begins on its market's clock.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db

# Stands for "no team" and "nobody", so that slices join by equality.
NOBODY = UUID(int=0)


class Slice(db.Base):
    """Whose figures: market, channel, team, agent and topic, each combination once.

    Without a channel or a topic they are empty, without a team or an agent NOBODY.
    """

    __tablename__ = "report_slice"
    __table_args__ = (UniqueConstraint("market_code", "channel", "team_id", "agent_id", "topic"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    market_code: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    team_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    topic: Mapped[str] = mapped_column(Text)


class CaseFact(db.Base):
    """What reports know of a ticket. Lengths are milliseconds, None for what did not happen.

    `solved_hour` is of its first solution, `resolved_hour` of the one that holds; `open_during` are
    the times in which somebody had to do something about it.
    """

    __tablename__ = "report_case"
    __table_args__ = (
        Index("ix_report_case_opened", "opened_hour", "slice_id"),
        Index("ix_report_case_solved", "solved_hour", "slice_id"),
        Index("ix_report_case_resolved", "resolved_hour", "slice_id"),
        Index("ix_report_case_open", "open_during", postgresql_using="gist"),
    )

    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    slice_id: Mapped[int]
    opened_hour: Mapped[datetime]
    solved_hour: Mapped[datetime | None]
    resolved_hour: Mapped[datetime | None]
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    response_ms: Mapped[int | None] = mapped_column(BigInteger)
    responded_in_time: Mapped[bool | None]
    answer_ms: Mapped[int | None] = mapped_column(BigInteger)
    abandoned: Mapped[bool]
    resolve_ms: Mapped[int | None] = mapped_column(BigInteger)
    resolved_in_time: Mapped[bool | None]
    handle_ms: Mapped[int | None] = mapped_column(BigInteger)
    wrap_ms: Mapped[int | None] = mapped_column(BigInteger)
    transfers: Mapped[int]
    reopened: Mapped[bool]
    first_contact: Mapped[bool]
    open_during: Mapped[Any] = mapped_column(TSTZMULTIRANGE)


class TalkFact(db.Base):
    """What reports know of a conversation: whether the bot met it, kept it, and its rating."""

    __tablename__ = "report_talk"
    __table_args__ = (
        Index("ix_report_talk_started", "started_hour", "slice_id"),
        Index("ix_report_talk_rated", "rated_hour", "slice_id"),
    )

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    slice_id: Mapped[int]
    started_hour: Mapped[datetime]
    with_bot: Mapped[bool]
    handed_over: Mapped[bool]
    rated_hour: Mapped[datetime | None]
    rating: Mapped[int | None] = mapped_column(SmallInteger)


class Sums:
    """The sums of one fact, hour and slice, in one bucket of its histogram.

    `fact` is one of `app.insights.facts.Fact`; what has no histogram is in bucket 0. `total` is
    milliseconds, points or a count.
    """

    fact: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    slice_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bucket: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    n: Mapped[int]
    total: Mapped[int] = mapped_column(BigInteger)


class Figure(Sums, db.Base):
    """Of an hour; a backlog of the midnight that is `hour`."""

    __tablename__ = "report_figure"


class HourFigure(Sums, db.Base):
    """The same whoever the agent was and whatever channel and topic: its slices have none."""

    __tablename__ = "report_hour"


class WholeDayFigure(Sums, db.Base):
    """The same of a whole day, which begins with `hour`."""

    __tablename__ = "report_whole_day"


class DayFigure(Sums, db.Base):
    """Of a whole day, which begins with `hour`, whoever the agent was: its slices have none."""

    __tablename__ = "report_day"


class MonthFigure(Sums, db.Base):
    """The same of a whole month, without backlogs. What a year's report reads."""

    __tablename__ = "report_month"


class ClockFigure(Sums, db.Base):
    """The same of an hour of the day, all month: `hour` is that of the month's first day, as if UTC
    were its market's clock, for there are days without some hours."""

    __tablename__ = "report_clock"


class AgentDayFigure(Sums, db.Base):
    """Of a whole day, whatever channel and topic: its slices have none."""

    __tablename__ = "report_agent_day"


class AgentMonthFigure(Sums, db.Base):
    """The same of a whole month."""

    __tablename__ = "report_agent_month"


class AgentClockFigure(Sums, db.Base):
    """The same of an hour of the day, all month."""

    __tablename__ = "report_agent_clock"


class SliceMonthFigure(Sums, db.Base):
    """Of a whole month, its slices as they are."""

    __tablename__ = "report_slice_month"


class Stale(db.Base):
    """A ticket or talk whose facts are to be told again, because something became of it."""

    __tablename__ = "report_stale"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)


class StaleHour(db.Base):
    """An hour of a kind whose sums are to be told again."""

    __tablename__ = "report_stale_hour"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)


class Progress(db.Base):
    """Up to where the rows of a kind have been looked through."""

    __tablename__ = "report_progress"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    until: Mapped[datetime]
