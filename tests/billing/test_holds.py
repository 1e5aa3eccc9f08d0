from datetime import timedelta
from decimal import Decimal

import pytest

from app.billing import service
from app.billing.events import DunningStepTaken
from app.core import clock
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.core.money import Money
from app.customers import mourning
from app.subscriptions import queries as subscriptions
from app.subscriptions import service as lines
from app.subscriptions.models import BlockEffect
from tests.factories.actors import agent
from tests.factories.billing import InvoiceFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("wired")


def mxn(amount):
    return Money.of(amount, "MXN")


@pytest.fixture
def bill():
    """299.00, twenty days late: a notice and a block are due."""
    line = line_with_plan()
    due_on = clock.today("America/Mexico_City") - timedelta(days=20)
    invoice = InvoiceFactory(account=line.account, due_on=due_on)
    invoice.line = line
    return invoice


def dun():
    with heard(DunningStepTaken) as said:
        service.apply_dunning("MX", clock.today("America/Mexico_City"), by=SYSTEM)
    return [each.action for each in said]


def test_a_bill_that_is_disputed_altogether_is_not_dunned_until_it_is_decided(bill):
    service.hold(bill.id, bill.due, "dispute:1", by=SYSTEM)
    service.hold(bill.id, bill.due, "dispute:1", by=SYSTEM)
    assert dun() == []

    service.release("dispute:1", by=SYSTEM)
    service.release("dispute:1", by=SYSTEM)

    assert dun() == ["notice", "block_outgoing"]


def test_only_the_disputed_amount_is_held(bill):
    service.hold(bill.id, mxn("100.00"), "dispute:1", by=SYSTEM)
    service.hold(bill.id, mxn("198.99"), "dispute:2", by=SYSTEM)

    assert dun() == ["notice", "block_outgoing"], "one cent is undisputed and late"


def test_paying_what_is_undisputed_ends_dunning(bill):
    service.hold(bill.id, mxn("100.00"), "dispute:1", by=SYSTEM)
    service.settle(bill.id, mxn("199.00"), by=SYSTEM, payment_id=bill.id)

    assert dun() == []


@pytest.mark.parametrize("end", ["paid", "credited"])
def test_a_block_is_lifted_when_only_what_is_disputed_is_left(bill, end):
    dun()
    service.hold(bill.id, mxn("100.00"), "dispute:1", by=SYSTEM)
    assert subscriptions.effect_in_force(bill.line) is BlockEffect.OUTGOING

    if end == "paid":
        service.settle(bill.id, mxn("199.00"), by=SYSTEM, payment_id=bill.id)
    else:
        service.credit(bill.id, mxn("199.00"), "No service", by=SYSTEM)

    assert subscriptions.effect_in_force(bill.line) is None
    service.release("dispute:1", by=SYSTEM)
    assert dun() == ["block_outgoing"]


def test_paying_lifts_the_block_of_this_bill_and_no_other(bill):
    dun()
    lines.report_missing(bill.line.id, "lost", by=agent())

    service.settle(bill.id, bill.due, by=SYSTEM, payment_id=bill.id)

    assert [each.reason for each in bill.line.blocks if each.lifted_at is None] == ["lost"]
    assert subscriptions.effect_in_force(bill.line) is BlockEffect.ALL


def test_nobody_reminds_a_customer_who_has_died(bill):
    mourning.note_death(bill.account.customer_id, by=agent(), proof="scan 12")
    assert dun() == []

    mourning.undo_death(bill.account.customer_id, by=agent(), why="another Valeria Soto")
    assert dun() == ["notice", "block_outgoing"]


@pytest.mark.parametrize(
    "amount", [mxn("0"), mxn("-1"), Money.of("5", "BRL"), Money(Decimal("NaN"), "MXN")]
)
def test_a_hold_is_of_money_of_the_bill(bill, amount):
    with pytest.raises(Invalid):
        service.hold(bill.id, amount, "dispute:1", by=SYSTEM)
