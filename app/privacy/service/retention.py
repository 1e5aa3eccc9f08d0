"""What is kept for a time only: looked for, counted, taken away in batches, and noted as proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, text

from app.core import clock, db
from app.core.sweeps import one_by_one
from app.privacy.models import RetentionRun

AT_ONCE = 5000
_MOST_BATCHES = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of `table` whose `since` is older than `days`; `only` what is not in use any more."""

    table: str
    since: str
    days: int
    only: str = "true"


# Customers under a legal hold keep what names them.
_HELD = "(SELECT customer_id FROM legal_hold WHERE lifted_at IS NULL)"
RULES: Mapping[str, Rule] = {
    "one_time_code": Rule(
        "one_time_code", "expires_at", 30, f"owner_id NOT IN {_HELD}"
    ),
    "confirmation": Rule("confirmation", "confirmed_at", 90),
    "session": Rule(
        "session", "active_at", 400,
        f"owner_id NOT IN {_HELD}"
        " AND NOT EXISTS (SELECT FROM confirmation c WHERE c.session_id = session.id)"
        " AND NOT EXISTS (SELECT FROM field_reveal r WHERE r.session_id = session.id)",
    ),
    "proposal": Rule(
        "proposal", "created_at", 90, f"accepted_at IS NULL AND customer_id NOT IN {_HELD}"
    ),
    "gateway_call": Rule("gateway_call", "received_at", 400),
    "file_link": Rule("file_link", "expires_at", 1),
    "selfservice_dialogue": Rule(
        "selfservice_dialogue", "ended_at", 400, "conversation_id IS NULL"
    ),
}  # fmt: skip


def would_go() -> dict[str, int]:
    """A dry run: how many rows of each rule are old."""
    return {name: _count(rule) for name, rule in RULES.items()}


def let_go() -> dict[str, int]:
    """Every rule, a batch a transaction; what is left over, or failed, goes next time."""
    gone = dict.fromkeys(RULES, 0)

    def follow(name: str) -> int:
        gone[name] = _let_go(name, RULES[name])
        return gone[name]

    one_by_one(follow, RULES)
    return gone


def _let_go(name: str, rule: Rule) -> int:
    before, gone = _before(rule), 0
    statement = text(
        f"DELETE FROM {rule.table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {rule.table}"
        f" WHERE {rule.since} < :before AND {rule.only} LIMIT :at_once FOR UPDATE SKIP LOCKED))"
    )
    for _ in range(_MOST_BATCHES):
        with db.transaction():
            done = db.session.execute(statement, {"before": before, "at_once": AT_ONCE})
            taken = done.rowcount if isinstance(done, CursorResult) else 0
        gone += taken
        if taken < AT_ONCE:
            break
    if gone:
        with db.transaction():
            db.session.add(RetentionRun(rule=name, at=clock.now(), before=before, gone=gone))
    return gone


def _count(rule: Rule) -> int:
    query = f"SELECT count(*) FROM {rule.table} WHERE {rule.since} < :before AND {rule.only}"
    return db.session.scalar(text(query), {"before": _before(rule)}) or 0


def _before(rule: Rule) -> datetime:
    return clock.now() - timedelta(days=rule.days)
