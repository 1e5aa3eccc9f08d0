"""Ids of others inside a request of one's own: not found, and nothing changes."""

import io
from decimal import Decimal

import pytest

from app.billing.models import Charge
from app.core import clock, db
from app.customers.models import Customer
from app.payments.consent import CURRENT
from app.payments.models import UnallocatedCash
from app.subscriptions import service as lines
from app.web.login import customer_actor
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory, AddressFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.security.bodies import FORMS, HTMX
from tests.security.browsers import customer_browser, staff_browser
from tests.security.digest import digest

pytestmark = pytest.mark.usefixtures("confirmed")


@pytest.fixture
def foreign(valeria, hers):
    """What of hers somebody could name in a form."""
    address = AddressFactory(customer_id=valeria.customer.id)
    db.session.commit()
    code = lines.send_code(hers["line_id"], address.id, by=customer_actor(valeria.customer))
    return {
        "address": address.id,
        "code": code.id,
        "account": valeria.invoice.account.reference,
        "account_id": valeria.invoice.account_id,
        "customer": valeria.customer.reference,
        "customer_id": valeria.customer.id,
        "invoice": valeria.invoice.number,
        "method": hers["method_id"],
        "line": hers["line_id"],
        "charge": hers["charge_id"],
        "dispute": hers["dispute_id"],
        "anomaly": hers["anomaly_id"],
        "source": hers["source"],
    }


IN_HER_OWN = {
    "a line to share with": ("lines/{my_line}/family", {"member_id": "{line}"}),
    "an address": (
        "lines/{my_line}/missing/code",
        {"reason": "lost", "address_id": "{address}"},
    ),
    "a code": (
        "lines/{my_line}/missing",
        {"reason": "lost", "code_id": "{code}", "code": "000000"},
    ),
    "a card for bills": (
        "accounts/{my_account}/autopay",
        {"method": "{method}", "max_amount": "500", "day": "", "consent": CURRENT},
    ),
    "an account": (
        "accounts/{account_id}/autopay",
        {"method": "{method}", "max_amount": "500", "day": "", "consent": CURRENT},
    ),
    "a card for a bill": ("bills/{my_bill}/pay", {"way": "saved:{method}", "key": "k"}),
    "a charge": ("bills/{my_bill}/charges/{charge}/dispute", {"amount": "", "reason": "x"}),
    "a dispute": ("bills/{my_bill}/disputes/{dispute}/withdraw", {}),
    "a charge of her other bill": (
        "bills/{my_bill}/charges/{my_other_charge}/dispute",
        {"amount": "", "reason": "x"},
    ),
}


# Here what is not among those to choose from is a wrong choice, whether it exists or not.
NO_CHOICE = {"an address": 400, "a market of layouts": 400, "an account for a code": 400}
NO_CHOICE |= {"a code": 422}


@pytest.mark.parametrize("what", IN_HER_OWN)
def test_a_customer_names_what_is_not_hers(app, foreign, what):
    line = line_with_plan(account=AccountFactory())
    bill, other = (
        InvoiceFactory(account=line.account, period_start=day, period_end=day)
        for day in (clock.now().date(), clock.now().date().replace(day=1, month=1))
    )
    charge = Charge(
        account_id=line.account_id,
        kind="recurring",
        description="Plan",
        amount=Decimal(10),
        currency="MXN",
        period_start=other.period_start,
        period_end=other.period_end,
        because={},
        effect_key="other",
        invoice_id=other.id,
        created_at=clock.now(),
    )
    db.session.add(charge)
    db.session.commit()
    known = {
        **foreign,
        "my_line": line.id,
        "my_account": line.account_id,
        "my_bill": bill.number,
        "my_other_charge": charge.id,
    }
    browser = customer_browser(app, db.session.get_one(Customer, line.account.customer_id))
    path, form = IN_HER_OWN[what]
    before = digest()

    answer = browser.post(f"/my/{path}".format(**known), data=filled(form, known))

    assert answer.status_code == NO_CHOICE.get(what, 404), answer.get_data(as_text=True)
    assert digest() == before


IN_ANOTHER_MARKET = {
    "a bill for cash": ("/office/payments/cash/{my_cash}/allocate", {"invoice": "{invoice}"}),
    "an account for a deposit": ("/office/deposits", {"account": "{account}"}),
    "a market to run": ("/office/runs", {}),
    "a market of vouchers": ("/office/payments/vouchers", {}),
    "a market of stock": ("/office/stock", {"file": "f"}),
    "a market of statements": ("/office/payments/cash/import", {"statement": "f"}),
    "a market of prices": ("/office/offers/draft", {}),
    "a market of discounts": ("/office/discounts", {}),
    "a market of layouts": ("/office/usage/layouts", {}),
    "a market to take out": ("/office/simulation.csv", {}),
    "a market's gateway": ("/office/markets/MX/gateway", {"provider": "none"}),
    "a source of files": ("/office/usage/files", {"source": "{source}", "file": "f"}),
    "a market of customers": ("/desk/customers/new", {}),
    "a customer for a ticket": ("/desk/tickets", {"customer_id": "{customer_id}"}),
    "an account for a code": (
        "/desk/customers/{my_customer}/promotion",
        {"account_id": "{account_id}"},
    ),
    "a company above": ("/desk/customers/{my_customer}/place", {"above": "{customer}"}),
}


@pytest.mark.parametrize("what", IN_ANOTHER_MARKET)
def test_staff_name_what_is_of_another_market(app, foreign, what):
    own = AccountFactory(customer__market=MarketFactory(brazil=True)).customer
    cash = UnallocatedCash(
        market_code="BR",
        transaction_id="own",
        amount=Decimal(50),
        used=Decimal(0),
        currency="BRL",
        payer="",
        reference="",
        received_at=clock.now(),
        created_at=clock.now(),
    )
    db.session.add(cash)
    db.session.commit()
    known = {**foreign, "my_cash": cash.id, "my_customer": own.id}
    browser = staff_browser(app, "administrator", markets=["BR"])
    path, form = IN_ANOTHER_MARKET[what]
    address = path.format(**known)
    endpoint = app.url_map.bind("localhost").match(address, method="POST")[0]
    before = digest()

    sent = filled({**FORMS.get(endpoint, {}), **form}, known)
    answer = browser.post(address, data=sent, headers=HTMX)

    assert answer.status_code == NO_CHOICE.get(what, 404), answer.get_data(as_text=True)
    assert digest() == before


def test_records_of_another_market_among_many_stay_as_they_are(app, foreign):
    browser = staff_browser(app, "administrator", markets=["BR"])
    before = digest()

    for decision in ("accept", "reject"):
        form = {"id": str(foreign["anomaly"]), "decision": decision, "note": "x"}
        assert browser.post("/office/usage/many", data=form, headers=HTMX).status_code < 500

    assert digest() == before


def filled(form, known):
    """Where a file belongs, one."""
    return {
        name: (io.BytesIO(b"x"), "x.csv") if value == "f" else value.format(**known)
        for name, value in form.items()
    }
