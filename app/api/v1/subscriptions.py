"""Subscribing to a service, moving between plans, adding add-ons. All from now on."""

from datetime import datetime
from uuid import UUID

from pydantic import model_validator

from app.api.v1 import bp, finding
from app.api.v1.asking import Sending, Shown, client_with, commands
from app.api.v1.words import Amount, LineName, Name, Start, amount, only_now
from app.billing import service as billing
from app.catalog.models import Mode, OfferKind, Service
from app.catalog.queries import current_version
from app.core import clock, db
from app.core.errors import Conflict, Refusal
from app.core.i18n import lazy
from app.core.money import Money
from app.subscriptions import service
from app.subscriptions.models import Line, Subscription
from app.subscriptions.queries import current_plan, plan_at
from app.subscriptions.service.standing import refuse_gone
from app.web.login import current_actor


class PlanActive(Conflict):
    code = "plan_active"
    message = lazy("The line has a plan. Move it to another one with upgrade or downgrade.")


class ActivationNeeded(Refusal):
    code = "activation_needed"
    message = lazy("A mobile plan starts with its SIM: order it with activate-sim.")


class Subscribe(Sending):
    """A plan for a `line` that has none, or a new fibre or TV service for an account; `number` is
    that of its access."""

    line: LineName | None = None
    customer: Name | None = None
    account_id: UUID | None = None
    offer: Name
    mode: Mode
    number: Name | None = None
    starts_at: Start | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "Subscribe":
        if self.line is None and (self.number is None or not (self.customer or self.account_id)):
            raise ValueError(lazy("customer or account_id, and number, are needed"))
        return self


class ChangePlan(Sending):
    line: LineName
    offer: Name
    starts_at: Start | None = None


class AddOn(Sending):
    line: LineName
    offer: Name
    starts_at: Start | None = None


class SubscriptionShown(Shown):
    """Half-open; `ends_at` null is open."""

    id: UUID
    line_id: UUID
    number: str
    offer: str
    kind: OfferKind
    price: Amount
    starts_at: datetime
    ends_at: datetime | None


class PlanChanged(Shown):
    """`credit` is for the unused days of the old plan, `charge` for those of the new one."""

    subscription: SubscriptionShown
    credit: Amount
    charge: Amount
    net: Amount


@bp.post("/subscribe")
@client_with("subscriptions.activate")
@commands(SubscriptionShown, body=Subscribe, status=201)
def subscribe(wanted: Subscribe, *, key: str) -> SubscriptionShown:
    """Open a fibre or TV service, or give a line its plan. A line has one plan: another one is an
    upgrade."""
    only_now(wanted.starts_at)
    by = current_actor()
    if wanted.line is not None:
        found = finding.line(wanted.line, "subscriptions.activate", by=by)
        return _shown(_planned(found, wanted, key), found)
    account = finding.account_of(
        wanted.customer, wanted.account_id, "subscriptions.activate", by=by
    )
    version = current_version(account.market_code, wanted.offer, wanted.mode)
    if version.offer.service is Service.MOBILE:
        raise ActivationNeeded
    line = service.open_line(
        account.id,
        by=by,
        service=version.offer.service,
        mode=wanted.mode,
        number=wanted.number or "",
        offer_code=wanted.offer,
    )
    return _shown(current_plan(line), line)


@bp.post("/upgrade")
@client_with("subscriptions.change")
@commands(PlanChanged, body=ChangePlan)
def upgrade(wanted: ChangePlan, *, key: str) -> PlanChanged:  # noqa: ARG001 - kept by the decorator
    """Move a line to another plan now, in the middle of its period."""
    return _moved(wanted)


@bp.post("/downgrade")
@client_with("subscriptions.change")
@commands(PlanChanged, body=ChangePlan)
def downgrade(wanted: ChangePlan, *, key: str) -> PlanChanged:  # noqa: ARG001 - kept by the decorator
    """As `upgrade`: both move a line to another plan now."""
    return _moved(wanted)


@bp.post("/add-ons")
@client_with("subscriptions.change")
@commands(SubscriptionShown, body=AddOn, status=201)
def add_on(wanted: AddOn, *, key: str) -> SubscriptionShown:
    """Add an add-on to a line, from now."""
    only_now(wanted.starts_at)
    by = current_actor()
    line = finding.line(wanted.line, "subscriptions.change", by=by)
    version = current_version(line.market_code, wanted.offer, line.mode)
    return _shown(service.add_add_on(line.id, version.id, by=by, effect_key=key), line)


def _planned(line: Line, wanted: Subscribe, key: str) -> Subscription:
    """Raises PlanActive; for a line that has left its own refusal."""
    by = current_actor()
    refuse_gone(line)
    if plan_at(line, clock.now()) is not None:
        raise PlanActive
    version = current_version(line.market_code, wanted.offer, wanted.mode)
    return service.subscribe(line.id, version.id, by=by, effect_key=key)


def _moved(wanted: ChangePlan) -> PlanChanged:
    """Quoted and taken up in one transaction: charged as it is answered."""
    only_now(wanted.starts_at)
    by = current_actor()
    line = finding.line(wanted.line, "subscriptions.change", by=by)
    version = current_version(line.market_code, wanted.offer, line.mode)
    quote = billing.quote_plan_change(line.id, version.id, by=by)
    taken = billing.take_up_quote(quote.id, by=by)
    credit, charge = Money(quote.credit, quote.currency), Money(quote.charge, quote.currency)
    new = db.session.get_one(Subscription, taken.subscription_id)
    return PlanChanged(
        subscription=_shown(new, line),
        credit=amount(credit),
        charge=amount(charge),
        net=amount(charge - credit),
    )


def _shown(subscription: Subscription, line: Line) -> SubscriptionShown:
    version = subscription.version
    return SubscriptionShown(
        id=subscription.id,
        line_id=line.id,
        number=line.number,
        offer=version.offer.code,
        kind=subscription.kind,
        price=amount(version.price_money),
        starts_at=subscription.starts_at,
        ends_at=subscription.ends_at,
    )
