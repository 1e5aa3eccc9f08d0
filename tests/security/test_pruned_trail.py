"""Months of the trail that were kept for long enough go; what they held stays proven."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from app.audit import checkpoints, pruning
from app.audit import service as audit
from app.core import clock, db, secrets
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.core.months import plus
from app.demo import embedded
from tests.processes import real_database
from tests.security.test_trail import found

OLD = plus(date(2026, 11, 1), -100)


@pytest.fixture
def engine(new_database):
    url = new_database()
    secrets.set_key("tests")
    with real_database(url):
        _live_through(OLD)
        yield create_engine(url)


def _live_through(month):
    """Two old months and the present one, in chains that all have some of each."""
    for first in (month, plus(month, 1)):
        with db.transaction():
            db.session.execute(text("SELECT audit_make_month(:month)"), {"month": first})
    begin = datetime(month.year, month.month, 1, 12, tzinfo=UTC)
    # The last one before the second month is written after the first one of it.
    for days in (0, 10, 20, 40, 29, 45):
        with clock.moved_to(begin + timedelta(days=days)), db.transaction():
            audit.record(SYSTEM, "lamp.lit", "lamp", days)
    with db.transaction():
        audit.record(SYSTEM, "lamp.lit", "lamp", "now")
    checkpoints.take()


def entries():
    return db.session.scalars(text("SELECT object_id FROM audit_entry ORDER BY id")).all()


def test_an_old_month_goes_and_the_rest_still_verifies(engine):
    assert pruning.due() == [OLD, plus(OLD, 1)]

    assert pruning.prune(OLD, by=SYSTEM) == 4

    assert entries() == ["40", "45", "now", f"{OLD:%Y-%m-%d}"]
    assert pruning.due() == [plus(OLD, 1)]
    assert found(engine) == []


def test_all_old_months_go_in_any_order(engine):
    pruning.prune(plus(OLD, 1), by=SYSTEM)
    pruning.prune(OLD, by=SYSTEM)

    assert entries()[0] == "now"
    assert found(engine) == []


def test_what_goes_without_proof_is_missed(engine):
    owner = create_engine(embedded.owner_url(engine.url.render_as_string()))
    with owner.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("DELETE FROM audit_link WHERE entry_at < '2026-01-01'"))
        connection.execute(text(f"DROP TABLE audit_month.audit_entry_{OLD:%Y_%m}"))
        connection.execute(text(f"DROP TABLE audit_month.audit_entry_{plus(OLD, 1):%Y_%m}"))
    owner.dispose()

    assert found(engine) != []


def test_a_proof_made_without_the_key_proves_nothing(engine):
    secrets.set_trail_keys(["somebody else's"])
    pruning.prune(OLD, by=SYSTEM)
    secrets.set_key("tests")

    assert len(found(engine)) > 1


@pytest.mark.parametrize("months", [-60, -1, 0])
def test_a_month_that_must_be_kept_stays(engine, months):
    with pytest.raises(Invalid):
        pruning.prune(plus(date(2026, 11, 1), months), by=SYSTEM)


def test_seals_of_an_older_key_still_open(engine):
    secrets.set_trail_keys(["new", "tests"])
    with db.transaction():
        audit.record(SYSTEM, "lamp.lit", "lamp", "with the new key")

    assert found(engine) == []
    secrets.set_trail_keys(["new"])
    assert found(engine) != []
