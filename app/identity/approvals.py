"""Four eyes: above what somebody may do alone, a second person decides, and never the same one.

Who carries an action out hears ApprovalGranted in the transaction of the decision: it happens once,
and what is refused then is not approved either.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.money import Money
from app.core.reach import in_markets_of
from app.core.turns import take_turn
from app.identity.errors import AlreadyDecided, ApprovalNeeded, OwnRequest
from app.identity.events import ApprovalAsked, ApprovalEnded, ApprovalGranted
from app.identity.models import ApprovalRequest, ApprovalStatus, Staff
from app.markets import policies
from app.markets.queries import settings_at

Done = TypeVar("Done")

VALID_FOR = timedelta(days=3)

# In the market's currency, by role; a market's policy `approval_limits` has its own. Whose role
# is not named decides nothing alone.
LIMITS: Mapping[str, Mapping[str, str]] = {
    "payments.refund": {
        "manager": "2000",
        "supervisor": "2000",
        "billing_administrator": "5000",
        "administrator": "20000",
    },
    "billing.credit": {
        "manager": "1000",
        "supervisor": "1000",
        "billing_administrator": "5000",
        "administrator": "20000",
    },
    "billing.debit": {
        "manager": "1000",
        "supervisor": "1000",
        "billing_administrator": "5000",
        "administrator": "20000",
    },
    "outages.credit": {
        "supervisor": "5000",
        "billing_administrator": "5000",
        "administrator": "50000",
    },
    "billing.write_off": {"billing_administrator": "2000", "administrator": "20000"},
}


def _check(limits: Any) -> None:
    """By action and role, amounts in the market's currency."""
    for by_role in limits.values():
        for amount in by_role.values():
            if not Decimal(str(amount)).is_finite():
                raise ValueError(amount)


policies.declare("approval_limits", _check)


def limit_of(settings: Mapping[str, Any], action: str, roles: frozenset[str]) -> Decimal:
    """What somebody with these roles may do alone: the highest of them. Pure.

    An action that the market does not name has the usual limits.
    """
    limits = {**LIMITS, **settings.get("approval_limits", {})}.get(action, {})
    return max((Decimal(limits[role]) for role in roles if role in limits), default=Decimal(0))


def may_alone(by: Actor, market_code: str, action: str, amount: Money) -> bool:
    """Only staff are limited: customers cannot do such things, and rules do as they are told."""
    if not by.is_staff:
        return True
    return amount.amount <= limit_of(settings_at(market_code, clock.now()), action, by.roles)


def check(by: Actor, market_code: str, action: str, amount: Money) -> None:
    """Raises ApprovalNeeded when a second person must agree."""
    if not may_alone(by, market_code, action, amount):
        limit = limit_of(settings_at(market_code, clock.now()), action, by.roles)
        raise ApprovalNeeded(limit=str(limit), currency=amount.currency)


def done_or_asked(
    action: str,
    object_id: UUID,
    *,
    by: Actor,
    market_code: str,
    amount: Money,
    in_all: Money | None = None,
    why: str,
    facts: dict[str, Any],
    do: Callable[[], Done],
) -> Done | ApprovalRequest:
    """Have it done when the doer may alone, else ask a second person. In the caller's transaction.

    `in_all` is what the same comes to with what was done before, where that is what is limited.
    """
    if may_alone(by, market_code, action, amount if in_all is None else in_all):
        return do()
    return ask(
        action, object_id, by=by, market_code=market_code, amount=amount, why=why, facts=facts
    )


def approver_of(event: ApprovalGranted) -> Actor:
    """Who agreed, and in whose name it is done."""
    return db.session.get_one(Staff, event.approver_id).as_actor()


def ask(
    action: str,
    object_id: UUID,
    *,
    by: Actor,
    market_code: str,
    amount: Money,
    why: str,
    facts: dict[str, Any],
) -> ApprovalRequest:
    """A request that waits for a second person. The same request again is the same row."""
    with db.transaction():
        take_turn(f"approval:{action}:{object_id}")
        known = _waiting(action, object_id, by, amount, facts)
        if known is not None:
            return known
        moment = clock.now()
        request = ApprovalRequest(
            id=new_id(),
            action=action,
            object_id=str(object_id),
            market_code=market_code,
            amount=amount.amount,
            currency=amount.currency,
            why=why,
            facts=facts,
            status=ApprovalStatus.WAITING,
            asked_by=by.id,
            asked_by_name=by.name,
            asked_at=moment,
            expires_at=moment + VALID_FOR,
        )
        db.session.add(request)
        audit.record(by, "approval.asked", "approval", request.id, deed=action, amount=amount)
        events.announce(
            ApprovalAsked(request.id, action, market_code, amount.amount, amount.currency)
        )
    return request


