"""Every table says what it holds of a person: an export and an erasure are made of just that."""

import pytest

from app.core import db
from app.core.personal import Blank
from app.core.written import Written
from app.privacy import register
from app.wiring import privacy
from tests.conftest import import_models


@pytest.fixture(autouse=True)
def said_by_all():
    import_models()
    register.use(privacy.PARTS)


def tables():
    return db.Base.metadata.tables


def reach_a_customer():
    """By foreign keys, from the schema itself; and by columns that are named after one."""
    found, grew = {"customer"}, True
    while grew:
        grew = False
        for name, table in tables().items():
            ways = {key.column.table.name for key in table.foreign_keys}
            free = {each.name for each in table.columns if not each.foreign_keys}
            named = {"customer_id", "line_id", "account_id", "owner_id"} & free
            if name not in found and (ways & found or named):
                found.add(name)
                grew = True
    return found


def test_every_table_is_either_exported_or_exempt_with_a_reason():
    said, exempt = register.personal().keys(), register.exempt()

    assert tables().keys() - said - exempt.keys() == set()
    assert (said | exempt.keys()) - tables().keys() == set()
    assert said & exempt.keys() == set()
    assert all(why.strip() for why in exempt.values())


def test_a_table_with_a_way_to_a_customer_is_exempt_only_when_nobody_can_be_found_in_it():
    assert reach_a_customer() & register.exempt().keys() == set()


def test_the_ways_that_are_said_are_columns_and_tables_that_exist():
    for said in register.personal().values():
        columns = tables()[said.table].columns
        assert set(said.of) <= set(columns.keys()), said.table
        assert set(said.of.values()) <= tables().keys(), said.table
        if isinstance(said.erasing, Blank):
            assert set(said.erasing.columns) <= set(columns.keys()), said.table


def test_no_secret_is_exported():
    shown = {
        f"{each.table}.{name}"
        for each in register.personal().values()
        for name in register.shown(each)
    }

    assert not [each for each in shown if each.endswith(("_hash", "_sealed", ".puk", ".token"))]
    assert "message.body" in shown


def test_words_of_people_do_not_stay_unsaid():
    """What somebody typed freely is emptied or goes, unless its table says why it stays."""
    telling = {"reason", "note", "evidence", "answer", "summary", "body", "why", "text", "subject"}
    for said in register.personal().values():
        typed = {
            name
            for name, column in tables()[said.table].columns.items()
            if name in telling and isinstance(column.type, Written)
        }
        if isinstance(said.erasing, Blank) and said.table not in {"line_transfer", "usage_anomaly"}:
            assert typed - set(said.erasing.columns) <= {"reason"}, said.table
