"""What holds for the whole tree: contracts, migrations, and a permission on every route."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url

from app.core import db
from app.demo import embedded
from app.identity.permissions import ALL_STAFF, CUSTOMER, PERMISSIONS, ROLES
from app.usage import charging_sql
from app.web.login import PUBLIC
from migrations import downgrade, upgrade

ROOT = Path(__file__).resolve().parent.parent
FLASKS_OWN = {"static"}


def test_the_import_contracts_are_kept():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def migrated(postgres):
    """What the migrations make; nobody changes it."""
    name = "migrated_by_test"
    embedded.drop_database(postgres, name)
    embedded.create_database(postgres, name)
    url = embedded.sqlalchemy_url(postgres, name)
    upgrade(url)
    yield url
    embedded.drop_database(postgres, name)


@pytest.fixture
def going_back(postgres, migrated):
    name = "going_back_by_test"
    embedded.drop_database(postgres, name)
    embedded.create_database(postgres, name, copy_of=make_url(migrated).database)
    yield embedded.sqlalchemy_url(postgres, name)
    embedded.drop_database(postgres, name)


def test_models_and_migrations_describe_the_same_schema(migrated):
    engine = create_engine(migrated)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        differences = compare_metadata(context, db.Base.metadata)
    engine.dispose()

    assert differences == []


def test_functions_and_triggers_of_the_database_are_those_of_the_models(migrated, new_database):
    """What charges sessions and guards the books: a frozen copy in a migration may fall behind."""
    found = _in_the_database(migrated)

    assert found == _in_the_database(new_database())
    assert all(any(body(each) in text for text in found) for each in charging_sql.FUNCTIONS)


def body(function):
    return function.split("$$")[1]


def _in_the_database(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            """
            SELECT pg_get_functiondef(oid) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
            UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger
            WHERE NOT tgisinternal AND tgparentid = 0
            """
        ).scalars()
        found = set(rows)
    engine.dispose()
    return found


def test_migrations_go_back_to_nothing(going_back):
    downgrade(going_back)

    engine = create_engine(going_back)
    with engine.connect() as connection:
        left = engine.dialect.get_table_names(connection)
    engine.dispose()
    assert left == ["alembic_version"]


def test_every_route_names_its_permission(app):
    silent = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rsplit(".", 1)[-1] not in FLASKS_OWN
        and getattr(app.view_functions[rule.endpoint], "permission", None) is None
    ]
    assert silent == []


def test_every_permission_asked_for_is_in_the_table(app):
    known = set(PERMISSIONS) | CUSTOMER | ALL_STAFF | {PUBLIC}
    asked = {view.permission for view in app.view_functions.values() if hasattr(view, "permission")}
    assert asked <= known


def test_roles_hold_only_permissions_of_the_table():
    assert set().union(*ROLES.values()) <= set(PERMISSIONS)


def test_no_template_has_inline_script_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((ROOT / "app" / "templates").rglob("*.html"))
        for match in inline.finditer(path.read_text())
    ]
    assert found == []
