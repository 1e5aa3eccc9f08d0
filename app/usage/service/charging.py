"""Prepaid sessions paid for while they go on: authorise, update, release.

Each request is one call of one function in the database (app/usage/charging_sql.py), committed by
itself, and may be repeated: the same number of the same session gets the same answer. Requests
are their own append-only record, so they have no entry in the audit trail beside it.

A session draws on the line's own buckets and takes no more than they have: what a family shares,
and what is carried on as a debt, is for records.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Engine, select

from app.catalog.models import UsageKind
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, Invalid, NotFound, Refusal, Unavailable
from app.core.money import Money, Rounding
from app.markets.calendars import holidays_of
from app.markets.models import Market
from app.markets.policies import Policies
from app.markets.queries import policies_at
from app.subscriptions.errors import LineNotActive
from app.subscriptions.models import Line
from app.usage import months, tables
from app.usage.charging import LONGEST_KEY, MOST, USUAL, VALIDITY, Quota, Terms
from app.usage.errors import CreditExhausted, NotPrepaid, SessionClosed, UnknownSession
from app.usage.events import BalanceChanged, UsageRated
from app.usage.models import Bucket, ChargingSession, UsageRecord
from app.usage.outcome import Outcome
from app.usage.records import NewRecord, Use
from app.usage.service.quota import tell
from app.usage.tariffs import Calendar, Part, Rated

SOURCE = "charging"
_EXPIRY = -1  # the number of the request that the sweep makes

# The function's parameters in their order, with their types.
_PARAMETERS = {
    "key": "text",
    "number": "int",
    "action": "text",
    "markets": "text[]",
    "now": "timestamptz",
    "used": "bigint",
    "wanted": "bigint",
    "validity": "interval",
    "line": "uuid",
    "kind": "text",
    "other_party": "text",
    "version": "uuid",
    "per": "bigint",
    "price": "numeric",
    "minimum": "bigint",
    "increment": "bigint",
    "allowance": "boolean",
    "currency": "text",
    "exponent": "int",
    "half_even": "boolean",
    "order": "text[]",
}
_NOTHING: dict[str, Any] = dict.fromkeys(_PARAMETERS)
_CASTS = ", ".join(f"%s::{kind}" for kind in _PARAMETERS.values())
_CHARGE = f"SELECT * FROM charge_session({_CASTS})"  # noqa: S608 - our own names of types

_TERMS = """
SELECT l.id, l.market_code, v.id, v.rates, a.currency
FROM line l
JOIN account a ON a.id = l.account_id
JOIN subscription s ON s.line_id = l.id AND s.kind = 'plan'
JOIN offer_version v ON v.id = s.offer_version_id
CROSS JOIN (SELECT %s::uuid AS line, %s::timestamptz AS moment) asked
WHERE l.id = asked.line AND s.starts_at <= asked.moment
    AND (s.ends_at IS NULL OR s.ends_at > asked.moment)
