"""What every test stands on: real PostgreSQL in a rolled-back transaction, real Redis."""

import hashlib
import importlib
import os
import secrets as random
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_timeout
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.core import db, events, heap, i18n, secrets
from app.demo import embedded
from app.factory import create_app
from app.identity import step_up
from app.wiring import wire
from config import Config
from migrations import roles
from tests.chromium import chromium

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("TEST_STATE", ROOT / "var" / "test"))
ORIGIN = "http://localhost"
NOBODY = "http://127.0.0.1:9"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def import_models():
    core = [ROOT / f"app/core/{name}.py" for name in ("keyring", "outbox", "references")]
    parts = [*ROOT.glob("app/*/models/[a-z]*.py"), *ROOT.glob("kb/models/[a-z]*.py")]
    found = sorted([*ROOT.glob("app/*/models.py"), *parts, *core])
    for path in found:
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    sources = [*ROOT.glob("app/*/*_sql.py"), ROOT / "migrations" / "roles.py"]
    return [*found, *sorted(sources), Path(__file__)]


def pytest_collection_modifyitems(items):
    """In random order, but the long ones first: nobody waits for them in the end.

    Where a machine decides what lands (`CI`), what fails is tried once more, since real browsers,
    clocks and killed processes are in the tests; the report says what, and why. At our desks it
    simply fails.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if os.environ.get("CI"):
        for item in items:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(node):
    """What hangs fails after the `timeout` of pyproject.toml and is not tried once more. The clock
    stops when something fails, but the end of that test, or its second try, may hang as well."""
    if isinstance(node, pytest.Item):
        limits = pytest_timeout._get_item_settings(node)
        node.ihook.pytest_timeout_set_timer(item=node, settings=limits)


def pytest_collection_finish():
    """As our programs do when they begin: a tenth of the time went into looking through it all."""
    heap.settle()


def pytest_terminal_summary(terminalreporter):
    """What was tried once more says why."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"tried once more: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(autouse=True)
def english():
    """Whoever spoke another language in the test before: this one begins in English."""
    i18n.use_language("en")


@pytest.fixture
def confirmed(monkeypatch):
    """Everybody has just proved who she is: that she must is shown in tests/security."""
    monkeypatch.setattr(step_up, "use", lambda session_id, deed: None)


@pytest.fixture(scope="session")
def postgres():
    """The URL template of a running PostgreSQL.

    Nothing of ours takes two minutes. And nobody vacuums between: a table that was full within a
    test and is empty after it would be planned for as empty from then on, and a statement about a
    few thousand rows of the next test would take minutes.
    """
    if given := os.environ.get("TEST_DATABASE_SERVER"):
        return given
    return embedded.postgres(
        STATE / "postgres",
        settings={
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "400",
            "statement_timeout": "120s",
            "autovacuum": "off",
        },
    )


@pytest.fixture(scope="session")
def template_database(postgres):
    """A database with every table, made once per state of the models."""
    sources = import_models()
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    name = f"template_{digest}"
    if embedded.has_database(postgres, name):
        return name
    building = f"building_{random.token_hex(4)}"
    embedded.create_database(postgres, building)
    engine = create_engine(embedded.sqlalchemy_url(postgres, building))
    db.Base.metadata.create_all(engine)
    engine.dispose()
    owner = embedded.sqlalchemy_url(postgres, building)
    roles.let_in(owner, embedded.application_url(owner))
    embedded.create_database(postgres, name, copy_of=building)
    embedded.drop_database(postgres, building)
    return name


def databases(postgres, template_database):
    """Make an own database, for what really commits. Returns its SQLAlchemy URL for the
    application's role; `embedded.owner_url` makes it that of who owns the tables."""
    made = []

    def make() -> str:
        name = f"test_{os.getpid()}_{random.token_hex(4)}"
        embedded.create_database(postgres, name, copy_of=template_database)
        made.append(name)
        return embedded.application_url(embedded.sqlalchemy_url(postgres, name))

    yield make
    for name in made:
        embedded.drop_database(postgres, name)


