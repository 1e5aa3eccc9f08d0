"""The bill on paper: laid out in three languages, built once for each state of the invoice."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing import annex, papers, queries, service
from app.billing.annex import CHUNK, annex_of, masked_party
from app.billing.events import PaperAsked
from app.billing.models import InvoicePaper
from app.core import db
from app.core.actor import SYSTEM
from app.core.money import Money
from tests.billing.conftest import noon, on
from tests.factories.actors import staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import UsageRecordFactory
from tests.heard import heard

UPI = {"upi": {"address": "aurora@okbank", "name": "Aurora"}, "tax_halves": ["CGST", "SGST"]}
PIX = {"pix": {"key": "pix@aurora.example", "name": "Aurora Móvil", "city": "São Paulo"}}


def bill(policies=None, records=3, name="Valeria Soto", **market):
    market = MarketFactory(policies={**(policies or {})}, **market)
    account = AccountFactory(customer__market=market, customer__name=name)
    version = OfferVersionFactory(price=Decimal("299.00"), currency=market.currency)
    line = line_with_plan(version, account=account, activated_at=noon(2026, 4, 11))
    for minute in range(records):
        UsageRecordFactory(
            line=line,
            started_at=noon(2026, 4, 12).replace(minute=minute % 60),
            other_party="+525512345678",
            charged=Decimal("0.60") if minute == 0 else Decimal(0),
        )
    with on(2026, 5, 2):
        service.run_cycle(market.code, date(2026, 5, 1), by=SYSTEM)
    return queries.invoices_of(account_ids=[account.id])[0]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Invoice"), ("es", "299.00"), ("pt", "299,00")]
)
def test_a_paper_in_the_readers_language(database, language, words):
    html = papers.html_of(bill().id, language)

    assert f'<html lang="{language}">' in html
    assert words in html


def test_a_paper_of_india_has_halves_of_its_tax_and_a_upi_code(database):
    html = papers.html_of(bill(UPI, india=True).id, "en")

    assert [html.count(each) for each in ("CGST", "SGST", "<svg", "any UPI app")] == [1, 1, 1, 1]


def test_a_paper_of_brazil_has_a_pix_code_to_copy(database):
    html = papers.html_of(bill(PIX, brazil=True).id, "pt")

    assert "br.gov.bcb.pix" in html
    assert html.count("<svg") == 1


def test_elsewhere_and_once_paid_there_is_no_code(database):
    elsewhere, paid = bill(), bill(UPI, india=True)
    service.settle(paid.id, paid.due, by=SYSTEM, payment_id=paid.id)

    assert f"/my/bills/{elsewhere.number}" in papers.html_of(elsewhere.id, "en")
    assert "<svg" not in papers.html_of(paid.id, "en")


def test_usage_is_listed_in_chunks_with_the_other_partys_number_masked(database):
    invoice = bill(records=CHUNK + 3)

    listed = annex_of(invoice)

    assert [len(chunk) for chunk in listed.chunks] == [CHUNK, 3]
    assert (listed.count, listed.left_out) == (CHUNK + 3, 0)
    assert listed.chunks[0][0].other_party == "+5255••••5678"
    assert listed.chunks[0][0].amount == Money.of("0.60", "MXN")


def test_a_market_may_show_whole_numbers(database):
    invoice = bill({"mask_other_party": False})

    assert annex_of(invoice).chunks[0][0].other_party == "+525512345678"


def test_paper_ends_where_nobody_reads_on_and_says_so(database, monkeypatch):
    monkeypatch.setattr(annex, "MOST", annex.CHUNK)
    invoice = bill(records=CHUNK + 3)

    assert annex_of(invoice).left_out == 3
    assert f"The first {CHUNK} of {CHUNK + 3} records" in papers.html_of(invoice.id, "en")


@pytest.mark.parametrize(
    ("number", "masked"),
    [(None, ""), ("911", "911"), ("55512", "••••12"), ("5551234567", "55••••4567")],
)
def test_how_numbers_are_masked(number, masked):
    assert masked_party(number) == masked


def test_a_name_that_is_a_page_of_its_own_stays_a_name(database):
    html = papers.html_of(bill(name='<img src="file:///etc/passwd">').id, "en")

    assert "<img" not in html


def test_a_paper_is_asked_for_once_and_built_once_for_each_state(database):
    invoice = bill()

    assert service.paper_of(invoice, "es") is None
    with heard(PaperAsked) as said:
        for _ in range(2):
            service.ask_paper(invoice, "es")
    [asked] = said
    assert service.paper_of(invoice, "es").pdf is None
    service.build_paper(asked.invoice_id, asked.language, asked.edition)
    assert service.paper_of(invoice, "es").pdf.startswith(b"%PDF")

    service.credit(invoice.id, Money.of("1.00", "MXN"), "A slip", by=staff("manager"))
    assert service.paper_of(invoice, "es") is None
    with heard(PaperAsked) as said:
        service.ask_paper(invoice, "es")
    assert len(said) == len(db.session.scalars(select(InvoicePaper)).all()) == 1


def test_a_paper_that_came_too_late_is_not_kept(database):
    invoice = bill()
    service.ask_paper(invoice, "es")

    service.build_paper(invoice.id, "es", "an edition of yesterday")

    assert service.paper_of(invoice, "es").pdf is None
