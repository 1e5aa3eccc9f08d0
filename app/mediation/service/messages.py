"""Messages of a stream: their effect and the position behind them are one commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import db
from app.core.actor import Actor
from app.mediation import access
from app.mediation.models import StreamPosition
from app.mediation.service.taking import AT_ONCE, Taken, origin_of, rows_of, take_rows


@dataclass(frozen=True, slots=True)
class Message:
    offset: int
    content: bytes


def take_messages(topic: str, partition: int, messages: Sequence[Message], *, by: Actor) -> Taken:
    """What a partition brought, in order; the topic's name is the source's. A message that comes
    again, because its offset was not committed in time, has no second effect.
    """
    with db.transaction():
        origin = origin_of(access.layout_for(by, topic, "usage.import"), by)
        position = _locked(topic, partition)
        fresh = [each for each in messages if each.offset >= position.offset]
        rows = iter([row for each in fresh for row in rows_of(origin, each.content)])
        taken = Taken()
        while chunk := list(islice(rows, AT_ONCE)):
            taken += take_rows(origin, chunk)
        if fresh:
            position.offset = fresh[-1].offset + 1
    return taken


def _locked(topic: str, partition: int) -> StreamPosition:
    new = insert(StreamPosition).values(topic=topic, partition=partition, offset=0)
    db.session.execute(new.on_conflict_do_nothing())
    query = select(StreamPosition).where(
        StreamPosition.topic == topic, StreamPosition.partition == partition
    )
    return db.session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).one()
