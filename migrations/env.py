"""Runs the migrations on the database of MIGRATION_DATABASE_URL. Imports every model there is."""

import importlib
from pathlib import Path
from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine

from app.core import db
from app.core.written import Written, WrittenJson
from config import Config

ROOT = Path(__file__).resolve().parent.parent


def import_models() -> None:
    parts = [*ROOT.glob("app/*/models/[a-z]*.py"), *ROOT.glob("kb/models/[a-z]*.py")]
    paths = [*ROOT.glob("app/*/models.py"), *parts]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    for name in ["app.core.keyring", "app.core.outbox", "app.core.references", *sorted(names)]:
        importlib.import_module(name)


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration knows what is stored, not how it is read."""
    if kind != "type":
        return False
    if isinstance(item, WrittenJson):
        return "postgresql.JSONB(astext_type=sa.Text())"
    return "sa.Text()" if isinstance(item, Written) else False


def run() -> None:
    import_models()
    engine = create_engine(context.config.attributes.get("url") or Config().migration_database_url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.Base.metadata,
            compare_server_default=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
