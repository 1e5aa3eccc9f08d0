"""Data keys are changed while everything is read, and swapped cells do not open."""

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import LargeBinary, select, text

import migrations
from app.core import db, keyring, secrets
from app.core.keyring import FromEnvironment
from app.demo import embedded
from app.identity.models import Staff
from tests.conftest import import_models
from tests.factories.identity import StaffFactory
from tests.processes import real_database

STAFF = 5
BEFORE_ROWS = "0048"


@pytest.fixture
def people(new_database):
    """Rows sealed before there was any data key."""
    before = dict(secrets._ring)
    secrets._ring.update(read=None, ciphers=None)
    secrets.set_key("tests")
    with real_database(new_database()):
        for number in range(STAFF):
            StaffFactory(totp_secret=f"SECRET{number}")
        keyring.plug_in(FromEnvironment(["first master"]))
        yield
    secrets._ring.update(before)


def totp_secrets():
    db.session.expire_all()
    return sorted(each.totp_secret for each in db.session.query(Staff))


def heads():
    query = text("SELECT DISTINCT substring(totp_secret FROM 1 FOR 3) FROM staff ORDER BY 1")
    return [bytes(each) for each in db.session.scalars(query)]


SECRETS = [f"SECRET{number}" for number in range(STAFF)]


def test_what_was_sealed_before_the_first_key_is_sealed_anew(people):
    assert keyring.add() == 1
    assert totp_secrets() == SECRETS

    assert dict(keyring.seal_anew())["staff.totp_secret"] == STAFF

    assert heads() == [b"\xd1\x00\x01"]
    assert totp_secrets() == SECRETS
    assert list(keyring.seal_anew()) == []


def test_a_rotation_that_was_cut_off_goes_on_and_all_is_readable_meanwhile(people):
    keyring.add()
    list(keyring.seal_anew())
    keyring.add()

    going = keyring.seal_anew(at_once=2)
    assert next(going) == ("staff.totp_secret", 2)
    going.close()
    assert heads() == [b"\xd1\x00\x01", b"\xd1\x00\x02"]
    assert totp_secrets() == SECRETS

    assert sum(count for _, count in keyring.seal_anew(at_once=2)) == STAFF - 2
    assert (heads(), totp_secrets()) == ([b"\xd1\x00\x02"], SECRETS)


def test_another_process_reads_what_a_new_key_sealed(people):
    keyring.add()
    list(keyring.seal_anew())
    known = secrets._ring["ciphers"]
    keyring.add()
    list(keyring.seal_anew())

    secrets._ring["ciphers"] = known

    assert totp_secrets() == SECRETS


def test_a_new_master_key_wraps_the_data_keys_anew(people):
    keyring.add()
    list(keyring.seal_anew())
    keyring.plug_in(FromEnvironment(["second master", "first master"]))
    assert totp_secrets() == SECRETS
    keyring.add()

    keyring.plug_in(FromEnvironment(["second master"]))
    assert totp_secrets() == SECRETS
    keyring.plug_in(FromEnvironment(["first master"]))
    with pytest.raises(InvalidTag):
        totp_secrets()


def test_swapped_cells_do_not_open(people):
    """Neither in another row, nor in another column of the same row, nor with a bit changed."""
    keyring.add()
    mine, hers = db.session.scalars(select(Staff).order_by(Staff.email).limit(2))
    secret, kept = mine.totp_secret, mine.totp_secret_sealed
    of_another_column = secrets.sealed(b"X", f"staff.email:{mine.id}")
    flipped = kept[:-1] + bytes([kept[-1] ^ 1])

    for planted in (hers.totp_secret_sealed, of_another_column, flipped):
        mine.totp_secret_sealed = planted
        with pytest.raises(InvalidTag):
            _ = mine.totp_secret
    mine.totp_secret_sealed = kept
    assert mine.totp_secret == secret


def test_what_was_sealed_to_its_column_is_sealed_to_its_row_by_the_migration(postgres, monkeypatch):
    name = "sealed_by_test"
    embedded.create_database(postgres, name)
    url = embedded.sqlalchemy_url(postgres, name)
    monkeypatch.setenv("SECRET_KEY", "tests")
    secrets.set_key("tests")
    query = text("SELECT totp_secret FROM staff")
    migrations.upgrade(url)
    with real_database(url):
        staff_id = StaffFactory(totp_secret="SECRET0").id

        db.session.remove()
        migrations.downgrade(url, BEFORE_ROWS)
        before = bytes(db.session.scalar(query))
        assert secrets.unsealed(before, "staff.totp_secret") == b"SECRET0"

        db.session.remove()
        migrations.upgrade(url)
        assert db.session.get(Staff, staff_id).totp_secret == "SECRET0"
        assert secrets.unsealed(bytes(db.session.scalar(query)), f"staff.totp_secret:{staff_id}")
    embedded.drop_database(postgres, name)


def test_every_sealed_column_is_rotated():
    """A column of bytes is sealed and rotated, or is named here with what it is."""
    import_models()
    not_sealed = {
        "audit_checkpoint.hash",
        "audit_checkpoint.signature",
        "audit_entry.seal",
        "audit_link.hash",
        "data_key.wrapped",
        "enclosure.content",
        "invoice_paper.pdf",
        "passkey.credential_id",
        "passkey.public_key",
        "passkey_challenge.challenge",
        "report_export.content",
        "sign_in_failure.name_hash",
    }
    rotated = {f"{cell.table.name}.{cell.column}" for cell in keyring.cells()}
    of_bytes = {
        f"{table.name}.{column.name}"
        for table in db.Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert of_bytes - rotated - not_sealed == set()
