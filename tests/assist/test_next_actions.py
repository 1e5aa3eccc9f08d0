"""What to do next with a customer: rules over facts, one click each, remembered."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.assist.models import Kind, SuggestionAnswer
from app.assist.next_actions import Bill, Facts, Line, Order, Outage, Step, next_actions
from app.billing.models import Charge, ChargeKind, Dispute, DisputeState
from app.catalog.models import UsageKind
from app.conversations.models import Conversation, Verification
from app.core import clock, db
from app.core.ids import new_id
from app.core.money import Money
from tests.factories.billing import InvoiceFactory
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BucketFactory
from tests.statements import statements

BILL = Bill(new_id(), "INV-1", Money.of("299", "MXN"), date(2026, 1, 1))
OTHER = Bill(new_id(), "INV-2", Money.of("10", "MXN"), date(2026, 2, 1))
LINE = Line(new_id(), "55 1234 5678")
OUTAGE = Outage("TT-1", "Puebla", "Fibra cortada", is_linked=False)
ORDER = Order(new_id(), "A-1")


def steps(**facts):
    known = {"customer_id": new_id(), **facts}
    return [each.step for each in next_actions(Facts(**known))]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"can_be_asked_to_verify": True}, [Step.ASK_TO_VERIFY]),
        ({"overdue": (BILL,)}, [Step.SEND_PAYMENT_LINK]),
        ({"overdue": (BILL,), "disputed": (BILL,)}, [Step.LOOK_AT_DISPUTE]),
        (
            {"overdue": (BILL, OTHER), "disputed": (BILL,)},
            [Step.LOOK_AT_DISPUTE, Step.SEND_PAYMENT_LINK],
        ),
        ({"used_up": (LINE,)}, [Step.OFFER_ADD_ON]),
        ({"used_up": (LINE,), "wish": "cancel_service"}, [Step.OFFER_TO_STAY]),
        ({"used_up": (LINE,), "outage": OUTAGE}, [Step.LINK_OUTAGE, Step.TELL_OUTAGE]),
        ({"outage": Outage("TT-1", "", "x", is_linked=True)}, [Step.TELL_OUTAGE]),
        ({"outage": Outage("TT-1", "", "x", is_linked=None)}, [Step.TELL_OUTAGE]),
        ({"stuck": (ORDER,)}, [Step.FOLLOW_ACTIVATION]),
        ({"wish": "port_number"}, [Step.OFFER_TO_STAY]),
        ({"wish": "port_number", "customer_id": None}, []),
        ({"wish": "view_bill"}, []),
    ],
)
def test_the_rules(facts, expected):
    assert steps(**facts) == expected


def test_the_payment_link_is_for_the_bill_that_nobody_disputes():
    found = next_actions(Facts(overdue=(BILL, OTHER), disputed=(BILL,)))

    assert found[-1].about is OTHER


@pytest.fixture
def account(app):
    return AccountFactory(customer=CustomerFactory(city="Puebla", language="es"))


@pytest.fixture
def talk(account, desk):
    return ConversationFactory(
        open=True,
        assignee_id=desk.staff_id,
        customer=account.customer,
        customer_id=account.customer_id,
        learnt={"intent": "cancel_service", "topic": "sales"},
    )


def overdue(account, *, month=1):
    before = clock.now() - timedelta(days=40)
    begins = date(2026, month, 1)
    return InvoiceFactory(
        account=account, issued_at=before, due_on=before.date(), period_start=begins
    )


def beside(desk, talk):
    return desk.get(f"/desk/conversations/{talk.id}/assist").text


def answer(desk, talk, step, word):
    return desk.post(f"/desk/conversations/{talk.id}/next/{step}", data={"answer": word})


def answers():
    rows = db.session.scalars(select(SuggestionAnswer))
    return [(each.kind, each.offered, each.accepted) for each in rows]


def test_each_leads_into_what_the_workspace_does_anyway_with_its_reason(desk, talk, account):
    invoice = overdue(account)
    line = line_with_plan(account=account)
    BucketFactory(line=line, kind=UsageKind.DATA, granted=1000, used=1000)
    talk.learnt = {}
    db.session.commit()

    shown = beside(desk, talk)

    assert f"/desk/conversations/{talk.id}/payment-link/{invoice.id}" in shown
    assert f"{invoice.number} was due on" in shown
    assert "299.00" in shown
    assert f"/desk/lines/{line.id}/add-ons" in shown
    assert "is used up" in shown


def test_a_disputed_bill_is_looked_at_and_not_paid(desk, talk, account):
    invoice = overdue(account)
    charge = Charge(
        account_id=account.id,
        invoice_id=invoice.id,
        kind=ChargeKind.RECURRING,
        description="Plan",
        amount=Decimal(299),
        currency="MXN",
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        because={},
        created_at=clock.now(),
        effect_key="x",
    )
    db.session.add(charge)
    db.session.flush()
    db.session.add(
        Dispute(
            invoice_id=invoice.id,
            charge_id=charge.id,
            amount=Decimal(299),
            currency="MXN",
            reason="x",
            opened_by="x",
            opened_at=clock.now(),
            state=DisputeState.OPEN,
        )
    )
    db.session.commit()

    shown = beside(desk, talk)

    assert f"/desk/invoices/{invoice.id}" in shown
    assert "disputes a charge" in shown
    assert "payment-link" not in shown


def test_who_wants_to_leave_is_offered_something(desk, talk):
    shown = beside(desk, talk)

    assert "wants to leave" in shown
    assert f"/desk/customers/{talk.customer_id}/promotion" in shown


def test_who_is_not_proven_is_asked_for_a_proof(desk, talk):
    assert "/verification" not in beside(desk, talk)
    db.session.get_one(Conversation, talk.id).known_by = Verification.NONE
    db.session.commit()

    assert f"/desk/conversations/{talk.id}/verification" in beside(desk, talk)


def test_what_was_taken_says_so_and_what_was_not_wanted_is_gone(desk, talk, account):
    overdue(account)

    taken = answer(desk, talk, "send_payment_link", "yes").text
    gone = answer(desk, talk, "offer_to_stay", "no").text

    assert "Taken" in taken
    assert "wants to leave" not in gone
    assert "wants to leave" not in beside(desk, talk)
    assert answers() == [
        (Kind.ACTION, "send_payment_link", True),
        (Kind.ACTION, "offer_to_stay", False),
    ]


@pytest.mark.parametrize(("step", "word", "status"), [("fly", "yes", 404), ("fly", "x", 404)])
def test_steps_that_do_not_exist_are_refused(desk, talk, step, word, status):
    assert answer(desk, talk, step, word).status_code == status
    assert answers() == []


def test_of_whom_she_may_not_see_she_learns_nothing(sign_in, talk):
    other = sign_in(name="Beto Lima")
    abroad = sign_in(markets=["BR"])

    for somebody in (other, abroad):
        assert somebody.get(f"/desk/conversations/{talk.id}/assist").status_code == 404
        assert answer(somebody, talk, "offer_to_stay", "yes").status_code == 404
    assert answers() == []


def test_a_supervisor_who_looks_on_sees_reasons_and_no_buttons(sign_in, talk, account):
    overdue(account)
    sofia = sign_in(roles=["supervisor"])

    shown = beside(sofia, talk)

    assert "was due on" in shown
    assert "data-taken-url" not in shown


def test_a_talk_so_far_is_told_in_the_reader_s_language_from_what_is_on_record(desk, talk, sign_in):
    MessageFactory(conversation=talk, seq=1, body="Me cobraron de más")
    talk.last_seq = 1
    db.session.commit()
    assert "This talk so far" not in beside(desk, talk)
    desk.post(f"/desk/conversations/{talk.id}/messages", json={"text": "Lo reviso", "key": "k"})
    manager = sign_in(roles=["manager"], name="Marta Quiroga")
    contact = {"email": "v@example.com", "phone": "+525512345678", "city": "Lima"}
    manager.post(f"/desk/customers/{talk.customer_id}/contact", data=contact)

    shown = beside(manager, talk)

    assert "This talk so far" in shown
    assert "Answered by" in shown
    assert "Me cobraron de más" in shown
    assert "Marta Quiroga" in shown
    assert "Cancel the service" not in shown  # the bot's guess is on its own card


def test_as_many_statements_however_many_lines_and_bills(desk, talk, account, session):
    line_with_plan(account=account)
    overdue(account)
    beside(desk, talk)
    with statements(session) as few:
        beside(desk, talk)

    for number in range(2, 6):
        line = line_with_plan(account=account, number=f"+52551234567{number}")
        BucketFactory(line=line, kind=UsageKind.DATA, granted=1000, used=1000)
        overdue(account, month=number)
    with statements(session) as many:
        beside(desk, talk)

    assert len(many) <= len(few) + 1
