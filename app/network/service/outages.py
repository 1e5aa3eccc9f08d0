"""Reporting disturbances and their end."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.catalog.models import Service
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.customers.contact import plain_text
from app.markets.queries import market
from app.network.errors import OutageNotFound
from app.network.events import OutageEnded, OutageReported
from app.network.models import Outage


def report_outage(
    *,
    by: Actor,
    market_code: str,
    area: str,
    service: Service | str,
    cause: str,
    started_at: datetime | None = None,
    expected_end_at: datetime | None = None,
) -> Outage:
    """A service is disturbed in an area (a city) of a market, from now unless told."""
    with db.transaction():
        by.must("network.manage")
        home = market(market_code)
        if not by.sees_market(home.code):
            raise NotFound(market=market_code)
        begun = started_at or clock.now()
        if expected_end_at is not None and expected_end_at <= begun:
            raise Invalid(field="expected_end_at")
        outage = Outage(
            market_code=home.code,
            area=plain_text(area, field="area"),
            service=Service(service).value,
            cause=plain_text(cause, field="cause", longest=500),
            started_at=begun,
            expected_end_at=expected_end_at,
        )
        db.session.add(outage)
        db.session.flush()  # its id is needed for the trail and the event
        audit.record(by, "outage.reported", "outage", outage.id, area=outage.area)
        events.announce(
            OutageReported(outage.id, outage.market_code, outage.area, outage.service, begun)
        )
    return outage


def end_outage(outage_id: UUID, *, by: Actor) -> Outage:
    """It works again. Ending it twice changes nothing."""
    with db.transaction():
        by.must("network.manage")
        query = select(Outage).where(Outage.id == outage_id).with_for_update()
        outage = db.session.scalar(query.execution_options(populate_existing=True))
        if outage is None or not by.sees_market(outage.market_code):
            raise OutageNotFound
        if outage.ended_at is None:
            outage.ended_at = clock.now()
            audit.record(by, "outage.ended", "outage", outage.id, area=outage.area)
            events.announce(
                OutageEnded(
                    outage.id, outage.market_code, outage.area, outage.service, outage.ended_at
                )
            )
    return outage
