"""Tickets for machines: what they open, change and say, and what is none of theirs."""

import pytest

from app.core import db
from app.tickets.models import FieldKind, Required, Status, Ticket, TicketType
from app.tickets.service import configuring
from tests.factories import actors
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory


@pytest.fixture
def customer(app):
    return CustomerFactory()


def opened(machine, customer, **more):
    answer = machine.post("/tickets", customer=customer.reference, subject="No signal", **more)
    assert answer.status_code == 201, answer.json
    return answer.json


def change(machine, ticket_id, **body):
    headers = {**machine._bearer(), "Idempotency-Key": f"change-{ticket_id}-{sorted(body)}"}
    return machine.browser.patch(f"/api/v1/tickets/{ticket_id}", json=body, headers=headers)


def test_a_ticket_is_opened_read_changed_and_resolved(machine, customer):
    partner = machine()
    made = opened(partner, customer, type="fault", impact="high", urgency="high")
    assert (made["priority"], made["status"], made["tmf_state"]) == (
        "urgent",
        "new",
        "acknowledged",
    )

    said = partner.post(f"/tickets/{made['id']}/comments", body="Mast 214", public=True)
    changed = change(partner, made["id"], type="incident", resolution="Repaired")

    assert (said.status_code, said.json["comments"][0]["body"]) == (201, "Mast 214")
    assert (changed.json["status"], changed.json["type"]) == ("resolved", "incident")
    listed = partner.get("/tickets", customer=customer.reference).json["tickets"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert partner.get("/tickets", only_open="true").json["tickets"] == []


def test_the_operator_s_fields_hold_for_machines(machine, customer):
    field = configuring.add_field(
        TicketType.FAULT,
        "Site",
        by=actors.staff("administrator"),
        kind=FieldKind.TEXT,
        required=Required.OPENING,
    )
    field_id, partner = str(field.id), machine()

    refused = partner.post("/tickets", customer=customer.reference, subject="x", type="fault")
    made = opened(partner, customer, type="fault", fields={field_id: "A-17"})

    assert (refused.status_code, refused.json["code"]) == (422, "fields_missing")
    assert made["fields"] == {field_id: "A-17"}


def test_half_a_change_is_none(machine, customer):
    partner = machine()
    made = opened(partner, customer)

    refused = change(partner, made["id"], type="incident", fields={"x": "y"})

    assert refused.status_code == 400
    assert db.session.get_one(Ticket, made["id"]).type is TicketType.REQUEST


def test_tickets_of_another_market_are_not_found(machine, customer):
    MarketFactory(brazil=True)
    foreign = TicketFactory(market_code="BR")
    ids, partner = str(foreign.id), machine()

    assert partner.get(f"/tickets/{ids}").status_code == 404
    assert change(partner, ids, priority="high").status_code == 404
    assert partner.post(f"/tickets/{ids}/comments", body="x").status_code == 404
    assert partner.get("/tickets").json["tickets"] == []


def test_who_may_change_may_not_therefore_resolve(machine, customer):
    made = opened(machine(), customer)
    reader = machine(scopes={"tickets.read", "tickets.accept"})

    refused = change(reader, made["id"], resolution="Done")

    assert refused.status_code == 403
    assert db.session.get_one(Ticket, made["id"]).status is Status.NEW