def request_for(by: Actor, request_id: UUID, *, lock: bool = False) -> ApprovalRequest:
    """The one door: staff of its market who may decide. Raises NotFound, Forbidden."""
    query = select(ApprovalRequest).where(ApprovalRequest.id == request_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    request = db.session.scalar(query)
    if request is None or not by.is_staff or not by.sees_market(request.market_code):
        raise NotFound
    by.must("approvals.decide")
    return request


def approve(request_id: UUID, *, by: Actor) -> ApprovalRequest:
    """Agree, and have it carried out at once or not at all.

    Raises OwnRequest, AlreadyDecided, Forbidden without the action's own permission, and whatever
    the action refuses now.
    """
    with db.transaction():
        request = request_for(by, request_id, lock=True)
        check_second_person(request, by=by)
        _close(request, ApprovalStatus.APPROVED, by, "")
        db.session.flush()  # whoever carries it out may look
        events.announce(
            ApprovalGranted(
                request.id,
                request.action,
                request.object_id,
                request.amount,
                request.currency,
                request.why,
                request.facts,
                by.id,
            )
        )
    return request


def refuse(request_id: UUID, *, by: Actor, why: str) -> ApprovalRequest:
    """Say no. Who asked may take it back in the same way."""
    with db.transaction():
        request = request_for(by, request_id, lock=True)
        _check_waiting(request)
        _close(request, ApprovalStatus.REFUSED, by, why)
        _announce_end(request)
    return request


def expire_due() -> int:
    """Close what nobody decided in time; returns how many."""
    with db.transaction():
        query = (
            update(ApprovalRequest)
            .where(
                ApprovalRequest.status == ApprovalStatus.WAITING,
                ApprovalRequest.expires_at <= clock.now(),
            )
            .values(status=ApprovalStatus.EXPIRED, decided_at=clock.now())
            .returning(ApprovalRequest)
        )
        gone = db.session.scalars(query).all()
        for request in gone:
            _announce_end(request)
    return len(gone)


def waiting_for(by: Actor, limit: int = 200) -> list[ApprovalRequest]:
    """What this person may decide about, the oldest first; her own among it."""
    query = select(ApprovalRequest).where(
        ApprovalRequest.status == ApprovalStatus.WAITING,
        ApprovalRequest.expires_at > clock.now(),
        in_markets_of(by, ApprovalRequest.market_code),
    )
    query = query.order_by(ApprovalRequest.asked_at).limit(limit)
    return list(db.session.scalars(query))


def lately_decided(by: Actor, limit: int = 20) -> list[ApprovalRequest]:
    query = select(ApprovalRequest).where(
        ApprovalRequest.decided_at.is_not(None), in_markets_of(by, ApprovalRequest.market_code)
    )
    return list(db.session.scalars(query.order_by(ApprovalRequest.decided_at.desc()).limit(limit)))


def waiting_about(object_id: UUID) -> list[ApprovalRequest]:
    query = select(ApprovalRequest).where(
        ApprovalRequest.object_id == str(object_id),
        ApprovalRequest.status == ApprovalStatus.WAITING,
        ApprovalRequest.expires_at > clock.now(),
    )
    return list(db.session.scalars(query.order_by(ApprovalRequest.asked_at)))


def waiting_in(market_code: str, action: str) -> dict[str, ApprovalRequest]:
    """What waits of one action in a market, by the id of what it is about."""
    query = select(ApprovalRequest).where(
        ApprovalRequest.market_code == market_code,
        ApprovalRequest.action == action,
        ApprovalRequest.status == ApprovalStatus.WAITING,
        ApprovalRequest.expires_at > clock.now(),
    )
    return {each.object_id: each for each in db.session.scalars(query)}


def _waiting(
    action: str, object_id: UUID, by: Actor, amount: Money, facts: dict[str, Any]
) -> ApprovalRequest | None:
    for request in waiting_about(object_id):
        if (request.action, request.asked_by, request.money) == (action, by.id, amount):
            return request if request.facts == facts else None
    return None


def check_second_person(request: ApprovalRequest, *, by: Actor) -> None:
    """Raises OwnRequest, AlreadyDecided, and Forbidden without the action's own permission."""
    if request.asked_by == by.id:
        raise OwnRequest
    by.must(request.action)
    _check_waiting(request)


def _check_waiting(request: ApprovalRequest) -> None:
    if request.status != ApprovalStatus.WAITING or request.expires_at <= clock.now():
        raise AlreadyDecided


def _close(request: ApprovalRequest, status: ApprovalStatus, by: Actor, why: str) -> None:
    request.status = status
    request.decided_by, request.decided_by_name = by.id, by.name
    request.decided_at, request.decision = clock.now(), why
    audit.record(by, f"approval.{status.value}", "approval", request.id, asked_by=request.asked_by)


def _announce_end(request: ApprovalRequest) -> None:
    events.announce(
        ApprovalEnded(request.id, request.action, request.object_id, request.status.value)
    )
