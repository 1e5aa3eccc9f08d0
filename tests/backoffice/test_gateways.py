"""Who serves what, how gateways answer, today's AutoPay run, and who gets to see it."""

from html import unescape

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.markets.queries import market
from app.payments import service
from app.payments.autopay_run import counts
from app.payments.methods import Method
from app.payments.models import AutoPayDebit, DebitStatus, GatewayRoute
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import MandateFactory, SavedMethodFactory
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("confirmed")


@pytest.fixture
def office(sign_in):
    return sign_in(roles=["billing_administrator"], markets=["MX"])


def page_of(desk, path):
    return unescape(desk.get(path, plain=True).get_data(as_text=True))


def test_a_method_is_given_to_nobody_and_back(office):
    mexico = MarketFactory()
    form = {"method": "wallet", "provider": "none"}

    office.post("/office/markets/MX/gateway", plain=True, data=form)
    assert Method.WALLET not in {each.method for each in service.offered(mexico)}
    office.post("/office/markets/MX/gateway", plain=True, data={**form, "provider": "sandbox"})

    assert Method.WALLET in {each.method for each in service.offered(mexico)}
    assert "Who serves what" in page_of(office, "/office/gateways")


@pytest.mark.parametrize(
    ("market_code", "form", "status"),
    [
        ("MX", {"method": "wallet", "provider": "stranger"}, 400),
        ("MX", {"method": "gold", "provider": "sandbox"}, 400),
        ("MX", {}, 400),
        ("BR", {"method": "card", "provider": "sandbox"}, 404),
        ("ZZ", {"method": "card", "provider": "sandbox"}, 404),
    ],
)
def test_what_cannot_be_chosen_is_refused(office, market_code, form, status):
    MarketFactory()
    MarketFactory(brazil=True)

    answer = office.post(f"/office/markets/{market_code}/gateway", plain=True, data=form)

    assert answer.status_code == status
    assert db.session.scalars(select(GatewayRoute)).all() == []


def test_a_test_call_tells_that_nobody_is_there_and_the_light_is_red(office):
    answer = office.post("/office/gateways/sandbox/try", plain=True)

    page = unescape(answer.get_data(as_text=True))
    assert "sandbox did not answer well" in page
    assert "Does not answer" in page
    assert office.post("/office/gateways/stranger/try", plain=True).status_code == 404


def planned(**more):
    account = AccountFactory()
    MandateFactory(account=account, **more)
    InvoiceFactory(account=account)
    service.run_autopay()
    return account


def debits():
    return db.session.scalars(select(AutoPayDebit).order_by(AutoPayDebit.created_at)).all()


def test_today_s_run_is_counted_by_what_became_of_it(office):
    for _ in range(4):
        planned()
    ahead, waiting, done, declined = debits()
    waiting.next_at, waiting.reason = clock.now(), "window"
    for debit, status in ((done, DebitStatus.DONE), (declined, DebitStatus.DECLINED)):
        debit.status, debit.decided_at = status, clock.now()
    declined.reason = "stolen_card"
    db.session.commit()

    page = page_of(office, "/office/autopay?state=declined")

    assert "The card was reported stolen." in page
    assert "Waits for a window <b" in page
    found = {each.state: each.debits for each in counts(market("MX"))}
    assert (found["window"], found["done"], found["declined"]) == (1, 1, 1)
    assert (found["planned"], ahead.status) == (0, DebitStatus.PLANNED)  # days away


def test_the_run_of_a_foreign_market_or_state_is_not_there(office):
    MarketFactory()
    MarketFactory(brazil=True)

    for query in ("market=BR", "market=%00", "state=gone"):
        assert office.get(f"/office/autopay?{query}").status_code == 404


def test_a_longer_run_takes_no_more_statements(office, database):
    planned()
    for debit in debits():
        debit.status, debit.decided_at = DebitStatus.DONE, clock.now()
    db.session.commit()
    office.get("/office/autopay?state=done")
    with statements(database) as one:
        office.get("/office/autopay?state=done")
    for _ in range(5):
        planned()
    for debit in debits():
        debit.status, debit.decided_at = DebitStatus.DONE, clock.now()
    db.session.commit()
    db.session.expire_all()

    with statements(database) as six:
        office.get("/office/autopay?state=done")

    assert len(six) == len(one)


@pytest.mark.parametrize("role", ["agent", "manager", "supervisor", "auditor"])
def test_others_do_not_get_in(sign_in, role):
    desk = sign_in(roles=[role])

    assert desk.get("/office/gateways").status_code == 403
    assert desk.get("/office/autopay").status_code == 403
    assert desk.post("/office/gateways/sandbox/try").status_code == 403


def test_an_agent_sees_autopay_and_its_declines_in_words(sign_in):
    account = planned()
    [debit] = debits()
    debit.status, debit.reason = DebitStatus.DECLINED, "insufficient_funds"
    db.session.commit()
    desk = sign_in(roles=["agent"], markets=["MX"])

    page = page_of(desk, f"/desk/customers/{account.customer_id}/autopay")

    assert "bills up to MX$20,000.00, on the due date" in page
    assert "There was not enough money on the card." in page
    foreign = AccountFactory(customer__market=MarketFactory(brazil=True))
    assert desk.get(f"/desk/customers/{foreign.customer_id}/autopay").status_code == 404


def test_a_method_of_the_customer_is_not_the_agent_s_to_change(sign_in):
    method = SavedMethodFactory()
    desk = sign_in(roles=["agent"])

    assert desk.post(f"/my/methods/{method.id}/delete").status_code in {401, 403}
