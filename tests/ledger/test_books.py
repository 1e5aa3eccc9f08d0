"""What happens to money, in the books: every entry sums to zero, every row is entered once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, InternalError, ProgrammingError
from structlog.testing import capture_logs

from app.billing import service as billing
from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.money import Money
from app.ledger import proofs, queries, service
from app.ledger.events import LedgerOutOfBalance
from app.ledger.models import Book, Difference, LedgerEntry, LedgerLeg
from app.payments import service as payments
from app.usage.models import BalanceMovement
from app.usage.service import debit, top_up
from tests.factories.actors import staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.payments.conftest import call

pytestmark = pytest.mark.usefixtures("app", "nobody")
MANAGER = staff("manager")


def pesos(amount):
    return Money.of(amount, "MXN")


def sums(**where):
    """What each book holds, as far as it is not nothing."""
    matches = [getattr(LedgerLeg, name) == value for name, value in where.items()]
    query = select(LedgerLeg.book, func.sum(LedgerLeg.amount)).where(*matches)
    rows = db.session.execute(query.group_by(LedgerLeg.book))
    return {book.value: amount for book, amount in rows if amount}


def prepaid_line():
    return line_with_plan(OfferVersionFactory(prepaid=True))


def test_an_invoice_is_owed_to_us_and_partly_to_the_state(proved):
    invoice = InvoiceFactory()

    assert service.sweep() == 3

    assert sums() == {
        "receivable": Decimal("299.00"),
        "revenue": Decimal("-257.76"),
        "tax": Decimal("-41.24"),
    }
    assert service.sweep() == 0
    assert sums(account_id=invoice.account_id) == {"receivable": Decimal("299.00")}
    assert proved() == []


def test_many_invoices_are_entered_by_a_constant_number_of_statements(session):
    from tests.statements import statements

    for _ in range(12):
        InvoiceFactory()

    with statements(session) as sent:
        service.sweep()

    assert len(sent) < 12
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 12


def test_what_a_run_has_written_is_entered_in_portions(monkeypatch):
    monkeypatch.setattr(service, "AT_ONCE", 2)
    for _ in range(5):
        InvoiceFactory()

    assert service.sweep() == 15
    assert service.sweep() == 0


def test_far_behind_the_newest_only_the_proof_looks(proved):
    with clock.moved_to(clock.now() - 2 * service.OVERLAP):
        early = new_id()
    InvoiceFactory()
    service.sweep()
    InvoiceFactory(id=early)

    assert service.sweep() == 0
    assert proved() == []
    assert sums()["receivable"] == 2 * Decimal("299.00")


def test_what_a_run_commits_late_is_found_though_newer_ones_were_entered(proved):
    late = new_id()
    InvoiceFactory()
    service.sweep()

    InvoiceFactory(id=late)

    assert service.sweep() == 3
    assert proved() == []


def test_a_payment_moves_what_is_owed_to_cash_at_its_provider(proved):
    invoice = InvoiceFactory()
    payments.receive_callback(*call(PaymentFactory(invoice=invoice)))

    assert proved() == []
    assert sums()["cash"] == Decimal("299.00")
    assert "receivable" not in sums()
    assert sums(provider="sandbox") == {"cash": Decimal("299.00")}


def test_what_is_paid_too_much_is_owed_to_the_customer_until_a_bill_uses_it(proved):
    invoice = InvoiceFactory()
    for number, amount in enumerate(["299.00", "100.00"]):
        payments.record_payment(
            invoice.id,
            by=SYSTEM,
            method={},
            transaction_id=f"t{number}",
            at=clock.now(),
            amount=pesos(amount),
        )

    assert proved() == []
    assert sums(account_id=invoice.account_id) == {"customer_credit": Decimal("-100.00")}


def test_a_credit_note_takes_revenue_and_tax_back_in_proportion(proved):
    invoice = InvoiceFactory()
    billing.credit(invoice.id, pesos("29.90"), "Slow", by=MANAGER)

    assert proved() == []
    assert sums() == {
        "receivable": Decimal("269.10"),
        "revenue": Decimal("-231.98"),
        "tax": Decimal("-37.12"),
    }


def test_credit_used_topped_up_and_given_away_is_summed_by_day(proved):
    line = prepaid_line()
    payment = PaymentFactory(
        invoice=None, account_id=line.account_id, invoice_id=None, line_id=line.id
    )
    payments.receive_callback(*call(payment))
    top_up(line.id, pesos("50.00"), by=SYSTEM, effect_key="welcome")
    for number in range(5):
        debit(line.id, pesos("1.50"), by=SYSTEM, effect_key=f"u{number}", reason="usage:data")

    assert proved() == []
    assert sums(account_id=line.account_id) == {"prepaid": Decimal("-341.50")}
    assert sums()["promotions"] == Decimal("50.00")
    assert sums()["revenue"] == Decimal("-7.50")
    days = select(func.count()).where(LedgerEntry.kind == "prepaid_day")
    assert db.session.scalar(days) == 2


def test_usage_that_arrives_late_is_one_more_entry_of_its_day(proved):
    line = prepaid_line()
    top_up(line.id, pesos("50.00"), by=SYSTEM, effect_key="welcome")
    debit(line.id, pesos("2.00"), by=SYSTEM, effect_key="u1", reason="usage:data")
    service.post_prepaid_days()
    debit(line.id, pesos("3.00"), by=SYSTEM, effect_key="u2", reason="usage:data")

    assert service.post_prepaid_days() == 2
    assert service.post_prepaid_days() == 0
    assert sums()["revenue"] == Decimal("-5.00")
    assert proved() == []


def test_what_is_older_than_the_look_back_is_left_to_the_proof(proved):
    line, used = prepaid_line(), datetime(2026, 3, 2, 18, tzinfo=UTC)
    with clock.moved_to(used):
        top_up(line.id, pesos("50.00"), by=SYSTEM, effect_key="welcome")

    with clock.moved_to(used + service.LATE_USAGE + timedelta(days=1)):
        assert service.post_prepaid_days() == 0
        assert proved() == []
    assert sums()["promotions"] == Decimal("50.00")


def test_a_day_that_the_look_back_reaches_in_part_stays_as_it_was_entered():
    line, noon = prepaid_line(), datetime(2026, 3, 2, 18, tzinfo=UTC)
    for number, hours in enumerate([-3, 3]):
        with clock.moved_to(noon + timedelta(hours=hours)):
            top_up(line.id, pesos("50.00"), by=SYSTEM, effect_key=f"welcome-{number}")
    with clock.moved_to(noon + timedelta(days=1)):
        assert service.post_prepaid_days() == 2

    with clock.moved_to(noon + service.LATE_USAGE):
        assert service.post_prepaid_days() == 0

    assert sums()["promotions"] == Decimal("100.00")


def test_the_same_row_is_never_entered_twice():
    invoice = InvoiceFactory()

    assert [service.post("invoice", [invoice.id]) for _ in range(3)] == [3, 0, 0]


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
@pytest.mark.parametrize(("table", "column"), [("ledger_entry", "at"), ("ledger_leg", "amount")])
def test_what_is_written_stays(statement, table, column):
    InvoiceFactory()
    service.sweep()
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    with pytest.raises((InternalError, ProgrammingError), match=r"append-only|permission denied"):
        db.session.execute(text(statement.format(table, column, column)))


def test_the_database_refuses_an_entry_that_does_not_sum_to_zero():
    invoice = InvoiceFactory()
    service.sweep()
    entry = db.session.scalars(select(LedgerEntry)).one()
    db.session.add(
        LedgerLeg(
            entry_id=entry.id, position=4, book=Book.CASH, amount=Decimal("0.01"), currency="MXN"
        )
    )
    db.session.flush()

    with pytest.raises(IntegrityError, match="not balanced"):
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert invoice.total == Decimal("299.00")


def test_a_sum_over_two_currencies_is_no_balance():
    account = AccountFactory()
    entry = LedgerEntry(
        key="x", kind="x", source_id=new_id(), market_code=account.market_code,
        at=clock.now(), posted_at=clock.now(),
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    for position, (amount, currency) in enumerate([("1", "MXN"), ("-1", "BRL")]):
        db.session.add(
            LedgerLeg(
                entry_id=entry.id,
                position=position,
                book=Book.CASH,
                amount=Decimal(amount),
                currency=currency,
            )
        )
    db.session.flush()

    with pytest.raises(IntegrityError, match="not balanced"):
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_a_row_that_changed_behind_the_books_is_found_told_and_gone_when_mended():
    invoice = InvoiceFactory()
    service.prove()
    invoice.paid = Decimal("10.00")
    db.session.commit()

    moment = clock.now()
    with heard(LedgerOutOfBalance) as said, clock.moved_to(moment), capture_logs() as logged:
        proof = service.prove()
        service.prove()

    [found] = db.session.scalars(select(Difference)).all()
    assert (found.what, found.account_id) == ("receivable", invoice.account_id)
    assert (found.in_ledger, found.in_rows) == (Decimal("299.00"), Decimal("289.00"))
    assert [event.differences for event in said] == [1, 1]
    alert = {"event": "ledger_out_of_balance", "differences": 1, "log_level": "error"}
    assert logged == [alert, alert]
    assert (proof.at, proof.differences, said[0].proof_id, said[0].at) == (
        moment, 1, proof.id, moment,
    )  # fmt: skip

    invoice.paid = Decimal(0)
    db.session.commit()
    assert service.prove().differences == 0
    assert found.resolved_at is not None


def test_a_balance_that_no_movement_explains_is_found():
    line = prepaid_line()
    top_up(line.id, pesos("50.00"), by=SYSTEM, effect_key="welcome")
    db.session.execute(text("UPDATE balance SET amount = amount + 1"))

    service.prove()

    [found] = db.session.scalars(select(Difference)).all()
    assert (found.what, found.in_rows - found.in_ledger) == ("prepaid", Decimal(1))
    assert proofs.differences()[0].what == "prepaid"


def test_a_day_is_one_of_the_market():
    """23:30 in Mexico City is the next day in UTC."""
    line = prepaid_line()
    top_up(line.id, pesos("50.00"), by=SYSTEM, effect_key="welcome")
    for number, moment in enumerate(["2026-03-02T05:30:00+00:00", "2026-03-01T18:00:00+00:00"]):
        db.session.add(
            BalanceMovement(
                line_id=line.id,
                at=datetime.fromisoformat(moment),
                reason=f"usage:{UsageKind.DATA.value}",
                amount=Decimal(-1),
                effect_key=f"usage:{number}",
            )
        )
    db.session.commit()

    with clock.moved_to(datetime(2026, 3, 5, tzinfo=UTC) + timedelta(hours=1)):
        service.post_prepaid_days()

    keys = db.session.scalars(select(LedgerEntry.key).where(LedgerEntry.key.contains("revenue")))
    assert [key.split(":")[2] for key in keys] == ["2026-03-01"]


def test_what_happened_before_there_were_books_is_entered_by_the_proof(proved):
    """Nobody listened when it was paid."""
    invoice = InvoiceFactory(paid=Decimal("299.00"), status="paid")
    payment = PaymentFactory(invoice=invoice, status="succeeded", settled_at=clock.now())

    assert proved() == []
    assert sums(provider=payment.provider) == {"cash": Decimal("299.00")}


def test_the_latest_entries_are_those_of_what_happened_last_whenever_it_was_entered():
    moments = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (5, 9, 1)]
    for moment in moments:  # one a sweep, in this order
        InvoiceFactory(issued_at=moment, period_start=moment.date())
        service.sweep()

    first = queries.latest(SYSTEM, size=2)
    rest = queries.latest(SYSTEM, before=first.next_before, size=2)

    assert [each.at.day for each in first.items] == [9, 5]
    assert ([each.at.day for each in rest.items], rest.next_before) == ([1], None)


@pytest.mark.parametrize(
    "place", ["x", "2026-03-05~1", "2026-03-05T12:00:00+00:00~", "~1", f"~{9**99}"]
)
def test_a_place_in_the_books_that_is_none_is_refused(place):
    with pytest.raises(Invalid):
        queries.latest(SYSTEM, before=place)
