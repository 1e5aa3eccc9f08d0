"""A number that leaves others behind: shared allowances, a bundle, an account in dispute."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.billing import queries, service
from app.billing.errors import MayNotLeave
from app.billing.models import ChargeKind, DunningStep
from app.billing.parting import changes_with
from app.billing.service import final, holds
from app.catalog.models import Service, UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from app.network.models import PortOutStatus
from app.network.port import Wanted
from app.subscriptions import queries as lines
from app.subscriptions import service as subscriptions
from app.subscriptions.models import LineStatus
from app.subscriptions.msisdn import for_people
from app.usage.prices import price_of
from app.usage.sharing import shares_of
from tests.billing.conftest import noon, on
from tests.factories.actors import customer, staff
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.notices.test_told import deliver, told

pytestmark = pytest.mark.usefixtures("app")
D = Decimal
BILL = staff("billing_administrator")


def mxn(amount):
    return Money.of(amount, "MXN")


def a_line(account, price, kind=Service.MOBILE, *, customer_id=None, **version):
    made = OfferVersionFactory(offer=OfferFactory(service=kind), price=D(price), **version)
    used_by = {"customer_id": customer_id} if customer_id else {}
    return line_with_plan(made, account=account, activated_at=noon(2026, 1, 1), **used_by)


@pytest.fixture
def home(house):
    """A mother shares her plan with her daughter; hers, fibre and TV are 10 % off together."""
    account = AccountFactory(customer=CustomerFactory(language="en"))
    daughter = CustomerFactory(language="en")
    owner = a_line(account, "600.00", shared_with=3, includes={UsageKind.DATA: 20})
    made = SimpleNamespace(
        account=account,
        owner=owner,
        member=a_line(account, "200.00", customer_id=daughter.id, includes={UsageKind.DATA: 1}),
        fibre=a_line(account, "400.00", Service.FIBRE),
        tv=a_line(account, "300.00", Service.TV),
        by=customer(account.customer_id),
    )
    plan = lines.current_plan(owner).version.offer.code
    parts = [{"service": "mobile", "offers": [plan]}, {"service": "fibre"}, {"service": "tv"}]
    terms = {"tiers": [{"since": "0", "percent": "10"}], "parts": parts}
    DiscountFactory(kind="bundle", terms=terms, name="Triple Play")
    with on(2026, 1, 2):
        subscriptions.share_with(owner.id, made.member.id, by=made.by)
    return made


def bill(home, month):
    """Of the first of a month of 2026, with its charges."""
    with on(2026, month, 2):
        service.run_cycle("MX", date(2026, month, 1), by=SYSTEM)
    latest = queries.invoices_of(account_ids=[home.account.id])[0]
    return queries.invoice_with_lines(latest.id)


def pay(invoice, amount):
    service.settle(invoice.id, amount, by=SYSTEM, payment_id=new_id())


def paid_until(home, month):
    for each in range(2, month + 1):
        pay(invoice := bill(home, each), invoice.due)


def disputed(home, invoice):
    """She says that her plan's charge is wrong; the rest she pays."""
    [charge] = [
        each
        for each in invoice.charges
        if each.line_id == home.owner.id and each.kind is ChargeKind.RECURRING
    ]
    found = service.dispute(invoice.id, charge.id, None, "Not what I ordered", by=home.by)
    if rest := invoice.due - found.money:
        pay(invoice, rest)
    return found


def asked_for(line, house, by):
    port = service.ask_port_code(line.id, by=by)
    house.asked.append(Wanted(str(port.id), line.number, port.code, "Otra Telecom"))
    assert service.take_requests() == 1
    return port


def names(line, by):
    return [each.name for each in changes_with(line, "en_US", by=by)]


def kinds(customer_id, *of):
    return [kind for kind, _text in told(customer_id) if kind in of]


def renewal_of(line):
    return price_of(line, lines.current_plan(line).version, clock.now()).due.amount


def members_of(line):
    return [each.line_id for each in lines.families_of([line.id])]


