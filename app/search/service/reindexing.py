"""Building the indexes anew: after an upgrade of PostgreSQL, or when they have grown."""

from collections.abc import Callable

from sqlalchemy import text

from app.audit import service as audit
from app.core import db
from app.core.actor import Actor
from app.search.models import INDEXES


def reindex(*, by: Actor, tell: Callable[[int, int], None] = lambda _done, _of: None) -> int:
    """One after the other, while the desk goes on working: each is replaced once it is complete.

    `tell` hears how many of how many are done. Returns how many there are.
    """
    by.must("policies.manage")
    engine = db.session.connection().engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        for done, name in enumerate(INDEXES, 1):
            # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - our indexes
            connection.execute(text(f"REINDEX INDEX CONCURRENTLY {name}"))
            tell(done, len(INDEXES))
        connection.execute(text("RESET statement_timeout"))
    with db.transaction():
        audit.record(by, "search.reindexed", "search", "*", rows=len(INDEXES))
    return len(INDEXES)
