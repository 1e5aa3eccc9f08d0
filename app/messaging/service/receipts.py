"""How far something we sent has come, as its provider tells; never backwards."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.conversations.cleaning import shortened
from app.conversations.service import marks
from app.core import clock, db, turns
from app.customers import notices
from app.messaging.models import PROGRESS, Delivery, DeliveryState, EarlyReceipt
from app.messaging.service import enclosures
from channels.port import Receipt, State

_MEMORY = timedelta(days=7)
_LONGEST_CODE = 100
_LONGEST_REASON = 500


def note(inbox_id: UUID, receipt: Receipt) -> None:
    """Joins the caller's transaction. What is told of a sending we do not know yet is kept."""
    if receipt.provider_id:
        _take_turn(inbox_id, receipt.provider_id)
        found = _by_provider_id(inbox_id, receipt.provider_id)
        if not found:
            _keep(inbox_id, receipt.provider_id, receipt)
    else:
        found = _until(inbox_id, receipt)
    for delivery in found:
        progress(
            delivery,
            DeliveryState(receipt.state.value),
            at=receipt.at or clock.now(),
            code=receipt.code,
            reason=receipt.reason,
        )


def handed_over(delivery: Delivery, provider_id: str) -> None:
    """The provider took it, and may have told more of it already."""
    _take_turn(delivery.inbox_id, provider_id)
    delivery.provider_id = provider_id
    delivery.sent_at = clock.now()
    progress(delivery, DeliveryState.SENT, at=delivery.sent_at)
    query = select(EarlyReceipt).where(
        EarlyReceipt.inbox_id == delivery.inbox_id, EarlyReceipt.provider_id == provider_id
    )
    for early in db.session.scalars(query).all():
        state = DeliveryState(early.state.value)
        progress(delivery, state, at=early.at, code=early.code, reason=early.reason)
        db.session.delete(early)


def progress(
    delivery: Delivery,
    state: DeliveryState,
    *,
    at: datetime,
    code: str = "",
    reason: str = "",
) -> None:
    """Joins the caller's transaction, which holds the row."""
    if PROGRESS[state] <= PROGRESS[delivery.state]:
        return
    delivery.state, delivery.state_at = state, at
    failed = state is DeliveryState.FAILED
    told = (shortened(code, _LONGEST_CODE), shortened(reason, _LONGEST_REASON))
    delivery.code, delivery.error = told if failed else ("", "")
    if PROGRESS[state] > PROGRESS[DeliveryState.FAILED]:
        enclosures.let_go(delivery)
    show(delivery)


def show(delivery: Delivery) -> None:
    """On the message or the notice that it carries."""
    db.session.flush()  # the message shows all of its parts
    if delivery.notice_id is not None and delivery.state is not DeliveryState.QUEUED:
        notices.came_through(delivery.notice_id, sent=delivery.state is not DeliveryState.FAILED)
    if delivery.message_id is not None:
        _mark(delivery.message_id, delivery.inbox_id, delivery.shape.get("also", []))


def _mark(message_id: UUID, inbox_id: UUID, also: Sequence[str]) -> None:
    """A message of several parts has come as far as the last of them; failed when one has. `also`
    are messages that went with it."""
    query = select(Delivery).where(Delivery.message_id == message_id, Delivery.inbox_id == inbox_id)
    parts = list(db.session.scalars(query.execution_options(populate_existing=True)))
    last = min(
        parts, key=lambda each: (each.state is not DeliveryState.FAILED, PROGRESS[each.state])
    )
    told = {"state": last.state.value, "id": str(last.id), "code": last.code}
    if last.state is DeliveryState.QUEUED and last.attempts and last.error:
        told["state"] = "retrying"
    for each in (message_id, *map(UUID, also)):
        marks.mark(each, delivery=told)


def forget_early() -> int:
    """Of what we never sent ourselves, as other programs do with the same account."""
    with db.transaction():
        old = delete(EarlyReceipt).where(EarlyReceipt.at < clock.now() - _MEMORY)
        return len(db.session.execute(old.returning(EarlyReceipt.state)).all())


def _by_provider_id(inbox_id: UUID, provider_id: str) -> list[Delivery]:
    query = select(Delivery).where(
        Delivery.inbox_id == inbox_id, Delivery.provider_id == provider_id
    )
    return list(
        db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    )


def _until(inbox_id: UUID, receipt: Receipt) -> list[Delivery]:
    """Everything sent to somebody until then."""
    behind = [
        state
        for state, rank in PROGRESS.items()
        if 0 < rank < PROGRESS[DeliveryState(receipt.state.value)]
    ]
    query = (
        select(Delivery)
        .where(
            Delivery.inbox_id == inbox_id,
            Delivery.address == receipt.recipient,
            Delivery.sent_at.is_not(None),
            Delivery.created_at <= (receipt.up_to or clock.now()),
            Delivery.state.in_(behind),
        )
        .order_by(Delivery.number)
    )
    return list(
        db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    )


def _keep(inbox_id: UUID, provider_id: str, receipt: Receipt) -> None:
    new = insert(EarlyReceipt).values(
        inbox_id=inbox_id,
        provider_id=provider_id,
        state=State(receipt.state),
        at=receipt.at or clock.now(),
        code=shortened(receipt.code, _LONGEST_CODE),
        reason=shortened(receipt.reason, _LONGEST_REASON),
    )
    db.session.execute(new.on_conflict_do_nothing())


def _take_turn(inbox_id: UUID, provider_id: str) -> None:
    """Whoever learns the id and whoever is told of it do not pass each other unseen."""
    turns.take_turn(f"receipt:{inbox_id}:{provider_id}")
