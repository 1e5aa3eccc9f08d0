"""Gateways: what they call us with, whom they serve, how they do."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.payments.methods import Method


class CallResult(StrEnum):
    """What became of a callback. Refused ones are kept, and change nothing."""

    APPLIED = "applied"
    NOTHING_NEW = "nothing_new"
    UNKNOWN_PAYMENT = "unknown_payment"
    WRONG_AMOUNT = "wrong_amount"
    SENT_BACK = "sent_back"  # a success after our own reversal, or for a line that has gone
    NOT_OURS = "not_ours"  # the gateway tells of something that we do not act on


class GatewayCall(db.Base):
    """A callback as received: stored before it is understood, one effect per event id."""

    __tablename__ = "gateway_call"
    __table_args__ = (UniqueConstraint("provider", "event_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    provider: Mapped[str] = mapped_column(Text)
    event_id: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"), index=True)
    result: Mapped[CallResult]
    received_at: Mapped[datetime]
    copies: Mapped[int] = mapped_column(default=1)


class GatewayRoute(db.Base):
    """An administrator's choice: which gateway serves a method in a market; None is nobody."""

    __tablename__ = "gateway_route"

    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"), primary_key=True)
    method: Mapped[Method] = mapped_column(primary_key=True)
    provider: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime]


class GatewayHealth(db.Base):
    """How a gateway answered lately. A row is written when that changes, not at every call."""

    __tablename__ = "gateway_health"

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    answers: Mapped[bool]
    since: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(Text)
    last_error_at: Mapped[datetime | None]
