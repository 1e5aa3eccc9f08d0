"""What billing says of usage: this much is on a closed bill, and its rating stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, db
from app.subscriptions.models import Line
from app.usage.models import ClosedUsage


def hold(account_ids: Sequence[UUID]) -> None:
    """Until the commit nothing more of these accounts is rated: what is summed stays the sum."""
    query = select(Line.id).where(Line.account_id.in_(account_ids)).order_by(Line.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def close(ends: Mapping[UUID, datetime]) -> None:
    """Usage of each account that began before the end of its billed period and has arrived is on
    a closed bill. In the transaction that issues the bills, while `hold` lasts."""
    if not ends:
        return
    moment = clock.now()
    new = insert(ClosedUsage).values(
        [
            {"account_id": account_id, "until": end, "closed_at": moment}
            for account_id, end in ends.items()
        ]
    )
    later = {
        "until": func.greatest(ClosedUsage.until, new.excluded.until),
        "closed_at": func.greatest(ClosedUsage.closed_at, new.excluded.closed_at),
    }
    db.session.execute(new.on_conflict_do_update(index_elements=["account_id"], set_=later))
