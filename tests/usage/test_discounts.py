"""Discounts on what prepaid lines pay for their plans; figures are arithmetic from the rules."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.subscriptions import service as lines
from app.subscriptions.events import PromotionRedeemed
from app.subscriptions.queries import current_plan
from app.usage import listeners, queries, service, tasks
from app.usage.errors import InsufficientBalance
from app.usage.prices import price_of
from tests.factories.actors import agent
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.discounts import DiscountFactory, GrantFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database", "listening")

MAY_10 = datetime(2026, 5, 10, 12, tzinfo=UTC)
END = MAY_10 + timedelta(days=30)


def plan(price="99.00", days=30, **more):
    return OfferVersionFactory(prepaid=True, price=Decimal(price), validity_days=days, **more)


@pytest.fixture
def account():
    return AccountFactory()


def prepaid(account, version=None, at=MAY_10):
    version = version or plan()
    return lines.open_line(
        account.id,
        by=SYSTEM,
        service="mobile",
        mode="prepaid",
        number="55 1234 5678",
        offer_code=version.offer.code,
        activated_at=at,
    )


def top_up(line, amount):
    service.top_up(line.id, Money.of(amount, "MXN"), by=SYSTEM, effect_key=f"{line.id}{amount}")


def due(line, at=END):
    return f"{price_of(line, current_plan(line).version, at).due.amount:.2f}"


def left(line):
    return queries.balance_of(line.id).amount


def test_a_renewal_costs_what_the_discount_leaves_and_the_trail_says_so(account):
    line = prepaid(account)
    DiscountFactory(kind="tenure", code="LOYAL", off={"percent": "10"})
    top_up(line, 100)

    service.renew(line.id, END)

    assert left(line) == Decimal("10.90")  # 100 − (99 − 9.90)
    [entry] = db.session.query(AuditEntry).filter_by(action="balance.debited")
    assert entry.changes["discount"] == {"LOYAL": "9.90 MXN"}


def test_a_promotion_reduces_the_renewals_of_its_months_and_no_more(account):
    line = prepaid(account)
    GrantFactory(
        account_id=account.id,
        discount=DiscountFactory(off={"percent": "50"}),
        starts_at=MAY_10,
        ends_at=END + timedelta(days=1),
    )

    assert (due(line), due(line, END + timedelta(days=30))) == ("49.50", "99.00")


def test_a_plan_that_is_free_after_discounts_takes_nothing(account):
    line = prepaid(account)
    GrantFactory(account_id=account.id, discount=DiscountFactory(off={"percent": "100"}))

    with clock.moved_to(clock.now() + timedelta(days=1)):
        service.renew(line.id, clock.now())

        assert queries.balance_of(line.id).paid_until > clock.now()
    assert left(line) == 0


@pytest.mark.parametrize(("days", "off"), [(30, "30.00"), (28, "28.00"), (7, "7.00"), (9, "9.00")])
def test_an_amount_a_month_is_prorated_to_the_days_of_the_plan(account, days, off):
    line = prepaid(account, plan("99.00", days))
    DiscountFactory(kind="tenure", off={"amount": "30"})

    assert due(line) == str(Decimal("99.00") - Decimal(off))


def test_half_a_cent_of_a_prorated_amount_is_rounded_as_half_a_cent(account):
    line = prepaid(account, plan("99.00", 7))
    DiscountFactory(kind="tenure", off={"amount": "30.15"})

    assert due(line) == "91.96"  # 30.15 · 7 / 30 = 7.035, rounded to 7.04


def test_an_amount_off_the_account_is_shared_by_its_prepaid_lines(account):
    versions = [plan("100.00"), plan("300.00")]
    both = [line_with_plan(each, account=account, activated_at=MAY_10) for each in versions]
    DiscountFactory(kind="multi_line", terms={"tiers": [{"since": "2", "amount": "80"}]})

    assert [due(line) for line in both] == ["80.00", "240.00"]


def test_the_money_of_all_prepaid_plans_reaches_the_volume(account):
    both = [line_with_plan(plan("100.00"), account=account, activated_at=MAY_10) for _ in "ab"]
    DiscountFactory(kind="volume", terms={"tiers": [{"since": "200", "percent": "5"}]})

    assert [due(line) for line in both] == ["95.00", "95.00"]


def test_add_ons_are_not_reduced_as_on_bills(account):
    line = prepaid(account, at=clock.now() - timedelta(minutes=1))
    DiscountFactory(kind="tenure", off={"percent": "50"})
    extra = plan("50.00", 7, offer=OfferFactory(kind="add_on", mode="prepaid"))
    top_up(line, 60)

    lines.add_add_on(line.id, extra.id, by=agent(), effect_key="a")

    assert left(line) == 10


def test_a_change_counts_the_new_plan_and_asks_for_what_is_due(account):
    line = prepaid(account, at=clock.now() - timedelta(minutes=1))
    line_id, bigger = line.id, plan("200.00")
    DiscountFactory(kind="tenure", off={"percent": "10"}, conditions={"plans": [bigger.offer.code]})
    top_up(line, 179)

    with pytest.raises(InsufficientBalance) as refused:
        lines.change_plan(line_id, bigger.id, by=agent(), effect_key="a")
    assert refused.value.details["needed"] == "180.00"

    top_up(line, 1)
    lines.change_plan(line_id, bigger.id, by=agent(), effect_key="a")

    assert left(line) == 0


def test_who_can_pay_the_reduced_price_is_renewed_for_a_day_and_when_asked(account):
    line = prepaid(account)
    DiscountFactory(kind="tenure", off={"percent": "10"})
    top_up(line, 90)

    assert queries.due_for_renewal(END) == [line.id]
    later = END + timedelta(days=2)
    assert queries.due_for_renewal(later) == []
    assert queries.due_for_renewal(later, line_id=line.id) == [line.id]


def test_who_can_pay_neither_price_waits(account):
    line = prepaid(account)
    DiscountFactory(kind="tenure", off={"percent": "10"})
    top_up(line, 89)

    assert queries.due_for_renewal(END) == []
    with clock.moved_to(END):
        assert tasks.renew_due.run() == 0


def test_a_promotion_renews_the_line_that_waited_for_it(account):
    line = prepaid(account)
    offered = DiscountFactory(code="VUELVE", off={"percent": "50"})
    top_up(line, 50)

    with clock.moved_to(END + timedelta(days=5)), heard(PromotionRedeemed) as said:
        lines.redeem(account.id, offered.code, by=agent(), effect_key="k")
        listeners.promotion_redeemed(*said)

        assert queries.balance_of(line.id).paid_until == clock.now() + timedelta(days=30)
    assert left(line) == Decimal("0.50")
