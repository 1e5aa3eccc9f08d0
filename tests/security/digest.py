"""Everything that is stored, as one value that changes when anything is written."""

from sqlalchemy import text

from app.core import db

# Failures and activity are counted also for who is refused.
COUNTERS = {"sign_in_failure", "session"}
ATTEMPTS = text("""
    SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid))
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> ALL(:counters)
""")


def digest():
    tables = sorted(set(db.Base.metadata.tables) - COUNTERS)
    parts = " UNION ALL ".join(
        f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t"
        for name in tables
    )
    db.session.rollback()
    stored = dict(db.session.execute(text(parts)).all())
    db.session.rollback()
    return stored


def attempts():
    """How many rows this transaction has written so far, with those that were taken back: while
    it stays, the digest does too, and need not be made."""
    return db.session.get_bind().scalar(ATTEMPTS, {"counters": sorted(COUNTERS)})
