"""What the search is tested with: PostgreSQL always, a real engine where one is wanted.

`make test-search` starts one (SEARCH_ENGINE=1), or takes the one at ELASTICSEARCH_URL.
"""

import os
from types import SimpleNamespace
from uuid import uuid4

import pytest

from app.search import service, switch
from app.search.adapters.opensearch import Engine
from app.search.queries import talks, tickets
from kb import switch as kb
from kb.search.postgres import PostgresIndex
from tests.conftest import STATE, free_port
from tests.factories.actors import administrator
from tests.search.engine import node

_WANTED = bool(os.environ.get("SEARCH_ENGINE") or os.environ.get("ELASTICSEARCH_URL"))
real = pytest.mark.skipif(not _WANTED, reason="no search engine is wanted: make test-search")
# An engine is told of everything before each look; or it is behind, and knows nothing.
WAYS = ["postgres", "engine", "engine behind"] if _WANTED else ["postgres"]


@pytest.fixture(autouse=True)
def articles(database):
    kb.plug_in(PostgresIndex())


@pytest.fixture(scope="session")
def engine_url(request):
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
        return
    state = STATE / "search-engine"
    state.mkdir(parents=True, exist_ok=True)
    with node.running(state, free_port()) as url:
        yield url


@pytest.fixture
def real_engine(engine_url, database):
    """Plugged in, empty, and serving; its indexes are gone afterwards."""
    engine = Engine(engine_url, name=f"tests-{uuid4().hex[:12]}", find_seconds=10)
    switch.plug_in(engine)
    service.rebuild(by=administrator())
    yield engine
    switch.plug_in(None)
    for index in engine.indexes():
        engine.drop(index)
    engine.close()


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    """How it is searched; `settle` is called before each look."""
    if request.param == "postgres":
        return SimpleNamespace(name=request.param, settle=lambda: None)
    request.getfixturevalue("real_engine")
    if request.param == "engine behind":
        return SimpleNamespace(name=request.param, settle=lambda: None)
    for module in (tickets, talks):
        monkeypatch.setattr(module, "newest", _must_not_be_needed)
    return SimpleNamespace(name=request.param, settle=service.follow)


def _must_not_be_needed(*_anything, **_more):
    pytest.fail("PostgreSQL searched by itself")
