"""A customer's requests: what happened, in her words, and what she says to it."""

import pytest

from app.catalog.models import Service
from app.core import db
from app.tickets import service
from app.tickets.models import Status, Ticket, Topic
from app.tickets.service import outage_mode
from tests.factories import actors
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.subscriptions import line_with_plan

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def ana():
    return StaffFactory(name="Ana Ruiz").as_actor()


@pytest.fixture
def customer():
    return CustomerFactory(language="en")


@pytest.fixture
def ticket_id(ana, customer):
    ticket = service.open(
        by=ana, customer_id=customer.id, subject="No <signal>", topic=Topic.TECHNICAL
    )
    service.accept(ticket.id, by=ana)
    service.comment(ticket.id, "She shouts a lot", by=ana)
    service.comment(ticket.id, "Please restart your phone.", by=ana, public=True)
    service.set_pending(ticket.id, by=ana)
    return ticket.id


def test_she_reads_what_happened_and_no_note_of_ours(signed_in, customer, ticket_id):
    page = signed_in(customer).see(f"/my/tickets/{ticket_id}").text

    steps = ["We noted it.", "A person took it up.", "Please restart", "We wait for your answer."]
    assert [page.index(each) for each in steps] == sorted(page.index(each) for each in steps)
    assert "She shouts" not in page
    assert "No &lt;signal&gt;" in page


def test_what_she_answers_is_there_once_and_the_ticket_goes_on(signed_in, customer, ticket_id):
    her = signed_in(customer)

    for _ in range(2):
        her.send(f"/my/tickets/{ticket_id}/reply", body="It works", key="k1")

    assert her.see(f"/my/tickets/{ticket_id}").text.count("It works") == 1
    assert db.session.get_one(Ticket, ticket_id).status is Status.OPEN


def test_she_opens_again_what_is_not_solved(signed_in, customer, ana, ticket_id):
    service.resolve(ticket_id, by=ana, resolution="Mast repaired")
    her = signed_in(customer)
    assert "Mast repaired" in her.see(f"/my/tickets/{ticket_id}").text

    her.send(f"/my/tickets/{ticket_id}/reopen")

    assert db.session.get_one(Ticket, ticket_id).status is Status.NEW


def test_the_request_of_another_is_not_found(signed_in, ticket_id):
    other = signed_in(CustomerFactory())

    assert other.see(f"/my/tickets/{ticket_id}").status_code == 404
    assert other.send(f"/my/tickets/{ticket_id}/reply", body="x", key="k").status_code == 404
    assert other.send(f"/my/tickets/{ticket_id}/reopen").status_code == 404


def test_every_page_says_what_disturbs_her_and_nobody_else_s(signed_in, customer):
    line_with_plan(account=AccountFactory(customer=customer))
    outage_mode.declare(
        by=actors.administrator(),
        market_code="MX",
        area="Puebla",
        service=Service.MOBILE,
        notice={"en": "A <fibre> was cut."},
    )

    assert "A &lt;fibre&gt; was cut." in signed_in(customer).see("/my/tickets").text
    assert "was cut" not in signed_in(CustomerFactory(city="Lima")).see("/my/tickets").text
