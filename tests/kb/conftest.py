import pytest

from app.core import events
from kb import listeners, switch
from kb.events import ArticleArranged, ArticleWithdrawn, ArticleWritten
from kb.search.postgres import PostgresIndex

FOLLOWING = {
    ArticleWritten: [listeners.follow_article],
    ArticleWithdrawn: [listeners.follow_article],
    ArticleArranged: [listeners.follow_arrangement],
}


@pytest.fixture
def index(database):
    """The index plugged in, following what is written."""
    chosen, tables = PostgresIndex(), events._tables
    before = (list(switch._plugged), tables.in_transaction)
    switch.plug_in(chosen)
    tables.in_transaction = {**tables.in_transaction, **FOLLOWING}
    yield chosen
    switch._plugged[:], tables.in_transaction = before
