from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.catalog.models import UsageKind
from app.core import clock
from app.core.actor import SYSTEM
from app.core.money import Money
from app.subscriptions import queries as subscriptions
from app.subscriptions import service as lines
from app.usage import queries, service, tasks
from app.usage.errors import InsufficientBalance
from app.usage.events import PeriodStarted
from tests.factories.actors import administrator, agent
from tests.factories.catalog import GIB, OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database", "listening")

MAY_10 = datetime(2026, 5, 10, 12, tzinfo=UTC)


def open_line(version, at=MAY_10, **account):
    return lines.open_line(
        AccountFactory(**account).id,
        by=SYSTEM,
        service="mobile",
        mode=version.offer.mode,
        number="55 1234 5678",
        offer_code=version.offer.code,
        activated_at=at,
    )


def top_up(line, amount):
    service.top_up(line.id, Money.of(amount, "MXN"), by=SYSTEM, effect_key=f"{line.id}{amount}")


def granted(line, at):
    with clock.moved_to(at):
        return {each.kind: each.granted for each in queries.buckets_of([line.id])[line.id]}


def test_a_postpaid_line_has_its_allowances_until_the_billing_day():
    line = open_line(OfferVersionFactory(), billing_day=15)
    midnight = datetime(2026, 5, 15, 6, tzinfo=UTC)  # in Mexico City

    assert granted(line, MAY_10) == {
        UsageKind.DATA: 20 * GIB,
        UsageKind.VOICE: None,
        UsageKind.SMS: 100,
    }
    assert granted(line, midnight - timedelta(seconds=1)) != {}
    assert granted(line, midnight) == {}


def test_renewing_a_postpaid_line_begins_its_month_once():
    line = open_line(OfferVersionFactory(), billing_day=15)
    june = datetime(2026, 6, 1, tzinfo=UTC)

    service.renew(line.id, june)
    service.renew(line.id, june + timedelta(days=1))

    with clock.moved_to(june):
        assert len(queries.buckets_of([line.id])[line.id]) == 3


def test_a_prepaid_line_pays_for_its_second_period_and_not_twice():
    line = open_line(OfferVersionFactory(prepaid=True, price=Decimal(99)))
    top_up(line, 150)
    end = MAY_10 + timedelta(days=30)

    with heard(PeriodStarted) as said:
        assert not service.renew(line.id, end - timedelta(seconds=1))
        assert service.renew(line.id, end)
        assert not service.renew(line.id, end)

    assert queries.balance_of(line.id).amount == 51
    assert said == [PeriodStarted(line.id, end, end + timedelta(days=30))]
    assert granted(line, end)[UsageKind.DATA] == 20 * GIB


def test_who_cannot_pay_has_no_allowance_until_the_balance_covers_it():
    line = open_line(OfferVersionFactory(prepaid=True, price=Decimal(99)))
    end, later = MAY_10 + timedelta(days=30), MAY_10 + timedelta(days=35)

    with pytest.raises(InsufficientBalance):
        service.renew(line.id, end)
    assert granted(line, end) == {}
    assert queries.due_for_renewal(end) == []
    top_up(line, 100)
    assert queries.due_for_renewal(end) == [line.id]
    service.renew(line.id, later)

    balance = queries.balance_of(line.id)
    assert (balance.amount, balance.paid_until) == (1, later + timedelta(days=30))


def test_the_task_renews_whoever_is_due():
    postpaid = open_line(OfferVersionFactory())
    lines.close_line(postpaid.id, by=administrator(), reason="moved away")
    line = open_line(OfferVersionFactory(), at=datetime(2026, 1, 1, tzinfo=UTC))

    assert tasks.renew_due.run() == 1
    assert tasks.renew_due.run() == 0
    assert granted(line, clock.now()) != {}


def test_a_month_begins_although_an_add_on_lasts_longer_than_the_one_before():
    line = open_line(OfferVersionFactory(), billing_day=15)
    extra = OfferVersionFactory(add_on=True, includes={UsageKind.DATA: GIB})
    with clock.moved_to(MAY_10):
        lines.add_add_on(line.id, extra.id, by=agent(), effect_key="a")
    midnight = datetime(2026, 5, 15, 6, tzinfo=UTC)  # in Mexico City

    with clock.moved_to(midnight):
        assert tasks.renew_due.run() == 1
        data = [
            each.granted
            for each in queries.buckets_of([line.id])[line.id]
            if each.kind is UsageKind.DATA
        ]

    assert sorted(data) == [GIB, 20 * GIB]


def test_changing_a_postpaid_plan_swaps_the_allowances_at_once():
    line = open_line(OfferVersionFactory(), at=clock.now() - timedelta(minutes=1))
    bigger = OfferVersionFactory(includes={UsageKind.DATA: None})

    lines.change_plan(line.id, bigger.id, by=agent(), effect_key="a")

    assert granted(line, clock.now()) == {UsageKind.DATA: None}


def test_a_prepaid_plan_that_cannot_be_paid_is_not_changed():
    line = open_line(OfferVersionFactory(prepaid=True), at=clock.now() - timedelta(minutes=1))
    line_id, before = line.id, subscriptions.current_plan(line).id
    bigger = OfferVersionFactory(
        prepaid=True, price=Decimal(199), includes={UsageKind.DATA: 50 * GIB}
    )
    top_up(line, 100)

    with pytest.raises(InsufficientBalance):
        lines.change_plan(line_id, bigger.id, by=agent(), effect_key="a")
    assert subscriptions.current_plan(line).id == before
    assert granted(line, clock.now())[UsageKind.DATA] == 20 * GIB
    top_up(line, 150)
    lines.change_plan(line_id, bigger.id, by=agent(), effect_key="a")

    assert granted(line, clock.now()) == {UsageKind.DATA: 50 * GIB}
    assert queries.balance_of(line_id).amount == 51


def test_an_add_on_adds_its_bucket_beside_the_plans():
    line = open_line(OfferVersionFactory(), at=clock.now() - timedelta(minutes=1))
    extra = OfferVersionFactory(
        offer=OfferFactory(kind="add_on"), validity_days=7, includes={UsageKind.DATA: GIB}
    )

    lines.add_add_on(line.id, extra.id, by=agent(), effect_key="a")

    data = [
        each.granted
        for each in queries.buckets_of([line.id])[line.id]
        if each.kind is UsageKind.DATA
    ]
    assert sorted(data) == [GIB, 20 * GIB]
