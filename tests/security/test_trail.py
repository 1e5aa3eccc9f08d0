"""The audit trail: nothing in it is changed or removed, and whoever does it anyway is found."""

from threading import Barrier

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.audit import chain_sql, checkpoints, verifying
from app.audit import service as audit
from app.audit.verifying import Fault
from app.core import db, secrets
from app.core.actor import SYSTEM
from app.demo import embedded
from migrations import downgrade, upgrade
from tests.processes import real_database

pytestmark = pytest.mark.long

# Past every trigger, as who owns the whole server.
BEFORE = "0029"
AS_NOBODY_MAY = "SET session_replication_role = replica"


@pytest.fixture(scope="module")
def migrated(postgres):
    """A database as an operator has it: made by the migrations, with a role for the application."""
    name = "trail_migrated_by_test"
    embedded.drop_database(postgres, name)
    embedded.create_database(postgres, name)
    made = embedded.sqlalchemy_url(postgres, name)
    upgrade(made, embedded.application_url(made))
    yield name
    embedded.drop_database(postgres, name)


@pytest.fixture
def url(postgres, migrated):
    name = "trail_by_test"
    embedded.drop_database(postgres, name)
    embedded.create_database(postgres, name, copy_of=migrated)
    secrets.set_key("tests")
    yield embedded.sqlalchemy_url(postgres, name)
    embedded.drop_database(postgres, name)


@pytest.fixture
def owner(url):
    engine = create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def application(url):
    """The test's own session is the application's, and really commits."""
    engine = create_engine(embedded.application_url(url))
    db.session.remove()
    db.factory.configure(bind=engine)
    yield engine
    db.session.remove()
    db.factory.configure(bind=None)
    engine.dispose()


@pytest.fixture
def lamps(application):
    """Eight entries, in transactions of one and in one of three."""
    for number in range(5):
        light(number)
    with db.transaction():
        audit.record(SYSTEM, "lamp.lit", "lamp", 5, watts=(40, 60.5))
        audit.record(SYSTEM, "lamp.lit", "lamp", 6, big=10**30, small=1e-9, text='"ñ\n\u2028')
        audit.record(SYSTEM, "lamp.lit", "lamp", 7, nested={"b": [1, {"a": None}], "a": True})


@pytest.fixture(scope="module")
def quiet(postgres, migrated):
    """One that nobody succeeds to change, so all may have the same."""
    name = "quiet_trail_by_test"
    embedded.drop_database(postgres, name)
    embedded.create_database(postgres, name, copy_of=migrated)
    made = embedded.sqlalchemy_url(postgres, name)
    with real_database(embedded.application_url(made)):
        secrets.set_key("tests")
        light(1)
        checkpoints.take()
    yield made
    embedded.drop_database(postgres, name)


def attempt(url, statement):
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def light(number):
    with db.transaction():
        audit.record(SYSTEM, "lamp.lit", "lamp", number)


def found(engine, kept=()):
    with engine.connect() as connection:
        return list(verifying.breaks(connection, verifying.Count(), kept))


def tamper(owner, *statements):
    with owner.begin() as connection:
        connection.execute(text(AS_NOBODY_MAY))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0, statement


