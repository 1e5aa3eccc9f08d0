"""Providers' calls as they came: what they said is in conversations, so they are kept for a while
only, in which they may be read again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from app.conversations.models import Inbox
from app.core import clock, db
from app.messaging import retention
from app.messaging.models import CallStatus, ProviderCall

FAILED_DAYS = 90
AT_ONCE = 1000
_MOST_BATCHES = 200


def forget_calls() -> int:
    """Those that were worked off longer ago than their market keeps them, and those that failed
    and nobody mended. A batch a transaction; what is left over goes next time."""
    now = clock.now()
    forgotten = 0
    for market_code, inbox_ids in _inboxes().items():
        done = now - timedelta(days=retention.days_of(market_code))
        forgotten += _forget(CallStatus.DONE, done, inbox_ids)
        forgotten += _forget(CallStatus.FAILED, now - timedelta(days=FAILED_DAYS), inbox_ids)
    return forgotten


def _forget(status: CallStatus, before: datetime, inbox_ids: Sequence[UUID]) -> int:
    forgotten = 0
    for _ in range(_MOST_BATCHES):
        with db.transaction():
            oldest = (
                select(ProviderCall.id)
                .where(
                    ProviderCall.status == status,
                    ProviderCall.status != CallStatus.WAITING,
                    ProviderCall.done_at < before,
                    ProviderCall.inbox_id.in_(inbox_ids),
                )
                .order_by(ProviderCall.done_at)
                .limit(AT_ONCE)
                .with_for_update(skip_locked=True)
            )
            old = delete(ProviderCall).where(ProviderCall.id.in_(oldest))
            gone = len(db.session.execute(old.returning(ProviderCall.id)).all())
        forgotten += gone
        if gone < AT_ONCE:
            break
    return forgotten


def _inboxes() -> dict[str, list[UUID]]:
    """By market."""
    found: dict[str, list[UUID]] = {}
    for market_code, inbox_id in db.session.execute(select(Inbox.market_code, Inbox.id)):
        found.setdefault(market_code, []).append(inbox_id)
    return found
