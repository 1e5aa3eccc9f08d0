"""The schema's history: one line of migrations, and the two commands on it."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig

HERE = Path(__file__).resolve().parent


def settings(url: str | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Bring the database of a SQLAlchemy URL to the newest schema."""
    command.upgrade(settings(url), "head")


def downgrade(url: str, to: str = "base") -> None:
    command.downgrade(settings(url), to)