def test_who_shares_her_plan_and_disputes_a_bill_leaves_her_bundle(home, house):
    paid_until(home, 3)
    invoice = bill(home, 4)
    with on(2026, 4, 4):
        dispute = disputed(home, invoice)
        sentences = [each.sentence for each in changes_with(home.owner, "en_US", by=home.by)]
    daughter = lines.families_of([home.owner.id])[0].line.number
    assert invoice.due == dispute.money == mxn("540.00")
    assert daughter[-4:] in sentences[0]
    assert sentences[1:] == [
        (
            "From the first bill after it has left, the other lines cost MX$70.00 a month more "
            "without it (Triple Play)."
        ),
        (
            "The dispute over MX$540.00 does not keep it here. It stays open, and until it is "
            "decided nobody asks for that money."
        ),
    ]

    with on(2026, 4, 5):
        asked_for(home.owner, house, home.by)
        assert members_of(home.owner) == [home.member.id], "until it leaves"
    with on(2026, 4, 8):
        assert service.hand_over_due() == 1

    db.session.expire_all()
    assert (home.owner.status, home.owner.closed_reason) == (LineStatus.CLOSED, "ported_out")
    assert members_of(home.owner) == []
    assert shares_of(home.member.id) == []
    assert [each.status for each in (home.member, home.fibre, home.tv)] == 3 * [LineStatus.ACTIVE]

    # Of April's 600.00 the 8th to 30th comes back, 23 of 30 days, less the discount on them;
    # the others pay May without the 40.00 and the 30.00.
    may = bill(home, 5)
    amounts = sorted((each.kind.value, each.amount) for each in may.charges)
    assert amounts == [
        ("discount", D("46.00")),
        ("prorated_credit", D("-460.00")),
        ("recurring", D("200.00")),
        ("recurring", D("300.00")),
        ("recurring", D("400.00")),
    ]
    assert may.total == D("486.00")
    with on(2026, 5, 3):
        pay(may, may.due)

    with on(2026, 7, 1):
        service.apply_dunning("MX", date(2026, 7, 1), by=SYSTEM)
    assert dispute.is_open
    assert (dispute.money, holds.held(invoice.id)) == (mxn("540.00"), D("540.00"))
    assert db.session.scalar(select(func.count()).select_from(DunningStep)) == 0
    with on(2026, 7, 2):
        service.decide(dispute.id, dispute.money, "You are right.", by=BILL)
    assert queries.dues_of(home.account.id) == mxn("0.00")


def test_who_stays_behind_is_told_when_the_day_is_known_and_when_it_has_come(home, house):
    paid_until(home, 4)
    with on(2026, 4, 5):
        asked_for(home.owner, house, home.by)
        deliver()
    with on(2026, 4, 8):
        service.hand_over_due()

    to_member, to_payer = told(home.member.customer_id), told(home.account.customer_id)
    assert [kind for kind, _ in to_member] == ["sharing_will_end", "sharing_ended"]
    assert "leaves us on April 8, 2026" in to_member[0][1]
    said = dict(to_payer)
    more = "From May 1, 2026 on your other lines cost MX$70.00 a month more without it"
    assert more in said["discount_will_end"]
    assert more in said["discount_ended"]
    assert "line_left" in said, "nothing is left to pay"
    assert "disconnection_ordered" not in said, "she asked for it, and it is done"


def test_a_move_taken_back_in_time_leaves_everything_as_it_was(home, house):
    paid_until(home, 3)
    with on(2026, 4, 4):
        dispute = disputed(home, bill(home, 4))
    with on(2026, 4, 5):
        before = names(home.owner, home.by)
        port = asked_for(home.owner, house, home.by)
        deliver()
    with on(2026, 4, 6):
        service.cancel_port_out(port.id, by=home.by)
        service.cancel_port_out(port.id, by=home.by)
        assert names(home.owner, home.by) == before
    with on(2026, 4, 9):
        assert service.hand_over_due() == 0

    assert home.owner.status is LineStatus.ACTIVE
    assert members_of(home.owner) == [home.member.id]
    assert dispute.is_open
    may = bill(home, 5)
    assert may.total == D("1370.00")  # 1500.00 less 10 % of 1300.00
    assert kinds(home.member.customer_id, "sharing_will_end", "sharing_goes_on") == [
        "sharing_will_end",
        "sharing_goes_on",
    ]
    assert kinds(home.account.customer_id, "discount_will_end", "discount_goes_on") == [
        "discount_will_end",
        "discount_goes_on",
    ]


def test_a_hand_over_that_fails_halfway_has_changed_nothing(home, house, monkeypatch):
    paid_until(home, 4)
    with on(2026, 4, 5):
        port = asked_for(home.owner, house, home.by)

    def fails(*_args, **_more):
        raise RuntimeError

    with on(2026, 4, 8):
        monkeypatch.setattr(final, "bill_at_once", fails)
        assert service.hand_over_due() == 0
        db.session.expire_all()
        assert (home.owner.status, port.status) == (LineStatus.ACTIVE, PortOutStatus.REQUESTED)
        assert members_of(home.owner) == [home.member.id]

        monkeypatch.undo()
        assert service.hand_over_due() == 1
    assert members_of(home.owner) == []


def test_a_code_that_nobody_used_was_announced_to_nobody(home):
    paid_until(home, 4)
    with on(2026, 4, 5):
        port = service.ask_port_code(home.owner.id, by=home.by)
        service.cancel_port_out(port.id, by=home.by)

    assert told(home.member.customer_id) == []
    assert kinds(home.account.customer_id, "discount_will_end", "discount_goes_on") == []


