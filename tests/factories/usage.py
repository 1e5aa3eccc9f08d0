"""Buckets, balances and usage records."""

from datetime import timedelta
from decimal import Decimal

import factory

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.ids import new_id
from app.subscriptions.queries import current_plan
from app.usage import months
from app.usage.models import Balance, Bucket, DailyUsage, UsageRecord
from tests.factories.base import Factory
from tests.factories.catalog import GIB, OfferVersionFactory
from tests.factories.subscriptions import line_with_plan


class BucketFactory(Factory):
    """Of a line with a plan: `BucketFactory(line=…)`."""

    class Meta:
        model = Bucket
        exclude = ("line",)

    line = factory.LazyFunction(line_with_plan)
    line_id = factory.LazyAttribute(lambda made: made.line.id)
    subscription_id = factory.LazyAttribute(lambda made: current_plan(made.line).id)
    kind = UsageKind.DATA
    granted = 20 * GIB
    used = 0
    starts_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=10))
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=20))


class BalanceFactory(Factory):
    """Of a prepaid line: `BalanceFactory(line=…)`."""

    class Meta:
        model = Balance
        exclude = ("line",)

    line = factory.LazyFunction(lambda: line_with_plan(OfferVersionFactory(prepaid=True)))
    line_id = factory.LazyAttribute(lambda made: made.line.id)
    amount = Decimal("100.00")
    currency = "MXN"
    paid_until = factory.LazyFunction(lambda: clock.now() + timedelta(days=20))


class UsageRecordFactory(Factory):
    """In the table of its month, which is made when it is missing."""

    class Meta:
        model = UsageRecord
        exclude = ("line",)

    @classmethod
    def _create(cls, model_class, *args, **made):
        months.make(db.session.connection(), [months.month_of(made["started_at"])])
        return super()._create(model_class, *args, **made)

    line = factory.LazyFunction(line_with_plan)
    line_id = factory.LazyAttribute(lambda made: made.line.id)
    identity = factory.LazyFunction(new_id)
    kind = UsageKind.VOICE
    started_at = factory.LazyFunction(clock.now)
    quantity = 60
    charged = Decimal(0)
    received_at = factory.LazyFunction(clock.now)


class DailyUsageFactory(Factory):
    class Meta:
        model = DailyUsage
        exclude = ("line",)

    line = factory.LazyFunction(line_with_plan)
    line_id = factory.LazyAttribute(lambda made: made.line.id)
    day = factory.LazyFunction(lambda: clock.now().date())
    kind = UsageKind.DATA
    quantity = GIB
