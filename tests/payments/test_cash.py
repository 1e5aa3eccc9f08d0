"""Bank statements and the money in them that names no bill."""

from datetime import date
from decimal import Decimal

import pytest

from app.billing.models import AccountCredit, InvoiceStatus
from app.core.errors import Forbidden, NotFound
from app.core.money import Money
from app.identity.models import ApprovalRequest
from app.payments import service, statements
from app.payments.errors import AmountOutOfBounds, BadStatement, NothingLeft
from app.payments.events import CashReceived
from app.payments.models import CashUse, Payment, UnallocatedCash
from app.payments.service import cash
from app.payments.service.suggestions import Because, suggestions
from tests.billing.committed import at_once, count, only
from tests.factories.actors import agent, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard

BILL = staff("billing_administrator")
HEAD = "date,amount,currency,payer,reference,transaction\n"


def pesos(amount):
    return Money.of(amount, "MXN")


def statement(*rows, total=None, count=None):
    total = total or sum((Decimal(row.split(",")[1]) for row in rows), Decimal(0))
    trailer = f"TOTAL,{total},MXN,,{len(rows) if count is None else count},\n"
    return (HEAD + "".join(f"{row}\n" for row in rows) + trailer).encode()


def row(amount="299.00", reference="", number="SPEI-1", payer="Valeria Soto"):
    return f"2026-03-05,{amount},MXN,{payer},{reference},{number}"


@pytest.fixture
def market(database):
    return MarketFactory()


def test_a_row_that_names_an_open_bill_pays_it_and_all_others_wait(market):
    invoice = InvoiceFactory()
    content = statement(row(reference=invoice.number), row("50.00", "thanks", "SPEI-2"))

    with heard(CashReceived) as said:
        made = service.import_statement("MX", content, by=BILL)
        again = service.import_statement("MX", content, by=BILL)

    assert (made.paid, made.waiting, made.known, made.sum) == (1, 1, 0, pesos("349.00"))
    assert (again.paid, again.waiting, again.known) == (0, 0, 2)
    assert invoice.status is InvoiceStatus.PAID
    assert (only(UnallocatedCash).left, len(said)) == (pesos("50.00"), 1)


@pytest.mark.parametrize(
    ("content", "code_row"),
    [
        (statement(row(), total="299.01"), 3),
        (statement(row(), count=2), 3),
        (HEAD.encode() + row().encode(), 2),
        (b"", 1),
        (b"\xff\xfe", 1),
        (b"a,b\n", 1),
        (b"date\0", 1),
        (statement(row("0.00")), 2),
        (statement(row("-1.00")), 2),
        (statement(row("1.001")), 2),
        (statement(row("NaN"), total="1"), 2),
        (statement(row("1e30"), total="1"), 2),
        (statement(row().replace("MXN", "USD")), 2),
        (statement(row().replace("2026-03-05", "05/03/26")), 2),
        (statement(row(number="")), 2),
        (statement(row(), row()), 3),
        (statement(row() + ",more"), 2),
        (statement(row(payer="x" * 501)), 2),
    ],
)
def test_a_statement_is_refused_whole_with_the_row(market, content, code_row):
    with pytest.raises(BadStatement) as refused:
        service.import_statement("MX", content, by=BILL)

    assert refused.value.details["row"] == code_row
    assert (count(UnallocatedCash), count(Payment)) == (0, 0)


def test_a_statement_of_nothing_is_one():
    assert statements.read(statement(), "MXN") == []


def test_the_rows_are_read_as_they_are():
    [found] = statements.read(statement(row("299.5", "A-000123")), "MXN")

    assert (found.on, found.amount, found.reference) == (
        date(2026, 3, 5),
        pesos("299.5"),
        "A-000123",
    )


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (agent(), Forbidden),
        (staff("manager"), Forbidden),
        (staff("billing_administrator", markets=["BR"]), NotFound),
    ],
)
def test_who_may_not_import(market, by, refusal):
    with pytest.raises(refusal):
        service.import_statement("MX", statement(row()), by=by)


def received(amount="299.00", reference="", payer="Somebody"):
    MarketFactory()
    service.import_statement("MX", statement(row(amount, reference, payer=payer)), by=BILL)
    return only(UnallocatedCash)