"""


class _Answer(NamedTuple):
    """What the function returns, in its order."""

    result: str
    granted: int
    final: bool
    paid: Decimal
    balance: Decimal
    currency: str


# What lines' plans say, so that a session is opened in one round trip.
_known: dict[UUID, Terms] = {}
_MOST_KNOWN = 50_000

_REFUSALS: Mapping[str, type[Refusal]] = {
    "unknown_session": UnknownSession,
    "unknown_line": NotFound,
    "not_prepaid": NotPrepaid,
    "not_in_service": LineNotActive,
    "blocked": LineNotActive,
    "closed": SessionClosed,
    "still_valid": SessionClosed,
    "exhausted": CreditExhausted,
}


def authorise(
    session: str,
    line_id: UUID,
    kind: UsageKind,
    *,
    by: Actor,
    wanted: int | None = None,
    other_party: str | None = None,
    number: int = 0,
) -> Quota:
    """Open a session and reserve `wanted` units, or as many as buckets and credit can bear.

    Raises CreditExhausted when that is none, NotPrepaid, LineNotActive, NotFound, and Conflict for
    a session or number that is known with another content.
    """
    by.must("usage.charge")
    wanted = USUAL[kind] if wanted is None else wanted
    if other_party is not None and not (other_party.isprintable() and len(other_party) <= 100):
        raise Invalid(field="other_party")
    request = _request(session, number, "authorise", by, used=0, wanted=wanted)
    answer = _charge(request | _opening(_terms_of(line_id), kind, other_party))
    if answer.result == "stale_price":
        _known.pop(line_id, None)
        answer = _charge(request | _opening(_terms_of(line_id), kind, other_party))
    return _quota(session, answer)


def update(session: str, number: int, *, by: Actor, used: int, wanted: int | None = None) -> Quota:
    """Debit what was used since the last report and reserve anew.

    Nothing granted and `final` is the end: release. Raises UnknownSession, SessionClosed, Conflict.
    """
    by.must("usage.charge")
    wanted = max(used, 1) if wanted is None else wanted
    return _quota(session, _charge(_request(session, number, "update", by, used, wanted)))


def release(session: str, number: int, *, by: Actor, used: int) -> Quota:
    """Debit the rest, free what is held and write the usage record. Raises as `update` does."""
    by.must("usage.charge")
    with db.transaction():
        return _close(_request(session, number, "release", by, used, 0))


def expire_silent(limit: int = 500) -> int:
    """Close sessions that were not heard of in time; what they hold comes back."""
    moment = clock.now()
    query = (
        select(ChargingSession.key)
        .where(ChargingSession.closed_at.is_(None), ChargingSession.valid_until < moment)
        .order_by(ChargingSession.valid_until)
        .limit(limit)
    )
    expired = 0
    for key in db.session.scalars(query).all():
        try:
            with db.transaction():
                _close(_request(key, _EXPIRY, "expire", SYSTEM, 0, 0))
                expired += 1
        except SessionClosed:
            continue  # it was heard of in the meantime, or released
    return expired


def _close(request: dict[str, Any]) -> Quota:
    """In the caller's transaction: settle, and leave one usage record of the whole session."""
    answer = _charge(request)
    quota = _quota(request["key"], answer)
    query = select(ChargingSession).where(ChargingSession.key == request["key"])
    closed = db.session.scalars(query.execution_options(populate_existing=True)).one()
    _carry_on(closed)
    use = _use(closed)
    known = select(UsageRecord.identity).where(
        UsageRecord.identity == use.identity, UsageRecord.started_at == use.started_at
    )
    if closed.used and db.session.scalar(known) is None:
        _write(closed, use)
        tell(closed.drawn_buckets)
        customers = select(Line.customer_id).where(Line.id == closed.line_id)
        customer_id = db.session.scalars(customers).one()
        events.announce(UsageRated((closed.line_id,)))
        events.announce(BalanceChanged(closed.line_id, customer_id, quota.balance.amount))
    return quota


def _write(closed: ChargingSession, use: Use) -> None:
    """The record, with what was drawn and paid while it went on, and the sum of its day.

    It is never rated anew: prepaid lines pay as they go, so `later.after` leaves out their records.
    """
    months.make(db.session.connection(), [months.month_of(use.started_at)])
    tables.insert_records([(use, _outcome(closed))], clock.now())
    timezone = select(Market.timezone).join(Line, Line.market_code == Market.code)
    zone = ZoneInfo(db.session.scalars(timezone.where(Line.id == use.line_id)).one())
    tables.add_to_day(use.line_id, use.started_at.astimezone(zone).date(), use.kind, use.quantity)


def _outcome(closed: ChargingSession) -> Outcome:
    parts: tuple[Part, ...] = ()
    if closed.uncovered and closed.price:
        parts = (Part(closed.opened_at, closed.uncovered, closed.price, closed.per),)
    return Outcome(
        closed.paid,
        dict(zip(closed.drawn_buckets, closed.drawn_units, strict=True)),
        Rated(Decimal(0), parts),
        limited=closed.paid < closed.due,
    )


def _carry_on(closed: ChargingSession) -> None:
    """What the session held of buckets that ended meanwhile was not left to the next ones."""
    query = select(Bucket.id).where(
        Bucket.line_id == closed.line_id,
        Bucket.kind == closed.kind,
        Bucket.expires_at > closed.opened_at,
        Bucket.expires_at <= closed.closed_at,
    )
    tables.carry_on(db.session.scalars(query).all())


def _use(closed: ChargingSession) -> Use:
    record = NewRecord(
        closed.line_id,
        closed.kind,
        closed.opened_at,
        closed.used,
        closed.other_party,
        source=SOURCE,
        record_id=closed.key,
    )
    return Use(
        record.identity,
        closed.line_id,
        closed.kind,
        closed.opened_at,
        closed.used,
        closed.closed_at if closed.kind is UsageKind.DATA else None,
        closed.other_party,
    )


