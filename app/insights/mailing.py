"""Reports that leave by mail: once a day of their schedule, in the reader's language and rights."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid, Refusal
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.core.sweeps import one_by_one
from app.insights import figure_words, reporting, saved, tables
from app.insights.definition import read
from app.insights.long_reports import ReportsBusy
from app.insights.models import Report, Schedule, Sending
from app.insights.reporting import Result
from app.markets import queries as markets
from app.messaging import switch
from app.messaging.service import queueing
from app.messaging.service.enclosures import Enclosed
from app.messaging.service.notices import inbox_for

log = structlog.get_logger(__name__)

_MOST_LINES = 30
_AT_ONCE = 100
LARGEST_TABLE = 5 * 2**20


def send_due() -> int:
    """Beat runs this every minute; two at once send once. Returns how many left."""
    query = select(Schedule.id).where(Schedule.is_on, Schedule.due_at <= clock.now())
    due = list(db.session.scalars(query.order_by(Schedule.due_at).limit(_AT_ONCE)))
    return one_by_one(_send, due)


def _send(schedule_id: UUID) -> bool:
    with db.transaction():
        query = select(Schedule).where(Schedule.id == schedule_id)
        schedule = db.session.scalar(
            query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        )
        if schedule is None or not schedule.is_on or schedule.due_at > clock.now():
            return False
        zone = markets.market(schedule.market_code).timezone
        day = schedule.due_at.astimezone(ZoneInfo(zone)).date()
        schedule.due_at = saved.next_due(schedule.cadence, schedule.hour, zone, clock.now())
        row = insert(Sending).values(schedule_id=schedule.id, day=day, sent_at=clock.now())
        new = db.session.execute(row.on_conflict_do_nothing().returning(Sending.day)).first()
        return new is not None and _mail(schedule, day)


def _mail(schedule: Schedule, day: date) -> bool:
    """Nobody who has left or may no longer read reports gets one."""
    reader, report = schedule.staff.as_actor(), schedule.report
    may_read = reader.may("reports.read") and schedule.staff.disabled_at is None
    seen = report.shared or report.owner_id == reader.id
    inbox = inbox_for(schedule.market_code, "email")
    if inbox is None or not may_read or not seen:
        return False
    with speaking(reader.language):
        words, enclosed = _told(schedule, reader, day)
    address, name = schedule.staff.email.lower(), report.name
    queueing.queue_mail(
        inbox, address, name, "\n".join(words), language=reader.language, enclosed=enclosed
    )
    left = {"to": schedule.staff_id, "format": schedule.format if enclosed else ""}
    audit.record(SYSTEM, "report.mailed", "report", report.id, **left)
    return True


def _told(schedule: Schedule, reader: Actor, day: date) -> tuple[list[str], list[Enclosed]]:
    """The words and the table; of a report that is refused by now, only why."""
    report = schedule.report
    try:
        told = reporting.figures(reader, read(report.definition))
    except ReportsBusy:
        raise
    except Invalid:
        gone = _("It asks for something that there is not any more. Open it and choose anew.")
        return [f"{report.name}: {gone}", "", _address(report)], []
    except Refusal as refusal:
        return [f"{report.name}: {refusal.message}", "", _address(report)], []
    table, missing = _table(schedule, told, day, reader)
    return list(_lines(report, told, missing)), [table] if table else []


def _table(
    schedule: Schedule, told: Result, day: date, reader: Actor
) -> tuple[Enclosed | None, str]:
    """In the format that she chose, if any; else why it is missing."""
    if not schedule.format:
        return None, ""
    if not reader.may("data.export"):
        return None, _("The table is not attached: you may not take tables out any more.")
    content = tables.written(schedule.format, tables.lines_of(told))
    if len(content) > LARGEST_TABLE:
        return None, _("The table is too large for a mail: it is on the page of the report.")
    name = f"{schedule.report.name} {day}.{schedule.format}"
    return Enclosed(name, tables.MEDIA_TYPES[schedule.format], content), ""


def _lines(report: Report, told: Result, missing: str) -> Iterator[str]:
    """The whole, then each group on a line; the page has the rest. `missing` is why there is no
    table beside it."""
    measures = told.definition.measures
    yield f"{report.name}: {figure_words.days_text(told.days)}"
    yield ""
    for place, measure in enumerate(measures):
        value = figure_words.value_text(measure, told.total.values[place])
        before = figure_words.value_text(measure, told.total.before[place])
        yield _(
            "%(measure)s: %(value)s (before: %(before)s)",
            measure=str(measure.label),
            value=value,
            before=before,
        )
    yield ""
    for row in told.rows[:_MOST_LINES]:
        values = [
            figure_words.value_text(measure, value)
            for measure, value in zip(measures, row.values, strict=True)
        ]
        yield f"{figure_words.name_text(told.definition, row)}: {' · '.join(values)}"
    yield ""
    if missing:
        yield missing
    yield _address(report)


def _address(report: Report) -> str:
    return f"{switch.public_url()}/board/reports/{report.id}"
