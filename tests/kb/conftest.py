from contextlib import contextmanager

import pytest

from app.core import events
from app.demo.articles import load_articles
from kb import listeners, switch
from kb.events import ArticleArranged, ArticleWithdrawn, ArticleWritten
from kb.search.postgres import PostgresIndex
from tests.conftest import rolled_back
from tests.factories.actors import administrator

FOLLOWING = {
    ArticleWritten: [listeners.follow_article],
    ArticleWithdrawn: [listeners.follow_article],
    ArticleArranged: [listeners.follow_arrangement],
}


@contextmanager
def following():
    """The index plugged in, following what is written."""
    chosen, tables = PostgresIndex(), events._tables
    before = (list(switch._plugged), tables.in_transaction)
    switch.plug_in(chosen)
    tables.in_transaction = {**tables.in_transaction, **FOLLOWING}
    yield chosen
    switch._plugged[:], tables.in_transaction = before


@pytest.fixture
def index(database):
    with following() as chosen:
        yield chosen


@pytest.fixture(scope="module")
def demo_articles(engine):
    """The demo operator's, loaded once for a file whose tests only read; how many were written."""
    with rolled_back(engine), following():
        yield load_articles(administrator())
