"""What billing says of usage: this much is on a closed bill, and its rating stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select, text

from app.core import clock, db
from app.subscriptions.models import Line

_CLOSED = text(
    """
    INSERT INTO closed_usage (account_id, until, closed_at)
    SELECT new.*, :closed_at
    FROM unnest(CAST(:account_ids AS uuid[]), CAST(:ends AS timestamptz[])) AS new
    ON CONFLICT (account_id) DO UPDATE SET
        until = greatest(closed_usage.until, excluded.until),
        closed_at = greatest(closed_usage.closed_at, excluded.closed_at)
    """
)


def hold(account_ids: Sequence[UUID]) -> None:
    """Until the commit nothing more of these accounts is rated: what is summed stays the sum."""
    theirs = Line.account_id == any_(literal(list(account_ids), ARRAY(Uuid)))
    query = select(Line.id).where(theirs).order_by(Line.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def close(ends: Mapping[UUID, datetime]) -> None:
    """Usage of each account that began before the end of its billed period and has arrived is on
    a closed bill. In the transaction that issues the bills, while `hold` lasts."""
    if ends:
        values = {"account_ids": list(ends), "ends": list(ends.values()), "closed_at": clock.now()}
        db.session.execute(_CLOSED, values)
