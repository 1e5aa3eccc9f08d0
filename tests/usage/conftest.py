import pytest

from app.core import events
from app.subscriptions.events import AddOnAdded, LineActivated, LineClosed, PlanChanged
from app.usage import listeners


@pytest.fixture
def listening(monkeypatch):
    """Usage hears what happens to lines, as it does in the running application."""
    table = {
        LineActivated: [listeners.line_activated],
        PlanChanged: [listeners.plan_changed],
        AddOnAdded: [listeners.add_on_added],
        LineClosed: [listeners.line_closed],
    }
    monkeypatch.setattr(events._tables, "in_transaction", table)
