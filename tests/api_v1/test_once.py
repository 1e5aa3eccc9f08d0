"""One Idempotency-Key, one effect, one answer: again, at the same instant, with another body.

And one name of a usage record, one record: whoever else brings it at the same instant.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.api import idempotency
from app.api.models import ApiAnswer
from app.core import clock, db, events
from app.subscriptions.models import Block, Subscription
from app.usage.models import DailyUsage, UsageRecord
from tests.api_v1.conftest import Machine, made
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.subscriptions import line_with_plan

THREADS = 50


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_again_gets_the_first_answer_and_does_nothing(machine):
    shop, line_id = machine(), line_with_plan().id
    path = f"/service-control/block/{line_id}"

    first = shop.post(path, key="a", reason="request")
    shop.post(f"/service-control/unblock/{line_id}", reason="request")
    again = shop.post(path, key="a", reason="request")

    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert db.session.scalars(select(Block.lifted_at)).one() is not None


def test_json_written_otherwise_is_the_same_request(machine):
    shop, line_id = machine(), line_with_plan().id
    path = f"/service-control/block/{line_id}"

    first = shop.post(path, key="a", reason="request", effect="all")
    written = b'{ "effect":"all" , "reason" : "r\\u0065quest"}'
    again = shop.send(path, "a", data=written, content_type="application/json")

    assert again.data == first.data


@pytest.mark.parametrize("change", [{"reason": "other"}, {"effect": "all"}], ids=str)
def test_another_request_under_the_same_key_is_a_conflict(machine, change):
    shop, line_id = machine(), line_with_plan().id
    shop.post(f"/service-control/block/{line_id}", key="a", reason="request")

    answer = shop.post(
        f"/service-control/block/{line_id}", key="a", **{"reason": "request", **change}
    )
    elsewhere = shop.post(f"/service-control/unblock/{line_id}", key="a", reason="request")

    assert [answer.status_code, elsewhere.status_code] == [409, 409]
    assert answer.json["code"] == "idempotency_key_reused"
    assert count(Block) == 1


@pytest.mark.parametrize("key", [None, "x" * 201, "ké"])
def test_a_command_needs_a_key(machine, key):
    answer = machine().send("/upgrade", key, json={"line": "+525512345678", "offer": "max"})

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_needed")


def test_clients_have_their_own_keys(machine):
    line_id = line_with_plan().id
    path = f"/service-control/block/{line_id}"

    answers = [machine().post(path, key="a", reason=reason) for reason in ("request", "lost")]

    assert [each.status_code for each in answers] == [200, 200]


def test_a_refusal_is_no_effect_and_may_be_sent_again(machine):
    shop, number = machine(), line_with_plan().number
    before = shop.post("/add-ons", key="a", line=number, offer="extra")
    OfferVersionFactory(offer=OfferFactory(code="extra", kind="add_on"), validity_days=7)

    after = shop.post("/add-ons", key="a", line=number, offer="extra")

    assert (before.status_code, after.status_code) == (404, 201)


def test_answers_are_forgotten_after_two_days(machine):
    shop, line_id = machine(), line_with_plan().id
    shop.post(f"/service-control/block/{line_id}", reason="request")

    assert idempotency.forget() == 0
    with clock.moved_to(clock.now() + timedelta(hours=49)):
        assert idempotency.forget() == 1
    assert count(ApiAnswer) == 0


@pytest.fixture
def committing(own_application):
    app = own_application(database_pool=30)
    events._tables.wake = lambda _ids: None
    return app


def test_fifty_at_the_same_instant_have_one_effect_and_one_answer(committing):
    line = line_with_plan(OfferVersionFactory(offer=OfferFactory(code="plus")))
    OfferVersionFactory(offer=OfferFactory(code="extra", kind="add_on"), validity_days=7)
    number = line.number
    shop = Machine(committing, made())
    db.session.remove()
    ready = threading.Barrier(THREADS, timeout=60)

    def ask(_number):
        ready.wait()
        return shop.post("/add-ons", key="same", line=number, offer="extra")

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(ask, range(THREADS)))

    assert {each.status_code for each in answers} == {201}
    assert len({each.data for each in answers}) == 1
    assert count(Subscription) == 2
    assert count(ApiAnswer) == 1


def test_one_name_brought_at_once_for_other_lines_is_one_record_and_the_rest_come_back(committing):
    now = clock.now() - timedelta(hours=1)
    lines = [line_with_plan(activated_at=now - timedelta(days=1)) for _ in range(16)]
    lines = sorted(line.id for line in lines)
    shop = Machine(committing, made())
    db.session.remove()
    ready = threading.Barrier(8, timeout=60)

    def batch(place):
        """Names 0 to 39 on two lines; half of the batches have them the other way round, so that
        each waits for the other. One name is twice in each."""
        first, second = lines[2 * place : 2 * place + 2]
        turn = 20 * (place % 2)
        names = [(first if (n < 20) is (turn == 0) else second, n) for n in range(40)]
        return [
            {
                "line": str(line_id),
                "kind": "sms",
                "started_at": (now + timedelta(seconds=n)).isoformat(),
                "quantity": 1,
                "record_id": f"sms-{n}",
            }
            for line_id, n in [*names, (second if turn == 0 else first, 0)]
        ]

    def bring(place):
        ready.wait()
        return shop.post("/usage-records", key=f"b{place}", source="mast", records=batch(place))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(bring, range(8)))

    assert {each.status_code for each in answers} == {200}
    assert sum(each.json["accepted"] for each in answers) == 40
    refused = [one["reason"] for each in answers for one in each.json["refused"]]
    assert refused == ["differs"] * (8 * 41 - 40)
    assert count(UsageRecord) == 40
    assert db.session.scalar(select(func.sum(DailyUsage.quantity))) == 40
