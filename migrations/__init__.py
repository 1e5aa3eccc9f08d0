"""The schema's history: one line of migrations, and the two commands on it."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from migrations import roles

HERE = Path(__file__).resolve().parent


def settings(url: str | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = url
    return config


def is_current(url: str) -> bool:
    """Whether the database of a SQLAlchemy URL has the newest schema. Imports no model."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            has = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return has == ScriptDirectory.from_config(settings()).get_current_head()


def upgrade(url: str, application: str | None = None) -> None:
    """Bring the database of a SQLAlchemy URL to the newest schema; the role of the application's
    own URL is let in."""
    command.upgrade(settings(url), "head")
    if application:
        roles.let_in(url, application)


def downgrade(url: str, to: str = "base") -> None:
    command.downgrade(settings(url), to)
