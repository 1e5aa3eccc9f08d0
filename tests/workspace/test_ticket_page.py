"""The ticket's page as agents work on it, and the setup that a supervisor decides."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from app.core import clock, db
from app.tickets import casework, service, setup
from app.tickets.models import (
    FieldKind,
    Level,
    Priority,
    Required,
    Status,
    Ticket,
    TicketType,
    Topic,
)
from app.tickets.service import configuring
from tests.factories import actors
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.statements import statements

BOSS = actors.staff("administrator")


class Kept:
    """A ticket as it is in the database now: a request ends the session that it was loaded in."""

    def __init__(self, ticket):
        self.id, self.reference = ticket.id, ticket.reference

    def __getattr__(self, name):
        return getattr(db.session.get_one(Ticket, self.id, populate_existing=True), name)


@pytest.fixture
def ticket(desk):
    """One without a talk, the agent's own."""
    ana = db.session.get_one(StaffFactory._meta.model, desk.staff_id).as_actor()
    made = service.open(
        by=ana, customer_id=CustomerFactory().id, subject="No signal", topic=Topic.TECHNICAL
    )
    service.accept(made.id, by=ana)
    return Kept(made)


def act(desk, ticket, path, **data):
    return desk.post(f"/desk/tickets/{ticket.id}/{path}", data=data)


def refusal_of(answer):
    return answer.status_code, re.search(r'data-code="(\w+)"', answer.text)[1]


def test_a_ticket_is_sorted_weighed_and_filled_in_on_its_page(desk, ticket):
    network = configuring.add_category("Network", by=BOSS)
    cause = str(
        configuring.add_field(
            TicketType.INCIDENT, "Cause", by=BOSS, kind=FieldKind.CHOICE, choices=["Power", "Cable"]
        ).id
    )
    network = str(network.id)

    act(desk, ticket, "kind", type="incident", category=network)
    act(desk, ticket, "weight", impact="high", urgency="high")
    page = act(desk, ticket, "fields", field=cause, answer_0="Cable").text

    assert (ticket.type, ticket.category_id) == (TicketType.INCIDENT, UUID(network))
    assert (ticket.impact, ticket.priority) == (Level.HIGH, Priority.URGENT)
    assert ticket.fields == {cause: "Cable"}
    assert re.search(r'value="Cable" selected', page)
    refused = act(desk, ticket, "priority", priority="low")
    assert refusal_of(refused) == (400, "reason_needed")


def test_several_choices_and_none_are_answers(desk, ticket):
    lights = str(
        configuring.add_field(
            TicketType.FAULT, "Lights", by=BOSS, kind=FieldKind.CHOICES, choices=["Red", "Green"]
        ).id
    )

    act(desk, ticket, "fields", field=lights, answer_0=["Green", "Red"])
    assert ticket.fields == {lights: ["Red", "Green"]}
    act(desk, ticket, "fields", field=lights)
    assert ticket.fields == {}


def test_resolving_asks_for_what_is_missing_and_names_it(desk, ticket):
    cause = str(
        configuring.add_field(
            TicketType.FAULT, "Cause", by=BOSS, kind=FieldKind.TEXT, required=Required.CLOSING
        ).id
    )

    dialog = desk.get(f"/desk/tickets/{ticket.id}/resolve").text
    refused = act(desk, ticket, "resolve", resolution="Done")

    assert "Cause" in dialog
    assert refusal_of(refused) == (422, "fields_missing")
    assert "Cause" in refused.text
    act(desk, ticket, "resolve", resolution="Done", field=cause, answer_0="Cable")
    assert ticket.status is Status.RESOLVED


def test_sleep_and_the_agreed_day_are_by_the_market_s_clock(desk, ticket):
    act(desk, ticket, "due", due="2026-12-24T18:00")
    assert ticket.due_at.isoformat() == "2026-12-25T00:00:00+00:00"

    until = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "Asleep until" in act(desk, ticket, "sleep", until=until).text
    assert ticket.snoozed_until > clock.now()
    act(desk, ticket, "wake")
    act(desk, ticket, "due", due="")
    assert (ticket.snoozed_until, ticket.due_at) == (None, None)
    assert act(desk, ticket, "sleep", until="tomorrow").status_code == 400


