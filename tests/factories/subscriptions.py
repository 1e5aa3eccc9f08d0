"""Lines with what is on them."""

from datetime import timedelta
from uuid import uuid4

import factory

from app.catalog.models import Mode, OfferKind, Service
from app.core import clock
from app.subscriptions.models import (
    Block,
    BlockEffect,
    ChangeStatus,
    Disconnection,
    Leaving,
    Line,
    LineStatus,
    OrderStatus,
    ScheduledChange,
    Sim,
    SimStatus,
    Subscription,
)
from tests.factories.base import Factory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory


class LineFactory(Factory):
    """A bare line; `line_with_plan` is what most tests want."""

    class Meta:
        model = Line

    account = factory.SubFactory(AccountFactory)
    account_id = factory.SelfAttribute("account.id")
    customer_id = factory.SelfAttribute("account.customer_id")
    market_code = factory.SelfAttribute("account.market_code")
    service = Service.MOBILE
    mode = Mode.POSTPAID
    number = factory.Sequence(lambda n: f"+5255{30000000 + n}")
    status = LineStatus.ACTIVE
    activated_at = factory.LazyFunction(clock.now)
    created_at = factory.LazyFunction(clock.now)


class SimFactory(Factory):
    class Meta:
        model = Sim

    iccid = factory.Sequence(lambda n: f"8952019{n:012d}")
    line = factory.SubFactory(LineFactory)
    form = "sim"
    imsi = factory.Sequence(lambda n: f"33401{n:010d}")
    puk = "12345678"
    status = SimStatus.ACTIVE
    issued_at = factory.LazyFunction(clock.now)


class SubscriptionFactory(Factory):
    class Meta:
        model = Subscription

    line = factory.SubFactory(LineFactory)
    version = factory.SubFactory(OfferVersionFactory)
    kind = OfferKind.PLAN
    starts_at = factory.LazyFunction(clock.now)
    effect_key = factory.LazyFunction(lambda: str(uuid4()))


class BlockFactory(Factory):
    class Meta:
        model = Block

    line = factory.SubFactory(LineFactory)
    reason = "dunning:INV-MX-2026-000001"
    effect = BlockEffect.OUTGOING
    placed_at = factory.LazyFunction(clock.now)


class ScheduledChangeFactory(Factory):
    """Waits on a line: `ScheduledChangeFactory(line=…)`."""

    class Meta:
        model = ScheduledChange

    version = factory.SubFactory(OfferVersionFactory)
    due_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=9))
    status = ChangeStatus.PENDING
    ordered_by = "Ana Ruiz"
    effect_key = factory.LazyFunction(lambda: str(uuid4()))
    created_at = factory.LazyFunction(clock.now)


class DisconnectionFactory(Factory):
    """Waits on a line: `DisconnectionFactory(line=…)`."""

    class Meta:
        model = Disconnection

    reason = Leaving.REQUEST
    status = OrderStatus.PENDING
    due_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=5))
    ordered_by = "Ana Ruiz"
    created_at = factory.LazyFunction(clock.now)


def line_with_plan(version=None, **line):
    """An active line with a SIM on a plan, prepaid when the version is."""
    version = version or OfferVersionFactory()
    made = LineFactory(service=version.offer.service, mode=version.offer.mode, **line)
    SubscriptionFactory(line=made, version=version, starts_at=made.activated_at)
    SimFactory(line=made)
    return made
