"""The registry of persons through the eyes of Dialtone's adapter: yes, no, and bad days."""

from uuid import uuid4

import pytest

from app.customers.adapters.sandbox import SandboxIdentityService
from app.customers.port import IdentityServiceDown, Verdict
from tests.demo_world.forms import submit

PAPER = {"paper": "curp", "number": "HEGG560427MVZRRL04", "name": "Valeria", "country": "MX"}


def behave(world, mode):
    with world.visitor() as clerk:
        return submit(clerk, "/registry/", "/registry/mode", mode=mode)


def ask(world, check_id=None, attempt=1, timeout=3.0):
    service = SandboxIdentityService(world.url, timeout=timeout)
    try:
        return service.check(check_id or uuid4(), attempt, **PAPER)
    finally:
        service._client.close()


def test_it_says_yes_and_no_as_it_is_told(world):
    assert ask(world) == Verdict(True, None)

    behave(world, "rejected")

    assert ask(world) == Verdict(False, "not_found")


def test_the_same_attempt_gets_the_same_answer_and_the_next_a_new_one(world):
    check = uuid4()
    behave(world, "rejected")
    first = ask(world, check)
    behave(world, "verified")

    assert ask(world, check) == first
    assert ask(world, check, attempt=2) == Verdict(True, None)


@pytest.mark.parametrize("mode", ["fail", "lie"])
def test_a_failing_or_lying_registry_is_not_believed(world, mode):
    behave(world, mode)

    with pytest.raises(IdentityServiceDown):
        ask(world)


def test_a_hanging_registry_is_left_alone(world):
    behave(world, "hang")

    with pytest.raises(IdentityServiceDown):
        ask(world, timeout=0.1)


def test_of_a_number_only_the_end_is_remembered(world):
    ask(world)

    kept = (world.state / "world.json").read_text()
    assert PAPER["number"] not in kept
    assert '"number_ending": "RL04"' in kept