def test_comments_time_and_followers_are_on_the_page(desk, ticket):
    act(desk, ticket, "comments", body="<b>Mast</b> 214", key="k1")
    act(desk, ticket, "comments", body="<b>Mast</b> 214", key="k1")
    act(desk, ticket, "time", minutes="15", note="Called")
    page = act(desk, ticket, "follow").text

    assert page.count("&lt;b&gt;Mast&lt;/b&gt; 214") == 1
    assert "15 min" in page
    assert "Follow no longer" in page
    assert act(desk, ticket, "time", minutes="0").status_code == 400


def test_what_others_do_to_a_followed_ticket_is_above_the_list(desk, ticket):
    act(desk, ticket, "follow")
    service.comment(ticket.id, "Found it", by=actors.staff("manager"))

    assert "has a comment" in desk.get("/desk/tickets", plain=True).text
    desk.post("/desk/news/read")
    assert "has a comment" not in desk.get("/desk/tickets", plain=True).text


def test_tickets_are_joined_by_their_numbers(desk, ticket):
    ana = db.session.get_one(StaffFactory._meta.model, desk.staff_id).as_actor()
    told = {"customer_id": ticket.customer_id, "topic": Topic.TECHNICAL}
    same = Kept(service.open(by=ana, subject="no signal!", **told))
    parent = Kept(service.open(by=ana, subject="Mast down", **told))

    assert "This may be the same matter" in desk.get(f"/desk/tickets/{ticket.id}").text
    act(desk, ticket, "parent", parent=parent.reference.lower())
    act(desk, ticket, "links", other=same.reference, kind="duplicates")
    page = act(desk, ticket, "merge", other=same.reference).text

    assert ticket.parent_id == parent.id
    assert "Undo the merge" in page
    undo = re.search(r"merges/([0-9a-f-]{36})/undo", page)[1]
    act(desk, ticket, f"merges/{undo}/undo")
    assert same.merged_into_id is None
    circular = act(desk, parent, "parent", parent=ticket.reference)
    assert refusal_of(circular) == (409, "circular_parent")


def test_a_foreign_customer_s_ticket_is_not_merged_and_another_market_s_not_found(sign_in):
    beto = sign_in(markets=["MX"])
    MarketFactory(brazil=True)
    mine, foreign, brazilian = (
        Kept(TicketFactory(market_code=code)) for code in ("MX", "MX", "BR")
    )

    refused = beto.post(f"/desk/tickets/{mine.id}/merge", data={"other": foreign.reference})
    unknown = beto.post(f"/desk/tickets/{mine.id}/merge", data={"other": brazilian.reference})

    assert refusal_of(refused) == (409, "not_the_same_customer")
    assert unknown.status_code == 404


def test_a_ticket_is_split_from_a_comment_on(desk, ticket):
    act(desk, ticket, "comments", body="Router", key="a")
    act(desk, ticket, "comments", body="And the bill", key="b")
    second = casework.comments_of(ticket.id)[1]

    dialog = desk.get(f"/desk/tickets/{ticket.id}/split").text
    answer = act(desk, ticket, "split", **{"subject": "Bill", "from": str(second.id)})

    assert "And the bill" in dialog
    new = db.session.get_one(Ticket, answer.headers["HX-Redirect"].rsplit("/", 1)[1])
    assert new.subject == "Bill"
    assert [each.body for each in casework.comments_of(new.id)] == ["And the bill"]


