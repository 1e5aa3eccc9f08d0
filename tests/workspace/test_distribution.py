"""The supervisor's page of who is asked, and what the asked agent sees."""

import pytest

from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import db
from app.core.actor import SYSTEM
from app.identity.models import Team
from app.tickets import service
from app.tickets.models import (
    AgentSkills,
    Distribution,
    RoutingPlan,
    RuleKind,
    Status,
    TeamHours,
    Ticket,
)
from app.tickets.routing import USUAL_COSTS
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.statements import statements


def text_of(answer):
    return answer.get_data(as_text=True)


PLAN = {"distribution": "offer", "accept_within": "20", "relax_after": "60"}


@pytest.fixture
def boss(sign_in):
    MarketFactory()
    return sign_in(name="Sofía Restrepo", language="en", roles=["supervisor"])


def waiting(name="Valeria Soto"):
    return TicketFactory(
        talk=ConversationFactory(waiting=True, customer=CustomerFactory(name=name))
    )


def test_a_supervisor_lets_customers_be_offered_and_the_agent_is_asked(boss, desk, sign_in):
    other = sign_in(name="Beto Lima", language="en")
    ticket = waiting()
    ownership.set_availability(desk.staff_id, Availability.AVAILABLE, by=SYSTEM)

    saved = boss.post("/board/routing/markets/MX", data=PLAN)
    service.distribute(by=SYSTEM)

    hers, his = text_of(desk.get("/desk/queue")), text_of(other.get("/desk/queue"))
    assert saved.status_code == 200
    assert db.session.get(RoutingPlan, "MX").accept_within == 20
    assert "For you" in hers
    assert f"/desk/tickets/{ticket.id}/accept" in hers
    assert "Offered to Ana Ruiz" in his
    assert f"/desk/tickets/{ticket.id}/accept" not in his
    assert other.post(f"/desk/tickets/{ticket.id}/accept").status_code == 409


def test_an_agent_passes_a_customer_on(boss, desk):
    ticket = waiting()
    ownership.set_availability(desk.staff_id, Availability.AVAILABLE, by=SYSTEM)
    boss.post("/board/routing/markets/MX", data=PLAN)
    service.distribute(by=SYSTEM)

    answer = desk.post(f"/desk/tickets/{ticket.id}/decline")
    again = desk.post(f"/desk/tickets/{ticket.id}/decline")

    assert answer.status_code == 200
    assert "For you" not in text_of(answer)
    assert again.status_code == 409
    assert db.session.get(Ticket, ticket.id).status is Status.NEW


def test_what_takes_how_much_of_a_capacity_is_set_for_each_market(boss, desk):
    usual = {f"cost_{kind}": str(cost) for kind, cost in USUAL_COSTS.items()}
    waiting(), waiting("Lucía Ferrer")
    ownership.set_availability(desk.staff_id, Availability.AVAILABLE, by=SYSTEM)

    def offered():
        service.distribute(by=SYSTEM)
        return text_of(desk.get("/desk/queue")).count("/decline")

    page = text_of(
        boss.post("/board/routing/markets/MX", data={**PLAN, **usual, "cost_webchat": "12"})
    )
    assert 'name="cost_webchat" min="0" max="100" value="12"' in page
    assert db.session.get(RoutingPlan, "MX").costs == {"webchat": 12}
    assert offered() == 1

    boss.post("/board/routing/markets/MX", data={**PLAN, **usual})
    assert db.session.get(RoutingPlan, "MX").costs == {}
    assert offered() == 2


def test_topics_and_capacity_are_set_for_each_agent(boss, desk):
    form = {"topics": ["billing", "sales"], "capacity": "8"}

    page = text_of(boss.post(f"/board/routing/agents/{desk.staff_id}", data=form))

    skills = db.session.get(AgentSkills, desk.staff_id)
    assert (skills.topics, skills.capacity) == (["billing", "sales"], 8)
    assert "0/8" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"distribution": "lottery"},
        {"accept_within": "4"},
        {"accept_within": "½"},
        {"relax_after": "-1"},
        {"cost_webchat": "101"},
        {"cost_none": "-1"},
    ],
)
def test_what_makes_no_sense_is_refused(boss, wrong):
    boss.post("/board/routing/markets/MX", data=PLAN)

    assert boss.post("/board/routing/markets/MX", data={**PLAN, **wrong}).status_code == 400
    assert db.session.get(RoutingPlan, "MX").distribution is Distribution.OFFER


def test_other_markets_and_agents_of_others_are_not_there(boss):
    brazilian = StaffFactory(markets=["BR"], name="Bruno Carvalho")

    assert boss.post("/board/routing/markets/BR", data=PLAN).status_code == 404
    form = {"capacity": "8"}
    assert boss.post(f"/board/routing/agents/{brazilian.id}", data=form).status_code == 404
    assert "Bruno Carvalho" not in text_of(boss.get("/board/routing", plain=True))


def test_an_agent_sets_nothing(desk):
    assert desk.get("/board/routing", plain=True).status_code == 403
    assert desk.post("/board/routing/markets/MX", data=PLAN).status_code == 403


def test_the_page_costs_as_much_for_fifty_agents_as_for_one(boss):
    boss.get("/board/routing", plain=True)
    with statements(db.session) as few:
        boss.get("/board/routing", plain=True)
    for _ in range(50):
        StaffFactory()

    with statements(db.session) as many:
        boss.get("/board/routing", plain=True)

    assert len(many) == len(few)


def test_who_was_taken_for_absent_is_told_and_comes_back_with_one_click(desk):
    ownership.set_availability(desk.staff_id, Availability.ABSENT, by=SYSTEM)

    seen = desk.post("/desk/here", json={})
    told = text_of(desk.get("/desk/availability"))
    refused = desk.post("/desk/availability", data={"availability": "absent"})
    back = text_of(desk.post("/desk/availability", data={"availability": "available"}))

    assert seen.get_json() == {"state": "absent"}
    assert "I am back" in told
    assert refused.status_code == 400
    assert "I am back" not in back
    assert desk.post("/desk/here", json={}).get_json() == {"state": "available"}


def test_services_of_agents_and_hours_of_teams_are_chosen_on_the_same_page(boss, desk):
    hours = {"hours": {"mon": [["09:00", "18:00"]]}}
    rule = service.decide(RuleKind.CALENDAR, "Office", hours, by=SYSTEM, market_code="MX")
    team = Team(name="Day")
    db.session.add(team)
    db.session.commit()
    skills = {"services": ["fibre", "tv"], "capacity": "8"}

    boss.post(f"/board/routing/agents/{desk.staff_id}", data=skills)
    page = boss.post(f"/board/routing/teams/{team.id}", data={"calendar": str(rule.key)})
    wrong = boss.post(f"/board/routing/teams/{team.id}", data={"calendar": str(team.id)})

    assert db.session.get(AgentSkills, desk.staff_id).services == ["fibre", "tv"]
    assert page.status_code == 200
    assert db.session.get(TeamHours, team.id).calendar == rule.key
    assert wrong.status_code == 400
