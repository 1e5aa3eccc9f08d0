"""Giving a line a plan, changing it, and adding and ending add-ons."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog.errors import OfferNotAvailable
from app.catalog.models import OfferKind, OfferVersion
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.subscriptions import access
from app.subscriptions.eligible import check_eligible
from app.subscriptions.errors import PlanInForce, SamePlan
from app.subscriptions.events import (
    AddOnAdded,
    AddOnCancelled,
    PlanChanged,
    PlanStarted,
    PlanSubscribed,
)
from app.subscriptions.models import Line, Subscription
from app.subscriptions.queries import current_plan, plan_at
from app.subscriptions.service import approving, leaving, waiting
from app.subscriptions.service.standing import refuse_unusable


def subscribe(line_id: UUID, offer_version_id: UUID, *, by: Actor, effect_key: str) -> Subscription:
    """Start a plan now on an active line that has none. The same `effect_key`, the same answer.

    Raises PlanInForce, and what `change_plan` does.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.change", lock=True)
        if done := _done_before(line, effect_key):
            return done
        approving.refuse_unapproved(line, by)
        moment = clock.now()
        version = version_for(line, offer_version_id, OfferKind.PLAN, moment)
        if plan_at(line, moment) is not None:
            raise PlanInForce
        leaving.refuse_leaving(line)
        new = _start(line, version, moment, effect_key)
        audit.record(by, "line.subscribed", "line", line.id, plan=_name(version))
        ids = (line.id, line.account_id, new.id, version.id)
        events.announce(PlanSubscribed(*ids, moment))
        events.announce(PlanStarted(*ids, moment))
    return new


def change_plan(
    line_id: UUID, offer_version_id: UUID, *, by: Actor, effect_key: str
) -> Subscription:
    """End the plan now and start another. The same `effect_key` again gives the same answer.

    A change that was scheduled is cancelled. Raises SamePlan; LineNotActive and its kinds
    LineBlocked, LinePorted, LineDisconnected; LineLeaving; OfferNotAvailable (withdrawn, or of
    another market, service or mode); ApprovalNeeded; and whatever vetoes it, such as
    InsufficientBalance.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.change", lock=True)
        if done := _done_before(line, effect_key):
            return done
        approving.refuse_unapproved(line, by)
        old = current_plan(line)
        moment = max(clock.now(), old.starts_at)  # a clock that was set back ends nothing too early
        version = version_for(line, offer_version_id, OfferKind.PLAN, moment)
        leaving.refuse_leaving(line)
        if old.offer_version_id == version.id:
            raise SamePlan
        waiting.supersede(line, by)
        old.ends_at = moment
        db.session.flush()  # the old plan ends first: the database allows one plan at a time
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

    The same `effect_key` again gives the same answer. Raises what `change_plan` does.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.change", lock=True)
        if done := _done_before(line, effect_key):
            return done
        approving.refuse_unapproved(line, by)
        moment = clock.now()
        version = version_for(line, offer_version_id, OfferKind.ADD_ON, moment)
        leaving.refuse_leaving(line)
        new = _start(line, version, moment, effect_key)
        audit.record(by, "line.add_on_added", "line", line.id, add_on=_name(version))
        events.announce(AddOnAdded(line.id, line.account_id, new.id, version.id, moment))
    return new


def cancel_add_on(subscription_id: UUID, *, by: Actor) -> Subscription:
    """End an add-on now; once it has ended, that changes nothing. Raises NotFound for a plan."""
    with db.transaction():
        found = db.session.get(Subscription, subscription_id)
        if found is None or found.kind is not OfferKind.ADD_ON:
            raise NotFound
        line = access.line_for(by, found.line_id, "subscriptions.change", lock=True)
        moment = clock.now()
        db.session.refresh(found)
        if found.ends_at is not None and found.ends_at <= moment:
            return found
        found.ends_at = moment
        audit.record(by, "line.add_on_cancelled", "line", line.id, add_on=_name(found.version))
        ids = (line.id, line.account_id, found.id, found.offer_version_id)
        events.announce(AddOnCancelled(*ids, moment))
    return found


def version_for(
    line: Line, offer_version_id: UUID, kind: OfferKind, moment: datetime
) -> OfferVersion:
    """The version, if this line may have it at that moment. Raises as `change_plan` does."""
    refuse_unusable(line)
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
