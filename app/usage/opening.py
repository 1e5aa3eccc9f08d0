"""Buckets as rating draws from them, read for many lines in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.markets.models import Market
from app.subscriptions.models import Line
from app.usage.buckets import Hours, OpenBucket
from app.usage.models import Bucket


def open_buckets(
    line_ids: Iterable[UUID], whole: tuple[datetime, datetime]
) -> dict[UUID, list[OpenBucket]]:
    """By line, those that are valid at some moment between the two."""
    query = (
        select(Bucket.__table__, Market.timezone)
        .join(Line, Line.id == Bucket.line_id)
        .join(Market, Market.code == Line.market_code)
        .where(
            Bucket.line_id.in_(list(line_ids)),
            Bucket.starts_at <= whole[1],
            Bucket.expires_at > whole[0],
        )
    )
    rows: Sequence[Any] = db.session.execute(query).all()
    opened = {row.id: _opened(row) for row in rows}
    found: dict[UUID, list[OpenBucket]] = defaultdict(list)
    for row in rows:
        opened[row.id].before = opened.get(row.before_id) if row.before_id else None
        found[row.line_id].append(opened[row.id])
    return found


def _opened(row: Any) -> OpenBucket:
    hours = None
    if row.since is not None and row.until is not None:
        hours = Hours(row.since, row.until, row.timezone)
    return OpenBucket(
        id=row.id,
        kind=row.kind,
        granted=row.granted,
        used=row.used,
        priority=row.priority,
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        carried=row.carried,
        hours=hours,
        overdraws=row.overdraws,
        least_carried=row.least_carried,
        most_carried=row.most_carried,
        networks=tuple(row.networks or ()),
    )
