"""Changing the plan of a line and adding add-ons to it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog.errors import OfferNotAvailable
from app.catalog.models import OfferKind, OfferVersion
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.ids import new_id
from app.subscriptions import access
from app.subscriptions.eligible import check_eligible
from app.subscriptions.errors import LineNotActive, SamePlan
from app.subscriptions.events import AddOnAdded, PlanChanged, PlanStarted
from app.subscriptions.models import BlockEffect, Line, LineStatus, Subscription
from app.subscriptions.queries import current_plan, effect_in_force


def change_plan(
    line_id: UUID, offer_version_id: UUID, *, by: Actor, effect_key: str
) -> Subscription:
    """End the plan now and start another. The same `effect_key` again gives the same answer.

    Raises SamePlan, LineNotActive (closed, or blocked altogether), OfferNotAvailable (withdrawn,
    or of another market, service or mode), and whatever vetoes it, such as InsufficientBalance.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.change", lock=True)
        if done := _done_before(line, effect_key):
            return done
        moment = clock.now()
        version = version_for(line, offer_version_id, OfferKind.PLAN, moment)
        old = current_plan(line)
        if old.offer_version_id == version.id:
            raise SamePlan
        old.ends_at = moment
        db.session.flush()  # the old plan ends first: the index allows one open plan a line
        new = _start(line, version, moment, effect_key)
        audit.record(
            by, "line.plan_changed", "line", line.id, plan=(_name(old.version), _name(version))
        )
        events.announce(
            PlanChanged(
                line.id, line.account_id, old.id, new.id, old.version.id, version.id, moment
            )
        )
        events.announce(PlanStarted(line.id, line.account_id, new.id, version.id, moment))
    return new


def add_add_on(
    line_id: UUID, offer_version_id: UUID, *, by: Actor, effect_key: str
) -> Subscription:
    """Start an add-on now, until its validity ends; without one, until the line closes.

    The same `effect_key` again gives the same answer. Raises LineNotActive, OfferNotAvailable.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.change", lock=True)
        if done := _done_before(line, effect_key):
            return done
        moment = clock.now()
        version = version_for(line, offer_version_id, OfferKind.ADD_ON, moment)
        new = _start(line, version, moment, effect_key)
        audit.record(by, "line.add_on_added", "line", line.id, add_on=_name(version))
        events.announce(AddOnAdded(line.id, line.account_id, new.id, version.id, moment))
    return new


def version_for(
    line: Line, offer_version_id: UUID, kind: OfferKind, moment: datetime
) -> OfferVersion:
    """The version, if this line may have it at that moment. Raises as `change_plan` does."""
    if line.status is not LineStatus.ACTIVE or effect_in_force(line) is BlockEffect.ALL:
        raise LineNotActive
    version = catalog.version_on_sale(offer_version_id, moment)
    offer = version.offer
    if (offer.market_code, offer.service, offer.mode, offer.kind) != (
        line.market_code,
        line.service,
        line.mode,
        kind,
    ):
        raise OfferNotAvailable(offer=offer.code)
    check_eligible(line.account_id, version, moment)
    return version


def version_for_now(line: Line, offer_version_id: UUID, kind: OfferKind) -> OfferVersion:
    """To tell somebody what it would be before she takes it. Raises as `version_for` does."""
    return version_for(line, offer_version_id, kind, clock.now())


def _start(line: Line, version: OfferVersion, moment: datetime, effect_key: str) -> Subscription:
    kind, days = version.offer.kind, version.validity_days
    lasts = timedelta(days=days) if kind is OfferKind.ADD_ON and days else None
    new = Subscription(
        id=new_id(),
        line=line,
        version=version,
        kind=kind,
        starts_at=moment,
        ends_at=moment + lasts if lasts else None,
        effect_key=effect_key,
    )
    db.session.add(new)
    db.session.flush()  # listeners may write rows that point to it
    return new


def _done_before(line: Line, effect_key: str) -> Subscription | None:
    done = db.session.scalar(select(Subscription).where(Subscription.effect_key == effect_key))
    if done is not None and done.line_id != line.id:
        raise Conflict(field="effect_key")
    return done


def _name(version: OfferVersion) -> str:
    return version.offer.code