def test_what_nobody_touched_is_whole(lamps, application):
    checkpoints.take()
    light(9)

    assert found(application) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'nothing'",
        "UPDATE audit_entry SET action = 'nothing' WHERE id < 0",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DELETE FROM audit_checkpoint",
        (
            "INSERT INTO audit_entry OVERRIDING SYSTEM VALUE SELECT * FROM audit_entry"
            " ON CONFLICT (id, at) DO UPDATE SET action = 'nothing'"
        ),
    ],
)
def test_even_who_owns_the_tables_is_refused_to_rewrite_the_trail(quiet, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        attempt(quiet, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'nothing'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER append_only",
        "DROP TRIGGER append_only ON audit_entry",
        "DROP TRIGGER linked ON audit_entry",
        "DROP TABLE audit_entry",
        "DROP TABLE audit_month.audit_entry_other",
        "DELETE FROM audit_month.audit_entry_other",
        "INSERT INTO audit_month.audit_entry_other SELECT * FROM audit_entry",
        "SET session_replication_role = replica",
        "INSERT INTO audit_link VALUES (1, 1, 1, now(), 'x')",
        "UPDATE audit_link SET number = 0",
        "DELETE FROM audit_link",
        "UPDATE audit_checkpoint SET content = '{}'",
        "DELETE FROM audit_checkpoint",
        "ALTER FUNCTION audit_entry_linked() RENAME TO gone",
        (
            "CREATE OR REPLACE FUNCTION audit_entry_is_append_only() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        ),
        "CREATE TABLE mine (id int)",
        "SET ROLE postgres",
    ],
)
def test_the_applications_role_has_no_right_to(quiet, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        attempt(embedded.application_url(quiet), statement)


def test_the_application_cannot_let_a_young_month_go(quiet):
    with pytest.raises(DBAPIError, match="kept for five years"):
        attempt(embedded.application_url(quiet), "SELECT audit_drop_month(current_date)")


LAST = "(SELECT max(id) FROM audit_entry)"
EDITS = {
    "what was done": "UPDATE audit_entry SET action = 'lamp.broken' WHERE id = 3",
    "who did it": "UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = 3",
    "when": "UPDATE audit_entry SET at = at - interval '1 second' WHERE id = 3",
    "a number": "UPDATE audit_entry SET changes = '{\"watts\": [40, 60.6]}' WHERE id = 6",
    "which market": "UPDATE audit_entry SET market_code = 'MX' WHERE id = 3",
    "the seal": "UPDATE audit_entry SET seal = sha256('x') WHERE id = 3",
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_found(lamps, owner, edit):
    tamper(owner, EDITS[edit])

    first = min(found(owner), key=lambda each: each.entry_id)
    assert first.entry_id == (6 if edit == "a number" else 3)
    assert first.fault in {Fault.EDITED, Fault.DELETED}


def test_an_edit_with_its_chain_made_anew_is_found(lamps, owner):
    """Who can compute SHA-256 has not our key."""
    tamper(owner, "UPDATE audit_entry SET action = 'lamp.broken' WHERE id = 5")
    with owner.begin() as connection:
        connection.execute(text(AS_NOBODY_MAY))
        connection.execute(text("DELETE FROM audit_link"))
        _link_again(connection)

    assert (Fault.EDITED, 5) in {(each.fault, each.entry_id) for each in found(owner)}


def _link_again(connection):
    connection.execute(
        text(f"""
        DO $$
        DECLARE place bigint := 0; last_hash bytea := ''; entry record;
        BEGIN
            FOR entry IN
                SELECT e.id, e.at, {chain_sql.SAID} AS said FROM audit_entry e ORDER BY id
            LOOP
                place := place + 1;
                last_hash := sha256(last_hash || convert_to(entry.said, 'UTF8'));
                INSERT INTO audit_link VALUES (0, place, entry.id, entry.at, last_hash);
            END LOOP;
        END $$
        """)
    )


@pytest.mark.parametrize("entry", [1, 4, LAST])
def test_a_deleted_entry_is_found_at_once(lamps, owner, entry):
    """No sealer comes later: the link was written with the entry, so even the newest is missed."""
    tamper(owner, f"DELETE FROM audit_entry WHERE id = {entry}")

    assert [each.fault for each in found(owner)] == [Fault.DELETED]


def test_an_entry_deleted_with_its_link_is_found(lamps, owner):
    tamper(
        owner,
        "DELETE FROM audit_link WHERE entry_id = 2",
        "DELETE FROM audit_entry WHERE id = 2",
    )

    assert Fault.DELETED in {each.fault for each in found(owner)}


def test_two_entries_that_change_places_are_found(lamps, owner):
    tamper(
        owner,
        "UPDATE audit_entry SET id = -2 WHERE id = 2",
        "UPDATE audit_entry SET id = 2 WHERE id = 3",
        "UPDATE audit_entry SET id = 3 WHERE id = -2",
        "UPDATE audit_link SET entry_at = (SELECT at FROM audit_entry WHERE id = entry_id)",
    )

    assert {each.fault for each in found(owner)} == {Fault.CHAIN}


def test_the_end_cut_off_is_found_by_the_checkpoint(lamps, owner):
    checkpoints.take()
    tamper(
        owner,
        f"DELETE FROM audit_link WHERE entry_id = {LAST}",
        f"DELETE FROM audit_entry WHERE id = {LAST}",
    )

    assert [each.fault for each in found(owner)] == [Fault.TRUNCATED]


def test_the_end_cut_off_with_its_checkpoints_is_found_by_what_was_kept_outside(lamps, owner):
    checkpoints.take()
    light(9)
    checkpoints.take()
    kept = list(checkpoints.lines())
    db.session.rollback()
    tamper(
        owner,
        "DELETE FROM audit_checkpoint WHERE number = 2",
        f"DELETE FROM audit_link WHERE entry_id = {LAST}",
        f"DELETE FROM audit_entry WHERE id = {LAST}",
    )

    assert found(owner) == []
    assert [each.fault for each in found(owner, kept)] == [Fault.CHECKPOINT]


def test_a_checkpoint_written_by_who_has_no_key_is_found(lamps, owner):
    made = checkpoints.take()
    content = made.content.replace(str(made.number), "7", 1)
    forged = checkpoints.hash_of(b"", content).hex()
    statement = f"UPDATE audit_checkpoint SET content = '{content}', hash = '\\x{forged}'"
    tamper(owner, statement.replace(":", r"\:"))

    assert [each.fault for each in found(owner)] == [Fault.CHECKPOINT]


COPY = (
    "INSERT INTO audit_entry (at, actor_kind, actor_id, actor_name, action, object_kind,"
    " object_id, changes, seal) SELECT at, actor_kind, actor_id, actor_name, {}, object_kind,"
    " object_id, changes, {} FROM audit_entry WHERE id = 3"
)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        pytest.param(COPY.format("'lamp.out'", "NULL"), Fault.INSERTED, id="without a seal"),
        pytest.param(COPY.format("'lamp.out'", "seal"), Fault.EDITED, id="with another's seal"),
        pytest.param(COPY.format("action", "seal"), Fault.COPIED, id="a true entry twice"),
    ],
)
def test_an_entry_written_past_the_application_is_found(lamps, application, statement, fault):
    """It may add rows, so the triggers link them; what it cannot do in SQL is seal them."""
    with application.begin() as connection:
        connection.execute(text(statement))

    assert fault in {each.fault for each in found(application)}


def test_an_entry_slipped_in_past_the_triggers_is_found(lamps, owner):
    tamper(owner, COPY.format("action", "seal"))

    assert (Fault.INSERTED, 9) in {(each.fault, each.entry_id) for each in found(owner)}


def test_nothing_is_added_to_what_was_there_before_the_chains(lamps, owner):
    tamper(owner, "UPDATE audit_link SET shard = -1 WHERE entry_id = 1")
    checkpoints.take()
    tamper(
        owner,
        COPY.format("'lamp.out'", "NULL"),
        f"INSERT INTO audit_link SELECT -1, 2, id, at, sha256('x') FROM audit_entry e"
        f" WHERE id = {LAST}",
    )

    assert Fault.INSERTED in {each.fault for each in found(owner)}


def test_what_a_transaction_took_back_leaves_no_gap(application):
    light(1)
    with pytest.raises(ZeroDivisionError), db.transaction():
        audit.record(SYSTEM, "lamp.lit", "lamp", 2)
        db.session.flush()
        raise ZeroDivisionError
    light(3)

    assert found(application) == []


def test_many_at_once_never_fork(application, in_parallel):
    """Twenty transactions, all open at the same time: each has a chain of its own, none waits."""
    everybody = Barrier(20, timeout=60)

    def write(number):
        with db.transaction():
            audit.record(SYSTEM, "lamp.lit", "lamp", number)
            db.session.flush()
            everybody.wait(timeout=20)
            audit.record(SYSTEM, "lamp.out", "lamp", number)

    db.factory.kw["bind"].dispose()
    engine = create_engine(application.url, pool_size=20)
    db.factory.configure(bind=engine)
    assert in_parallel(write, range(20)) == [None] * 20
    light(1)

    with engine.connect() as connection:
        heads = connection.execute(
            text("SELECT count(*), count(DISTINCT shard), count(DISTINCT entry_id) FROM audit_link")
        ).one()
    assert heads[0] == heads[2] == 41
    assert heads[1] >= 20
    assert found(engine) == []
    engine.dispose()


def test_what_was_written_before_the_chains_is_chained_by_the_migration(url, owner):
    downgrade(url, BEFORE)
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entry (at, actor_kind, actor_id, actor_name, action,"
                " object_kind, object_id, changes) SELECT timestamptz '2024-03-01' + n * interval"
                " '40 days', 'system', gen_random_uuid(), 'Old', 'lamp.lit', 'lamp', n, '{}'"
                " FROM generate_series(1, 30) n"
            )
        )
    upgrade(url)

    assert found(owner) == []
    tamper(owner, "UPDATE audit_entry SET object_id = 'x' WHERE id = 17")
    assert [(each.fault, each.entry_id) for each in found(owner)] == [(Fault.EDITED, 17)]
