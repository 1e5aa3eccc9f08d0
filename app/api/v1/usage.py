"""What is left of a line's allowances, and usage that a partner's network reports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.api.v1 import bp, finding
from app.api.v1.asking import Sending, Shown, client_with, commands, reads
from app.api.v1.words import Amount, LineName, Name, amount
from app.catalog.models import UsageKind
from app.core.ids import id_in
from app.mediation.lines import Owner, owners_of
from app.usage import queries, service
from app.usage.models import Bucket
from app.usage.records import NewRecord
from app.web.login import current_actor

MOST_RECORDS = 5000
_LARGEST = 4 * 1024 * 1024
_NOBODY = UUID(int=0)


class Left(Shown):
    """In bytes, seconds or messages; `granted` and `left` null is unlimited. `networks` are what
    the visited networks begin with that it is good in; null is at home."""

    kind: UsageKind
    granted: int | None
    used: int
    left: int | None
    expires_at: datetime
    networks: list[str] | None


class Quota(Shown):
    """`balance` is the credit of a prepaid line."""

    line_id: UUID
    number: str
    buckets: list[Left]
    balance: Amount | None


class Record(Sending):
    """`quantity` in bytes, seconds or messages; `record_id` is the source's own name for it."""

    line: LineName
    kind: UsageKind
    started_at: AwareDatetime
    quantity: Annotated[int, Field(ge=-(2**62), le=2**62)]
    other_party: Annotated[str, StringConstraints(max_length=200)] | None = None
    record_id: Name | None = None


class Records(Sending):
    """`source` names the network element; records of one source with one id are one record."""

    source: Name
    records: Annotated[list[Record], Field(min_length=1, max_length=MOST_RECORDS)]


class Refused(Shown):
    """`index` counts from 0 in what was sent."""

    index: int
    reason: str


class Taken(Shown):
    """The three always sum to what was sent."""

    accepted: int
    duplicates: int
    refused: list[Refused]


@bp.get("/usage/<line>")
@client_with("usage.read")
@reads(Quota)
def usage(line: str) -> Quota:
    """What is left now."""
    found = finding.line(line, "usage.read", by=current_actor())
    balance = queries.balance_of(found.id)
    return Quota(
        line_id=found.id,
        number=found.number,
        buckets=[_left(each) for each in queries.buckets_of([found.id])[found.id]],
        balance=amount(balance.money) if balance else None,
    )


@bp.post("/usage-records")
@client_with("network.manage")
@commands(Taken, body=Records, largest=_LARGEST)
def usage_records(sent: Records, *, key: str) -> Taken:  # noqa: ARG001 - kept by the decorator
    """Take in a batch. Faulty records come back with their reason; the others count."""
    owners = owners_of(_e164(each.line) for each in sent.records if not id_in(each.line))
    records = [_record(each, owners, sent.source) for each in sent.records]
    outcome = service.ingest(records, by=current_actor())
    places: dict[NewRecord, list[int]] = {}
    for place, record in enumerate(records):
        places.setdefault(record, []).append(place)
    refused = [
        Refused(index=places[each.record].pop(), reason=each.reason) for each in outcome.refused
    ]
    return Taken(
        accepted=outcome.accepted,
        duplicates=outcome.duplicates,
        refused=sorted(refused, key=lambda each: each.index),
    )


def _line_id(record: Record, owners: Mapping[str, list[Owner]]) -> UUID:
    """By id, or whose the number was then, else whose it was last; that this is no line of the
    client's, or not in service then, is for ingest to say."""
    if line_id := id_in(record.line):
        return line_id
    known = owners.get(_e164(record.line), [])
    at_the_time = (each for each in known if each.had_it_at(record.started_at))
    owner = next(at_the_time, known[-1] if known else None)
    return owner.line_id if owner else _NOBODY


def _e164(number: str) -> str:
    return f"+{number.removeprefix('+')}"


def _record(each: Record, owners: Mapping[str, list[Owner]], source: str) -> NewRecord:
    return NewRecord(
        line_id=_line_id(each, owners),
        kind=each.kind,
        started_at=each.started_at,
        quantity=each.quantity,
        other_party=each.other_party,
        source=f"api:{current_actor().id}:{source}",
        record_id=each.record_id,
    )


def _left(bucket: Bucket) -> Left:
    return Left(
        kind=bucket.kind,
        granted=bucket.size,
        used=bucket.used,
        left=bucket.left,
        expires_at=bucket.expires_at,
        networks=bucket.networks,
    )
