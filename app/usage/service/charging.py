"""Prepaid sessions paid for while they go on: authorise, update, release.

Each request is one call of one function in the database (app/usage/charging_sql), committed by
itself, and may be repeated: the same number of the same session gets the same answer. Requests
are their own append-only record, so they have no entry in the audit trail beside it.

A session costs at any time what one record of all that was reported would cost, rated when it is
asked: what that comes to more is taken, what it comes to less is given back. It draws on the
line's own buckets and on those that its family shares with it, and takes no more than they have:
what is carried on as a debt is for records.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

import psycopg
from sqlalchemy import select

from app.catalog.models import UsageKind
from app.core import at_once, clock, db
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, Invalid, NotFound, Refusal
from app.core.money import Money, Rounding
from app.core.sweeps import one_by_one
from app.markets.policies import Policies
from app.markets.queries import policies_at
from app.subscriptions import access
from app.subscriptions.errors import LineNotActive
from app.subscriptions.models import BlockEffect
from app.subscriptions.service.standing import refuse_unusable
from app.usage import session_pricing
from app.usage.charging import LONGEST_KEY, MOST, USUAL, VALIDITY, Quota, Terms, Traffic
from app.usage.errors import (
    CreditExhausted,
    NoPriceAbroad,
    NotPrepaid,
    SessionClosed,
    UnknownSession,
)
from app.usage.models import ChargingSession
from app.usage.records import LONGEST_CALL
from app.usage.service import session_records

# The numbers of requests that we make ourselves: when nothing was heard, and when the line moves.
_EXPIRY = -1
_MOVED = -2

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
    "most": "bigint",
    "longest_call": "bigint",
    "ats": "bigint[]",
    "prices": "numeric[]",
    "pers": "bigint[]",
    "minima": "bigint[]",
    "increments": "bigint[]",
    "known_until": "bigint",
    "line": "uuid",
    "kind": "text",
    "other_party": "text",
    "network": "text",
    "version": "uuid",
    "connect": "numeric",
    "free_below": "bigint",
    "priced_from": "timestamptz",
    "before": "bigint",
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


_BARRED = frozenset({BlockEffect.OUTGOING, BlockEffect.ALL})
# What lines' plans say, so that a session is opened in one round trip.
_known: dict[UUID, Terms] = {}
_MOST_KNOWN = 50_000

_REFUSALS: Mapping[str, type[Refusal]] = {
    "unknown_session": UnknownSession,
    "unknown_line": NotFound,
    "not_prepaid": NotPrepaid,
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
    network: str | None = None,
    number: int = 0,
) -> Quota:
    """Open a session and reserve `wanted` units, or as many as buckets and credit can bear.

    `network` is the one visited, where that is not ours; without a price there, an allowance for
    there is all there is. Raises CreditExhausted when that is none,
    NotPrepaid, LineNotActive, LineBlocked, NotFound, NoPriceAbroad, and Conflict for a session or
    number that is known with another content.
    """
    by.must("usage.charge")
    wanted = USUAL[kind] if wanted is None else wanted
    traffic = _traffic(kind, other_party, network)
    request = _request(session, number, "authorise", by, used=0, wanted=wanted)
    answer = _charge(request | _opening(_terms_of(line_id, by), traffic, request))
    if answer.result == "stale_price":
        _known.pop(line_id, None)  # another plan, or none any more
        answer = _charge(request | _opening(_terms_of(line_id, by), traffic, request))
    if answer.result == "no_price":
        raise NoPriceAbroad(network=network)
    if answer.result in {"not_in_service", "blocked"}:
        _refuse(line_id, by)
    return _quota(session, answer)


def update(session: str, number: int, *, by: Actor, used: int, wanted: int | None = None) -> Quota:
    """Debit what was used since the last report and reserve anew.

    Nothing granted and `final` is the end: release. Raises UnknownSession, SessionClosed, Conflict.
    """
    by.must("usage.charge")
    wanted = max(used, 1) if wanted is None else wanted
    return _quota(session, _go_on(_request(session, number, "update", by, used, wanted)))


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
    return one_by_one(_expire, db.session.scalars(query).all())


def end_sessions(line_id: UUID) -> int:
    """Settle every open session as far as it was reported, in the caller's transaction: what they
    hold comes back. The network hears of it when it asks for more."""
    query = select(ChargingSession.key).where(
        ChargingSession.line_id == line_id, ChargingSession.closed_at.is_(None)
    )
    keys = db.session.scalars(query).all()
    for key in keys:
        _close(_request(key, _MOVED, "release", SYSTEM, 0, 0))
    return len(keys)


def _expire(key: str) -> bool:
    try:
        with db.transaction():
            _close(_request(key, _EXPIRY, "expire", SYSTEM, 0, 0))
    except SessionClosed:
        return False  # it was heard of in the meantime, or released
    return True


def _close(request: dict[str, Any]) -> Quota:
    """In the caller's transaction: settle, and leave one usage record of the whole session."""
    quota = _quota(request["key"], _go_on(request))
    session_records.leave(request["key"], quota.balance.amount)
    return quota


