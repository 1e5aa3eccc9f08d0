"""What the database does some time after tables were filled, done now: learn what is in them, clear
up, and bring them to the disk."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text

from app.core import db
from app.demo import embedded


def analyze(*tables: str) -> None:
    """These, or all. As their owner: from anybody else it is passed over without a word."""
    with _owner() as connection:
        connection.execute(text(f"ANALYZE {', '.join(tables)}"))


def tidy() -> None:
    """All tables are vacuumed, which the database would else begin to do beside what is timed."""
    with _owner() as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


def bring_to_disk() -> None:
    """What was filled in is not written beside what is timed."""
    with _owner() as connection:
        connection.execute(text("CHECKPOINT"))


@contextmanager
def _owner() -> Iterator[Connection]:
    bind = db.session.get_bind()
    url = bind.engine.url.render_as_string(hide_password=False)
    owner = create_engine(embedded.owner_url(url), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        yield connection
    owner.dispose()
