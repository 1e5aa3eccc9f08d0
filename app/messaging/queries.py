"""Reads for the screens of channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.conversations.cards import without_card_numbers
from app.conversations.models import Inbox
from app.core import db
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.messaging import switch
from app.messaging.models import (
    CallStatus,
    Contact,
    Delivery,
    DeliveryState,
    ProviderCall,
)

SHOWN = 100


@dataclass(frozen=True, slots=True)
class FailedCall:
    """`opening` is how it begins, as far as it is text."""

    id: UUID
    inbox_name: str
    channel: str
    at: datetime
    error: str
    opening: str

    @property
    def is_quarantined(self) -> bool:
        """Nobody can tell who sent it: nothing is wrong on our side."""
        return self.error.startswith("Quarantined:")


def inboxes_of(actor: Actor) -> list[Inbox]:
    """Those of the actor's markets that a provider carries."""
    query = (
        select(Inbox)
        .where(in_markets_of(actor, Inbox.market_code))
        .order_by(Inbox.market_code, Inbox.channel, Inbox.name, Inbox.id)
    )
    return [each for each in db.session.scalars(query) if switch.is_served(each)]


def web_chats_of(actor: Actor) -> list[Inbox]:
    """Those on the sites of the actor's markets."""
    query = select(Inbox).where(Inbox.channel == "webchat", in_markets_of(actor, Inbox.market_code))
    return list(db.session.scalars(query.order_by(Inbox.market_code, Inbox.name, Inbox.id)))


def failed_counts(inbox_ids: Sequence[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Calls not understood, and deliveries that failed, by inbox."""
    calls = (
        select(ProviderCall.inbox_id, func.count())
        .where(ProviderCall.status == CallStatus.FAILED, ProviderCall.inbox_id.in_(inbox_ids))
        .group_by(ProviderCall.inbox_id)
    )
    deliveries = (
        select(Delivery.inbox_id, func.count())
        .where(Delivery.state == DeliveryState.FAILED, Delivery.inbox_id.in_(inbox_ids))
        .group_by(Delivery.inbox_id)
    )
    return (
        dict(db.session.execute(calls).all()),
        dict(db.session.execute(deliveries).all()),
    )


def failed_calls(actor: Actor, limit: int = SHOWN) -> list[FailedCall]:
    query = (
        select(ProviderCall, Inbox)
        .join(Inbox, Inbox.id == ProviderCall.inbox_id)
        .where(ProviderCall.status == CallStatus.FAILED, in_markets_of(actor, Inbox.market_code))
        .order_by(ProviderCall.number.desc())
        .limit(limit)
    )
    return [
        FailedCall(call.id, inbox.name, inbox.channel, call.at, call.error or "", _opening(call))
        for call, inbox in db.session.execute(query)
    ]


def failed_deliveries(actor: Actor, limit: int = SHOWN) -> list[Delivery]:
    query = (
        select(Delivery)
        .join(Inbox, Inbox.id == Delivery.inbox_id)
        .where(Delivery.state == DeliveryState.FAILED, in_markets_of(actor, Inbox.market_code))
        .options(joinedload(Delivery.inbox))
        .order_by(Delivery.number.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def heard_at(inbox_id: UUID, address: str) -> datetime | None:
    """When this address wrote last."""
    found = db.session.get(Contact, (inbox_id, address))
    return found.heard_at if found is not None else None


def _opening(call: ProviderCall) -> str:
    text = call.call.body[:300].decode(errors="replace")
    return without_card_numbers("".join(sign if sign.isprintable() else " " for sign in text))
