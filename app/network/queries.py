"""Reading outages and orders."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, or_, select

from app.core import clock, db
from app.network.models import OrderStatus, Outage, PortIn, ProvisioningOrder
from app.network.port import Action
from app.subscriptions.models import Line

LATELY = timedelta(days=30)


def outages_for(
    market_code: str, city: str | None = None, service: str | None = None
) -> list[Outage]:
    """What is out now in a market, in a city of it, or for one service; latest first."""
    moment = clock.now()
    query = select(Outage).where(
        Outage.market_code == market_code,
        Outage.started_at <= moment,
        or_(Outage.ended_at.is_(None), Outage.ended_at > moment),
    )
    if city is not None:
        query = query.where(func.lower(Outage.area) == city.lower())
    if service is not None:
        query = query.where(Outage.service == service)
    return list(db.session.scalars(query.order_by(Outage.started_at.desc(), Outage.id)))


def expected_end_of(outage_id: UUID) -> datetime | None:
    return db.session.scalar(select(Outage.expected_end_at).where(Outage.id == outage_id))


def outages_of(line: Line) -> list[Outage]:
    """What is out now where the line's customer lives."""
    return outages_for(line.market_code, line.customer.city, line.service.value)


def outages_lately(market_code: str, city: str, limit: int = 5) -> list[Outage]:
    """What was out in a city, or still is, in the last weeks; latest first."""
    since = clock.now() - LATELY
    query = select(Outage).where(
        Outage.market_code == market_code,
        func.lower(Outage.area) == city.lower(),
        or_(Outage.ended_at.is_(None), Outage.ended_at > since),
    )
    return list(db.session.scalars(query.order_by(Outage.started_at.desc()).limit(limit)))


def orders_of(line_id: UUID, limit: int = 10) -> list[ProvisioningOrder]:
    """The latest orders of a line, newest first."""
    query = select(ProvisioningOrder).where(ProvisioningOrder.line_id == line_id)
    return list(db.session.scalars(query.order_by(ProvisioningOrder.id.desc()).limit(limit)))


def was_activated(line_id: UUID) -> bool:
    """Whether the network has switched this line on before."""
    done = exists().where(
        ProvisioningOrder.line_id == line_id,
        ProvisioningOrder.action == Action.ACTIVATE.value,
        ProvisioningOrder.status == OrderStatus.DONE,
    )
    return bool(db.session.scalar(select(done)))


def why_failed(order_id: UUID) -> str:
    """The network's last word on an order."""
    kind, _colon, words = (
        db.session.get_one(ProvisioningOrder, order_id).last_error or ""
    ).partition(": ")
    return words or kind


def port_ins_of(account_ids: Sequence[UUID], limit: int = 10) -> list[PortIn]:
    """Numbers that came or are to come to some accounts, newest first."""
    query = select(PortIn).where(PortIn.account_id.in_(account_ids))
    return list(db.session.scalars(query.order_by(PortIn.created_at.desc()).limit(limit)))


def due_orders(at: datetime, limit: int = 200) -> list[UUID]:
    """Pending orders whose time has come, in the order they were placed."""
    query = (
        select(ProvisioningOrder.id)
        .where(ProvisioningOrder.status == OrderStatus.PENDING, ProvisioningOrder.due_at <= at)
        .order_by(ProvisioningOrder.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))
