"""Prepaid sessions of the network: initial, update, termination, in the words of 3GPP TS 32.290.

Requests of a session are numbered: the same number again is the same request and gets the same
answer. A session's id is the network's own, as in the records that it writes of it later.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import select

from app.api.v1 import bp
from app.api.v1.asking import Sending, Shown, client_with, repeatable
from app.api.v1.words import Amount, LineName, amount
from app.catalog.models import UsageKind
from app.core import db
from app.core.errors import NotFound
from app.core.ids import id_in
from app.subscriptions.models import Line
from app.usage.charging import MOST, Quota
from app.usage.service import charging
from app.web.login import current_actor

_ID = r"^[A-Za-z0-9][A-Za-z0-9.;:@=+_-]{0,199}$"
SessionId = Annotated[str, StringConstraints(pattern=_ID)]
Units = Annotated[int, Field(ge=0, le=MOST, description="Bytes, seconds or messages.")]
Wanted = Annotated[int, Field(ge=1, le=MOST)]
Number = Annotated[int, Field(ge=0, lt=2**31, description="Of the request in its session.")]
Network = Annotated[str, StringConstraints(pattern=r"^[0-9]{5,6}$")]
Destination = Annotated[str, StringConstraints(pattern=r"^\+?[0-9*#]{1,30}$")]


class Initial(Sending):
    """`destination` is the number called, whose zone sets the price; `visited_network` is the
    country and network code abroad. Left out, `requested_units` are the usual ones."""

    session_id: SessionId
    request_number: Number = 0
    subscriber: LineName
    service: UsageKind
    destination: Destination | None = None
    visited_network: Network | None = None
    requested_units: Wanted | None = None


class Update(Sending):
    """`used_units` since the last request that told some."""

    request_number: Number
    used_units: Units
    requested_units: Wanted | None = None


class Termination(Sending):
    request_number: Number
    used_units: Units


class Granted(Shown):
    """`granted_units` may be used now, within `validity_time` seconds, after which the session must
    ask again or is over. After a `final_unit_indication` no more will come. `price` is that of the
    session so far, `remaining_credit` what is left beside what it holds."""

    session_id: str
    request_number: int
    granted_units: int
    validity_time: int
    final_unit_indication: bool
    price: Amount
    remaining_credit: Amount


@bp.post("/charging/sessions")
@client_with("usage.charge")
@repeatable(Granted, body=Initial, status=201)
def begin_charging(sent: Initial) -> Granted:
    """Authorise a session and reserve units for it, or as many as it can pay for."""
    quota = charging.authorise(
        sent.session_id,
        _line_id(sent.subscriber),
        sent.service,
        by=current_actor(),
        wanted=sent.requested_units,
        other_party=sent.destination,
        network=sent.visited_network,
        number=sent.request_number,
    )
    return _granted(quota, sent.request_number)


@bp.post("/charging/sessions/<session_id>/update")
@client_with("usage.charge")
@repeatable(Granted, body=Update)
def update_charging(sent: Update, *, session_id: str) -> Granted:
    """Pay for what was used and reserve more."""
    quota = charging.update(
        session_id,
        sent.request_number,
        by=current_actor(),
        used=sent.used_units,
        wanted=sent.requested_units,
    )
    return _granted(quota, sent.request_number)


@bp.post("/charging/sessions/<session_id>/release")
@client_with("usage.charge")
@repeatable(Granted, body=Termination)
def release_charging(sent: Termination, *, session_id: str) -> Granted:
    """Pay for the last of it and give back what was not used."""
    quota = charging.release(
        session_id, sent.request_number, by=current_actor(), used=sent.used_units
    )
    return _granted(quota, sent.request_number)


def _line_id(subscriber: str) -> UUID:
    """By id or number; of a number that has no line any more, its last one, which is refused.
    Whose it is, is checked with everything else."""
    if line_id := id_in(subscriber):
        return line_id
    number = f"+{subscriber.removeprefix('+')}"
    query = select(Line.id).where(Line.number == number)
    query = query.order_by(Line.closed_at.desc().nulls_first()).limit(1)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _granted(quota: Quota, number: int) -> Granted:
    return Granted(
        session_id=quota.session,
        request_number=number,
        granted_units=quota.granted,
        validity_time=int(quota.valid_for.total_seconds()),
        final_unit_indication=quota.final,
        price=amount(quota.paid),
        remaining_credit=amount(quota.balance),
    )