def _go_on(request: dict[str, Any]) -> _Answer:
    """A request of a session that is open; rarely its tariff must be worked out further first."""
    answer = _charge(request)
    if answer.result == "more_stretches":
        units = request["used"] + request["wanted"]
        answer = _charge(request | session_pricing.further(request["key"], units))
    return answer


def _request(
    session: str, number: int, action: str, by: Actor, used: int, wanted: int
) -> dict[str, Any]:
    if not (0 < len(session) <= LONGEST_KEY and session.isprintable()):
        raise Invalid(field="session")
    if not (0 <= number < 2**31 or (by is SYSTEM and number in {_EXPIRY, _MOVED})):
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
        "most": MOST,
        "longest_call": LONGEST_CALL,
    }


def _traffic(kind: UsageKind, other_party: str | None, network: str | None) -> Traffic:
    if other_party is not None and not (other_party.isprintable() and len(other_party) <= 100):
        raise Invalid(field="other_party")
    if network is not None and not (network.isascii() and network.isdigit() and len(network) <= 6):
        raise Invalid(field="network")
    return Traffic(kind, other_party, network)


def _opening(terms: Terms, traffic: Traffic, request: Mapping[str, Any]) -> dict[str, Any]:
    moment = request["now"]
    policies = _policies_of(terms.market_code, int(moment.timestamp() // 60))
    pricing = session_pricing.opening(terms, traffic, moment, policies)
    return session_pricing.written(pricing, request["wanted"]) | {
        "line": terms.line_id,
        "kind": traffic.kind.value,
        "other_party": traffic.other_party,
        "network": traffic.network,
        "version": terms.version_id,
        "connect": pricing.connect,
        "free_below": pricing.tariff.free_below,
        "priced_from": pricing.call.started_at,
        "before": pricing.call.seconds,
        "allowance": pricing.tariff.allowance,
        "currency": terms.currency,
        "exponent": terms.exponent,
        "half_even": policies.money_rounding is Rounding.HALF_EVEN,
        "order": list(policies.bucket_order),
    }


def _quota(session: str, answer: _Answer) -> Quota:
    if answer.result in _REFUSALS:
        raise _REFUSALS[answer.result]
    if answer.result == "absurd":
        raise Invalid(field="used")
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
    """One round trip that commits itself; inside a transaction it is a part of that."""
    session = db.session()
    if session.info.get("in_transaction"):
        row = session.connection().exec_driver_sql(statement, values).one_or_none()
        return None if row is None else tuple(row)
    try:
        return at_once.row(statement, values)
    except psycopg.errors.UniqueViolation as error:  # at once, for another line
        raise Conflict(field="session") from error
    except psycopg.DataError as error:
        raise Invalid(field="used") from error


def _terms_of(line_id: UUID, by: Actor) -> Terms:
    """As remembered; the function refuses the price of a plan that has ended."""
    terms = _known.get(line_id)
    if terms is None:
        row = _ask(_TERMS, (line_id, clock.now()))
        if row is None:
            _refuse(line_id, by)
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        terms = _known[line_id] = Terms(*row)
    return terms


def _refuse(line_id: UUID, by: Actor) -> NoReturn:
    """A line that is blocked or without a plan in force: it has left, is not active yet, or is none
    of theirs."""
    with db.transaction():
        line = access.line_for(by, line_id, "usage.charge")
        refuse_unusable(line, effects=_BARRED)
        raise LineNotActive(rule="no_plan")


@lru_cache(maxsize=500)
def _policies_of(market_code: str, _minute: int) -> Policies:
    """Remembered for a minute."""
    with db.transaction():
        return policies_at(market_code, clock.now())
