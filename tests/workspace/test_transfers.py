"""Moving a line to another account, by those who may and by who is to get it."""

import pytest

from app.core import db
from app.subscriptions.models import LineTransfer, TransferStatus
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.security.browsers import customer_browser

pytestmark = pytest.mark.usefixtures("confirmed")


@pytest.fixture
def manager(sign_in):
    return sign_in(roles=["manager"], language="en", markets=["MX"])


def ask(browser, line, to, **more):
    sent = {"account": to.reference, "on": "", "giver_proof": "Her letter", "taker_proof": ""}
    return browser.post(f"/desk/lines/{line.id}/transfer", data=sent | more)


def only():
    return db.session.query(LineTransfer).populate_existing().one()


def test_it_is_asked_for_agreed_to_by_the_other_and_told_on_both_pages(app, manager):
    line, taker = line_with_plan(), AccountFactory()
    giver_id, taker_id = line.customer_id, taker.customer_id
    hers = customer_browser(app, taker.customer)

    asked = ask(manager, line, taker)
    assert (asked.status_code, "asked to agree" in asked.headers["HX-Trigger"]) == (204, True)
    assert "Her letter" in manager.get(f"/desk/lines/{line.id}/transfer").text
    assert "/my/transfers" in hers.get("/my/").text
    page = hers.get("/my/transfers").text
    assert f"/my/transfers/{only().id}/agree" in page
    assert hers.post(f"/my/transfers/{only().id}/agree").status_code == 303

    assert only().status is TransferStatus.DONE
    for customer_id in (giver_id, taker_id):
        history = manager.get(f"/desk/customers/{customer_id}/history").text
        assert "Lines that moved" in history
    assert "/my/transfers" not in hers.get("/my/").text
    assert manager.get(f"/desk/lines/{line.id}/service").status_code == 200


def test_with_the_word_of_both_it_moves_at_once(manager):
    line, taker = line_with_plan(), AccountFactory()

    answer = ask(manager, line, taker, taker_proof="Showed her paper")

    assert "The line has moved" in answer.headers["HX-Trigger"]


def test_who_is_not_asked_sees_and_decides_nothing(app, manager):
    line, taker = line_with_plan(), AccountFactory()
    others = [AccountFactory().customer, line.account.customer]
    ask(manager, line, taker)
    transfer_id = only().id

    for other in others:
        browser = customer_browser(app, other)
        assert browser.post(f"/my/transfers/{transfer_id}/agree").status_code == 404
        assert browser.post(f"/my/transfers/{transfer_id}/refuse").status_code == 404
    assert only().status is TransferStatus.WAITING


def test_it_is_refused_or_taken_back(app, manager):
    line, taker = line_with_plan(), AccountFactory()
    ask(manager, line, taker)
    refused = customer_browser(app, taker.customer).post(f"/my/transfers/{only().id}/refuse")
    assert (refused.status_code, only().status) == (303, TransferStatus.REFUSED)

    again = manager.post(f"/desk/transfers/{only().id}/cancel", data={"why": "Not wanted"})

    assert again.status_code == 409


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"account": "A-000000"}, 404),
        ({"account": "x\0"}, 404),
        ({"on": "2020-01-01"}, 400),
        ({"on": "soon"}, 400),
        ({"giver_proof": " "}, 400),
        ({"giver_proof": "x" * 301}, 400),
        ({"status": "done"}, 400),
    ],
)
def test_bad_input_is_a_refusal(manager, sent, status):
    line, taker = line_with_plan(), AccountFactory()

    answer = ask(manager, line, taker, **sent)

    assert answer.status_code == status
    assert db.session.query(LineTransfer).count() == 0


def test_agents_may_not(sign_in):
    line, taker = line_with_plan(), AccountFactory()

    assert ask(sign_in(roles=["agent"]), line, taker).status_code == 403
