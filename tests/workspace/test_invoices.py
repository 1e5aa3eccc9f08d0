from datetime import date
from decimal import Decimal

import pytest

from app.billing import queries, service
from app.core.actor import SYSTEM
from tests.billing.conftest import noon, on
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan

pytestmark = pytest.mark.usefixtures("confirmed")


@pytest.fixture
def invoice(database):
    account = AccountFactory()
    version = OfferVersionFactory(price=Decimal("299.00"))
    line_with_plan(version, account=account, activated_at=noon(2026, 4, 1))
    with on(2026, 5, 2):
        service.run_cycle("MX", date(2026, 5, 1), by=SYSTEM)
    return queries.invoice_with_lines(queries.invoices_of(account_ids=[account.id])[0].id)


def text_of(answer):
    return answer.get_data(as_text=True)


def test_an_agent_writes_down_that_a_charge_is_disputed(desk, invoice):
    path = f"/desk/invoices/{invoice.id}"
    charge = invoice.charges[0]

    sent = desk.post(f"{path}/charges/{charge.id}/dispute", data={"reason": "Not hers"})

    assert sent.status_code == 204
    page = text_of(desk.get(path))
    assert "MX$299.00 of it is disputed" in page
    [found] = queries.disputes_of(invoice.id)
    assert (found.opened_by, found.reason) == ("Ana Ruiz", "Not hers")
    assert f"/office/disputes/{found.id}" in page


def test_a_manager_writes_notes_and_an_agent_does_not(desk, sign_in, invoice):
    path = f"/desk/invoices/{invoice.id}/notes"
    marta = sign_in(name="Marta Quiroga", roles=["manager"])
    credit = {"kind": "credit", "amount": "99,00", "reason": "A week without service"}
    debit = {"kind": "debit", "amount": "10.00", "reason": "Roaming left out"}

    assert desk.post(path, data=credit).status_code == 403
    assert [marta.post(path, data=each).status_code for each in (credit, debit)] == [204, 204]

    page = text_of(marta.get(f"/desk/invoices/{invoice.id}"))
    assert "A week without service" in page
    assert "MX$509.00" in page
    for wrong in ({**credit, "kind": "gift"}, {**credit, "amount": ""}, {**credit, "amount": "x"}):
        assert marta.post(path, data=wrong).status_code == 400
    assert marta.post(path, data={**credit, "amount": "598.00"}).status_code == 422


def test_the_paper_of_a_market_that_is_not_hers_does_not_exist(sign_in, invoice):
    bruno = sign_in(markets=["BR"], roles=["agent"])

    assert bruno.get(f"/desk/invoices/{invoice.id}/pdf").status_code == 404