def test_what_is_named_comes_first_then_the_amount_then_the_name(database):
    named = InvoiceFactory(total=Decimal("500.00"))
    same_amount = InvoiceFactory(
        account=AccountFactory(customer=CustomerFactory(name="Otra Persona"))
    )
    same_name = InvoiceFactory(
        account=AccountFactory(customer=CustomerFactory(name="Ximena Paz")), total=Decimal("700.00")
    )
    InvoiceFactory(
        account=AccountFactory(customer=CustomerFactory(name="Nadie")), total=Decimal("9.00"),
        net=Decimal("9.00"), tax=Decimal(0),
    )  # fmt: skip
    money = received("299.00", f"pago {named.account.reference}", "XIMENA PAZ")

    found = suggestions(money, by=BILL)

    assert [each.invoice.id for each in found] == [named.id, same_amount.id, same_name.id]
    assert [each.because for each in found] == [
        [Because.REFERENCE],
        [Because.AMOUNT],
        [Because.NAME],
    ]


def test_it_is_split_over_bills_and_never_more_than_there_is(database):
    first, second = InvoiceFactory(total=Decimal("100.00")), InvoiceFactory()
    money = received("299.00")

    service.allocate(money.id, first.id, pesos("100.00"), by=BILL)
    with pytest.raises(NothingLeft):
        service.allocate(money.id, second.id, pesos("199.01"), by=BILL)
    with pytest.raises(AmountOutOfBounds):
        service.allocate(money.id, second.id, pesos("0"), by=BILL)
    service.allocate(money.id, second.id, pesos("199.00"), by=BILL)

    assert (first.status, second.due, money.left) == (
        InvoiceStatus.PAID,
        pesos("100.00"),
        pesos("0"),
    )


def test_more_than_is_due_becomes_the_account_s_credit(database):
    invoice = InvoiceFactory(total=Decimal("100.00"))

    service.allocate(received("299.00").id, invoice.id, pesos("299.00"), by=BILL)

    assert only(AccountCredit).amount == Decimal("199.00")


def test_a_bill_of_another_market_is_not_found(database):
    elsewhere = InvoiceFactory(
        account=AccountFactory(customer=CustomerFactory(market=MarketFactory(brazil=True)))
    )
    with pytest.raises(NotFound):
        service.allocate(received().id, elsewhere.id, pesos("1.00"), by=BILL)


def test_it_is_sent_back_within_the_limit_and_above_it_with_a_second_person(database):
    limits = {"approval_limits": {"payments.refund": {"billing_administrator": "100"}}}
    MarketFactory(policies=limits)
    money = received("299.00")

    done = service.ask_return(money.id, pesos("100.00"), by=BILL, reason="Not ours")
    asked = service.ask_return(money.id, pesos("0.01"), by=BILL, reason="Not ours")

    assert isinstance(done, CashUse)
    assert isinstance(asked, ApprovalRequest)
    assert money.left == pesos("199.00")


def test_allocating_at_once_never_uses_more_than_there_is(committing):
    money = received("100.00")
    invoices = [InvoiceFactory().id for _ in range(8)]

    results = at_once(
        8, lambda n: service.allocate(money.id, invoices[n], pesos("30.00"), by=BILL).amount
    )

    assert results.count(Decimal("30.00")) == 3
    assert sum(isinstance(each, NothingLeft) for each in results) == 5
    assert only(UnallocatedCash).left == pesos("10.00")


def test_it_is_seen_by_staff_of_its_market_only(database):
    money = received()
    with pytest.raises(NotFound):
        cash.cash_for(staff("billing_administrator", markets=["BR"]), money.id)
    with pytest.raises(Forbidden):
        cash.cash_for(agent(), money.id)


def test_the_same_statement_twice_at_once_is_taken_in_once(committing):
    invoice = InvoiceFactory()
    content = statement(row(reference=invoice.number), row("50.00", number="SPEI-2"))

    made = at_once(6, lambda _: service.import_statement("MX", content, by=BILL))

    assert sorted((each.paid, each.waiting, each.known) for each in made) == [
        *[(0, 0, 2)] * 5,
        (1, 1, 0),
    ]
    assert (count(Payment), only(UnallocatedCash).amount) == (1, Decimal("50.00"))


def test_banks_of_two_markets_count_for_themselves(market):
    home = MarketFactory(brazil=True)
    account = AccountFactory(customer=CustomerFactory(market=home))
    theirs, ours = InvoiceFactory(account=account), InvoiceFactory()
    rows = [row(reference=ours.number, number="1"), row("50.00", number="2")]
    service.import_statement("MX", statement(*rows), by=BILL)

    content = statement(*rows).decode().replace("MXN", "BRL").replace(ours.number, theirs.number)
    made = service.import_statement("BR", content.encode(), by=BILL)

    assert (made.paid, made.waiting, made.known) == (1, 1, 0)
    assert theirs.status is InvoiceStatus.PAID


def test_a_long_statement_is_taken_in_whole(market):
    rows = [row("1.00", number=f"SPEI-{n}") for n in range(7000)]

    made = service.import_statement("MX", statement(*rows), by=BILL)

    assert (made.waiting, count(UnallocatedCash)) == (7000, 7000)
