"""Drafts, mentions and answers that are held back, as the desk asks for them."""

import re
from uuid import UUID

import pytest

from app.core import db
from app.core.ids import new_id
from app.tickets import casework, service
from app.tickets.models import Topic
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory


@pytest.fixture
def lucia(sign_in):
    return sign_in(roles=["manager"], name="Lucía Mena", language="en")


@pytest.fixture
def talk(desk):
    owner = db.session.get_one(StaffFactory._meta.model, desk.staff_id)
    return f"/desk/conversations/{ConversationFactory(open=True, owner=owner).id}"


def send(desk, talk, **more):
    said = {"text": "Hola", "key": str(new_id()), **more}
    return desk.post(f"{talk}/messages", json=said)


def refusal_of(answer):
    return answer.status_code, re.search(r'data-code="(\w+)"', answer.text)[1]


def drafts(desk, talk):
    return desk.get(f"{talk}/drafts").json


def test_a_draft_is_there_on_the_next_device_and_gone_once_sent(desk, talk):
    desk.post(f"{talk}/drafts", json={"kind": "reply", "text": "Hol"})
    assert drafts(desk, talk)["own"]["reply"]["text"] == "Hol"

    assert send(desk, talk, seen=0).status_code == 200

    assert drafts(desk, talk) == {"own": {}, "shared": []}


def test_a_shared_draft_is_offered_to_colleagues_who_may_take_it(desk, lucia, talk):
    kept = {"kind": "note", "text": "Begun", "shared": True}
    desk.post(f"{talk}/drafts", json=kept)

    (offered,) = drafts(lucia, talk)["shared"]
    assert (offered["name"], offered["text"]) == ("Ana Ruiz", "Begun")
    assert lucia.post(offered["take_url"]).json["text"] == "Begun"
    assert refusal_of(desk.post(offered["take_url"])) == (404, "draft_gone")


def test_one_is_asked_before_one_answers_beside_a_colleague(desk, lucia, talk):
    lucia.post(f"{talk}/drafts", json={"kind": "reply", "text": "Ya lo miro"})

    held = send(desk, talk, key="k1", seen=0)

    assert refusal_of(held) == (409, "somebody_answers")
    assert "Lucía Mena is answering" in held.text
    assert send(desk, talk, key="k1", seen=0, anyway=True).status_code == 200


def test_an_answer_that_says_nothing_of_what_was_seen_is_held_back_too(desk, lucia, talk):
    send(desk, talk)
    ticket = service.open(
        by=db.session.get_one(StaffFactory._meta.model, desk.staff_id).as_actor(),
        subject="Router",
        topic=Topic.TECHNICAL,
        conversation_id=UUID(talk.rsplit("/", 1)[1]),
        customer_id=CustomerFactory().id,
    )
    service.transfer(
        ticket.id,
        lucia.staff_id,
        by=db.session.get_one(StaffFactory._meta.model, lucia.staff_id).as_actor(),
    )

    assert refusal_of(send(lucia, talk)) == (409, "answered_meanwhile")


def test_mentions_reach_only_those_who_may_see_and_tell_nothing_of_others(desk, lucia, talk):
    hidden = StaffFactory(name="Plain Agent").id

    known = desk.get(f"{talk}/colleagues").json["colleagues"]

    assert [each["name"] for each in known] == ["Lucía Mena"]
    answers = [send(desk, talk, note=True, mentions=[str(each)]) for each in (hidden, new_id())]
    assert [refusal_of(each) for each in answers] == [(400, "cannot_see_this")] * 2
    assert send(desk, talk, note=True, mentions=[known[0]["id"]]).status_code == 200


def test_in_a_comment_those_are_mentioned_who_may_see_the_ticket(desk, lucia):
    StaffFactory(name="Far Away", roles=["manager"], markets=["BR"])
    by = db.session.get_one(StaffFactory._meta.model, desk.staff_id).as_actor()
    ticket = service.open(
        by=by, subject="Router", topic=Topic.TECHNICAL, customer_id=CustomerFactory().id
    )
    here = f"/desk/tickets/{ticket.id}"

    known = desk.get(f"{here}/colleagues").json["colleagues"]

    assert [each["name"] for each in known] == ["Lucía Mena"]
    said = {"body": "@Lucía Mena mira", "key": "k1", "mentions": [known[0]["id"]]}
    assert desk.post(f"{here}/comments", data=said).status_code == 200
    stranger = desk.post(f"{here}/comments", data={**said, "key": "k2", "mentions": str(new_id())})
    assert refusal_of(stranger) == (400, "cannot_see_this")
    assert "may see this ticket" in stranger.text
    to_her = desk.post(f"{here}/comments", data={**said, "key": "k3", "public": "yes"})
    assert to_her.status_code == 400
    assert [each.body for each in casework.comments_of(ticket.id)] == ["@Lucía Mena mira"]


def test_who_does_not_see_the_conversation_gets_nothing_of_it(talk, sign_in):
    other = sign_in()

    answers = [
        other.get(f"{talk}/drafts"),
        other.get(f"{talk}/colleagues"),
        other.post(f"{talk}/drafts", json={"kind": "reply", "text": "x"}),
        send(other, talk),
    ]

    assert [each.status_code for each in answers] == [404] * 4


def test_the_note_of_a_transfer_is_on_the_ticket_where_there_is_no_talk(sign_in):
    manager = sign_in(roles=["manager"])
    by = db.session.get_one(StaffFactory._meta.model, manager.staff_id).as_actor()
    ticket = service.open(
        by=by, subject="Router", topic=Topic.TECHNICAL, customer_id=CustomerFactory().id
    )
    target = StaffFactory().id

    manager.post(
        f"/desk/tickets/{ticket.id}/transfer", data={"to": str(target), "note": "Calls at five"}
    )

    (left,) = casework.comments_of(ticket.id)
    assert (left.body, left.public) == ("Calls at five", False)
