from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.conversations.models import Status, Verification
from app.core import clock
from app.core.ids import new_id
from tests.api_bot.conftest import TOKEN
from tests.api_bot.world import plans, valeria
from tests.factories.conversations import ConversationFactory

pytestmark = pytest.mark.usefixtures("database")

VERIFIED_ONLY = ["balance", "usage", "bill", "tickets"]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic x", "Bearer é"])
def test_without_the_token_nobody_learns_anything(client, header):
    conversation = ConversationFactory()
    headers = {"Authorization": header} if header is not None else {}

    for conversation_id in (conversation.id, new_id()):
        answer = client.get(f"/api/bot/conversations/{conversation_id}/context", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "wrong_token")


def test_an_unknown_conversation_is_not_found(door):
    answer = door(SimpleNamespace(id=new_id())).get("context")

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", VERIFIED_ONLY)
def test_an_anonymous_visitor_learns_nothing_of_any_customer(door, path):
    answer = door(ConversationFactory(anonymous=True)).get(path)

    assert (answer.status_code, answer.json["code"]) == (403, "not_verified")
    assert answer.json["details"]["needs"] == "code"
    assert answer.json["details"]["to"] is None
    assert answer.json["details"]["sign_in"].endswith("/my/sign-in")


def test_an_address_is_enough_for_facts_and_not_for_what_costs_money(door):
    talk = ConversationFactory(verification=Verification.ADDRESS)

    facts = door(talk).get("context")
    change = door(talk).post("proposals", kind="change_plan", wanted={})

    assert facts.json["verified"] is True
    assert (change.status_code, change.json["code"]) == (403, "not_verified")
    assert change.json["details"]["needs"] == "code"
    assert change.json["details"]["to"].startswith("••••")


def test_what_a_code_has_proven_opens_the_door_until_it_ends(door):
    talk = ConversationFactory(verification=Verification.NONE)
    now = clock.now()
    talk.proven_as, talk.proven_until = Verification.IDENTITY, now + timedelta(minutes=30)

    with clock.moved_to(now + timedelta(minutes=30, seconds=-1)):
        before = door(talk).get("tickets")
    with clock.moved_to(now + timedelta(minutes=30)):
        after = door(talk).get("tickets")

    assert (before.status_code, after.status_code) == (200, 403)


@pytest.mark.parametrize(
    "sent", [{"number": 7}, {"number": "x" * 41}, {"number": "", "customer_id": "x"}, []]
)
def test_a_senseless_wish_for_a_code_is_refused(client, sent):
    talk = ConversationFactory(anonymous=True)
    answer = client.post(
        f"/api/bot/conversations/{talk.id}/verification/code",
        headers={"Authorization": f"Bearer {TOKEN}"},
        json=sent,
    )

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")


@pytest.mark.parametrize("path", [*VERIFIED_ONLY, "context", "plans", "articles"])
@pytest.mark.parametrize("status", [Status.OPEN, Status.WAITING, Status.RESOLVED])
def test_the_bot_gets_nothing_while_it_is_not_its_turn(door, path, status):
    answer = door(ConversationFactory(status=status)).get(path)

    assert (answer.status_code, answer.json["code"]) == (409, "conversation_not_with_bot")


def test_a_strangers_line_is_not_found(door):
    offered = plans()
    hers, strangers = valeria(offered.plus), valeria(offered.plus)

    for line_id in (strangers.line.id, new_id(), "nonsense", "\x00"):
        for path in ("balance", "usage", "plans"):
            answer = door(hers.talk).get(path, line_id=str(line_id))
            assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "sent",
    [
        {"data": b"not json", "content_type": "application/json"},
        {"data": b"[]", "content_type": "application/json"},
        {"data": b"null", "content_type": "text/plain"},
        {"json": {"kind": "change_plan", "wanted": {"line_id": 7, "offer_code": "x"}}},
        {"json": {"kind": "change_plan", "wanted": {"offer_code": "x", "price": "0"}}},
        {"json": {"kind": "change_plan", "wanted": {}, "price": "0"}},
        {"json": {}},
    ],
)
def test_senseless_bodies_are_refused(client, door, sent):
    talk = valeria().talk
    answer = client.post(
        f"/api/bot/conversations/{talk.id}/proposals",
        headers={"Authorization": f"Bearer {TOKEN}"},
        **sent,
    )

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")
