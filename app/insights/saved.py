"""Reports that people keep, share and have mailed, and the ten that are always there."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.i18n import lazy
from app.core.turns import take_turn
from app.insights import tables
from app.insights.definition import Definition, read
from app.insights.models import Report, Schedule
from app.insights.models.reports import Cadence
from app.markets.models import Market

LONGEST_NAME = 120
MOST = 200


def _standard(name: Any, measures: str, by: str, **more: Any) -> tuple[Any, Definition]:
    return name, read({"measures": measures.split(), "by": by.split(), **more})


STANDARD: Mapping[str, tuple[Any, Definition]] = {
    "overview": _standard(
        lazy("How the month goes"),
        "opened resolved first_response_median service_level abandonment csat backlog",
        "day",
    ),
    "service": _standard(
        lazy("Service level and waits by hour of the day"),
        "answer answer_median answer_p90 service_level abandonment",
        "hour_of_day",
    ),
    "agents": _standard(
        lazy("Agents"),
        "resolved first_response_median handle wrap first_contact transferred csat occupancy",
        "agent",
    ),
    "teams": _standard(
        lazy("Teams"), "opened resolved service_level handle first_contact csat backlog", "team"
    ),
    "channels": _standard(
        lazy("Channels"),
        "talks opened first_response_median first_response_p90 abandonment containment csat",
        "channel",
    ),
    "topics": _standard(
        lazy("What people ask about"), "opened resolution_median first_contact reopening csat",
        "topic",
    ),
    "promises": _standard(
        lazy("Promises kept"),
        "responded_in_time resolved_in_time first_response_p90 resolution_p90",
        "week market",
        period="last_90",
    ),
    "backlog": _standard(
        lazy("Backlog and its age"), "backlog backlog_age backlog_age_median backlog_age_p90", "day"
    ),
    "quality": _standard(
        lazy("What customers say"), "csat rating nps ces answer_rate", "week", period="last_90"
    ),
    "bot": _standard(
        lazy("The bot and people"), "talks containment opened transferred", "day channel"
    ),
}  # fmt: skip


def reports_for(actor: Actor) -> list[Report]:
    """One's own and those that others share, by name. One statement."""
    actor.must("reports.read")
    query = (
        select(Report)
        .options(joinedload(Report.owner))
        .where(or_(Report.owner_id == actor.id, Report.shared))
        .order_by(Report.name, Report.id)
        .limit(MOST)
    )
    return list(db.session.scalars(query))


def report_for(actor: Actor, report_id: UUID, *, own: bool = False, lock: bool = False) -> Report:
    """Raises NotFound for what is another's and not shared; `own` is for changing it."""
    actor.must("reports.read")
    found = db.session.get(Report, report_id, with_for_update=lock or None)
    if found is None or (found.owner_id != actor.id and (own or not found.shared)):
        raise NotFound
    return found


def save(
    name: str,
    definition: Definition,
    *,
    by: Actor,
    shared: bool = False,
    report_id: UUID | None = None,
) -> Report:
    """A new report, or one's own changed."""
    title = " ".join(name.split())
    if not 0 < len(title) <= LONGEST_NAME or not title.isprintable():
        raise Invalid(field="name")
    with db.transaction():
        by.must("reports.read")
        now = clock.now()
        if report_id is None:
            report = Report(owner_id=by.id, created_at=now)
            db.session.add(report)
        else:
            report = report_for(by, report_id, own=True, lock=True)
        report.name, report.definition, report.shared = title, definition.stored(), shared
        report.changed_at = now
        db.session.flush()  # the trail names it
        audit.record(by, "report.saved", "report", report.id, name=title, shared=shared)
    return report


def delete(report_id: UUID, *, by: Actor) -> None:
    """With its mailings."""
    with db.transaction():
        report = report_for(by, report_id, own=True, lock=True)
        audit.record(by, "report.deleted", "report", report.id, name=report.name)
        db.session.delete(report)


def schedule_of(report_id: UUID, actor: Actor) -> Schedule | None:
    query = select(Schedule).where(
        Schedule.report_id == report_id, Schedule.staff_id == actor.id, Schedule.is_on
    )
    return db.session.scalar(query)


def subscribe(
    report_id: UUID,
    cadence: Cadence,
    hour: int,
    market: Market,
    *,
    by: Actor,
    format: str = "",  # noqa: A002 - what it is called
) -> Schedule:
    """Mail it to oneself at an hour of that market's clock, with its table where a format is named;
    chosen again it replaces."""
    if not 0 <= hour <= 23:
        raise Invalid(field="hour")
    if format:
        by.must("data.export")
        tables.format_named(format)
    with db.transaction():
        report = report_for(by, report_id)
        if not by.sees_market(market.code):
            raise NotFound
        take_turn(f"report schedule:{report.id}:{by.id}")
        found = db.session.scalar(
            select(Schedule).where(Schedule.report_id == report.id, Schedule.staff_id == by.id)
        )
        schedule = found or Schedule(report_id=report.id, staff_id=by.id)
        schedule.cadence, schedule.hour, schedule.format = cadence, hour, format
        schedule.market_code, schedule.is_on = market.code, True
        schedule.due_at = next_due(cadence, hour, market.timezone, clock.now())
        db.session.add(schedule)
        told = {"cadence": cadence, "hour": hour, "format": format}
        audit.record(by, "report.subscribed", "report", report.id, **told)
    return schedule


def unsubscribe(report_id: UUID, *, by: Actor) -> None:
    with db.transaction():
        found = schedule_of(report_for(by, report_id).id, by)
        if found is not None:
            found.is_on = False
            audit.record(by, "report.unsubscribed", "report", report_id)


def next_due(cadence: Cadence, hour: int, timezone: str, after: datetime) -> datetime:
    """The first time after a moment: every day, on Mondays, or on the first of the month, at that
    hour of the clock. An hour that a day does not have is the one into which it falls."""
    day = after.astimezone(ZoneInfo(timezone)).date()
    while True:
        due = datetime.combine(day, time(hour), ZoneInfo(timezone)).astimezone(ZoneInfo("UTC"))
        fits = {
            Cadence.DAILY: True,
            Cadence.WEEKLY: day.weekday() == 0,
            Cadence.MONTHLY: day.day == 1,
        }[cadence]
        if fits and due > after:
            return due
        day += timedelta(days=1)
