"""Sign-ins as rows: opened, found by their token, ended one by one or everywhere at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, case, func, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.secrets import new_token, token_hash
from app.identity.events import SessionEnded
from app.identity.models import Session, SessionKind, Staff

IDLE = {SessionKind.STAFF: timedelta(minutes=15), SessionKind.CUSTOMER: timedelta(minutes=30)}
# Of whoever has begun something that costs or tells much.
IDLE_AT_RISK = timedelta(minutes=10)
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Opened:
    session: Session
    token: str


def open_session(
    kind: SessionKind,
    *,
    by: Actor,
    user_agent: str,
    address: str,
    verified: bool = False,
    factors: Sequence[str] = (),
    device_id: UUID | None = None,
) -> Opened:
    """A fresh session of `by`. Its fresh token is returned once and never stored."""
    token, moment = new_token(), clock.now()
    with db.transaction():
        session = Session(
            token_hash=token_hash(token),
            kind=kind,
            owner_id=by.id,
            created_at=moment,
            active_at=moment,
            verified_at=moment if verified else None,
            factors=list(factors),
            device_id=device_id,
            user_agent=user_agent[:300],
            address=address[:64],
        )
        db.session.add(session)
        circumstances = {"factors": ", ".join(factors)} if factors else {}
        audit.record(by, "session.opened", kind.value, by.id, address=address, **circumstances)
    return Opened(session, token)


def find(kind: SessionKind, token: str, *, counts_as_activity: bool = True) -> Session | None:
    """The live session of a token, or None, with its member of staff: every request begins so.

    Background calls do not keep it alive.
    """
    moment, hers = clock.now(), (Session.token_hash == token_hash(token), Session.kind == kind)
    query = select(Session).where(*hers).options(joinedload(Session.staff))
    if not counts_as_activity:
        session = db.session.scalar(query)
        return session if session is not None and is_live(session) else None
    with db.transaction():
        session = db.session.scalar(query.add_cte(_noted(hers, moment)))
    if session is None or not is_live(session):
        return None
    set_committed_value(session, "active_at", max(session.active_at, moment))
    return session


def _noted(hers: Sequence[ColumnElement[bool]], moment: datetime) -> CTE:
    """That something is done in it now: each time, or it would end too early by what was left out.
    Nobody waits for the disk: should the machine lose power now, the last moments of activity are
    what may be forgotten."""
    return (
        update(Session)
        .where(*hers, *_is_live(moment), Session.active_at < moment)
        .values(active_at=moment)
        .returning(func.set_config("synchronous_commit", "off", True))
        .cte("noted")
    )


def is_live(session: Session) -> bool:
    return session.ended_at is None and clock.now() <= ends_at(session)


def ends_at(session: Session) -> datetime:
    """When it ends by itself if nothing more is done in it."""
    idle = IDLE[session.kind]
    if session.high_risk_at is not None:
        idle = min(idle, IDLE_AT_RISK) if session.kind is SessionKind.CUSTOMER else idle
    return min(session.active_at + idle, session.created_at + LONGEST)


def note_high_risk(session: Session) -> None:
    """From now on it may rest for a shorter time."""
    if session.high_risk_at is None:
        with db.transaction():
            session.high_risk_at = clock.now()


def _is_live(moment: datetime) -> list[ColumnElement[bool]]:
    """The same for the database."""
    customer = Session.kind == SessionKind.CUSTOMER
    at_risk = customer & Session.high_risk_at.is_not(None)
    since = case(
        (at_risk, moment - IDLE_AT_RISK),
        (customer, moment - IDLE[SessionKind.CUSTOMER]),
        else_=moment - IDLE[SessionKind.STAFF],
    )
    return [
        Session.ended_at.is_(None),
        Session.active_at >= since,
        Session.created_at >= moment - LONGEST,
    ]


@dataclass(frozen=True, slots=True)
class Rights:
    """What decides what a member of staff may do, as it is stored now."""

    roles: frozenset[str]
    markets: frozenset[str]


def live_staff_sessions(ids: Iterable[UUID]) -> dict[UUID, Rights]:
    """Which of these staff sessions still count, and for what, in one statement."""
    query = (
        select(Session.id, Staff.roles, Staff.markets)
        .join(Staff, Staff.id == Session.owner_id)
        .where(Session.id.in_(list(ids)), *_is_live(clock.now()), Staff.disabled_at.is_(None))
    )
    rows = db.session.execute(query)
    return {row.id: Rights(frozenset(row.roles), frozenset(row.markets)) for row in rows}


def sessions_of(kind: SessionKind, owner_id: UUID) -> Sequence[Session]:
    """The live ones, the latest used first."""
    query = select(Session).where(
        Session.kind == kind, Session.owner_id == owner_id, *_is_live(clock.now())
    )
    return db.session.scalars(query.order_by(Session.active_at.desc())).all()


def end(session_id: UUID, *, by: Actor) -> None:
    """Sign out. Ending an ended session changes nothing."""
    _end([Session.id == session_id], by=by)


def end_own(session_id: UUID, *, by: Actor) -> None:
    """One's own, on another device. Raises NotFound."""
    kind = SessionKind(by.kind.value)
    mine = [Session.id == session_id, Session.kind == kind, Session.owner_id == by.id]
    if db.session.scalar(select(Session.id).where(*mine)) is None:
        raise NotFound
    _end(mine, by=by)


def end_all(kind: SessionKind, owner_id: UUID, *, by: Actor, but: UUID | None = None) -> int:
    """Sign somebody out everywhere, `but` where this is done. Returns how many sessions ended."""
    mine = [Session.kind == kind, Session.owner_id == owner_id]
    return _end(mine if but is None else [*mine, Session.id != but], by=by)


def _end(which: list[ColumnElement[bool]], *, by: Actor) -> int:
    with db.transaction():
        ended = db.session.execute(
            update(Session)
            .where(*which, Session.ended_at.is_(None))
            .values(ended_at=clock.now())
            .returning(Session.id, Session.kind, Session.owner_id),
            execution_options={"synchronize_session": False},
        ).all()
        for each in ended:
            audit.record(by, "session.ended", "session", each.id)
            events.announce(SessionEnded(each.id, each.kind, each.owner_id))
    return len(ended)
