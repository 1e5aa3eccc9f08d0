"""Telling the engine what has changed, in bulk, until nothing is left to be told."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

import structlog
from sqlalchemy import delete, select

from app.core import db
from app.search import documents, switch
from app.search.models import Due, EngineIndex
from app.search.port import EngineDown, Kind
from app.search.switch import Plugged

log = structlog.get_logger(__name__)

_BATCH = 500
_LONGEST_SECONDS = 20.0


def follow() -> int:
    """Returns how many notes were worked off. What the engine did not take stays noted.

    Where no engine is plugged in any more, its indexes are no longer known: nobody follows them.
    """
    plugged = switch.plugged()
    if plugged is None:
        return _forget()
    until, done = time.monotonic() + _LONGEST_SECONDS, 0
    while time.monotonic() < until:
        try:
            with db.transaction():
                taken = _tell(plugged)
        except EngineDown as error:
            log.warning("search_engine_not_told", error=str(error))
            break
        if not taken:
            break
        done += taken
    return done


def tell(plugged: Plugged, indexes: Sequence[str], keys: dict[Kind, set[UUID]]) -> None:
    """These things as they are now, in parts that one request can carry."""
    for part in _parts(keys):
        reading = documents.read(part, plugged.regions)
        plugged.engine.put(indexes, reading.documents, reading.gone, version=reading.version)


def _tell(plugged: Plugged) -> int:
    indexes = list(db.session.scalars(select(EngineIndex.name)))
    oldest = select(Due.id).order_by(Due.id).limit(_BATCH).with_for_update(skip_locked=True)
    notes = db.session.execute(
        delete(Due).where(Due.id.in_(oldest)).returning(Due.kind, Due.key)
    ).all()
    if notes and indexes:
        changed: dict[str, set[UUID]] = defaultdict(set)
        for kind, key in notes:
            changed[kind].add(key)
        tell(plugged, indexes, documents.behind(changed))
    return len(notes)


def _parts(keys: dict[Kind, set[UUID]]) -> Iterator[dict[Kind, list[UUID]]]:
    for kind, several in keys.items():
        ordered = sorted(several)
        for first in range(0, len(ordered), _BATCH):
            yield {kind: ordered[first : first + _BATCH]}


def _forget() -> int:
    with db.transaction():
        if db.session.scalar(select(EngineIndex.name).limit(1)) is None:
            return 0
        db.session.execute(delete(EngineIndex))
        db.session.execute(delete(Due))
    log.warning("search_engine_left")
    return 0
