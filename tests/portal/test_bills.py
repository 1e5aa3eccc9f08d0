"""A bill in the portal: why, the code to pay it, the paper, and saying that a charge is wrong."""

from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from app.billing import queries, service
from app.billing.events import PaperAsked
from app.core import db
from app.core.actor import SYSTEM
from app.subscriptions.models import Line
from tests.billing.conftest import noon, on
from tests.factories.actors import staff
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import UsageRecordFactory
from tests.heard import heard

PIX = {"pix": {"key": "pix@aurora.example", "name": "Aurora", "city": "São Paulo"}}


def bill(policies=None, **market):
    market = MarketFactory(policies=policies or {}, **market)
    account = AccountFactory(customer__market=market)
    offer = OfferFactory(name="Plus <20GB>")
    version = OfferVersionFactory(offer=offer, price=Decimal("299.00"), currency=market.currency)
    line_with_plan(version, account=account, activated_at=noon(2026, 4, 1))
    with on(2026, 5, 2):
        service.run_cycle(market.code, date(2026, 5, 1), by=SYSTEM)
    return queries.invoice_with_lines(queries.invoices_of(account_ids=[account.id])[0].id)


def dispute_of(her, invoice, **form):
    charge = invoice.charges[0]
    return her.send(f"/my/bills/{invoice.number}/charges/{charge.id}/dispute", **form)


def test_each_charge_of_a_bill_says_why(signed_in, database):
    invoice = bill()
    her = signed_in(invoice.account.customer)
    page = her.see(f"/my/bills/{invoice.number}").text.replace("\u2009", " ")

    assert "Plus &lt;20GB&gt;" in page
    assert "MX$299.00 a month, in advance for May 1 to May 31." in page
    assert "Apr 1 – 30, 2026" in page
    assert "Apr 1 – 30, 2026" in her.see("/my/bills").text.replace("\u2009", " ")


def test_a_customer_says_that_a_charge_is_wrong_and_sees_what_came_of_it(signed_in, database):
    invoice = bill()
    her = signed_in(invoice.account.customer)

    sent = dispute_of(her, invoice, reason="I was away", amount="99,00")
    open_page = unescape(her.see(f"/my/bills/{invoice.number}").text)
    [found] = queries.disputes_of(invoice.id)
    service.decide(found.id, found.money, "You were away indeed.", by=staff("manager"))
    decided = unescape(her.see(f"/my/bills/{invoice.number}").text)

    assert sent.status_code == 303
    assert "MX$99.00 of it is disputed: “I was away”" in open_page
    assert "MX$99.00 of it was given back after a dispute: You were away indeed." in decided


def test_she_may_let_it_be(signed_in, database):
    invoice = bill()
    her = signed_in(invoice.account.customer)
    dispute_of(her, invoice, reason="I was away")
    [found] = queries.disputes_of(invoice.id)

    her.send(f"/my/bills/{invoice.number}/disputes/{found.id}/withdraw")

    assert "the dispute was withdrawn" in her.see(f"/my/bills/{invoice.number}").text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"reason": "x", "amount": "lots"}, 400),
        ({"reason": "x", "amount": "-1"}, 400),
        ({"reason": "x", "amount": "1e30"}, 400),
        ({"reason": " "}, 400),
        ({}, 400),
        ({"reason": "x", "amount": "299.01"}, 422),
    ],
)
def test_a_dispute_that_makes_no_sense_is_refused(signed_in, database, form, status):
    invoice = bill()
    her = signed_in(invoice.account.customer)

    assert dispute_of(her, invoice, **form).status_code == status
    assert queries.disputes_of(invoice.id) == []


def test_somebody_elses_bill_does_not_exist(signed_in, database):
    hers, other = bill(), bill()
    her = signed_in(hers.account.customer)

    for path in ("", "/pdf", "/code.svg", "/usage.csv"):
        assert her.see(f"/my/bills/{other.number}{path}").status_code == 404
    assert dispute_of(her, other, reason="x").status_code == 404
    swapped = f"/my/bills/{hers.number}/charges/{other.charges[0].id}/dispute"
    assert her.send(swapped, reason="x").status_code == 404


def test_the_paper_is_made_by_a_worker_and_then_saved_under_its_number(signed_in, database):
    invoice = bill()
    her = signed_in(invoice.account.customer)
    path = f"/my/bills/{invoice.number}/pdf"

    before = her.see(path)
    with heard(PaperAsked) as said:
        sent = [her.send(path) for _ in range(2)]
    waiting = her.see(path)
    again = her.see(path, headers={"HX-Request": "true"})
    service.build_paper(said[0].invoice_id, said[0].language, said[0].edition)
    ready = her.see(path, headers={"HX-Request": "true"})
    paper = her.see(path)

    assert [each.status_code for each in sent] == [303, 303]
    assert [each.status_code for each in (before, waiting, again, ready)] == [200, 202, 202, 200]
    assert "every 2s" in again.text
    assert "every 2s" not in before.text + ready.text
    assert len(said) == 1
    assert paper.data.startswith(b"%PDF")
    assert paper.headers["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'


def test_the_usage_behind_a_bill_is_a_file_of_all_records(signed_in, database):
    invoice = bill()
    line = db.session.get(Line, invoice.charges[0].line_id)
    for minute in range(3):
        UsageRecordFactory(
            line=line,
            started_at=noon(2026, 4, 12).replace(minute=minute),
            other_party="+525512345678",
        )

    sheet = signed_in(invoice.account.customer).see(f"/my/bills/{invoice.number}/usage.csv")

    assert sheet.text.count("'+5255••••5678") == 3
    assert sheet.headers["Content-Disposition"] == f'attachment; filename="{invoice.number}.csv"'


def test_the_code_to_pay_with_is_a_picture_of_its_own(signed_in, database):
    invoice = bill(PIX, brazil=True)
    her = signed_in(invoice.account.customer)

    page, picture = (her.see(f"/my/bills/{invoice.number}{path}") for path in ("", "/code.svg"))

    assert f"/my/bills/{invoice.number}/code.svg" in page.text
    assert "br.gov.bcb.pix" in page.text
    assert (picture.mimetype, picture.data[:4]) == ("image/svg+xml", b"<svg")
    elsewhere = bill()
    assert (
        signed_in(elsewhere.account.customer)
        .see(f"/my/bills/{elsewhere.number}/code.svg")
        .status_code
        == 404
    )
