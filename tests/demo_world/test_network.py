"""The operator's network: repeatable line tests, orders that happen once, and bad days."""

import httpx
import pytest

from app.demo.world import diagnosis
from tests.demo_world.conftest import eventually
from tests.demo_world.forms import submit

HEALTHY = next(
    number
    for number in (f"+5255{n:08d}" for n in range(500))
    if diagnosis.trouble_of(number) is None
)


def line(world, msisdn=HEALTHY, **query):
    with world.api() as api:
        return api.get(f"/network/v1/lines/{msisdn}/diagnosis", params=query).json()


def order(world, timeout=5, **changes):
    usual = {"order_id": "o-1", "action": "block_outgoing", "msisdn": HEALTHY}
    body = {**usual, **changes}
    with world.api(timeout) as api:
        return api.post("/network/v1/orders", json=body)


def order_kept(world, order_id="o-1"):
    with world.api() as api:
        return api.get(f"/network/v1/orders/{order_id}").status_code == 200


def behave(world, door, mode):
    with world.visitor() as engineer:
        return submit(engineer, "/network/", "/network/mode", door=door, mode=mode)


def test_the_same_number_always_has_the_same_troubles(world):
    first, again = line(world, "+525512345678"), line(world, "+525512345678")

    del first["last_seen_at"], again["last_seen_at"]
    assert first == again
    assert first["cell"].startswith("MX-")


def test_among_many_lines_every_trouble_occurs_and_most_are_well():
    troubles = [diagnosis.trouble_of(f"+5511{n:09d}") for n in range(1000)]

    assert {"not_registered", "weak_signal", "high_latency", "slow_data"} < set(troubles)
    assert 700 < troubles.count(None) < 850


def test_a_fibre_line_is_measured_as_fibre(world):
    measured = line(world, service="fibre")

    assert measured["technology"] == "fibre"
    assert measured["throughput_mbps"] > 100


def test_an_outage_reaches_the_lines_of_its_area_and_service_until_it_ends(world):
    area = line(world)["area"]
    with world.api() as api:
        body = {"area": area, "service": "mobile", "text": "Mast down"}
        outage = api.post("/network/v1/outages", json=body)
        listed = api.get("/network/v1/outages").json()["outages"]
        hit, fibre = line(world), line(world, service="fibre")
        ended = api.delete(f"/network/v1/outages/{outage.json()['id']}")

    assert outage.status_code == 201
    assert listed == [outage.json()]
    assert (hit["registered"], hit["issues"]) == (False, ["outage"])
    assert "outage" not in fibre["issues"]
    assert ended.status_code == 204
    assert line(world)["issues"] == []


def test_an_order_changes_the_line_once(world):
    first, again = order(world), order(world)

    assert first.json()["status"] == "done"
    assert again.json() == first.json()
    assert line(world)["issues"] == ["outgoing_blocked"]
    assert order(world, action="unblock", order_id="o-2").status_code == 200
    assert line(world)["issues"] == []


def test_an_order_id_used_again_for_something_else_is_refused(world):
    order(world)

    again = order(world, action="throttle")

    assert (again.status_code, again.json()["code"]) == (409, "order_reused")
    assert line(world)["issues"] == ["outgoing_blocked"]


def test_a_changed_plan_is_what_the_line_runs_on(world):
    order(world, action="change_plan", plan="fibra-600")

    assert line(world)["technology"] == "fibre"


def test_a_network_that_fails_does_nothing(world):
    behave(world, "orders", "fail")

    assert order(world).status_code == 503
    assert not order_kept(world)


def test_a_network_that_hangs_carries_the_order_out_after_nobody_waits(world):
    behave(world, "orders", "hang")

    with pytest.raises(httpx.ReadTimeout):
        order(world, timeout=0.1)

    assert not order_kept(world)
    eventually(lambda: order_kept(world))
    assert line(world)["issues"] == ["outgoing_blocked"]


def test_a_network_that_lies_says_done_and_does_nothing(world):
    behave(world, "orders", "lie")

    assert order(world).json()["status"] == "done"
    assert not order_kept(world)
    assert line(world)["issues"] == []


def test_a_line_test_that_lies_hides_the_outage(world):
    with world.api() as api:
        body = {"area": line(world)["area"], "service": "mobile", "text": "Mast down"}
        api.post("/network/v1/outages", json=body)
    behave(world, "diagnosis", "lie")

    assert line(world)["registered"] is True


def test_an_outage_can_be_started_and_ended_by_hand(world):
    with world.visitor() as engineer:
        fields = {"area": "Puebla", "service": "fibre", "text": "Cut <cable>"}
        submit(engineer, "/network/", "/network/outages", **fields)
        outage = engineer.get("/network/v1/outages").json()["outages"][0]
        page = engineer.get("/network/").text
        submit(engineer, "/network/", f"/network/outages/{outage['id']}/end")

        assert "Cut &lt;cable&gt;" in page
        assert engineer.get("/network/v1/outages").json()["outages"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "explode"},
        {"msisdn": "drop table"},
        {"msisdn": 5},
        {"order_id": ""},
        {"action": "change_plan"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(world, changes):
    answer = order(world, **changes)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("address", ["lines/a%00b/diagnosis", "lines/%20/diagnosis"])
def test_a_line_that_is_no_number_is_refused(world, address):
    with world.api() as api:
        assert api.get(f"/network/v1/{address}").status_code == 422