def test_the_list_is_narrowed_down_to_what_is_looked_for(desk, ticket):
    top = configuring.add_category("Network", by=BOSS)
    below = configuring.add_category("Mobile", by=BOSS, parent_id=top.id)
    top = str(top.id)
    act(desk, ticket, "kind", type="incident", category=str(below.id))
    other = Kept(TicketFactory(subject="Something else"))

    def shown(**asked):
        text = desk.get("/desk/tickets", query_string=asked).text
        return {each.reference for each in (ticket, other) if each.reference in text}

    only_mine = {ticket.reference}
    assert shown() == {ticket.reference, other.reference}
    assert shown(type="incident") == only_mine
    assert shown(category=top) == only_mine
    assert shown(whose=str(desk.staff_id)) == only_mine
    assert shown(only="late") == shown(only="asleep") == shown(only="followed") == set()
    act(desk, ticket, "follow")
    assert shown(only="followed") == only_mine
    act(desk, ticket, "due", due="2020-01-01T00:00")
    assert shown(only="late") == only_mine
    assert "Late" in desk.get(f"/desk/tickets/{ticket.id}").text


def test_a_page_of_a_much_worked_ticket_takes_as_many_statements_as_any(desk, ticket, session):
    def count():
        db.session.flush()
        db.session.expunge_all()
        with statements(session) as sent:
            assert desk.get(f"/desk/tickets/{ticket.id}").status_code == 200
        return len(sent)

    few = count()
    manager = StaffFactory(roles=["manager"]).as_actor()
    for number in range(5):
        service.comment(ticket.id, f"Note {number}", by=manager)
        service.log_time(ticket.id, 5, by=StaffFactory().as_actor())
        service.follow(ticket.id, by=StaffFactory().as_actor())
        child = service.open(
            by=manager,
            customer_id=ticket.customer_id,
            subject=f"No signal {number}",
            topic=Topic.TECHNICAL,
        )
        service.set_parent(child.id, ticket.id, by=manager)

    assert count() <= few + 1


def test_a_new_ticket_warns_of_one_like_it_and_asks_what_its_type_needs(desk, ticket):
    configuring.add_field(
        TicketType.COMPLAINT, "Shop", by=BOSS, kind=FieldKind.TEXT, required=Required.OPENING
    )

    asked = {"customer": str(ticket.customer_id), "subject": "no signal"}
    alike = desk.get("/desk/tickets/new/alike", query_string=asked).text
    fields = desk.get("/desk/tickets/new/fields?type=complaint").text

    assert ticket.reference in alike
    assert "Shop" in fields
    assert desk.get("/desk/tickets/new/fields?type=x").status_code == 400


def test_a_supervisor_decides_how_tickets_work(sign_in):
    boss = sign_in(roles=["supervisor"], markets=[])
    TicketFactory()

    boss.post("/board/tickets/categories", data={"name": "Network", "market": "", "parent": ""})
    boss.post(
        "/board/tickets/statuses",
        data={"type": "fault", "name": "Parts", "within": "open", "state": "held"},
    )
    boss.post(
        "/board/tickets/fields",
        data={
            "type": "fault",
            "name": "Device",
            "kind": "choice",
            "choices": "Router\r\nPhone\r\n",
            "required": "closing",
        },
    )
    boss.post("/board/tickets/markets/MX/reopening", data={"days": "3"})
    page = boss.get("/board/tickets").text

    assert [each.path for each in setup.tree()] == ["Network"]
    assert [each.choices for each in setup.all_fields()] == [["Router", "Phone"]]
    assert setup.reopen_days("MX") == 3
    assert "Parts" in page
    taken = boss.post(
        "/board/tickets/statuses",
        data={"type": "fault", "name": "Other", "within": "open", "state": "held"},
    )
    assert refusal_of(taken) == (409, "state_taken")


def test_the_matrix_is_one_form(sign_in):
    boss = sign_in(roles=["supervisor"], markets=[])
    cells = {f"{one}_{other}": "high" for one in Level for other in Level}

    boss.post("/board/tickets/matrix", data=cells)

    assert set(setup.matrix().values()) <= {Priority.HIGH}
    assert len(setup.matrix()) == 7
    assert boss.post("/board/tickets/matrix", data={**cells, "low_low": ""}).status_code == 400


def test_agents_do_not_decide_it(desk):
    assert desk.get("/board/tickets").status_code == 403
