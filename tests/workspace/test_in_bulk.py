"""Selecting tickets, doing one thing to all of them, taking it back; and views of the list."""

import re
from datetime import timedelta

from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.tickets import queries, service
from app.tickets.models import Priority, Ticket, Topic
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.statements import statements


def opened(desk, **more):
    staff = db.session.get_one(StaffFactory._meta.model, desk.staff_id)
    told = {"subject": "Router", "topic": Topic.TECHNICAL, "customer_id": CustomerFactory().id}
    return service.open(by=staff.as_actor(), **{**told, **more}).id


def now(ticket_id):
    return db.session.get_one(Ticket, ticket_id, populate_existing=True)


def act(desk, kind, ids, **more):
    data = {"ticket": [str(each) for each in ids], "key": str(new_id()), **more}
    return desk.post(f"/desk/tickets/bulk/{kind}", data=data)


def undo_of(answer):
    return re.search(r'hx-post="(/desk/tickets/bulk/[\w-]+/undo)"', answer.text)[1]


def test_what_came_of_it_is_told_and_can_be_taken_back(sign_in):
    manager = sign_in(roles=["manager"])
    ids = [opened(manager) for _ in range(2)]

    done = act(manager, "priority", ids, priority="high")

    assert "2 tickets are changed." in done.text
    assert done.headers["HX-Trigger"] == "tickets-changed"
    assert now(ids[0]).priority is Priority.HIGH
    undone = manager.post(undo_of(done))
    assert "2 tickets are as they were." in undone.text
    assert now(ids[1]).priority is Priority.NORMAL


def test_sleep_until_a_time_of_the_market_is_taken_back_too(sign_in):
    manager = sign_in(roles=["manager"])
    ticket_id = opened(manager)
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    done = act(manager, "snooze", [ticket_id], until=tomorrow)
    db.session.expire_all()
    undone = manager.post(undo_of(done))

    assert "One ticket is as it was." in undone.text
    assert now(ticket_id).snoozed_until is None


def test_what_somebody_has_changed_meanwhile_stays_and_that_is_told(sign_in):
    manager = sign_in(roles=["manager"])
    ticket_id = opened(manager)
    done = act(manager, "priority", [ticket_id], priority="high")
    manager.post(f"/desk/tickets/{ticket_id}/priority", data={"priority": "urgent"})

    undone = manager.post(undo_of(done))

    assert "No ticket is as it was." in undone.text
    assert "Somebody has changed it meanwhile." in undone.text
    assert now(ticket_id).priority is Priority.URGENT


def test_an_agent_is_told_which_are_not_hers(desk):
    mine, foreign = opened(desk), opened(desk)
    desk.post(f"/desk/tickets/{mine}/accept")

    told = act(desk, "priority", [mine, foreign], priority="high").text

    assert "One ticket is changed." in told
    assert now(foreign).reference in told
    assert "This ticket belongs to somebody else." in told


def test_all_that_match_are_meant_not_only_those_that_are_shown(sign_in):
    manager = sign_in(roles=["manager"])
    ids = [opened(manager, topic=Topic.BILLING) for _ in range(3)]
    other = opened(manager, topic=Topic.SALES)

    act(manager, "tag", [], all="yes", asked="topic=billing&status=any_open", tag="Tariff change")

    assert [queries.tags_of(each) for each in (*ids, other)] == [["tariff-change"]] * 3 + [[]]
    listed = manager.get("/desk/tickets?tag=tariff-change").text
    assert now(ids[0]).reference in listed
    assert now(other).reference not in listed


