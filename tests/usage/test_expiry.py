"""A prepaid plan that is over bars outgoing use, and only that, until it is paid for again."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.money import Money
from app.subscriptions import queries as subscriptions
from app.subscriptions import service as lines
from app.subscriptions.events import PlanChanged
from app.subscriptions.models import BlockEffect
from app.usage import listeners, queries, service, tasks
from app.usage.events import PeriodStarted, ToppedUp
from app.usage.service import expiry
from tests.factories.actors import agent
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.heard import heard

PRICE = Decimal("299.00")


@pytest.fixture(autouse=True)
def hearing(database, monkeypatch):
    table = {
        PeriodStarted: [listeners.period_started],
        PlanChanged: [listeners.plan_changed],
    }
    monkeypatch.setattr(events._tables, "in_transaction", table)


def expired(amount="0.00", **more):
    line = line_with_plan(OfferVersionFactory(prepaid=True, price=PRICE), **more)
    BalanceFactory(line=line, amount=Decimal(amount), paid_until=clock.now() - timedelta(hours=1))
    return line


def effect_of(line):
    db.session.expire_all()
    return subscriptions.effect_in_force(line)


def top_up(line, amount):
    with heard(ToppedUp) as said:
        service.top_up(line.id, Money.of(amount, "MXN"), by=SYSTEM, effect_key=f"{amount}")
    for each in said:
        listeners.topped_up(each)


def test_who_cannot_pay_is_barred_once_and_who_can_is_renewed():
    poor, rich = expired(), expired("300.00")

    tasks.renew_due.run()
    tasks.renew_due.run()

    assert (effect_of(poor), effect_of(rich)) == (BlockEffect.OUTGOING, None)
    assert [each.reason for each in poor.blocks] == ["plan_expired"]


def test_topping_up_enough_renews_at_once_and_lifts_only_that_block():
    line = expired()
    lines.report_missing(line.id, "lost", by=agent())
    expiry.block_expired()

    top_up(line, "100.00")
    assert len([b for b in line.blocks if not b.lifted_at]) == 2, "not enough yet"
    top_up(line, "200.00")

    db.session.expire_all()
    assert [b.reason for b in line.blocks if not b.lifted_at] == ["lost"]
    assert queries.balance_of(line.id).amount == Decimal("1.00")


def test_a_plan_that_changes_with_its_period_is_not_paid_for_once_more():
    line = line_with_plan(OfferVersionFactory(prepaid=True, price=PRICE))
    BalanceFactory(line=line, amount=Decimal("500.00"))
    cheap = OfferVersionFactory(prepaid=True, price=Decimal("99.00"))
    end = queries.balance_of(line.id).paid_until
    lines.schedule_plan(line.id, cheap.id, end, by=SYSTEM, effect_key="a")

    with clock.moved_to(end + timedelta(seconds=30)):
        assert queries.due_for_renewal(clock.now()) == []
        tasks.renew_due.run()

    db.session.expire_all()
    assert subscriptions.current_plan(line).version.id == cheap.id
    assert queries.balance_of(line.id).amount == Decimal("401.00")
    assert effect_of(line) is None
