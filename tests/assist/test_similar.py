"""Solved tickets like an open one: found by their words and what they share, used and counted."""

import pytest
from sqlalchemy import select

from app.assist import similar
from app.assist.likeness import Tie
from app.assist.models import Kind, SuggestionAnswer
from app.core import db
from app.subscriptions.queries import current_plan
from app.tickets.models import Status, Topic
from tests.assist.conftest import lone_ticket
from tests.factories import actors
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.tickets import TicketFactory

FIXED = "Se cambió el conector de la fibra."


def kept(**more):
    made = lone_ticket(**{"topic": Topic.TECHNICAL, "resolution": FIXED, "language": "es", **more})
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def ticket(app, branches, desk):
    return kept(
        subject="El módem tiene luz roja",
        summary="La luz LOS parpadea y no hay internet",
        resolution="",
        status=Status.OPEN,
        assignee_id=desk.staff_id,
    )


@pytest.fixture
def like(ticket):
    """Of the same matter, in other words; and some that are not."""
    found = kept(subject="Luz roja en el modem", summary="Sin internet, parpadea LOS")
    kept(subject="Cargo doble", summary="La factura tiene dos cargos", resolution="Se acreditó.")
    kept(subject="Cambio de titular", summary="Quiere otro nombre", resolution="Se cambió.")
    return found


def found_for(ticket, **more):
    actor = actors.agent(markets=["MX"])
    return similar.solved_like(actor, similar.about_ticket(ticket), **more)


def beside(desk, ticket):
    return desk.get(f"/desk/tickets/{ticket.id}/assist").text


def answers():
    query = select(SuggestionAnswer)
    return [(e.kind, e.offered, e.accepted) for e in db.session.scalars(query)]


def test_one_in_other_words_is_found_with_the_words_that_both_say(ticket, like):
    (found,) = found_for(ticket)

    assert found.ticket.id == like.id
    assert {"roja", "modem", "parpadea", "luz", "los", "internet"} >= set(found.likeness.words)
    assert len(found.likeness.words) >= 3
    assert found.likeness.ties == (Tie.TOPIC,)


def test_it_stands_beside_the_ticket_with_its_resolution(desk, ticket, like):
    shown = beside(desk, ticket)

    assert FIXED in shown
    assert like.reference in shown
    assert "same topic" in shown
    assert "<q>parpadea</q>" in shown


def test_one_click_begins_the_resolution_with_its_words(desk, ticket, like):
    dialog = desk.post(f"/desk/tickets/{ticket.id}/like/{like.id}", data={"answer": "yes"}).text

    assert f"autofocus>{FIXED}</textarea>" in dialog
    assert answers() == [(Kind.RESOLUTION, str(like.id), True)]


def test_what_does_not_fit_is_not_shown_again(desk, ticket, like):
    shown = desk.post(f"/desk/tickets/{ticket.id}/like/{like.id}", data={"answer": "no"}).text

    assert FIXED not in shown
    assert FIXED not in beside(desk, ticket)
    assert answers() == [(Kind.RESOLUTION, str(like.id), False)]


def test_the_same_disturbance_is_reason_enough(ticket):
    parent = kept(subject="Falla en Puebla", status=Status.OPEN, resolution="")
    other = kept(subject="No jala nada", summary="desde el internet de ayer", parent_id=parent.id)
    ticket.parent_id = parent.id
    db.session.commit()

    (found,) = found_for(ticket)

    assert found.ticket.id == other.id
    assert Tie.OUTAGE in found.likeness.ties


def test_the_same_category_and_plan_bring_one_before_the_others(ticket, like, branches):
    first, second = line_with_plan(), line_with_plan(number="+525512345679")
    same = kept(
        subject="Luz roja en el modem",
        summary="Sin internet, parpadea LOS",
        category_id=branches["Red › Fibra"],
        context={"line_id": str(second.id)},
        resolution="Se envió técnico.",
    )
    ticket.category_id, ticket.context = branches["Red › Fibra"], {"line_id": str(first.id)}
    db.session.commit()

    found = found_for(ticket)

    assert [each.ticket.id for each in found] == [same.id, like.id]
    assert Tie.CATEGORY in found[0].likeness.ties
    plans = {current(first), current(second)}
    assert (Tie.PRODUCT in found[0].likeness.ties) == (len(plans) == 1)


def current(line):
    return current_plan(line).version.offer.code


@pytest.mark.parametrize(
    "more",
    [
        {"status": Status.OPEN},
        {"resolution": ""},
        {"resolution": "—"},
        {"language": "pt"},
        {"market_code": "BR"},
    ],
    ids=["open", "without a resolution", "erased", "in another language", "of another market"],
)
def test_what_is_not_found(ticket, like, more):
    MarketFactory(code="BR")
    for name, value in more.items():
        setattr(like, name, value)
    db.session.commit()

    assert found_for(ticket) == []


def test_each_resolution_is_shown_once(ticket, like):
    kept(subject="Luz roja en el modem", summary="Sin internet, parpadea LOS")

    assert len(found_for(ticket)) == 1


@pytest.mark.parametrize("words", ["", "de la y", "' | ) :* & !", "12345678", "a\\'b' <->"])
def test_no_text_breaks_it(ticket, like, words):
    ticket.subject, ticket.summary = words, ""
    db.session.commit()

    assert found_for(ticket) == []


def test_beside_a_talk_what_the_customer_says_counts_and_one_click_is_counted(desk, app, branches):
    talk = ConversationFactory(open=True, assignee_id=desk.staff_id)
    TicketFactory(
        talk=talk,
        subject="Wants a person",
        summary="",
        status=Status.OPEN,
        assignee_id=desk.staff_id,
    )
    MessageFactory(conversation=talk, seq=1, body="parpadea una luz roja en el modem, sin internet")
    like = kept(subject="Luz roja en el modem", summary="Sin internet, parpadea LOS")

    shown = desk.get(f"/desk/conversations/{talk.id}/assist").text
    used = desk.post(f"/desk/conversations/{talk.id}/like/{like.id}", data={"language": "es"})

    assert f'data-insert="{FIXED}"' in shown
    assert used.status_code == 200
    assert answers() == [(Kind.RESOLUTION, str(like.id), True)]
    panel = desk.get(f"/desk/conversations/{talk.id}/customer").text
    assert f"/desk/conversations/{talk.id}/assist" in panel


def test_nobody_learns_of_another_market_s_tickets(sign_in, desk, ticket, like):
    MarketFactory(code="BR")
    like.market_code = "BR"
    db.session.commit()
    ana = desk.post(f"/desk/tickets/{ticket.id}/like/{like.id}", data={"answer": "yes"})
    abroad = sign_in(markets=["BR"])

    assert ana.status_code == 404
    assert abroad.post(f"/desk/tickets/{ticket.id}/like/{like.id}").status_code == 404
    assert answers() == []