def test_a_member_leaves_and_the_others_go_on_as_they_did(home, house):
    paid_until(home, 4)
    by = customer(home.member.customer_id)
    with on(2026, 4, 5):
        assert names(home.member, by) == ["leaves_sharing"]
        asked_for(home.member, house, by)
    with on(2026, 4, 8):
        service.hand_over_due()

    assert members_of(home.owner) == []
    assert kinds(home.account.customer_id, "sharing_left", "discount_ended") == ["sharing_left"]
    may = bill(home, 5)
    # 23 of 30 days of 200.00 come back; the bundle has all of its parts.
    assert may.total == D("1300.00") - D("130.00") - D("153.33")


def test_another_line_that_meets_the_bundle_keeps_its_discount(home):
    plan = lines.current_plan(home.owner).version
    line_with_plan(plan, account=home.account, activated_at=noon(2026, 1, 1))
    paid_until(home, 4)

    with on(2026, 4, 5):
        assert names(home.owner, home.by) == ["sharing_ends"]


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("multi_line", {"tiers": [{"since": "3", "percent": "10"}]}),
        ("volume", {"tiers": [{"since": "600", "percent": "10"}]}),
        (
            "bundle",
            {"tiers": [{"since": "0", "percent": "10"}], "parts": 3 * [{"service": "mobile"}]},
        ),
    ],
)
def test_prepaid_lines_that_lose_a_discount_with_it_are_named_with_what_they_will_pay(kind, terms):
    account = AccountFactory()
    plan = OfferVersionFactory(prepaid=True, price=D("200.00"), validity_days=30)
    weekly = OfferVersionFactory(prepaid=True, price=D("70.00"), validity_days=7)
    leaves, same, short = (
        line_with_plan(each, account=account, activated_at=noon(2026, 1, 1))
        for each in (plan, plan, weekly)
    )
    DiscountFactory(kind=kind, terms=terms, name="Together")

    with on(2026, 4, 5):
        told = changes_with(leaves, "en_US", by=customer(account.customer_id))
        paid = [renewal_of(each) for each in (same, short)]
        subscriptions.close_line(leaves.id, by=SYSTEM, reason="ported_out")
        db.session.expire_all()
        then = [renewal_of(each) for each in (same, short)]

    assert [each.name for each in told] == 2 * ["prepaid_discount_ends"]
    assert {each.sentence for each in told} == {
        f"For {for_people(line.number)}, {days} days cost MX${more} more without it from the next "
        "payment after it has left (Together)."
        for days, more, line in ((30, "20.00", same), (7, "7.00", short))
    }
    assert paid == [D("180.00"), D("63.00")]
    assert then == [D("200.00"), D("70.00")]


@pytest.fixture
def together(house):
    """Three prepaid lines with 10 % off together: hers and her son's of 30 days, and one of 7."""
    account = AccountFactory(customer=CustomerFactory(language="en"))
    son = CustomerFactory(language="es")
    plan = OfferVersionFactory(prepaid=True, price=D("200.00"), validity_days=30)
    weekly = OfferVersionFactory(prepaid=True, price=D("70.00"), validity_days=7)
    DiscountFactory(
        kind="multi_line", terms={"tiers": [{"since": "3", "percent": "10"}]}, name="Together"
    )
    leaves, his, short = (
        line_with_plan(version, account=account, activated_at=noon(2026, 1, 1), **used_by)
        for version, used_by in ((plan, {}), (plan, {"customer_id": son.id}), (weekly, {}))
    )
    BalanceFactory(line=his, paid_until=noon(2026, 4, 20))
    weekly_balance = BalanceFactory(line=short, paid_until=noon(2026, 4, 6))
    return SimpleNamespace(
        weekly_balance=weekly_balance,
        account=account,
        leaves=leaves,
        his=his,
        short=short,
        son=son,
        by=customer(account.customer_id),
    )


def test_whose_prepaid_lines_get_dearer_is_told_before_and_when_it_has_come(together, house):
    with on(2026, 4, 5):
        asked_for(together.leaves, house, together.by)
        deliver()
    with on(2026, 4, 6):  # paid for another week
        together.weekly_balance.paid_until = noon(2026, 4, 13)
        db.session.commit()
    with on(2026, 4, 8):
        assert service.hand_over_due() == 1

    gone = for_people(together.leaves.number)
    [(_, before), (kind, text)] = told(together.son.id)
    assert kind == "prepaid_discount_ended"
    assert text == (
        f"{gone} se fue. Desde la renovación del 20 de abril de 2026, el plan de "
        f"{for_people(together.his.number)} cuesta $200.00 en lugar de $180.00 sin ella (Together)."
    )
    assert "8 de abril de 2026" in before
    said = dict(told(together.account.customer_id))
    assert said["prepaid_discount_ended"] == (
        f"{gone} has left. From the renewal of April 13, 2026 on, the plan of "
        f"{for_people(together.short.number)} costs MX$70.00 instead of MX$63.00 without it "
        "(Together)."
    )
    assert "April 13, 2026" in said["prepaid_discount_will_end"]
    with on(2026, 4, 20):
        assert [renewal_of(each) for each in (together.his, together.short)] == [D(200), D(70)]