def test_another_markets_ticket_and_broken_words_are_refused_and_change_nothing(sign_in):
    manager = sign_in(roles=["manager"], markets=["MX"])
    MarketFactory(brazil=True)
    mine = opened(manager)
    stranger = CustomerFactory(market=MarketFactory(brazil=True))
    far = TicketFactory(talk=None, market_code="BR", customer_id=stranger.id, conversation_id=None)

    answers = [
        act(manager, "tag", [mine, far.id], tag="vip"),
        act(manager, "tag", [mine, new_id()], tag="vip"),
        act(manager, "explode", [mine]),
        act(manager, "tag", [], tag="vip"),
        act(manager, "snooze", [mine], until="tomorrow"),
        act(manager, "resolve", [mine], resolution=" "),
        manager.post("/desk/tickets/bulk/tag", data={"ticket": "x", "key": "k", "tag": "vip"}),
    ]

    assert [each.status_code for each in answers] == [404, 404, 400, 400, 400, 400, 400]
    assert queries.tags_of(mine) == []


def test_every_deed_asks_what_it_needs(sign_in):
    manager = sign_in(roles=["manager"])

    for kind in ("assign", "priority", "tag", "untag", "snooze", "resolve"):
        asked = manager.get(f"/desk/tickets/bulk/{kind}")
        assert asked.status_code == 200
        assert f'hx-post="/desk/tickets/bulk/{kind}"' in asked.text
    assert sign_in(roles=["auditor"]).get("/desk/tickets/bulk/tag").status_code == 403


def test_a_view_is_kept_shown_with_its_count_renamed_deleted_and_brought_back(desk):
    opened(desk, priority=Priority.HIGH)
    opened(desk)
    form = desk.get("/desk/views/new?priority=high&sort=due").text
    assert 'name="priority" value="high"' in form

    told = desk.post(
        "/desk/views",
        data={"name": "Pressing", "sharing": "private", "priority": "high", "sort": "due"},
    ).text

    assert re.search(r'Pressing</span> <b class="count num">1</b>', told)
    view = re.search(r'data-view="([\w-]+)"', told)[1]
    page = desk.get("/desk/tickets", plain=True).text
    assert "Pressing" in page
    desk.post(f"/desk/views/{view}", data={"name": "Urgent", "sharing": "private"})
    gone = desk.post(f"/desk/views/{view}/delete").text
    assert "The view Urgent is deleted." in gone
    back = desk.post(f"/desk/views/{view}/restore").text
    assert re.search(r"priority=high[^\"]*sort=due", back)


def test_another_ones_view_is_not_found_and_sharing_is_refused(desk, sign_in):
    kept = {"name": "Mine", "sharing": "private", "status": "any_open"}
    view = re.search(r'data-view="([\w-]+)"', desk.post("/desk/views", data=kept).text)[1]
    other = sign_in()

    refused = [
        other.post(f"/desk/views/{view}", data={"name": "X", "sharing": "private"}),
        other.post(f"/desk/views/{view}/delete"),
        other.get(f"/desk/views/{view}/edit"),
        other.post("/desk/views/order", data={"view": view}),
        other.post("/desk/views", data={**kept, "sharing": "all"}),
        desk.post("/desk/views", data={**kept, "name": " "}),
    ]

    assert [each.status_code for each in refused] == [404, 404, 404, 404, 403, 400]


def test_the_list_takes_as_many_statements_with_many_views_and_tickets(desk, session):
    counts = []
    for number in range(2):
        for each in range(1 if number == 0 else 12):
            opened(desk)
            kept = {"name": f"View {each}", "sharing": "private", "topic": "technical"}
            desk.post("/desk/views", data=kept)
        db.session.flush()
        db.session.expunge_all()
        with statements(session) as sent:
            assert desk.get("/desk/tickets", plain=True).status_code == 200
        counts.append(len(sent))

    assert counts[0] == counts[1]


def test_who_takes_tickets_by_a_role_of_the_operators_own_is_among_the_colleagues(sign_in):
    manager = sign_in(roles=["manager"])
    by_role = {"roles": ["role:night"], "custom_permissions": ["tickets.accept"]}
    night = StaffFactory(name="Nadia Night", **by_role)
    ownership.set_availability(night.id, Availability.AVAILABLE, by=SYSTEM)
    ticket = opened(manager)

    for path in ("bulk/assign", f"{ticket}/transfer"):
        assert "Nadia Night" in manager.get(f"/desk/tickets/{path}").text
    assert "Nadia Night" in manager.get("/desk/tickets", plain=True).text
