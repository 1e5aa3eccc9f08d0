"""What the auditor reads: alerts, who looked at whom, and who signed in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.actor import Actor
from app.core.months import begin, plus
from app.core.reach import in_markets_of
from app.customers.models import Customer
from app.oversight.models import AccessAlert, AlertStatus, WatchedCustomer


def alerts(by: Actor, status: AlertStatus, *, limit: int = 100) -> list[AccessAlert]:
    """Of the reader's markets; those nobody has decided oldest first, the others newest first."""
    order = AccessAlert.raised_at
    query = select(AccessAlert).options(
        joinedload(AccessAlert.assignee), joinedload(AccessAlert.decider)
    )
    query = query.where(AccessAlert.status == status, in_markets_of(by, AccessAlert.market_code))
    ordered = query.order_by(order if status is AlertStatus.OPEN else order.desc())
    return list(db.session.scalars(ordered.limit(limit)))


def counts(by: Actor) -> dict[AlertStatus, int]:
    query = select(AccessAlert.status, func.count())
    query = query.where(in_markets_of(by, AccessAlert.market_code))
    found = {row[0]: row[1] for row in db.session.execute(query.group_by(AccessAlert.status))}
    return {status: found.get(status, 0) for status in AlertStatus}


def watched(by: Actor) -> list[WatchedCustomer]:
    query = select(WatchedCustomer).options(joinedload(WatchedCustomer.customer))
    query = query.where(in_markets_of(by, Customer.market_code)).join(WatchedCustomer.customer)
    return list(db.session.scalars(query.order_by(WatchedCustomer.added_at.desc())))


@dataclass(frozen=True, slots=True)
class Reader:
    """What one of the staff saw in a month: customers by area, and how often she signed in."""

    actor_id: UUID
    name: str
    sign_ins: int
    customers: int
    profile: int
    billing: int
    payments: int
    usage: int
    identity: int
    last_at: datetime


_REVIEW = text(r"""
    SELECT actor_id, max(actor_name) AS name,
        count(*) FILTER (WHERE action = 'session.opened') AS sign_ins,
        count(DISTINCT object_id) FILTER (WHERE action LIKE 'customer.%\_viewed') AS customers,
        count(*) FILTER (WHERE action = 'customer.profile_viewed') AS profile,
        count(*) FILTER (WHERE action = 'customer.billing_viewed') AS billing,
        count(*) FILTER (WHERE action = 'customer.payments_viewed') AS payments,
        count(*) FILTER (WHERE action = 'customer.usage_viewed') AS usage,
        count(*) FILTER (WHERE action IN ('customer.identity_viewed', 'customer.paper_viewed',
            'customer.document_viewed')) AS identity,
        max(at) AS last_at
    FROM audit_entry
    WHERE at >= :since AND at < :until AND actor_kind = 'staff'
        AND (action = 'session.opened' OR action LIKE 'customer.%\_viewed')
        AND (CAST(:markets AS text[]) = '{}' OR market_code = ANY(:markets))
    GROUP BY actor_id ORDER BY customers DESC, name
""")
_LOOKS = text(r"""
    SELECT e.at, e.actor_name, e.action, c.reference, c.name FROM audit_entry e
    JOIN customer c ON c.id = CAST(e.object_id AS uuid)
    WHERE e.at >= :since AND e.at < :until AND e.actor_id = :actor AND e.object_kind = 'customer'
        AND e.action LIKE 'customer.%\_viewed'
        AND (CAST(:markets AS text[]) = '{}' OR c.market_code = ANY(:markets))
    ORDER BY e.id DESC LIMIT :most
""")


def access_review(month: date, markets: Collection[str]) -> list[Reader]:
    """Of these markets, as all here; of everything where none is named."""
    found = db.session.execute(_REVIEW, _within(month, markets))
    return [Reader(**row) for row in found.mappings()]


def looks_of(by: Actor, actor_id: UUID, month: date, *, most: int = 500) -> list[Row[Any]]:
    """At whom she looked: (at, actor_name, action, reference, name), newest first."""
    given = {"actor": actor_id, "most": most}
    return list(db.session.execute(_LOOKS, {**_within(month, by.markets), **given}))


def figures(month: date, markets: Collection[str]) -> Iterator[tuple[str, int]]:
    """How often each thing was done in a month."""
    query = text(
        "SELECT action, count(*) FROM audit_entry WHERE at >= :since AND at < :until"
        " AND (CAST(:markets AS text[]) = '{}' OR market_code = ANY(:markets))"
        " GROUP BY action ORDER BY 2 DESC, 1"
    )
    found = db.session.execute(query, _within(month, markets))
    yield from ((row[0], row[1]) for row in found)


def alerts_of(month: date, markets: Collection[str]) -> list[tuple[str, str, int]]:
    """(rule, status, how many) of the alerts that a month raised."""
    query = text(
        "SELECT rule, status, count(*) FROM access_alert WHERE raised_at >= :since"
        " AND raised_at < :until"
        " AND (CAST(:markets AS text[]) = '{}' OR market_code = ANY(:markets))"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    found = db.session.execute(query, _within(month, markets))
    return [(row[0], row[1], row[2]) for row in found]


def _within(month: date, markets: Collection[str]) -> dict[str, Any]:
    """What a statement is given for `:since`, `:until` and `:markets`."""
    return {"since": begin(month), "until": begin(plus(month, 1)), "markets": list(markets)}