def test_who_heard_of_a_dearer_line_hears_that_it_costs_what_it_did(together, house):
    with on(2026, 4, 5):
        port = asked_for(together.leaves, house, together.by)
        deliver()
    with on(2026, 4, 6):
        service.cancel_port_out(port.id, by=together.by)

    for each in (together.son.id, together.account.customer_id):
        assert kinds(each, "prepaid_discount_will_end", "discount_goes_on") == [
            "prepaid_discount_will_end",
            "discount_goes_on",
        ]


def test_a_line_that_moves_to_another_account_makes_the_others_dearer_too(together):
    taker = AccountFactory(customer=CustomerFactory(language="en"))
    with on(2026, 4, 8):
        service.ask_transfer(
            together.leaves.id,
            taker.id,
            by=staff("manager"),
            giver_proof="Her letter",
            taker_proof="Signed the form",
        )

    assert "prepaid_discount_ended" in dict(told(together.son.id))
    assert kinds(taker.customer_id, "prepaid_discount_ended") == []


def test_who_has_left_as_well_is_told_of_no_price(together):
    with on(2026, 4, 8):
        for line in (together.leaves, together.his):
            today = clock.now().date()
            service.disconnect_line(line.id, "fraud", by=staff("administrator"), on=today)
        assert service.carry_out_disconnections(by=SYSTEM) == 2

    assert kinds(together.son.id, "prepaid_discount_ended") == []
    [text] = [
        text
        for kind, text in told(together.account.customer_id)
        if kind == "prepaid_discount_ended"
    ][:1]
    assert for_people(together.short.number) in text


def test_who_goes_on_at_the_same_price_is_told_of_none(together):
    with on(2026, 4, 7):
        subscriptions.close_line(together.short.id, by=SYSTEM, reason="request")
    with on(2026, 4, 8):
        today = clock.now().date()
        service.disconnect_line(together.leaves.id, "fraud", by=staff("administrator"), on=today)
        assert service.carry_out_disconnections(by=SYSTEM) == 1

    assert kinds(together.son.id, "prepaid_discount_ended") == []


def test_what_is_paid_is_told_to_her_who_pays(home):
    with on(2026, 4, 4):
        disputed(home, bill(home, 4))
        assert "dispute_stays" in names(home.member, home.by)
        assert names(home.member, customer(home.member.customer_id)) == ["leaves_sharing"]


@pytest.mark.parametrize(
    ("dues", "day", "stays"),
    [("issued", 4, False), ("overdue", 4, True), ("overdue", 30, False), ("none", 30, True)],
)
def test_a_market_says_which_undisputed_dues_keep_a_number(home, dues, day, stays):
    market = home.account.market
    market.policies = {**market.policies, "port_dues": dues}
    db.session.commit()
    paid_until(home, 3)
    invoice = bill(home, 4)
    with on(2026, 4, day):
        [charge] = [each for each in invoice.charges if each.line_id == home.tv.id][:1]
        service.dispute(invoice.id, charge.id, mxn("1.00"), "Too much", by=home.by)

        if not stays:
            with pytest.raises(MayNotLeave) as refused:
                service.ask_port_code(home.owner.id, by=home.by)
            assert refused.value.details == {"rules": ["bills_paid"]}
        else:
            assert service.ask_port_code(home.owner.id, by=home.by).code
            [owed] = [
                each.sentence
                for each in changes_with(home.owner, "en_US", by=home.by)
                if each.name == "dues_stay"
            ]
            assert owed == "MX$1,369.00 of bills is still to be paid."


def test_who_leaves_in_dispute_is_not_told_that_she_owes_it(house):
    account = AccountFactory(customer=CustomerFactory(language="en"))
    only = SimpleNamespace(
        account=account, owner=a_line(account, "600.00"), by=customer(account.customer_id)
    )
    paid_until(only, 3)
    with on(2026, 4, 4):
        dispute = disputed(only, bill(only, 4))
        asked_for(only.owner, house, only.by)
    with on(2026, 4, 7):
        service.hand_over_due()

    assert kinds(account.customer_id, "line_left", "line_left_owing") == ["line_left"]
    assert dispute.is_open
    assert dispute.money == mxn("600.00")
