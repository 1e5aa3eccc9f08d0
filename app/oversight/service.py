"""Looking for odd looks, working them off, and the list of those who are watched."""

import json
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CursorResult, select, text

from app.audit import service as audit
from app.core import clock, db, turns
from app.core.actor import Actor
from app.core.errors import NotFound
from app.customers.access import customer_for
from app.markets.models import Market
from app.oversight import rules
from app.oversight.errors import AlertDecided, NoteNeeded, OwnAlert
from app.oversight.limits import Limits
from app.oversight.models import AccessAlert, AlertStatus, Rule, WatchedCustomer

# As far back as each search goes: what a sweep missed, one of the next day finds.
LOOKED_BACK = timedelta(hours=26)
_LONGEST_NOTE = 2000


def look_for_odd_looks() -> int:
    """Every rule over the last day; how many alerts are new or have grown."""
    now = clock.now()
    given = {"limits": _limits(), "since": now - LOOKED_BACK, "now": now}
    with db.transaction():
        turns.take_turn("oversight.look")
        return sum(_raise(rule, given) for rule in Rule)


def _raise(rule: Rule, given: dict[str, object]) -> int:
    done = db.session.execute(text(rules.statement(rule)), given)
    return done.rowcount if isinstance(done, CursorResult) else 0


def _limits() -> str:
    now = clock.now()
    return json.dumps(
        [
            {"market": each.code, "timezone": each.timezone}
            | Limits.of(each.settings_at(now)).told()
            for each in db.session.scalars(select(Market))
        ]
    )


def assign(alert_id: UUID, *, by: Actor) -> AccessAlert:
    """Take it on oneself. Needs `audit.review`."""
    with db.transaction():
        alert = _open(alert_id, by)
        alert.assigned_to = by.id
        audit.record(by, "access_alert.assigned", "access_alert", alert.id)
    return alert


def decide(alert_id: UUID, status: AlertStatus, note: str, *, by: Actor) -> AccessAlert:
    """Explained, or confirmed as not allowed. Nobody decides about herself."""
    with db.transaction():
        alert = _open(alert_id, by)
        said = note.strip()[:_LONGEST_NOTE]
        if not said or status is AlertStatus.OPEN:
            raise NoteNeeded
        alert.status, alert.note = status, said
        alert.decided_by, alert.decided_at = by.id, clock.now()
        audit.record(
            by, "access_alert.decided", "access_alert", alert.id, state=status, staff=alert.actor_id
        )
    return alert


def watch(customer_id: UUID, reason: str, *, by: Actor) -> None:
    """From now on every look at her is an alert. Needs `audit.review`."""
    with db.transaction():
        customer = customer_for(by, customer_id, "audit.review", lock=True)
        said = reason.strip()[:_LONGEST_NOTE]
        if not said:
            raise NoteNeeded
        if db.session.get(WatchedCustomer, customer.id) is None:
            db.session.add(
                WatchedCustomer(
                    customer_id=customer.id, reason=said, added_by=by.id, added_at=clock.now()
                )
            )
            audit.record(by, "customer.watched", "customer", customer.id)


def stop_watching(customer_id: UUID, *, by: Actor) -> None:
    with db.transaction():
        customer = customer_for(by, customer_id, "audit.review", lock=True)
        watched = db.session.get(WatchedCustomer, customer.id)
        if watched is None:
            raise NotFound
        db.session.delete(watched)
        audit.record(by, "customer.not_watched", "customer", customer.id)


def _open(alert_id: UUID, by: Actor) -> AccessAlert:
    alert = db.session.get(AccessAlert, alert_id, with_for_update={"of": AccessAlert})
    if alert is None or not by.sees_market(alert.market_code):
        raise NotFound
    by.must("audit.review")
    if alert.actor_id == by.id:
        raise OwnAlert
    if alert.status is not AlertStatus.OPEN:
        raise AlertDecided
    return alert
