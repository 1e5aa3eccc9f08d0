"""The billing administrator's page of deposits."""

from datetime import timedelta

import pytest

from app.billing.models import Deposit
from app.billing.service.deposits import held_by_market
from app.core import clock, db
from app.core.actor import SYSTEM
from app.subscriptions import service as lines
from tests.factories.actors import staff
from tests.factories.subscriptions import line_with_plan
from tests.statements import statements
from tests.workspace.conftest import sign_in  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("confirmed")


@pytest.fixture
def office(sign_in):  # noqa: F811
    return sign_in(roles=["billing_administrator"], markets=[])


def take(office, account, amount="500", key="k"):
    form = {"account": account.reference, "amount": amount, "key": key}
    return office.post("/office/deposits", data=form, plain=True)


def test_a_deposit_is_taken_once_and_given_back_when_the_line_is_closed(office, database):
    line = line_with_plan()
    line_id, account = line.id, line.account

    assert [take(office, account).status_code for _ in range(2)] == [303, 303]
    page = office.get("/office/deposits", plain=True).get_data(as_text=True)
    deposit = db.session.query(Deposit).one()
    path = f"/office/deposits/{deposit.id}/give-back"
    early = office.post(path, plain=True)
    lines.close_line(line_id, by=SYSTEM, reason="request")
    given = office.post(path, plain=True)

    assert account.reference in page
    assert "when the last line is closed" in page
    assert (early.status_code, given.status_code) == (422, 303)
    assert "We hold no deposits" in office.get("/office/deposits", plain=True).get_data(
        as_text=True
    )


@pytest.mark.parametrize("amount", ["", "lots", "-5", "NaN", "0", "5.001"])
def test_what_is_no_amount_is_refused(office, database, amount):
    assert take(office, line_with_plan().account, amount=amount).status_code == 400


def test_the_late_ones_come_first_with_their_interest(database):
    long_ago = clock.now() - timedelta(days=900)
    late, running = line_with_plan(activated_at=long_ago), line_with_plan()
    for line in (running, late):
        db.session.add(
            Deposit(
                account_id=line.account_id,
                amount=1000,
                interest=0,
                currency="MXN",
                taken_at=clock.now(),
                effect_key=str(line.id),
            )
        )
    with clock.moved_to(clock.now() - timedelta(days=60 + 365)):
        lines.close_line(late.id, by=SYSTEM, reason="request")

    first, second = held_by_market(staff("billing_administrator"))

    assert (first.account.id, first.interest.amount) == (late.account_id, 100)
    assert (second.account.id, second.due_back_on) == (running.account_id, None)
    assert held_by_market(staff("billing_administrator", markets=["BR"])) == []


def test_many_deposits_take_as_many_statements_as_one(office, session):
    def asked(count):
        for _ in range(count):
            line = line_with_plan()
            take(office, line.account, key=str(line.id))
        with statements(session) as sent:
            assert office.get("/office/deposits", plain=True).status_code == 200
        return len(sent)

    assert asked(1) == asked(6)
