"""The application's own role in the database: it works with the rows, and owns none of the tables.

The trail it may only add to. Whoever owns the tables, the role of the migrations, lets it in.
"""

from psycopg import sql
from sqlalchemy import URL, Connection, create_engine, make_url, text

SCHEMAS = ("public", "bot", "usage_month")
# What it may read and add to, never change.
ONLY_ADDED = ("audit_entry", "audit_checkpoint")
# What the database writes for it.
ONLY_READ = ("audit_link", "alembic_version")
# It makes the tables of its months itself.
ITS_OWN = ("usage_record",)


def let_in(owner: str, application: str) -> None:
    """Make the role of the application's URL, if need be, and give it what it needs, no more.

    Nothing is done where both are the same role: then only the triggers guard the trail.
    """
    asked = make_url(application)
    role = asked.username
    if not role or role == make_url(owner).username:
        return
    engine = create_engine(owner)
    with engine.begin() as connection:
        _make(connection, asked, role)
        for statement in _grants(connection, role):
            _run(connection, statement)
    engine.dispose()


def _make(connection: Connection, asked: URL, role: str) -> None:
    """Somebody else may be making it for another database of this server."""
    statement = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role))
    if asked.password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(asked.password))
    _run(
        connection,
        sql.SQL("DO {}").format(
            sql.Literal(
                f"BEGIN {statement.as_string()};"
                " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END"
            )
        ),
    )


def _grants(connection: Connection, role: str) -> list[sql.Composed]:
    schemas = connection.scalars(
        text("SELECT nspname FROM pg_namespace WHERE nspname = ANY(:names) ORDER BY 1"),
        {"names": list(SCHEMAS)},
    ).all()
    statements = []
    for schema in schemas:
        statements += [
            _said("GRANT USAGE ON SCHEMA {} TO {}", schema, role),
            _said(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO {}",
                schema,
                role,
            ),
            _said("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}", schema, role),
        ]
    for table in ONLY_ADDED:
        statements.append(_said("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}", table, role))
    for table in connection.scalars(
        text(
            "SELECT name FROM unnest(CAST(:names AS text[])) name"
            " WHERE to_regclass(name) IS NOT NULL"
        ),
        {"names": list(ONLY_READ)},
    ):
        statements.append(
            _said("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {} FROM {}", table, role)
        )
    return [*statements, *_own(connection, role)]


def _own(connection: Connection, role: str) -> list[sql.Composed]:
    months = connection.scalars(
        text(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'usage_record'::regclass"
        )
    ).all()
    statements = [
        _said("GRANT CREATE ON SCHEMA {} TO {}", "usage_month", role),
        _said("GRANT CREATE ON SCHEMA {} TO {}", "public", role),
    ]
    for table in (*ITS_OWN, *months):
        parts = [sql.Identifier(each) for each in table.split(".")]
        statements.append(
            sql.SQL("ALTER TABLE {} OWNER TO {}").format(
                sql.SQL(".").join(parts), sql.Identifier(role)
            )
        )
    statements.append(_said("REVOKE CREATE ON SCHEMA {} FROM {}", "public", role))
    return statements


def _said(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*(sql.Identifier(name) for name in names))


def _run(connection: Connection, statement: sql.Composable) -> None:
    connection.exec_driver_sql(statement.as_string())