def _request(
    session: str, number: int, action: str, by: Actor, used: int, wanted: int
) -> dict[str, Any]:
    if not (0 < len(session) <= LONGEST_KEY and session.isprintable()):
        raise Invalid(field="session")
    if not (0 <= number < 2**31 or (action == "expire" and number == _EXPIRY)):
        raise Invalid(field="number")
    for name, value in (("used", used), ("wanted", wanted)):
        if not 0 <= value <= MOST:
            raise Invalid(field=name)
    return _NOTHING | {
        "key": session,
        "number": number,
        "action": action,
        "markets": sorted(by.markets) or None,
        "now": clock.now(),
        "used": used,
        "wanted": wanted,
        "validity": VALIDITY,
    }


def _opening(terms: Terms, kind: UsageKind, other_party: str | None) -> dict[str, Any]:
    moment = clock.now()
    policies = _policies_of(terms.market_code, int(moment.timestamp() // 60))
    calendar = Calendar(policies.timezone, holidays_of(terms.market_code))
    price = terms.price(kind, other_party, moment, calendar)
    return {
        "line": terms.line_id,
        "kind": kind.value,
        "other_party": other_party,
        "version": terms.version_id,
        "per": price.step.per,
        "price": price.step.price,
        "minimum": price.step.minimum,
        "increment": price.step.increment,
        "allowance": price.allowance,
        "currency": terms.currency,
        "exponent": terms.exponent,
        "half_even": policies.money_rounding is Rounding.HALF_EVEN,
        "order": list(policies.bucket_order),
    }


def _quota(session: str, answer: _Answer) -> Quota:
    if answer.result in _REFUSALS:
        raise _REFUSALS[answer.result]
    if answer.result != "done":  # session_exists, differs
        raise Conflict(field="session" if answer.result == "session_exists" else "number")
    return Quota(
        session,
        answer.granted,
        answer.final,
        VALIDITY,
        Money(answer.paid, answer.currency),
        Money(answer.balance, answer.currency),
    )


def _charge(request: Mapping[str, Any]) -> _Answer:
    answer = _ask(_CHARGE, tuple(request.values()))
    assert answer is not None  # noqa: S101 - a function always answers
    return _Answer(*answer)


def _ask(statement: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """One round trip that commits itself; inside a transaction it is a part of that.

    What is asked here may be asked again, so a connection that has died is simply replaced.
    """
    session = db.session()
    bind = session.get_bind()
    if session.info.get("in_transaction") or not isinstance(bind, Engine):
        with db.transaction():
            row = session.connection().exec_driver_sql(statement, values).one_or_none()
            return None if row is None else tuple(row)
    try:
        return _autocommitted(bind, statement, values)
    except psycopg.OperationalError:
        pass
    try:
        return _autocommitted(bind, statement, values)
    except psycopg.OperationalError as error:
        raise Unavailable from error


def _autocommitted(
    engine: Engine, statement: str, values: tuple[Any, ...]
) -> tuple[Any, ...] | None:
    """By the driver itself: what SQLAlchemy does around a statement takes as long as this one."""
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    try:
        connection.autocommit = True
        answer: tuple[Any, ...] | None = connection.execute(statement, values).fetchone()
        connection.autocommit = False
    except psycopg.Error as error:
        pooled.invalidate()
        if isinstance(error, psycopg.errors.UniqueViolation):  # at once, for another line
            raise Conflict(field="session") from error
        if isinstance(error, psycopg.DataError):
            raise Invalid(field="used") from error
        raise
    finally:
        pooled.close()
    return answer


def _terms_of(line_id: UUID) -> Terms:
    """As remembered; the function refuses the price of a plan that has ended."""
    terms = _known.get(line_id)
    if terms is None:
        row = _ask(_TERMS, (line_id, clock.now()))
        if row is None:
            raise NotFound
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        terms = _known[line_id] = Terms(*row)
    return terms


@lru_cache(maxsize=500)
def _policies_of(market_code: str, _minute: int) -> Policies:
    """Remembered for a minute."""
    with db.transaction():
        return policies_at(market_code, clock.now())
