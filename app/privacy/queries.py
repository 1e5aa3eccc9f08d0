"""What the data protection officer reads."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.customers.models import Customer
from app.privacy.models import ErasureRequest, LegalHold, RetentionRun


def erasures(by: Actor, limit: int = 50) -> list[ErasureRequest]:
    """Those that wait first."""
    query = (
        select(ErasureRequest)
        .where(in_markets_of(by, ErasureRequest.market_code))
        .options(joinedload(ErasureRequest.customer))
    )
    order = (ErasureRequest.status != "waiting", ErasureRequest.asked_at.desc())
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def holds(by: Actor) -> list[LegalHold]:
    query = (
        select(LegalHold)
        .join(Customer)
        .where(in_markets_of(by, Customer.market_code))
        .options(joinedload(LegalHold.customer))
    )
    standing = query.where(LegalHold.lifted_at.is_(None))
    return list(db.session.scalars(standing.order_by(LegalHold.placed_at.desc()).limit(100)))


def retention_runs(limit: int = 20) -> list[RetentionRun]:
    query = select(RetentionRun).order_by(RetentionRun.at.desc())
    return list(db.session.scalars(query.limit(limit)))
