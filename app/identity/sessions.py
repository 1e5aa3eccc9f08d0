"""Sign-ins as rows: opened, found by their token, ended everywhere at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.secrets import new_token, token_hash
from app.identity.events import SessionEnded
from app.identity.models import Session, SessionKind, Staff

IDLE = {SessionKind.STAFF: timedelta(minutes=15), SessionKind.CUSTOMER: timedelta(minutes=30)}
LONGEST = timedelta(hours=12)
# Activity is written down at most this often, so that a page costs no UPDATE.
ACTIVITY_GRAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Opened:
    session: Session
    token: str


def open_session(
    kind: SessionKind, *, by: Actor, user_agent: str, address: str, verified: bool = False
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
            user_agent=user_agent[:300],
            address=address[:64],
        )
        db.session.add(session)
        audit.record(by, "session.opened", kind.value, by.id, address=address)
    return Opened(session, token)


def find(kind: SessionKind, token: str, *, counts_as_activity: bool = True) -> Session | None:
    """The live session of a token, or None, with its member of staff: every request begins so.

    Background calls do not keep it alive.
    """
    query = select(Session).where(Session.token_hash == token_hash(token), Session.kind == kind)
    session = db.session.scalar(query.options(joinedload(Session.staff)))
    if session is None or not is_live(session):
        return None
    if counts_as_activity and clock.now() - session.active_at > ACTIVITY_GRAIN:
        with db.transaction():
            session.active_at = clock.now()
    return session


def is_live(session: Session) -> bool:
    moment = clock.now()
    return (
        session.ended_at is None
        and moment - session.active_at <= IDLE[session.kind]
        and moment - session.created_at <= LONGEST
    )


@dataclass(frozen=True, slots=True)
class Rights:
    """What decides what a member of staff may do, as it is stored now."""

    roles: frozenset[str]
    markets: frozenset[str]


def live_staff_sessions(ids: Iterable[UUID]) -> dict[UUID, Rights]:
    """Which of these staff sessions still count, and for what, in one statement."""
    moment = clock.now()
    query = (
        select(Session.id, Staff.roles, Staff.markets)
        .join(Staff, Staff.id == Session.owner_id)
        .where(
            Session.id.in_(list(ids)),
            Session.ended_at.is_(None),
            Session.active_at > moment - IDLE[SessionKind.STAFF],
            Session.created_at > moment - LONGEST,
            Staff.disabled_at.is_(None),
        )
    )
    rows = db.session.execute(query)
    return {row.id: Rights(frozenset(row.roles), frozenset(row.markets)) for row in rows}


def end(session_id: UUID, *, by: Actor) -> None:
    """Sign out. Ending an ended session changes nothing."""
    with db.transaction():
        ended = db.session.execute(
            update(Session)
            .where(Session.id == session_id, Session.ended_at.is_(None))
            .values(ended_at=clock.now())
            .returning(Session.kind, Session.owner_id)
        ).first()
        if ended is not None:
            audit.record(by, "session.ended", "session", session_id)
            events.announce(SessionEnded(session_id, ended.kind, ended.owner_id))
