import json

import pytest

from app.core import db
from app.tickets.models import Priority, Status, Ticket, Topic
from tests.billing.committed import count, only
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan


@pytest.fixture
def line(app):
    return line_with_plan(account=AccountFactory(), number="+525512345678")


def form(line, **more):
    given = {
        "customer_id": str(line.customer_id),
        "line_id": str(line.id),
        "subject": "No signal since last night",
        "topic": "technical",
        "priority": "high",
        "description": "She was moved from Puebla. Card 4111 1111 1111 1111.",
    }
    return {**given, **more}


def test_an_agent_opens_a_ticket_and_it_waits_in_the_queue(desk, line):
    dialog = desk.get(f"/desk/tickets/new?customer={line.customer_id}").text
    answer = desk.post("/desk/tickets", data=form(line))

    ticket = only(Ticket)
    assert "55 1234 5678" in dialog
    assert (ticket.status, ticket.topic, ticket.priority, ticket.customer_id) == (
        Status.NEW,
        Topic.TECHNICAL,
        Priority.HIGH,
        line.customer_id,
    )
    assert "4111 1111" not in ticket.summary
    told = json.loads(answer.headers["HX-Trigger"])
    assert ticket.reference in told["told"]["text"]
    page = desk.get(f"/desk/tickets/{ticket.id}").text
    assert "55 1234 5678" in page
    assert "She was moved from Puebla" in desk.get("/desk/queue").text


def test_without_a_customer_the_dialog_begins_by_looking_one_up(desk, line):
    assert "Search for the customer" in desk.get("/desk/tickets/new").text
    assert f"customer={line.customer_id}" in desk.get("/desk/tickets/new?q=valeria").text


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"subject": ""}, 400),
        ({"subject": "a\0b"}, 400),
        ({"topic": "weather"}, 400),
        ({"priority": "sky-high"}, 400),
        ({"impact": "huge"}, 400),
        ({"type": "x"}, 400),
        ({"category": "x"}, 400),
        ({"customer_id": "x"}, 400),
        ({"line_id": "x"}, 400),
        ({"description": "x" * 5000}, 400),
        ({"status": "closed"}, 400),
        ({"customer_id": "01890000-0000-7000-8000-000000000000"}, 404),
    ],
)
def test_what_is_refused_opens_nothing(desk, line, more, status):
    answer = desk.post("/desk/tickets", data=form(line, **more))

    assert answer.status_code in {status, 422}
    assert count(Ticket) == 0


def test_a_line_of_somebody_else_and_a_customer_of_another_market_are_not_found(desk, line):
    other = line_with_plan()
    abroad = CustomerFactory(market=MarketFactory(brazil=True))

    refused = [
        desk.post("/desk/tickets", data=form(line, line_id=str(other.id))),
        desk.post("/desk/tickets", data=form(line, customer_id=str(abroad.id))),
        desk.get(f"/desk/tickets/new?customer={abroad.id}"),
        desk.get("/desk/tickets/new?customer=x"),
    ]

    assert [each.status_code for each in refused] == [404] * 4
    assert count(Ticket) == 0


def test_who_may_not_open_tickets(sign_in, line):
    technician = sign_in(roles=["auditor"])

    assert technician.post("/desk/tickets", data=form(line)).status_code == 403
    assert db.session.query(Ticket).count() == 0
