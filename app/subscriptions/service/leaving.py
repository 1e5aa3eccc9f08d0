"""Ordering that a line is disconnected for good, and taking the order back before it is done.

Carrying it out is billing's, which knows what is owed: billing.service.leaving.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.ids import new_id
from app.customers.contact import plain_text
from app.subscriptions import access
from app.subscriptions.errors import LineLeaving, NotPending, ProofNeeded
from app.subscriptions.events import DisconnectionOrdered, DisconnectionTakenBack
from app.subscriptions.models import Disconnection, Leaving, Line, OrderStatus
from app.subscriptions.service.standing import refuse_gone


def order_disconnection(
    line_id: UUID,
    reason: Leaving | str,
    due_at: datetime,
    *,
    by: Actor,
    permission: str = "subscriptions.cancel",
    proof: str | None = None,
) -> Disconnection:
    """Have the line disconnected at `due_at`, or now. Ordered again, the first order stands.

    A death needs its proof. Raises ProofNeeded, LinePorted, LineDisconnected.
    """
    with db.transaction():
        line = access.line_for(by, line_id, permission, lock=True)
        refuse_gone(line)
        now = clock.now()
        reason = Leaving(reason)
        if found := pending_of(line.id):
            return found
        if reason is Leaving.DEATH and not (proof or "").strip():
            raise ProofNeeded
        order = Disconnection(
            id=new_id(),
            line=line,
            reason=reason,
            status=OrderStatus.PENDING,
            due_at=max(due_at, now),
            ordered_by=by.name,
            proof=plain_text(proof, field="proof", longest=300) if proof else None,
            steps=[],
            created_at=now,
        )
        db.session.add(order)
        db.session.flush()  # listeners may ask for it
        audit.record(
            by,
            "line.leaving",
            "line",
            line.id,
            reason=reason,
            due_at=order.due_at,
            proof=order.proof,
        )
        events.announce(
            DisconnectionOrdered(order.id, line.id, line.customer_id, reason.value, order.due_at)
        )
    return order


def take_back(
    order_id: UUID, *, by: Actor, why: str, permission: str = "subscriptions.cancel"
) -> Disconnection:
    """The line stays. Taking it back twice changes nothing. Raises NotPending once it is done."""
    with db.transaction():
        order = locked(order_id)
        line = access.line_for(by, order.line_id, permission)
        if order.status is OrderStatus.CANCELLED:
            return order
        if order.status is not OrderStatus.PENDING:
            raise NotPending
        order.status, order.ended_at = OrderStatus.CANCELLED, clock.now()
        order.cancelled_why = plain_text(why, field="why", longest=300)
        audit.record(by, "line.stays", "line", line.id, why=order.cancelled_why)
        events.announce(
            DisconnectionTakenBack(order.id, line.id, line.customer_id, order.reason.value)
        )
    return order


def locked(order_id: UUID) -> Disconnection:
    """The order and its line, the line first as every command takes them. Raises NotPending."""
    line_id = db.session.scalar(select(Disconnection.line_id).where(Disconnection.id == order_id))
    if line_id is None:
        raise NotPending
    access.line_for(SYSTEM, line_id, lock=True)
    query = select(Disconnection).where(Disconnection.id == order_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def pending_of(line_id: UUID) -> Disconnection | None:
    query = select(Disconnection).where(
        Disconnection.line_id == line_id, Disconnection.status == OrderStatus.PENDING
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def refuse_leaving(line: Line) -> None:
    """A line that is about to go gets nothing new."""
    if order := pending_of(line.id):
        raise LineLeaving(rule=order.reason.value)
