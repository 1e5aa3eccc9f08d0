"""audit_write: commands a second of 50 writers, each with its entry in the trail.

A command is the smallest that changes something: it locks a customer, changes her city, records
it and commits. The writers are threads of as many processes as there are cores, on the stack's
own database. Reference: the same without the chain, on a copy of the database whose links are not
written and whose entries are not sealed. Both run in turns, several times, and the median counts.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy import create_engine, select, text

from app.audit import sealing, verifying
from app.audit import service as audit
from app.core import db, secrets
from app.core.actor import SYSTEM
from app.customers.models import Customer
from app.demo import embedded
from benchmarks.figure import Figure
from benchmarks.stage import Stage
from tests.factories.customers import CustomerFactory

DAYS = 1
WRITERS = 50
PROCESSES = 2
SECONDS = 5
ROUNDS = 3
UNCHAINED = "unchained"


def measure(stage: Stage) -> Iterator[Figure]:
    ids = [str(CustomerFactory().id) for _ in range(WRITERS)]
    db.session.commit()
    db.session.remove()
    stage.app.extensions["engine"].dispose()
    chained, plain = stage.stack.database_url, _copy(stage)
    with_chain, without = [], []
    for number in range(ROUNDS):
        order = [(chained, with_chain), (plain, without)]
        for url, figures in order if number % 2 else reversed(order):
            figures.append(_at_once(url, ids, chained=url == chained))
    value, reference = statistics.median(with_chain), statistics.median(without)
    yield Figure(
        "audit_write",
        value,
        "commands/s",
        reference,
        {
            "writers": WRITERS,
            "cost_percent": round(100 * (1 - value / reference), 1),
            "rounds": [list(map(round, with_chain)), list(map(round, without))],
            **_whole(stage),
        },
    )


def _copy(stage: Stage) -> str:
    """The same rows without the trigger that links."""
    server = stage.stack.owner_url.replace("+psycopg", "").replace("/dialtone?", "/{database}?")
    embedded.drop_database(server, UNCHAINED)
    embedded.create_database(server, UNCHAINED, copy_of="dialtone")
    owner = embedded.sqlalchemy_url(server, UNCHAINED)
    engine = create_engine(owner)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER linked ON audit_entry"))
    engine.dispose()
    return embedded.application_url(owner)


def _whole(stage: Stage) -> dict[str, int]:
    """The chain is walked after all that, and how many entries and chains that were."""
    secrets.set_trail_keys([stage.stack.secrets["SECRET_KEY"], "bench"])
    engine, count = create_engine(stage.stack.database_url), verifying.Count()
    with engine.connect() as connection:
        began = time.perf_counter()
        broken = len(list(verifying.breaks(connection, count)))
        seconds = time.perf_counter() - began
        chains = connection.scalar(text("SELECT count(DISTINCT shard) FROM audit_link"))
    engine.dispose()
    return {
        "broken": broken,
        "entries": count.entries,
        "chains": chains or 0,
        "verified_per_second": round(count.entries / seconds),
    }


def _at_once(url: str, ids: list[str], *, chained: bool) -> float:
    """They begin together, when each has said that it is warm."""
    share = WRITERS // PROCESSES
    shares = [ids[number * share : (number + 1) * share] for number in range(PROCESSES)]
    command = [sys.executable, "-m", "benchmarks.audit_write", url, str(share), str(chained)]
    children = [
        subprocess.Popen(
            [*command, *mine], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for mine in shares
    ]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    begin = f"{time.time() + 1}\n"
    return sum(int(child.communicate(begin)[0]) for child in children) / SECONDS


def _write(url: str, writers: int, ids: list[UUID], *, chained: bool) -> int:
    engine = db.connect(url, pool_size=writers, patient=True)
    secrets.set_key("bench")
    if not chained:
        sealing.seal = lambda _entry: b""  # type: ignore[assignment]
    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(lambda number: _command(ids[number % len(ids)], -1), range(writers)))
        print("warm", flush=True)
        begin = float(sys.stdin.readline())
        done = sum(threads.map(lambda number: _work(begin, number, ids), range(writers)))
    engine.dispose()
    return done


def _work(begin: float, number: int, ids: list[UUID]) -> int:
    done = 0
    mine = ids[number % len(ids)]
    time.sleep(max(0.0, begin - time.time()))
    while time.time() < begin + SECONDS:
        _command(mine, done)
        done += 1
    db.session.remove()
    return done


def _command(customer_id: UUID, number: int) -> None:
    query = select(Customer).where(Customer.id == customer_id)
    with db.transaction():
        customer = db.session.scalars(query.with_for_update(of=Customer)).one()
        before, customer.city = customer.city, f"City {number}"
        audit.record(
            SYSTEM,
            "customer.contact_changed",
            "customer",
            customer.id,
            city=(before, customer.city),
        )
    db.session.expunge_all()


if __name__ == "__main__":
    given_url, given_writers, given_chained, *given_ids = sys.argv[1:]
    print(
        _write(
            given_url,
            int(given_writers),
            [UUID(each) for each in given_ids],
            chained=given_chained == "True",
        )
    )
