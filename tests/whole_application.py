"""All pages on a port of this machine, in the test's own process, on a database that commits."""

from contextlib import contextmanager

from app.core import db, events
from app.factory import create_app
from config import Config
from tests.conftest import NOBODY, free_port
from tests.serving import serving


@contextmanager
def whole_application(database_url, redis_url, folder, **more):
    """Yields its address. Neighbours are away but for those that `more` settings name."""
    port, before = free_port(), events._tables
    events._tables = events.Tables()
    url = f"http://localhost:{port}"
    settings = {"gateway_url": NOBODY, "network_url": NOBODY, "rasa_url": "", **more}
    app = create_app(
        Config(
            database_url=database_url,
            redis_url=redis_url,
            secret_key="tests",
            public_url=url,
            sockets_url="http://localhost:1",
            upload_dir=folder,
            **settings,
        )
    )
    try:
        with serving(app, port):
            db.factory.configure(join_transaction_mode="conditional_savepoint")
            yield url
    finally:
        db.session.remove()
        db.factory.configure(bind=None)
        app.extensions["limits"].close()
        app.extensions["engine"].dispose()
        events._tables = before
