"""The doors to layouts, files and anomalies: staff see those of their markets."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.mediation.errors import UnknownSource
from app.mediation.models import Anomaly, Layout, ReceivedFile


def layout_for(actor: Actor, source: str, permission: str, *, lock: bool = False) -> Layout:
    """Raises UnknownSource."""
    query = select(Layout).where(Layout.source == source)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    layout = db.session.scalar(query)
    if layout is None or not actor.sees_market(layout.market_code):
        raise UnknownSource(source=source)
    actor.must(permission)
    return layout


def file_for(actor: Actor, file_id: UUID, permission: str, *, lock: bool = False) -> ReceivedFile:
    query = select(ReceivedFile).where(ReceivedFile.id == file_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    file = db.session.scalar(query)
    if file is None or not actor.sees_market(file.market_code):
        raise NotFound
    actor.must(permission)
    return file


def anomaly_for(actor: Actor, anomaly_id: UUID, permission: str, *, lock: bool = False) -> Anomaly:
    query = select(Anomaly).where(Anomaly.id == anomaly_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    anomaly = db.session.scalar(query)
    if anomaly is None or not actor.sees_market(anomaly.market_code):
        raise NotFound
    actor.must(permission)
    return anomaly
