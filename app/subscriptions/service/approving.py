"""What a company's employees want and its managers approve: plans and add-ons on their lines."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.sweeps import one_by_one
from app.customers import access as customers
from app.customers import queries as people
from app.customers.contact import plain_text
from app.subscriptions import access
from app.subscriptions.errors import AlreadyDecided, ApprovalNeeded, NoApprovalNeeded, OwnRequest
from app.subscriptions.events import ApprovalDecided, ApprovalRequested
from app.subscriptions.models import Line, PlanRequest, RequestStatus
from app.subscriptions.service.standing import refuse_unusable

VALID_FOR = timedelta(days=7)


def needs_approval(line: Line, by: Actor) -> bool:
    """An employee's own change of her line; staff and the company itself change at once."""
    own = by.is_customer and by.id == line.customer_id
    return own and line.customer.parent_id is not None


def refuse_unapproved(line: Line, by: Actor) -> None:
    if needs_approval(line, by):
        raise ApprovalNeeded


def ask(line_id: UUID, offer_version_id: UUID, *, by: Actor, effect_key: str) -> PlanRequest:
    """Ask the company's managers for a plan or add-on. The same `effect_key`, the same request.

    Raises NoApprovalNeeded, OfferNotAvailable, and LineNotActive and its kinds.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.change", lock=True)
        if found := _done_before(line, effect_key):
            return found
        if not needs_approval(line, by) or line.customer.parent_id is None:
            raise NoApprovalNeeded
        refuse_unusable(line)
        now = clock.now()
        version = catalog.version_on_sale(offer_version_id, now)
        new = PlanRequest(
            id=new_id(),
            company_id=line.customer.parent_id,
            line=line,
            requester=line.customer,
            version=version,
            status=RequestStatus.PENDING,
            created_at=now,
            expires_at=now + VALID_FOR,
            effect_key=effect_key,
        )
        db.session.add(new)
        db.session.flush()  # its id is needed for the trail
        audit.record(by, "approval.requested", "line", line.id, offer=version.offer.code)
        events.announce(ApprovalRequested(new.id, new.company_id, new.requested_by, now))
    return new


def refuse_request(request_id: UUID, *, by: Actor, note: str) -> PlanRequest:
    """A manager says no, and why."""
    with db.transaction():
        request = for_decision(request_id, by)
        close(request, RequestStatus.REFUSED, by, plain_text(note, field="note", longest=500))
    return request


def for_decision(request_id: UUID, by: Actor) -> PlanRequest:
    """The pending request, locked, if this person may decide on it; her own she may not.

    A manager of the company or of one above it, or staff with the permission. Everybody else
    finds nothing. Raises OwnRequest, AlreadyDecided.
    """
    query = select(PlanRequest).where(PlanRequest.id == request_id)
    query = query.with_for_update(of=PlanRequest).execution_options(populate_existing=True)
    request = db.session.scalar(query)
    if request is None:
        raise NotFound
    if by.is_customer:
        if by.id == request.requested_by:
            raise OwnRequest
        if not people.manages(by.id, request.company_id):
            raise NotFound
    else:
        customers.customer_for(by, request.company_id)
    by.must("requests.decide")
    if request.status is not RequestStatus.PENDING or request.expires_at <= clock.now():
        raise AlreadyDecided
    return request


def close(request: PlanRequest, outcome: RequestStatus, by: Actor, note: str | None) -> None:
    """In the caller's transaction."""
    moment = clock.now()
    request.status, request.decided_at = outcome, moment
    request.decided_by, request.note = by.name, note
    audit.record(by, f"approval.{outcome.value}", "line", request.line_id, note=note)
    events.announce(
        ApprovalDecided(request.id, request.company_id, request.requested_by, outcome.value, moment)
    )


def expire_due() -> int:
    """What nobody decided in time is no longer asked."""
    query = select(PlanRequest.id).where(
        PlanRequest.status == RequestStatus.PENDING, PlanRequest.expires_at <= clock.now()
    )
    return one_by_one(_expire, db.session.scalars(query).all())


def _expire(request_id: UUID) -> bool:
    """Unless somebody decides at this moment, or has."""
    query = select(PlanRequest).where(
        PlanRequest.id == request_id, PlanRequest.status == RequestStatus.PENDING
    )
    with db.transaction():
        request = db.session.scalar(query.with_for_update(of=PlanRequest, skip_locked=True))
        if request is None:
            return False
        close(request, RequestStatus.EXPIRED, SYSTEM, None)
    return True


def _done_before(line: Line, effect_key: str) -> PlanRequest | None:
    query = select(PlanRequest).where(PlanRequest.effect_key == effect_key)
    found = db.session.scalar(query)
    if found is not None and found.line_id != line.id:
        raise Conflict(field="effect_key")
    return found
