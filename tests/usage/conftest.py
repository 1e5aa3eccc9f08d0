import pytest

from app.core import events
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
