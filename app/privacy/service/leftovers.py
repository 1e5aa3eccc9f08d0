"""Files whose row was never written, or went before them: found, counted, taken away.

A file is on the disk before its row is committed. A transaction that is taken back, or a process
that dies, leaves it there, and nobody would ever ask for it, export it or erase it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy import TextClause, text

from app.conversations import storage as uploads
from app.core import clock, db, folders
from app.core.sweeps import one_by_one
from app.mediation import storage as usage_files
from app.privacy.models import RetentionRun

# Whatever is written now has its row long before.
AGE = timedelta(days=1)
AT_ONCE = 500
# Among so many, one at least has its row; else the folder is not of this database.
_MANY = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """`held` says which of `:names` some row tells of."""

    folder: Callable[[], Path]
    held: TextClause


_UPLOADS = text("""
SELECT stored_as FROM attachment WHERE stored_as = ANY(:names)
UNION ALL SELECT stored_as FROM article_file WHERE stored_as = ANY(:names)
UNION ALL SELECT 'export-' || replace(CAST(id AS text), '-', '') FROM person_export
    WHERE fetched_at IS NULL AND id IN (
        SELECT CAST(substr(name, 8) AS uuid) FROM unnest(CAST(:names AS text[])) AS name
        WHERE name ~ '^export-[0-9a-f]{32}$'
    )
""")
_USAGE_FILES = text("SELECT digest FROM usage_file WHERE digest = ANY(:names)")
# By the name under which what went is noted.
STORES: Mapping[str, Store] = {
    "lost_upload": Store(uploads.folder, _UPLOADS),
    "lost_usage_file": Store(usage_files.folder, _USAGE_FILES),
}


def would_go() -> dict[str, int]:
    """A dry run: how many files of each store no row tells of."""
    before = clock.now() - AGE
    return {name: sum(1 for _ in _lost(store, before)) for name, store in STORES.items()}


def sweep() -> dict[str, int]:
    """Every store, some hundred files at once. Returns how many went."""
    before, gone = clock.now() - AGE, dict.fromkeys(STORES, 0)

    def look_through(name: str) -> int:
        gone[name] = _sweep(name, STORES[name], before)
        return gone[name]

    one_by_one(look_through, STORES)
    return gone


def _sweep(name: str, store: Store, before: datetime) -> int:
    folder = store.folder()
    gone = sum(folders.remove_old(folder, each, before) for each in _lost(store, before))
    if gone:
        with db.transaction():
            db.session.add(RetentionRun(rule=name, at=clock.now(), before=before, gone=gone))
    return gone


def _lost(store: Store, before: datetime) -> Iterator[str]:
    old = folders.old_files(store.folder(), before)
    while names := list(islice(old, AT_ONCE)):
        held = _held(store, names)
        if not held and len(names) >= _MANY:
            log.error("folder_of_another_database", folder=str(store.folder()))
            return
        yield from (each for each in names if each not in held)


def _held(store: Store, names: Sequence[str]) -> set[str]:
    with db.transaction():
        return set(db.session.scalars(store.held, {"names": list(names)}))
