"""Files of our own that go with a mail: kept until it has come, and while it may be sent again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select

from app.core import clock, db
from app.core.errors import NotFound
from app.messaging.models import Delivery, DeliveryState, Enclosure
from app.messaging.service.forgetting import FAILED_DAYS

# Mail servers try for five days before they send a mail back.
_DAYS = {DeliveryState.SENT: 7, DeliveryState.FAILED: FAILED_DAYS}


@dataclass(frozen=True, slots=True)
class Enclosed:
    name: str
    media_type: str
    content: bytes = field(repr=False)


def enclose(delivery: Delivery, files: Sequence[Enclosed]) -> None:
    """Joins the caller's transaction, which made the delivery."""
    kept = [
        Enclosure(
            delivery_id=delivery.id,
            name=each.name,
            media_type=each.media_type,
            content=each.content,
        )
        for each in files
    ]
    db.session.add_all(kept)
    db.session.flush()
    delivery.shape = {**delivery.shape, "enclosed": [str(each.id) for each in kept]}


def opened(enclosure_id: UUID) -> Enclosed:
    """Raises NotFound once it is gone."""
    query = select(Enclosure.name, Enclosure.media_type, Enclosure.content)
    found = db.session.execute(query.where(Enclosure.id == enclosure_id)).first()
    if found is None:
        raise NotFound
    return Enclosed(*found)


def let_go(delivery: Delivery) -> None:
    """It has come, and nobody needs its files any more. Joins the caller's transaction."""
    if "enclosed" in delivery.shape:
        db.session.execute(delete(Enclosure).where(Enclosure.delivery_id == delivery.id))


def forget() -> int:
    """Of mails that left and did not come back, and of those that failed and that nobody sent
    again, when failed calls are forgotten too."""
    now = clock.now()
    over = select(Delivery.id).where(
        Delivery.id == Enclosure.delivery_id,
        or_(*(_since(state, now - timedelta(days=days)) for state, days in _DAYS.items())),
    )
    with db.transaction():
        old = delete(Enclosure).where(over.exists()).returning(Enclosure.id)
        return len(db.session.execute(old).all())


def _since(state: DeliveryState, before: datetime) -> ColumnElement[bool]:
    return and_(Delivery.state == state, Delivery.state_at < before)
