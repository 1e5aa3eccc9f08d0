from datetime import date
from decimal import Decimal

from app.billing import reports, service
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from tests.billing.conftest import noon, on
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import UsageRecordFactory

D = Decimal
SPRING = (date(2026, 3, 1), date(2026, 6, 1))


def subscriber(name="Plus 20GB", price="299.00"):
    version = OfferVersionFactory(offer=OfferFactory(name=name), price=D(price))
    return line_with_plan(version, account=AccountFactory(), activated_at=noon(2026, 3, 1))


def used(line, day, amount, received=None):
    UsageRecordFactory(
        line=line,
        started_at=noon(2026, *day),
        charged=D(amount),
        received_at=noon(2026, *(received or day)),
    )


def run(month):
    with on(2026, month, 2):
        service.run_cycle("MX", date(2026, month, 1), by=SYSTEM)


def test_what_was_rated_is_billed_or_late_and_then_prior(database):
    line = subscriber()
    used(line, (3, 12), "90.00")
    run(4)
    used(line, (3, 30), "0.90", received=(4, 3))
    used(line, (4, 10), "5.00")
    run(5)

    april, march = reports.reconciliation(MarketFactory(), *SPRING)

    assert (march.month, march.rated, march.late, march.billed) == (
        date(2026, 3, 1),
        D("90.90"),
        D("0.90"),
        D("90.00"),
    )
    assert (april.rated, april.billed, april.prior) == (D("5.00"), D("5.00"), D("0.90"))
    assert (march.difference, april.difference, march.lines) == (0, 0, 0)
    [opened] = reports.reconciled_lines(
        MarketFactory(), date(2026, 3, 1), date(2026, 4, 1), "voice"
    )
    assert (opened.line, opened.late, opened.difference) == (line.number, D("0.90"), 0)


def test_a_record_that_was_changed_behind_the_bill_shows_as_a_difference(database):
    line = subscriber()
    used(line, (3, 12), "90.00")
    run(4)
    from app.usage.models import UsageRecord

    db.session.query(UsageRecord).update({"charged": D("95.00")})
    db.session.commit()

    [march] = reports.reconciliation(MarketFactory(), *SPRING)

    assert (march.difference, march.lines) == (D("5.00"), 1)


def test_usage_after_the_last_bill_is_not_billed_yet(database):
    line = subscriber()
    run(4)
    used(line, (4, 10), "5.00")

    assert reports.not_billed_yet(MarketFactory()) == {"voice": D("5.00")}


def test_revenue_by_month_and_plan(database):
    line = subscriber()
    subscriber("Max", "599.00")
    used(line, (3, 12), "90.00")
    run(4)
    run(5)

    rows = reports.revenue(MarketFactory(), date(2026, 4, 1))

    assert [(row.month.month, row.plan, row.amount) for row in rows] == [
        (4, "Max", D("1198.00")),
        (4, "Plus 20GB", D("598.00")),
        (4, "", D("90.00")),
        (5, "Max", D("599.00")),
        (5, "Plus 20GB", D("299.00")),
    ]


def test_what_is_owed_by_age_and_what_of_it_is_held(database):
    today = date(2026, 6, 30)
    for due in (today, date(2026, 6, 29), date(2026, 5, 31), date(2026, 5, 30), date(2026, 1, 1)):
        invoice = InvoiceFactory(account=AccountFactory(), due_on=due, issued_at=clock.now())
    service.hold(invoice.id, Money.of("99.00", "MXN"), "a promise", by=SYSTEM)

    found = reports.ages(MarketFactory(), today)

    assert [each.count for each in found] == [1, 2, 1, 0, 1]
    assert (found[1].due, found[4].held) == (D("598.00"), D("99.00"))
