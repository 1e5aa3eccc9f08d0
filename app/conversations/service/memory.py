"""The bot's memory: what Rasa keeps of talks in `bot.events`. Kept for a while, erased on demand.

A session of the bot begins anew after an hour of silence and reads nothing older, so forgetting
old events changes no talk.
"""

import json
from uuid import UUID

from sqlalchemy import text

from app.audit import service as audit
from app.conversations import patience
from app.core import clock, db
from app.core.actor import Actor
from app.markets import queries as markets

AT_ONCE = 5000
_MOST_BATCHES = 200

# Rasa names a talk by its id as text; what is no id is nobody's, such as the question whether
# it is ready.
_OLD = """
    FROM bot.events AS event
    LEFT JOIN conversation ON conversation.id = CASE
        WHEN event.sender_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN event.sender_id::uuid END
    WHERE event.timestamp < :latest AND event.timestamp < coalesce(
        (CAST(:before AS jsonb) ->> conversation.market_code)::double precision, :latest)
"""
_COUNT = text(f"SELECT count(*) {_OLD}")
_FORGET = text(
    f"DELETE FROM bot.events WHERE id IN (SELECT event.id {_OLD}"  # noqa: S608
    " ORDER BY event.timestamp LIMIT :at_once FOR UPDATE OF event SKIP LOCKED) RETURNING 1"
)
_OF_CUSTOMER = text(
    "DELETE FROM bot.events WHERE sender_id IN"
    " (SELECT id::text FROM conversation WHERE customer_id = :customer_id) RETURNING 1"
)


def forget_old(*, dry_run: bool = False) -> int:
    """What is older than its market keeps it. Returns how many events went, or would go.

    A batch a transaction; what is left over goes next time.
    """
    cut = _cut()
    if dry_run:
        return int(db.session.scalar(_COUNT, cut) or 0)
    forgotten = 0
    for _ in range(_MOST_BATCHES):
        with db.transaction():
            gone = len(db.session.execute(_FORGET, cut | {"at_once": AT_ONCE}).all())
        forgotten += gone
        if gone < AT_ONCE:
            break
    return forgotten


def forget_customer(customer_id: UUID, *, by: Actor) -> int:
    """All that the bot remembers of her talks. Part of erasing a person; joins its transaction."""
    with db.transaction():
        gone = len(db.session.execute(_OF_CUSTOMER, {"customer_id": customer_id}).all())
        audit.record(by, "bot.memory_erased", "customer", customer_id, events=gone)
    return gone


def _cut() -> dict[str, object]:
    """Before which moment each market forgets; nobody's events go with the market's that keeps
    least."""
    now = clock.now()
    before = {
        each.code: (now - patience.remembered_for(each.settings_at(now))).timestamp()
        for each in markets.all_markets()
    }
    return {"before": json.dumps(before), "latest": max(before.values(), default=0.0)}
