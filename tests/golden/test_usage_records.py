"""BILLING.md, "Usage records" and `late_usage`: what arrives late, twice or otherwise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing import service as billing
from app.billing.models import ChargeKind
from app.catalog.models import UsageKind
from app.catalog.rates import checked
from app.core import clock, db
from app.core.actor import SYSTEM
from app.usage import queries, service
from app.usage.models import UsageRecord
from app.usage.records import NewRecord
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.golden.conftest import account, at, bills, market, on

D = Decimal
VOICE = {"voice": {"per": 60, "price": "0.60", "minimum": 60, "increment": 1}}

pytestmark = pytest.mark.usefixtures("wired")


def line_in(home, seconds=0, rates=VOICE, **offer):
    version = OfferVersionFactory(
        price=D(100),
        currency=home.currency,
        offer=OfferFactory(market_code=home.code, **offer),
        validity_days=30 if offer else None,
        includes={UsageKind.VOICE: seconds} if seconds else {},
        rates=checked(rates),
    )
    return line_with_plan(
        version, account=account(home), activated_at=at(date(2026, 1, 1), home, 0)
    )


def call(line, start, seconds, name=None, source="network"):
    return NewRecord(line.id, UsageKind.VOICE, start, seconds, record_id=name, source=source)


def bring(*records, at):
    with clock.moved_to(at):
        return service.ingest(records, by=SYSTEM)


def run(home, month):
    with on(date(2026, month, 1), home):
        billing.run_cycle(home.code, date(2026, month, 1), by=SYSTEM)


def usage_on(bill):
    return [
        (each.because["prior"], each.amount)
        for each in bill.charges
        if each.kind is ChargeKind.USAGE
    ]


def test_a_record_that_comes_after_two_closed_bills_is_on_the_third():
    """ "A closed bill never changes": 90 s of 30 January, 60/1 at 0.60, is 0.90 whenever it comes;
    the bucket of January, not that of March, would have paid for it."""
    home = market(tax_rate=D(0))
    line = line_in(home, seconds=60)
    january, march = at(date(2026, 1, 30), home), at(date(2026, 3, 3), home)
    bring(call(line, at(date(2026, 1, 5), home), 60), at=at(date(2026, 1, 6), home))
    run(home, 2)
    run(home, 3)
    before = [(each.id, each.total) for each in bills(line.account)]

    bring(call(line, january, 90), call(line, march, 60), at=march + timedelta(hours=1))
    run(home, 4)

    made = bills(line.account)
    assert [(each.id, each.total) for each in made[:2]] == before
    assert [usage_on(each) for each in made] == [[], [], [(True, D("0.90"))]]


def test_late_records_of_several_closed_periods_are_one_line_and_later_ones_another():
    home = market(tax_rate=D(0))
    line = line_in(home)
    run(home, 2)
    run(home, 3)
    late = [call(line, at(date(2026, month, 10), home), 60) for month in (1, 2)]
    bring(*late, at=at(date(2026, 3, 2), home))
    run(home, 4)
    bring(call(line, at(date(2026, 1, 11), home), 120), at=at(date(2026, 4, 2), home))
    bring(call(line, at(date(2026, 4, 10), home), 60), at=at(date(2026, 4, 11), home))
    run(home, 5)

    third, fourth = bills(line.account)[2:]
    assert usage_on(third) == [(True, D("1.20"))]
    assert sorted(usage_on(fourth)) == [(False, D("0.60")), (True, D("1.20"))]


def test_one_record_in_one_delivery_in_two_and_of_two_sources():
    home = market()
    line = line_in(home)
    noon = at(date(2026, 5, 5), home)
    same, unnamed = call(line, noon, 60, "a"), call(line, noon, 60)

    first = bring(same, same, unnamed, unnamed, at=noon + timedelta(days=1))
    again = bring(same, unnamed, at=noon + timedelta(days=2))
    other = bring(call(line, noon, 60, "a", source="roaming"), at=noon + timedelta(days=2))

    assert (first.accepted, first.duplicates) == (2, 2)
    assert (again.accepted, again.duplicates) == (0, 2)
    assert (other.accepted, other.duplicates) == (1, 0)


@pytest.mark.parametrize("together", [True, False])
def test_one_name_with_other_content_is_not_rated(together):
    home = market()
    line = line_in(home)
    noon = at(date(2026, 5, 5), home)
    one, other = call(line, noon, 60, "a"), call(line, noon, 61, "a")
    batches = [[one, other]] if together else [[one], [other]]

    found = [bring(*batch, at=noon + timedelta(days=1)) for batch in batches]

    assert sum(each.accepted for each in found) == 1
    assert [each.reason for result in found for each in result.refused] == ["differs"]
    query = select(func.count()).where(UsageRecord.line_id == line.id)
    assert db.session.scalar(query) == 1


@pytest.mark.parametrize(
    ("credit", "charged"),
    [("0.00", [0, 0]), ("0.60", ["0.60", 0]), ("0.61", ["0.60", "0.01"]), ("1.20", ["0.60"] * 2)],
)
def test_prepaid_credit_ends_at_zero_exactly(credit, charged):
    home = market()
    line = line_in(home, mode="prepaid")
    BalanceFactory(line=line, amount=D(credit))
    noon = at(date(2026, 5, 5), home)

    bring(*(call(line, noon + timedelta(hours=n), 60) for n in (0, 1)), at=noon + timedelta(days=1))

    query = select(UsageRecord.charged).order_by(UsageRecord.started_at)
    assert list(db.session.scalars(query)) == [D(each) for each in charged]
    left = D(credit) - sum(D(each) for each in charged)
    assert queries.balance_of(line.id).amount == left >= 0
