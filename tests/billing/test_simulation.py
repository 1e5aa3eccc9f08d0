from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing import service
from app.billing.errors import PeriodNotOver
from app.billing.models import Charge, ChargeKind, Invoice
from app.billing.outliers import Standing, standing
from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.core.money import Money
from tests.billing.conftest import noon, on
from tests.factories.actors import agent, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import UsageRecordFactory

BILLING = staff("billing_administrator")
MAY = date(2026, 5, 1)


def subscriber(price="299.00", **more):
    version = OfferVersionFactory(price=Decimal(price))
    return line_with_plan(version, account=AccountFactory(), activated_at=noon(2026, 3, 1), **more)


def billed_in_april(*lines):
    with on(2026, 4, 2):
        service.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)
    return lines


def simulated(**more):
    with on(2026, 5, 2):
        return list(service.simulate("MX", MAY, by=BILLING, **more))


def test_a_simulation_says_to_the_cent_what_the_run_bills_and_writes_nothing(wired):
    lines = billed_in_april(*(subscriber() for _ in range(3)))
    UsageRecordFactory(line=lines[0], started_at=noon(2026, 4, 12), charged=Decimal("800.00"))
    with on(2026, 4, 11):
        from app.subscriptions import service as subscriptions

        new = OfferVersionFactory(price=Decimal("599.00"))
        subscriptions.change_plan(lines[1].id, new.id, by=SYSTEM, effect_key="to 599")
    before = [db.session.scalar(select(func.count()).select_from(m)) for m in (Charge, Invoice)]

    told = {each.account_id: each for each in simulated()}

    after = [db.session.scalar(select(func.count()).select_from(m)) for m in (Charge, Invoice)]
    assert before == after
    with on(2026, 5, 2):
        service.run_cycle("MX", MAY, by=SYSTEM)
    query = select(Invoice.account_id, Invoice.total, Invoice.tax)
    billed = {row[0]: row[1:] for row in db.session.execute(query.where(Invoice.period_end == MAY))}
    assert {key: (each.total.amount, each.tax.amount) for key, each in told.items()} == billed
    usage = [each for each in told[lines[0].account_id].items if each.kind is ChargeKind.USAGE]
    assert [each.amount for each in usage] == [Money.of("800.00", "MXN")]


def test_what_stands_out_against_the_last_bill_is_named(database):
    usual, doubled = billed_in_april(subscriber(), subscriber())
    UsageRecordFactory(line=doubled, started_at=noon(2026, 4, 12), charged=Decimal("900.00"))

    told = {each.account_id: each for each in simulated()}

    assert told[usual.account_id].standing is Standing.HALVED  # the first bill had two months
    assert told[doubled.account_id].standing is Standing.DOUBLED
    assert told[doubled.account_id].change == Money.of("601.00", "MXN")


def test_one_account_or_a_sample(database):
    lines = [subscriber() for _ in range(3)]

    assert len(simulated(most=2)) == 2
    [only] = simulated(account_ids=[lines[1].account_id])
    assert only.account_id == lines[1].account_id


def test_a_month_ahead_can_be_simulated_and_a_year_cannot(database):
    subscriber()

    with on(2026, 4, 20):
        assert len(list(service.simulate("MX", MAY, by=BILLING))) == 1
        with pytest.raises(PeriodNotOver):
            service.simulate("MX", date(2027, 5, 1), by=BILLING)


@pytest.mark.parametrize(
    ("by", "refusal"),
    [(agent(), Forbidden), (staff("billing_administrator", markets=["BR"]), NotFound)],
)
def test_who_may_not_simulate(database, by, refusal):
    MarketFactory()

    with pytest.raises(refusal):
        service.simulate("MX", MAY, by=by)


@pytest.mark.parametrize(
    ("total", "before", "expected"),
    [
        ("100", None, Standing.FIRST),
        ("100", "100", Standing.USUAL),
        ("199.99", "100", Standing.USUAL),
        ("200", "100", Standing.DOUBLED),
        ("50.01", "100", Standing.USUAL),
        ("50", "100", Standing.HALVED),
        ("0", "100", Standing.NOTHING),
        ("0", "0", Standing.USUAL),
        ("1", "0", Standing.DOUBLED),
    ],
)
def test_how_a_bill_stands(total, before, expected):
    assert standing(Decimal(total), None if before is None else Decimal(before)) is expected
