"""Taking in a whole file: straight into the database, by several connections at once.

Each takes the lines that are its own, so that none waits for another, and holds its share in a
temporary table; what it has rated is committed slice by slice, lines that were made one after the
other together, as they lie in tables and indexes. Killed anywhere, it leaves nothing but finished
slices, and the same file again finishes the rest: only the last one waits for the disk.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from uuid import UUID

import psycopg
from sqlalchemy import Engine, text

from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.usage import incoming, months
from app.usage.arrivals import Look
from app.usage.records import Ingested, RefusedRecord
from app.usage.service.ingest import accepted_window, patiently, rate_incoming

# Each slice is one transaction of some forty thousand records. Smaller ones cost more a record,
# larger ones hold the locks of their lines for longer than a second.
_BYTES_A_SLICE = 4 * 1024**2
_BYTES_AT_ONCE = 1024**2
# Rows are looked at in so many places, to see whose they are.
_LOOKS, _BYTES_A_LOOK = 256, 4096
# Where the last digit of the line's id stands in a row: it tells whose line it is.
_LAST_DIGIT = 35
# The last where a time is infinite: it has no name.
_UNREADABLE = psycopg.DataError, psycopg.IntegrityError, psycopg.NotSupportedError
_COPY = f"COPY staged ({', '.join(incoming.COLUMNS)}) FROM STDIN (FORMAT csv)"


def ingest_file(path: Path, *, by: Actor, shares: int = 2) -> Ingested:
    """Store and rate a CSV file of records, one a row, without a header: `incoming.COLUMNS`, times
    with their offset, nothing where there is nothing. The result is that of `ingest`.

    Raises Invalid when a row cannot be read at all; then nothing is taken in. It commits by
    itself, slice by slice, so it is not called inside a transaction.
    """
    by.must("network.manage")
    engine = db.session.get_bind().engine
    everybody_has_read = Barrier(shares)
    cuts = _cuts(path, 1 + path.stat().st_size // (shares * _BYTES_A_SLICE))
    outcome = Ingested()
    with ThreadPoolExecutor(shares) as pool:
        running = [
            pool.submit(
                copy_context().run,
                partial(
                    _take_in_share,
                    _blocks(path, place, shares),
                    cuts,
                    place % 2 == 1,
                    by,
                    engine,
                    everybody_has_read,
                ),
            )
            for place in range(shares)
        ]
        errors = [each.exception() for each in running]
        for error in errors:
            if error is not None and not isinstance(error, BrokenBarrierError):
                raise error
        for each in running:
            outcome.add(each.result())
    return outcome


def _take_in_share(
    blocks: Iterator[bytes],
    cuts: Sequence[UUID],
    backwards: bool,
    by: Actor,
    engine: Engine,
    everybody_has_read: Barrier,
) -> Ingested:
    outcome = Ingested()
    with _own_session(engine):
        try:
            slices = _stage(blocks, cuts)
        except _UNREADABLE as error:
            everybody_has_read.abort()
            raise Invalid(field="records") from error
        except BaseException:
            everybody_has_read.abort()
            raise
        everybody_has_read.wait()
        look = _look()
        turn = slices[::-1] if backwards else slices
        for table in turn:
            if look.is_old:
                look = _look()
            take_in = partial(_take_in_slice, table=table, is_last=table == turn[-1], by=by)
            outcome.add(patiently(take_in, look))
    return outcome


def _look() -> Look:
    """For the names of the whole share at once: many times less work than slice by slice."""
    window = accepted_window()
    with db.transaction():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.execute(text("SET LOCAL work_mem = '64MB'"))
        look = Look.now()
        span, records = incoming.staged_span(window)
        if span is not None:
            incoming.find_suspects(months.span(*span), records)
    return look


def _take_in_slice(look: Look | None, table: str, is_last: bool, by: Actor) -> Ingested:
    if not is_last:  # which is not on the disk before all others are
        db.session.execute(text("SET LOCAL synchronous_commit = off"))
    db.session.execute(text("SET LOCAL work_mem = '16MB'"))
    incoming.prepare(many=True)
    incoming.fill_from(table)
    faulty = incoming.refuse_faulty(accepted_window())
    outcome = rate_incoming(by, look)
    outcome.refused += [RefusedRecord(each.record, each.reason or "") for each in faulty]
    return outcome


def _stage(blocks: Iterator[bytes], cuts: Sequence[UUID]) -> list[str]:
    """The slices' tables."""
    with db.transaction():
        # A large file takes longer to read than a page may take.
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        slices = incoming.make_staged(cuts)
        with incoming.copying(_COPY) as copy:
            for block in blocks:
                copy.write(block)
    return slices


def _cuts(path: Path, slices: int) -> list[UUID]:
    """Lines' ids that part the file into so many slices of much the same size, as far as rows
    from all over it tell."""
    found = sorted(_some_lines(path))
    return sorted({found[place * len(found) // slices] for place in range(1, slices) if found})


def _some_lines(path: Path) -> Iterator[UUID]:
    step = 1 + path.stat().st_size // _LOOKS
    with path.open("rb") as file:
        for place in range(_LOOKS):
            file.seek(place * step)
            if place:
                file.readline()  # the rest of a row
            for row in file.readlines(_BYTES_A_LOOK):
                with suppress(ValueError):
                    yield UUID(row.split(b",", 1)[0].decode("utf-8", "replace").strip('"'))


def _blocks(path: Path, place: int, shares: int) -> Iterator[bytes]:
    """The rows whose line is this share's; a row too short to have one is the first's to refuse."""
    mine = {bytes([digit]) for digit in range(256) if digit % shares == place}
    if place == 0:
        mine.add(b"")
    with path.open("rb") as file:
        while rows := file.readlines(_BYTES_AT_ONCE):
            yield b"".join([row for row in rows if row[_LAST_DIGIT : _LAST_DIGIT + 1] in mine])


@contextmanager
def _own_session(engine: Engine) -> Iterator[None]:
    """This thread's session, on one connection from beginning to end."""
    with db.session_scope(), engine.connect() as connection:
        db.session(bind=connection)
        try:
            yield
        finally:
            db.session.remove()
            connection.invalidate()  # its temporary tables go with it
