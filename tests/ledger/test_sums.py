"""The trial balance from running sums: always what the legs sum to, whoever posts and gathers."""

from decimal import Decimal

import pytest
from sqlalchemy import delete, func, select

from app.core import db, sums
from app.ledger import proofs, queries, service
from app.ledger.models import Book, Difference, LedgerEntry, LedgerLeg, LedgerSum
from app.workspace.labels import label
from tests.billing.committed import at_once, count
from tests.factories.actors import staff
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.statements import statements

AUDITOR = staff("auditor")


def told(by=AUDITOR):
    rows = queries.trial_balance(by)
    return {
        (row.market_code, row.book, row.provider, row.money.currency): row.money.amount
        for row in rows
    }


def counted():
    """What the legs sum to."""
    named = (LedgerEntry.market_code, LedgerLeg.book, LedgerLeg.provider, LedgerLeg.currency)
    query = select(*named, func.sum(LedgerLeg.amount)).join(
        LedgerEntry, LedgerEntry.id == LedgerLeg.entry_id
    )
    return {tuple(row[:4]): row[4] for row in db.session.execute(query.group_by(*named))}


def stray(amount, market="MX", book=Book.CASH, provider="sandbox"):
    part = LedgerSum(
        market_code=market, book=book, provider=provider, currency="MXN", amount=Decimal(amount)
    )
    db.session.add(part)
    db.session.flush()
    return part


@pytest.mark.usefixtures("database")
class TestSums:
    def test_they_are_what_the_legs_sum_to_before_and_after_they_are_gathered(self):
        for _ in range(5):
            InvoiceFactory()
            service.sweep()

        before, parts = told(), count(LedgerSum)
        gathered = sums.gather(LedgerSum)

        assert before == told() == counted()
        assert before[("MX", Book.RECEIVABLE, None, "MXN")] == 5 * Decimal("299.00")
        assert (parts, gathered, count(LedgerSum)) == (15, 3, 3)
        assert sums.gather(LedgerSum) == 0
        assert proofs.differences() == []

    def test_many_entries_of_one_statement_are_one_part_of_each_book(self):
        for _ in range(20):
            InvoiceFactory()

        service.sweep()

        assert count(LedgerSum) == 3
        assert told() == counted()

    def test_the_page_reads_no_leg(self, session):
        InvoiceFactory()
        service.sweep()

        with statements(session) as sent:
            queries.trial_balance(AUDITOR)

        assert len(sent) == 1
        assert "ledger_leg" not in str(sent)
        assert "ledger_entry" not in str(sent)

    def test_markets_are_kept_apart(self):
        brazil = MarketFactory(brazil=True)
        InvoiceFactory()
        InvoiceFactory(
            account=AccountFactory(customer=CustomerFactory(market=brazil)), currency="BRL"
        )
        service.sweep()

        assert told() == counted()
        assert {each[0] for each in told(staff("auditor", markets=["BR"]))} == {"BR"}

    def test_a_sum_that_is_wrong_is_found_by_the_proof_until_it_is_right(self):
        InvoiceFactory()
        service.sweep()
        part = stray("0.01")

        assert service.prove().differences == 1
        found = db.session.scalars(select(Difference)).one()
        assert (found.what, found.in_ledger, found.in_rows) == (
            "sums:cash:sandbox",
            0,
            Decimal("0.01"),
        )
        assert label(found.what, "book") == "Running sum of a book"

        db.session.execute(delete(LedgerSum).where(LedgerSum.id == part.id))
        assert service.prove().differences == 0
        assert found.resolved_at is not None

    def test_what_differs_in_two_markets_of_one_currency_is_two_differences(self):
        MarketFactory()
        MarketFactory(code="M2")
        stray("1.00")
        stray("2.00", market="M2")

        assert [service.prove().differences for _ in range(2)] == [2, 2]
        assert count(Difference) == 2


def test_whoever_posts_and_gathers_at_once_the_sums_are_exact_at_every_moment(committing):
    ids = [InvoiceFactory().id for _ in range(24)]
    db.session.commit()

    def work(number):
        if number < len(ids):
            return service.post("invoice", [ids[number]])
        sums.gather(LedgerSum)
        return len([each for each in proofs.differences() if each.what.startswith("sums")])

    results = at_once(36, work)

    assert results == [3] * 24 + [0] * 12
    assert told() == counted()
    sums.gather(LedgerSum)
    assert (told(), count(LedgerSum)) == (counted(), 3)
    assert told()[("MX", Book.RECEIVABLE, None, "MXN")] == 24 * Decimal("299.00")
