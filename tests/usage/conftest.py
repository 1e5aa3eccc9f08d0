import pytest
from sqlalchemy import create_engine

from app.core import db, events, secrets
from app.subscriptions.events import (
    AddOnAdded,
    AddOnCancelled,
    LineActivated,
    LineClosed,
    PlanChanged,
)
from app.usage import listeners
from app.usage.service import charging


@pytest.fixture(autouse=True)
def nothing_remembered():
    """The rules of a market hold for a minute in memory: no test lives by those of another."""
    charging._policies_of.cache_clear()


@pytest.fixture
def listening(monkeypatch):
    """Usage hears what happens to lines, as it does in the running application."""
    table = {
        LineActivated: [listeners.line_activated],
        PlanChanged: [listeners.plan_changed],
        AddOnAdded: [listeners.add_on_added],
        AddOnCancelled: [listeners.add_on_cancelled],
        LineClosed: [listeners.line_closed],
    }
    monkeypatch.setattr(events._tables, "in_transaction", table)


@pytest.fixture
def own_database(new_database):
    """Threads with sessions of their own, which really commit."""
    secrets.set_key("tests")
    engine = create_engine(new_database(), pool_size=24, pool_timeout=60)
    db.session.remove()
    db.factory.configure(bind=engine, join_transaction_mode="conditional_savepoint")
    yield
    db.session.remove()
    db.factory.configure(bind=None)
    engine.dispose()
