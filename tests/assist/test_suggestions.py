"""Suggestions on the ticket and in the form: taken with one click, turned down, and counted."""

import re

import pytest
from sqlalchemy import select

from app.assist.models import Kind, SuggestionAnswer
from app.assist.service import train
from app.core import db
from app.core.actor import SYSTEM
from app.tickets.models import Level, Status, Ticket
from tests.assist.conftest import lone_ticket
from tests.factories.customers import CustomerFactory
from tests.statements import statements

SUBJECT = "Cargo que no reconoce"
SUMMARY = "La factura trae un paquete que nunca contrató. Solo le pasa a ella. No tiene prisa."


@pytest.fixture
def learnt(app, solved):
    solved("es")
    train(by=SYSTEM)


@pytest.fixture
def ticket(learnt, desk):
    """The agent's own, neither classified nor assessed."""
    made = lone_ticket(
        subject=SUBJECT,
        summary=SUMMARY,
        status=Status.OPEN,
        assignee_id=desk.staff_id,
    )
    db.session.add(made)
    db.session.commit()
    return made.id


def beside(desk, ticket):
    return desk.get(f"/desk/tickets/{ticket}/assist").text


def answer(desk, ticket, what, **data):
    return desk.post(f"/desk/tickets/{ticket}/suggestions/{what}", data=data)


def now(ticket):
    return db.session.get_one(Ticket, ticket, populate_existing=True)


def answers():
    query = select(SuggestionAnswer).order_by(SuggestionAnswer.kind)
    return [(e.kind, e.accepted) for e in db.session.scalars(query)]


def test_a_ticket_shows_what_it_seems_to_be_and_why(desk, ticket):
    shown = beside(desk, ticket)

    assert "Facturación › Cargos" in shown
    assert "% sure" in shown
    assert re.search(r"<q>(factura|paquete|cargo|contrato)</q>", shown)
    assert "Low" in shown


def test_one_click_takes_it_and_it_is_not_suggested_any_more(desk, ticket, branches):
    category = str(branches["Facturación › Cargos"])

    page = answer(desk, ticket, "category", category=category, answer="yes")
    answer(desk, ticket, "weight", impact="low", urgency="low", answer="yes")

    assert f'id="ticket-{ticket}"' in page.text
    found = now(ticket)
    assert str(found.category_id) == category
    assert (found.impact, found.urgency) == (Level.LOW, Level.LOW)
    assert answers() == [(Kind.CATEGORY, True), (Kind.WEIGHT, True)]
    kept = db.session.scalars(select(SuggestionAnswer)).all()
    assert all(each.model_id and each.staff_id == desk.staff_id for each in kept)
    assert "It seems to be" not in beside(desk, ticket)


def test_what_is_turned_down_changes_nothing_and_is_not_shown_again(desk, ticket, branches):
    category = str(branches["Facturación › Cargos"])

    shown = answer(desk, ticket, "category", category=category, answer="no").text

    assert "Facturación › Cargos" not in shown
    assert now(ticket).category_id is None
    assert answers() == [(Kind.CATEGORY, False)]
    assert "Facturación › Cargos" not in beside(desk, ticket)


def test_the_last_word_counts(desk, ticket, branches):
    category = str(branches["Facturación › Cargos"])

    for word in ("no", "no", "yes"):
        answer(desk, ticket, "category", category=category, answer=word)

    assert answers() == [(Kind.CATEGORY, True)]


@pytest.mark.parametrize(
    ("what", "data", "status"),
    [
        ("category", {"category": "x", "answer": "yes"}, 400),
        ("category", {"category": "01890000-0000-7000-8000-000000000000", "answer": "yes"}, 404),
        ("weight", {"impact": "huge", "urgency": "low", "answer": "yes"}, 400),
        ("weight", {"impact": "low", "urgency": "low", "answer": "perhaps"}, 400),
    ],
)
def test_answers_that_make_no_sense_are_refused(desk, ticket, what, data, status):
    assert answer(desk, ticket, what, **data).status_code == status
    assert answers() == []


def test_somebody_else_s_ticket_is_not_classified_by_a_click(sign_in, ticket, branches):
    other = sign_in(name="Beto Lima")
    category = str(branches["Facturación › Cargos"])

    assert "Take it" not in beside(other, ticket)
    assert answer(other, ticket, "category", category=category, answer="yes").status_code == 409
    assert answer(other, ticket, "category", category=category, answer="no").status_code == 409
    abroad = sign_in(markets=["BR"])
    assert abroad.get(f"/desk/tickets/{ticket}/assist").status_code == 404
    assert answers() == []


def test_the_form_of_a_new_ticket_suggests_and_remembers_what_came_of_it(desk, learnt, branches):
    customer = CustomerFactory(language="es")
    about = {"customer_id": str(customer.id), "subject": SUBJECT}

    shown = desk.post("/desk/tickets/new/suggestions", data={**about, "description": SUMMARY}).text
    assert "Facturación › Cargos" in shown
    hidden = dict(re.findall(r'name="(suggested_\w+)" value="([^"]+)"', shown))
    chosen = {"category": hidden["suggested_category"], "impact": "high", "urgency": "low"}
    opened = desk.post(
        "/desk/tickets",
        data={**about, "topic": "billing", "description": SUMMARY, **hidden, **chosen},
    )

    assert opened.status_code == 204
    assert answers() == [(Kind.CATEGORY, True), (Kind.WEIGHT, False)]


def test_a_form_without_suggestions_opens_as_ever(desk, branches):
    customer = CustomerFactory()
    about = {"customer_id": str(customer.id), "subject": "Hola", "topic": "other"}

    shown = desk.post("/desk/tickets/new/suggestions", data={**about, "topic": ""})
    assert shown.status_code == 400
    del about["topic"]
    assert "<input" not in desk.post("/desk/tickets/new/suggestions", data=about).text
    assert desk.post("/desk/tickets", data={**about, "topic": "other"}).status_code == 204
    assert answers() == []


def test_as_many_statements_however_much_was_solved(desk, ticket, solved, session):
    beside(desk, ticket)
    with statements(session) as few:
        beside(desk, ticket)

    solved("es", 60, seed=11)
    with statements(session) as many:
        beside(desk, ticket)

    assert len(many) == len(few)
