"""The clearing house and the phones, asked by our own adapters."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.ids import new_id
from app.identity.adapters.sandbox import SandboxPost
from app.identity.port import PostDown
from app.network.adapters.clearing import SandboxClearingHouse
from app.network.port import NetworkDown, OrderRefused, Standing, Wanted
from tests.demo_world.forms import submit

NUMBER = "+525512345678"


@pytest.fixture
def house(world):
    return SandboxClearingHouse(world.url)


def ask_on_the_page(world, code="AB123456"):
    with world.visitor() as visitor:
        return submit(
            visitor, "/porting/", "/porting/", number=NUMBER, code=code, recipient="Otra Telecom"
        )


def test_another_operator_asks_is_answered_and_gets_the_number(world, house):
    house.publish(NUMBER, "AB123456", clock.now() + timedelta(days=4))
    ask_on_the_page(world)

    [wanted] = house.wanted()
    assert wanted == Wanted(wanted.ref, NUMBER, "AB123456", "Otra Telecom")
    house.answer(wanted.ref, move_at=clock.now(), reason="")
    house.answer(wanted.ref, move_at=None, reason="too late to say no")
    assert house.wanted() == []
    house.hand_over(wanted.ref)

    with world.visitor() as visitor:
        assert "handed over" in visitor.get("/porting/?lang=en").text


def test_a_number_that_stays_is_wanted_no_more(world, house):
    ask_on_the_page(world)

    house.withdraw(NUMBER)
    house.withdraw(NUMBER)

    assert house.wanted() == []


def test_a_number_is_asked_for_and_comes_unless_the_code_is_wrong(house):
    good, bad = new_id(), new_id()

    for request_id, code in ((good, "XY123456"), (good, "XY123456"), (bad, "00123456")):
        house.ask(request_id, NUMBER, code, clock.now().date())

    assert house.standing(good) == Standing("accepted")
    assert house.standing(bad) == Standing("refused", "wrong_code")
    with pytest.raises(OrderRefused):
        house.standing(new_id())
    with pytest.raises(OrderRefused):
        house.ask(new_id(), "nonsense", "XY", clock.now().date())


def test_a_message_arrives_once(world):
    post, key = SandboxPost(world.url), str(new_id())

    post.send("sms", NUMBER, "123456 is your code.", key=key)
    post.send("sms", NUMBER, "123456 is your code.", key=key)

    with world.visitor() as visitor:
        assert visitor.get("/phone/?lang=en").text.count("123456 is your code.") == 1


def test_what_an_escalation_tells_arrives_once_for_each_who_is_told(world):
    post, step = SandboxPost(world.url), new_id()

    for person in (new_id(), new_id()):
        for _ in range(2):
            key = f"escalation:{step}:{person}"
            post.send("email", "sofia@aurora.example", "TT-2026-000007 is late.", key=key)

    with world.visitor() as visitor:
        assert visitor.get("/phone/?lang=en").text.count("TT-2026-000007 is late.") == 2


def test_neighbours_that_are_away_are_said_to_be():
    nobody = "http://127.0.0.1:9"

    with pytest.raises(NetworkDown):
        SandboxClearingHouse(nobody).wanted()
    with pytest.raises(PostDown):
        SandboxPost(nobody).send("sms", NUMBER, "x", key=str(new_id()))