# Of one test, since each takes 22 MB of memory; and of what many tests share.
new_database = pytest.fixture(databases)
lasting_database = pytest.fixture(databases, scope="session")


@pytest.fixture(scope="session")
def redis_url():
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    port = free_port()
    process = embedded.start_redis(port, STATE / f"redis-{port}")
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


@pytest.fixture(scope="session")
def engine(lasting_database):
    secrets.set_key("tests")
    engine = create_engine(lasting_database())
    yield engine
    engine.dispose()


@contextmanager
def rolled_back(engine):
    """A session that all share meanwhile: what it commits is a savepoint, and gone at the end."""
    connection = engine.connect()
    outer = connection.begin()
    db.session.remove()
    db.factory.configure(bind=connection, join_transaction_mode="create_savepoint")
    yield db.session
    db.session.remove()
    db.factory.configure(bind=None)
    outer.rollback()
    connection.close()


@pytest.fixture
def database(engine):
    """One test's session, of which nothing is left."""
    with rolled_back(engine) as session:
        yield session


@pytest.fixture
def committing(new_database):
    """The engine of an own database that really commits, with connections for many threads."""
    secrets.set_key("tests")
    engine = create_engine(new_database(), pool_size=60, max_overflow=60, pool_timeout=60)
    db.session.remove()
    db.factory.configure(bind=engine, join_transaction_mode="conditional_savepoint")
    yield engine
    db.session.remove()
    db.factory.configure(bind=None)
    engine.dispose()


@pytest.fixture
def session(database) -> Session:
    return database()


@pytest.fixture(scope="session")
def application(lasting_database, redis_url, tmp_path_factory):
    """The whole application, built once. Its neighbours outside are away."""
    before = events._tables
    events._tables = events.Tables()
    made = create_app(
        Config(
            database_url=lasting_database(),
            redis_url=redis_url,
            secret_key="tests",
            public_url=ORIGIN,
            sockets_url="http://localhost:1",
            rasa_url="",
            gateway_url=NOBODY,
            network_url=NOBODY,
            upload_dir=tmp_path_factory.mktemp("uploads"),
            usage_dir=tmp_path_factory.mktemp("usage"),
        )
    )
    events._tables = before
    yield made
    made.extensions["limits"].close()
    made.extensions["engine"].dispose()


@pytest.fixture
def app(application, database):
    """The application on the test's rolled-back session; everybody listens, nobody is woken."""
    before = events._tables
    events._tables = events.Tables()
    wire(application.config["DIALTONE"], wake=lambda _entry_ids: None)
    application.extensions["limits"].flushdb()
    yield application
    events._tables = before


@pytest.fixture
def own_application(new_database, redis_url, tmp_path):
    """Build the whole application on a database of its own, for what really commits:
    `own_application(sockets_url=…)`. Nobody listens until `events._tables` says so."""
    before, made = events._tables, []
    events._tables = events.Tables()
    db.session.remove()

    def build(**chosen):
        usual = {
            "database_url": new_database(),
            "redis_url": redis_url,
            "secret_key": "tests",
            "public_url": ORIGIN,
            "gateway_url": NOBODY,
            "network_url": NOBODY,
            "upload_dir": tmp_path,
        }
        made.append(create_app(Config(**{**usual, **chosen})))
        db.factory.configure(join_transaction_mode="conditional_savepoint")
        return made[-1]

    yield build
    events._tables = before
    db.session.remove()
    for each in made:
        each.extensions["limits"].close()
        each.extensions["engine"].dispose()
    db.factory.configure(bind=None)


@pytest.fixture
def client(app):
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture(scope="module")
def chrome():
    """A real Chromium for a whole file. What is opened in it is closed again."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def in_parallel():
    """Call a function once for each argument, all at the same time, each in its own session.

    Returns what each call returned or raised, in the order of the arguments.
    """

    def run(function, arguments):
        def alone(argument):
            try:
                return function(argument)
            except Exception as error:  # noqa: BLE001 - it is the answer
                return error
            finally:
                db.session.remove()

        with ThreadPoolExecutor(max_workers=len(arguments)) as threads:
            return list(threads.map(alone, arguments))

    return run
