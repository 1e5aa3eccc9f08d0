"""Whether agents were there when they were to be: shifts, and what their states say."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, dates, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound, Refusal
from app.core.ids import new_id
from app.identity.models import Staff
from app.insights.models import Shift
from app.insights.spells_sql import STAFFED
from app.markets.models import Market

PERMISSION = "shifts.manage"
LONGEST = timedelta(hours=16)
MOST_LINES = 5_000
COLUMNS = ("email", "begins", "ends")


@dataclass(frozen=True, slots=True)
class Imported:
    """`faults` are lines by number with what is wrong in them; the others were taken in."""

    taken: int
    faults: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Day:
    """An agent's day, in seconds: what was planned, how much of it she was there, and how long she
    was there beside it."""

    staff_id: UUID
    name: str
    planned: int
    kept: int
    beside: int

    @property
    def adherence(self) -> float | None:
        """The share of planned time in which she was there."""
        return self.kept / self.planned if self.planned else None


def enter(staff_id: UUID, begins_at: datetime, ends_at: datetime, *, by: Actor) -> Shift:
    """When somebody is to be there; the same beginning again replaces its end."""
    _check(begins_at, ends_at)
    with db.transaction():
        staff = _staff(by, staff_id)
        row = insert(Shift).values(
            id=new_id(),
            staff_id=staff.id,
            begins_at=begins_at,
            ends_at=ends_at,
            entered_by=by.id,
            entered_at=clock.now(),
        )
        again = row.on_conflict_do_update(
            index_elements=[Shift.staff_id, Shift.begins_at], set_={"ends_at": ends_at}
        )
        shift_id = db.session.scalar(again.returning(Shift.id))
        audit.record(by, "shift.entered", "staff", staff.id, begins=begins_at, ends=ends_at)
        return db.session.get_one(Shift, shift_id, populate_existing=True)


def remove(shift_id: UUID, *, by: Actor) -> None:
    with db.transaction():
        shift = db.session.get(Shift, shift_id)
        if shift is None:
            raise NotFound
        staff = _staff(by, shift.staff_id)
        audit.record(by, "shift.removed", "staff", staff.id, begins=shift.begins_at)
        db.session.delete(shift)


def take_in(content: str, market: Market, *, by: Actor) -> Imported:
    """Lines of `email,begins,ends`, as 2026-03-02 09:00 on the market's clock. What is wrong is
    told by its line and the rest is taken in; the same file again changes nothing."""
    by.must(PERMISSION)
    try:
        rows = list(csv.reader(io.StringIO(content)))
    except csv.Error:
        raise Invalid(field="file") from None
    if not rows or tuple(each.strip().lower() for each in rows[0]) != COLUMNS:
        raise Invalid(field="file")
    if len(rows) > MOST_LINES:
        raise Invalid(field="file")
    known = {staff.email: staff for staff in db.session.scalars(select(Staff))}
    taken, faults = 0, []
    with db.transaction():
        for number, row in enumerate(rows[1:], start=2):
            if not any(cell.strip() for cell in row):
                continue
            try:
                address, begins, ends = (cell.strip() for cell in row)
                staff = known[address.lower()]
                spans = (dates.moment(each, market.timezone) for each in (begins, ends))
                enter(staff.id, *spans, by=by)
                taken += 1
            except (ValueError, OverflowError, KeyError, Refusal):
                faults.append((number, ",".join(row)[:120]))
    return Imported(taken, faults)


_DAYS = f"""
WITH {STAFFED}, planned AS (
    SELECT staff_id, range_agg(tstzrange(greatest(begins_at, :since), least(ends_at, :ends)))
        AS during
    FROM shift WHERE begins_at < :ends AND ends_at > :since GROUP BY staff_id
)
SELECT staff.id, staff.name,
    report_length(coalesce(planned.during, tstzmultirange())),
    report_length(coalesce(planned.during * staffed.during, tstzmultirange())),
    report_length(coalesce(staffed.during - coalesce(planned.during, tstzmultirange()),
        tstzmultirange()))
FROM staff LEFT JOIN planned ON planned.staff_id = staff.id
LEFT JOIN staffed ON staffed.agent_id = staff.id
WHERE (planned.staff_id IS NOT NULL OR staffed.agent_id IS NOT NULL)
    AND (staff.markets = '[]' OR staff.markets @> to_jsonb(CAST(:market AS text)))
ORDER BY staff.name, staff.id
"""  # noqa: S608 - names of ours


def days(actor: Actor, day: date, market: Market) -> list[Day]:
    """Everybody's day on the market's clock, as far as it has come. One statement."""
    actor.must(PERMISSION)
    if not actor.sees_market(market.code):
        raise NotFound
    since = clock.midnight(day, market.timezone)
    until = min(clock.midnight(day + timedelta(days=1), market.timezone), clock.now())
    if until <= since:
        return []
    given = {"since": since, "ends": until, "market": market.code}
    return [
        Day(staff_id, name, planned // 1000, kept // 1000, beside // 1000)
        for staff_id, name, planned, kept, beside in db.session.execute(text(_DAYS), given)
    ]


def shifts_of(actor: Actor, day: date, market: Market) -> Sequence[Shift]:
    """Those of a day on the market's clock."""
    actor.must(PERMISSION)
    since = clock.midnight(day, market.timezone)
    until = clock.midnight(day + timedelta(days=1), market.timezone)
    query = (
        select(Shift)
        .join(Staff, Staff.id == Shift.staff_id)
        .where(Shift.begins_at < until, Shift.ends_at > since)
        .order_by(Shift.begins_at, Staff.name)
    )
    found = db.session.scalars(query).all()
    return [each for each in found if _shares(actor, each.staff)]


def _check(begins_at: datetime, ends_at: datetime) -> None:
    # Python tells moments of one zone apart by the clock on the wall, which may be changed between.
    if not timedelta(0) < ends_at.astimezone(UTC) - begins_at.astimezone(UTC) <= LONGEST:
        raise Invalid(field="ends")


def _staff(by: Actor, staff_id: UUID) -> Staff:
    by.must(PERMISSION)
    staff = db.session.get(Staff, staff_id)
    if staff is None or not _shares(by, staff):
        raise NotFound
    return staff


def _shares(actor: Actor, staff: Staff) -> bool:
    return not actor.markets or not staff.markets or bool(actor.markets & set(staff.markets))
