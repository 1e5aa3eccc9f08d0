"""What customers are told, and when: what the domains announce, heard as the application is wired.

Each is heard by delivering the outbox as the worker does, twice: the same event is told once.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.billing import service as billing
from app.billing.events import InvoicesIssued
from app.billing.models import Charge, ChargeKind, Invoice
from app.catalog.models import UsageKind
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from app.core.outbox import OutboxEntry
from app.customers import mourning, notices
from app.customers.models import Notice
from app.customers.notice_kinds import KINDS
from app.network.events import PortCodeIssued, PortInEnded
from app.network.models import PortIn, PortInStatus, PortOut, PortOutStatus
from app.payments import service as payments
from app.payments.events import AutoPayAnnounced, AutoPayFailed, AutoPayNeedsCustomer
from app.payments.models import AutoPayDebit, DebitStatus, Voucher
from app.payments.service import recharges, refunding, vouchers
from app.subscriptions import service as lines
from app.subscriptions.events import PlanChangeFellBack
from app.subscriptions.models import Leaving, Line
from app.usage.events import AllowancesReached
from app.usage.records import NewRecord
from app.usage.service import expiry, ingest, top_up
from app.wiring import REACTIONS
from tests.factories.actors import administrator, agent, customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import MandateFactory, PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory
from tests.payments.conftest import call, nobody, plugged
from tests.statements import statements

__all__ = ["nobody", "plugged"]  # fixtures of payments

pytestmark = pytest.mark.usefixtures("app", "nobody")
BILL = staff("billing_administrator")
NOON = datetime(2026, 3, 20, 18, tzinfo=UTC)


def pesos(amount):
    return Money.of(amount, "MXN")


def deliver():
    """Deliver what waits for those who tell customers, and once more what was delivered."""
    query = select(OutboxEntry).where(OutboxEntry.listener.contains("notices."))
    for entry in db.session.scalars(query.order_by(OutboxEntry.id)).all():
        events.deliver(entry.event, entry.listener, entry.payload)
        events.deliver(entry.event, entry.listener, entry.payload)
        db.session.delete(entry)
    db.session.commit()


def told(customer_id):
    """Kind and words of what somebody was told, the oldest first."""
    deliver()
    return [(each.kind, notices.text_of(each)) for each in reversed(notices.latest_of(customer_id))]


def english(**more):
    return AccountFactory(customer=CustomerFactory(language="en"), **more)


def overdue(**more):
    return InvoiceFactory(account=english(), due_on=date(2026, 3, 10), **more)


def dun(day):
    with clock.moved_to(datetime(2026, 3, 10, 18, tzinfo=UTC) + timedelta(days=day)):
        today = clock.today("America/Mexico_City")
        billing.apply_dunning("MX", today, by=SYSTEM)


def test_each_step_of_dunning_has_its_words():
    invoice = overdue()
    line_with_plan(account=invoice.account)

    for day in (0, 15, 60):
        dun(day)

    said = told(invoice.account.customer_id)
    assert [kind for kind, _ in said] == ["payment_due", "outgoing_blocked", "disconnected"]
    assert said[0][1] == (
        f"Please pay MX$299.00 of bill {invoice.number}, due on March 10, 2026, in My account. "
        "If you cannot, write to us."
    )
    assert said[2][1].endswith("they are disconnected for good on May 16, 2026.")


def test_who_pays_before_the_last_day_is_told_that_the_line_stays():
    invoice = overdue()
    line_with_plan(account=invoice.account)
    dun(60)

    billing.settle(invoice.id, pesos("299.00"), by=SYSTEM, payment_id=new_id())

    assert told(invoice.account.customer_id)[-1][0] == "line_stays"


def test_who_has_no_line_left_is_reminded_of_the_debt_alone():
    invoice = overdue()

    dun(60)

    said = told(invoice.account.customer_id)
    assert {kind for kind, _ in said} == {"payment_due", "outgoing_blocked"}


def test_a_step_may_name_other_words_and_what_nobody_knows_is_the_usual():
    steps = [
        {"after_days": 0, "action": "notice", "template": "outgoing_blocked"},
        {"after_days": 1, "action": "block_outgoing", "template": "from_another_time"},
    ]
    MarketFactory(policies={"dunning": steps})
    invoice = overdue()

    dun(1)

    kinds = [kind for kind, _ in told(invoice.account.customer_id)]
    assert kinds == ["outgoing_blocked", "outgoing_blocked"]


def test_only_what_is_due_and_not_held_is_asked_for():
    invoice = overdue(paid=Decimal("99.00"))
    billing.hold(invoice.id, pesos("50.00"), "dispute:x", by=SYSTEM)

    dun(0)

    [(_, text)] = told(invoice.account.customer_id)
    assert "MX$150.00" in text


def test_who_has_paid_or_died_in_the_meantime_is_asked_for_nothing():
    paid, dead = overdue(), overdue()
    dun(0)
    paid.paid, paid.status = paid.total, "paid"
    mourning.note_death(dead.account.customer_id, by=administrator(), proof="Seen")

    assert told(paid.account.customer_id) == told(dead.account.customer_id) == []


def test_every_bill_of_a_run_is_told_in_few_statements(session):
    accounts = [english() for _ in range(12)]
    for account in accounts:
        line_with_plan(account=account, activated_at=datetime(2026, 3, 1, 18, tzinfo=UTC))
    with clock.moved_to(datetime(2026, 4, 2, 18, tzinfo=UTC)):
        billing.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)

    with statements(session) as sent:
        deliver()

    assert len(sent) < 20
    [(kind, text)] = told(accounts[0].customer_id)
    invoice = db.session.scalar(select(Invoice).where(Invoice.account_id == accounts[0].id))
    assert kind == "invoice_issued"
    assert text.startswith(f"Your bill {invoice.number} is ready: MX$598.00, to be paid by April")


def test_a_bill_that_credit_has_paid_asks_for_nothing():
    invoice = InvoiceFactory(account=english(), paid=Decimal("299.00"), status="paid")

    events.announce(InvoicesIssued((invoice.id,)))

    assert [kind for kind, _ in told(invoice.account.customer_id)] == ["invoice_settled"]


@pytest.mark.parametrize(
    ("credited", "kind"), [("10.00", "dispute_upheld"), ("0.00", "dispute_refused")]
)
def test_a_dispute_is_answered(credited, kind):
    invoice = InvoiceFactory(account=english())
    charge = Charge(
        account_id=invoice.account_id, kind=ChargeKind.RECURRING, description="x",
        amount=Decimal(299), currency="MXN", period_start=invoice.period_start,
        period_end=invoice.period_end, because={"rule": "x"}, effect_key="x",
        invoice_id=invoice.id, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(charge)
    db.session.commit()
    found = billing.dispute(invoice.id, charge.id, pesos("20.00"), "I was away", by=BILL)

    billing.decide(found.id, pesos(credited), "We looked at the calls.", by=BILL)

    [(said, text)] = told(invoice.account.customer_id)
    assert said == kind
    assert text.endswith("We looked at the calls.")


def test_payments_tell_of_top_ups_refunds_and_chargebacks():
    account = english()
    line = line_with_plan(OfferVersionFactory(prepaid=True), account=account)
    payment = PaymentFactory(
        invoice=None, account_id=account.id, invoice_id=None, line_id=line.id,
        amount=Decimal("200.00"),
    )  # fmt: skip
    payments.receive_callback(*call(payment))
    refund = payments.refund(payment.id, by=SYSTEM, amount=pesos("50.00"))

    with db.transaction():
        refunding.confirm(payment, refund, "ref_1")
        refunding.fail(payment, refund, "declined")
    event = call(
        payment, event_id="e", type="chargeback.opened",
        chargeback={"id": "cb", "amount": "20.00", "reason": "fraud"},
    )  # fmt: skip
    payments.receive_callback(*event)

    kinds = dict(told(account.customer_id))
    assert kinds["top_up_received"].startswith("MX$200.00 has arrived on")
    assert "MX$20.00" in kinds["chargeback_opened"]
    assert kinds["refund_done"].startswith("We gave back MX$50.00 of your payment of")
    assert "but your bank did not take it" in kinds["refund_failed"]


def test_a_voucher_and_the_same_top_up_again():
    account = english()
    line = line_with_plan(OfferVersionFactory(prepaid=True), account=account)
    _, codes = vouchers.generate(
        "MX", by=BILL, name="Spring", value=pesos("100.00"), count=1,
        expires_on=clock.now().date() + timedelta(days=30),
    )  # fmt: skip
    top_up(line.id, pesos("100.00"), by=SYSTEM, effect_key="first")
    vouchers.redeem(codes[0], line.id, by=customer(account.customer_id))

    recharges.notice(f"voucher:{db.session.scalars(select(Voucher.id)).one()}")

    kinds = dict(told(account.customer_id))
    assert "Your balance is MX$200.00." in kinds["voucher_redeemed"]
    assert "recharged_twice" in kinds


def test_a_payment_plan_is_told_when_agreed_and_when_broken():
    invoice = overdue()
    with clock.moved_to(NOON):
        payments.agree_plan(invoice.account_id, 3, by=agent())
    with clock.moved_to(NOON + timedelta(days=200)):
        payments.check_plans()

    said = told(invoice.account.customer_id)
    assert [kind for kind, _ in said] == ["payment_plan_agreed", "payment_plan_broken"]
    assert said[0][1].startswith("You pay MX$299.00 in 3 parts, the first by March")


def test_autopay_announces_asks_and_reminds():
    invoice = overdue()
    account = invoice.account
    mandate = MandateFactory(account=account)
    debit = AutoPayDebit(
        mandate_id=mandate.id, invoice_id=invoice.id, amount=Decimal("299.00"), currency="MXN",
        status=DebitStatus.PLANNED, announced_at=NOON, day=NOON.date(), next_at=NOON, attempts=0,
        created_at=NOON,
    )  # fmt: skip
    db.session.add(debit)
    db.session.commit()
    whose = (debit.id, account.id, account.customer_id, invoice.id)
    amount = (Decimal("299.00"), "MXN")

    events.announce(AutoPayAnnounced(*whose, None, *amount, NOON))
    events.announce(AutoPayNeedsCustomer(*whose, *amount, "second_factor"))
    events.announce(AutoPayFailed(*whose, None, "insufficient_funds", 3))

    said = told(account.customer_id)
    kinds = [kind for kind, _ in said]
    assert kinds == ["autopay_bill", "autopay_second_factor", "autopay_failed"]
    assert said[0][1].startswith(
        "On March 20, 2026 or soon after, AutoPay takes MX$299.00 for bill"
    )


def test_plan_changes_are_told_when_ordered_done_and_impossible():
    account = english()
    line, version = line_with_plan(account=account), OfferVersionFactory(price=Decimal(499))
    change = lines.schedule_plan(
        line.id, version.id, clock.now() + timedelta(days=3), by=agent(), effect_key="a"
    )
    with clock.moved_to(clock.now() + timedelta(days=4)):
        assert lines.carry_out_changes() == 1
    fell_back = PlanChangeFellBack(
        new_id(), line.id, line.customer_id, version.id, "offer_not_available", clock.now()
    )
    events.announce(fell_back)

    kinds = [kind for kind, _ in told(account.customer_id)]
    assert kinds == ["plan_change_scheduled", "plan_changed", "plan_change_fell_back"]
    assert change.status == "done"


def test_a_prepaid_plan_that_is_over_is_told_once():
    line = line_with_plan(OfferVersionFactory(prepaid=True), account=english())
    BalanceFactory(line=line, paid_until=clock.now() - timedelta(hours=1))

    expiry.block_expired()

    assert [kind for kind, _ in told(line.customer_id)] == ["plan_expired"]


def test_what_happens_to_a_sim_is_told_to_her():
    line = line_with_plan(account=english())

    lines.report_missing(line.id, "stolen", by=agent())
    lines.replace_missing(line.id, by=administrator())

    said = told(line.customer_id)
    assert [kind for kind, _ in said] == ["sim_missing", "sim_replaced"]
    assert all("write to us at once" in text for _, text in said)


def test_leaving_is_told_when_ordered_and_when_done_with_what_is_owed():
    invoice = InvoiceFactory(account=english())
    line = line_with_plan(account=invoice.account)
    today = clock.today("America/Mexico_City")

    billing.disconnect_line(line.id, Leaving.REQUEST, by=administrator(), on=today)
    billing.carry_out_disconnections(by=SYSTEM)

    said = told(line.customer_id)
    assert [kind for kind, _ in said] == [
        "disconnection_ordered",
        "invoice_settled",
        "line_left_owing",
    ]
    assert "MX$299.00 is still to be paid" in said[2][1]


def test_a_port_code_is_told_of_and_never_told():
    line = line_with_plan(account=english())
    port = PortOut(
        line_id=line.id, number=line.number, code="AB123456", status=PortOutStatus.CODE_ISSUED,
        issued_at=NOON, valid_until=NOON + timedelta(days=4), id=new_id(),
    )  # fmt: skip
    db.session.add(port)
    db.session.commit()

    events.announce(PortCodeIssued(port.id, line.id, line.customer_id, port.valid_until))

    [(kind, text)] = told(line.customer_id)
    assert kind == "port_code_issued"
    assert "valid until March 24, 2026" in text
    assert "AB123456" not in str([each.facts for each in db.session.scalars(select(Notice))])


@pytest.mark.parametrize("status", [PortInStatus.ACTIVE, PortInStatus.REFUSED])
def test_how_bringing_a_number_ended_is_told(status):
    account = english()
    port = PortIn(
        id=new_id(), account_id=account.id, number="+525512345678", donor_code="x",
        offer_code="x", mode="postpaid", port_on=date(2026, 3, 20), status=status,
        ordered_by="Ana", effect_key="x", created_at=NOON,
    )  # fmt: skip
    db.session.add(port)
    db.session.commit()

    ended = PortInEnded(port.id, account.id, account.customer_id, status.value, "", NOON)
    events.announce(ended)

    [(kind, text)] = told(account.customer_id)
    assert kind == f"port_in_{status.value}"
    assert text.startswith("55 1234 5678")


def test_the_nearest_managers_are_asked_and_the_employee_hears_the_answer():
    acme = AccountFactory(customer=CustomerFactory(kind="company", language="en"))
    sales = CustomerFactory(kind="company", parent_id=acme.customer_id)
    marta = CustomerFactory(parent_id=acme.customer_id, is_manager=True, language="en")
    eva = CustomerFactory(parent_id=sales.id, name="Eva Lima", language="en")
    line = line_with_plan(account=acme, customer_id=eva.id)
    version = OfferVersionFactory(price=Decimal(499))

    request = lines.ask_approval(line.id, version.id, by=customer(eva.id), effect_key="a")
    lines.refuse_request(request.id, by=customer(marta.id), note="Not this month.")

    [(asked, question)], [(answered, answer)] = told(marta.id), told(eva.id)
    assert (asked, answered) == ("approval_asked", "approval_refused")
    assert question.startswith(f"Eva Lima asks for {version.offer.name} on")
    assert answer.endswith("was refused. Not this month.")


def test_whoever_tells_is_listed_and_every_kind_is_told_by_somebody():

    source = "".join(
        path.read_text() for path in Path("app").rglob("*.py") if path.name != "notice_kinds.py"
    )
    put_together = ("autopay_", "port_in_", "approval_", "survey_")

    lost = [kind for kind in KINDS if f'"{kind}"' not in source]

    assert [kind for kind in lost if not kind.startswith(put_together)] == []
    assert (
        sum("notices." in events.name_of(each) for some in REACTIONS.values() for each in some) > 20
    )


def test_data_for_abroad_is_told_of_apart_from_data_at_home():
    bucket = BucketFactory(networks=["4"])

    events.announce(AllowancesReached((bucket.id,), (80,)))
    events.announce(AllowancesReached((bucket.id,), (100,)))

    line = db.session.get_one(Line, bucket.line_id)
    said = told(line.customer_id)
    assert [kind for kind, _ in said] == ["data_abroad_threshold", "data_abroad_used_up"]


def test_allowances_are_told_of_as_they_are_used():
    plan = OfferVersionFactory(includes={UsageKind.DATA: 1000}, rates={})
    line = line_with_plan(plan, account=english(), activated_at=NOON)

    for hours, quantity in ((1, 850), (2, 200)):
        with clock.moved_to(NOON + timedelta(hours=hours)):
            ingest([NewRecord(line.id, UsageKind.DATA, clock.now(), quantity)], by=SYSTEM)

    said = told(line.customer_id)
    assert [kind for kind, _ in said] == ["data_threshold", "data_used_up"]
    assert said[0][1].startswith("80 % of the data of ")
