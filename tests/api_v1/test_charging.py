"""Prepaid sessions over HTTP: initial, update, termination, and what makes no sense."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.subscriptions.models import Leaving, LineStatus
from app.subscriptions.service import close_line
from app.usage import queries
from app.usage.models import ChargingSession, UsageRecord
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import BlockFactory, line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory

SESSION = "pgw.example;1764;42"
PATH = f"/charging/sessions/{SESSION}"


def prepaid(amount="10.00", **rates):
    plan = OfferVersionFactory(prepaid=True, **({"rates": rates} if rates else {}))
    line = line_with_plan(plan, activated_at=clock.now() - timedelta(days=9))
    BalanceFactory(line=line, amount=Decimal(amount))
    return line


def initial(gateway, line, **more):
    said = {"session_id": SESSION, "subscriber": line.number, "service": "voice"}
    return gateway.post("/charging/sessions", **{**said, "requested_units": 60, **more})


def credit(line):
    return queries.balance_of(line.id).amount


def mxn(amount):
    return {"amount": amount, "currency": "MXN"}


def test_a_call_from_its_beginning_to_its_end(machine):
    gateway, line = machine(), prepaid()  # 0.60 a minute, 60/1

    first = initial(gateway, line)
    second = gateway.post(f"{PATH}/update", request_number=1, used_units=60, requested_units=90)
    last = gateway.post(f"{PATH}/release", request_number=2, used_units=61)

    assert first.status_code == 201
    assert first.json == {
        "session_id": SESSION,
        "request_number": 0,
        "granted_units": 60,
        "validity_time": 1800,
        "final_unit_indication": False,
        "price": mxn("0.00"),
        "remaining_credit": mxn("9.40"),
    }
    assert (second.status_code, second.json["granted_units"]) == (200, 90)
    assert (second.json["price"], second.json["remaining_credit"]) == (mxn("0.60"), mxn("8.50"))
    assert last.status_code == 200
    assert (last.json["price"], last.json["remaining_credit"]) == (mxn("1.21"), mxn("8.79"))
    assert (credit(line), db.session.scalar(select(UsageRecord.charged))) == (
        Decimal("8.79"),
        Decimal("1.21"),
    )


def test_the_last_units_say_so_and_then_there_is_no_credit(machine):
    gateway, line = machine(), prepaid("0.70")

    first = initial(gateway, line, requested_units=600).json
    assert (first["granted_units"], first["final_unit_indication"]) == (70, True)
    end = gateway.post(f"{PATH}/update", request_number=1, used_units=70, requested_units=60)
    assert (end.json["granted_units"], end.json["final_unit_indication"]) == (0, True)
    gateway.post(f"{PATH}/release", request_number=2, used_units=0)

    refused = initial(gateway, line, session_id="another")
    assert (refused.status_code, refused.json["code"]) == (402, "insufficient_credit")
    assert refused.mimetype == "application/problem+json"
    assert (refused.json["status"], refused.json["title"]) == (402, refused.json["message"])


def test_the_facts_set_the_price(machine):
    far = {"per": 60, "price": "6.00", "allowance": False}
    home = {"per": 60, "price": "0.60", "zones": {"far": far}}
    abroad = {"networks": {"208": "eu"}, "zones": {"eu": {"voice": {"per": 60, "price": "9"}}}}
    gateway, line = machine(), prepaid("50.00", voice=home, zones={"1": "far"}, roaming=abroad)
    BucketFactory(line=line, kind=UsageKind.VOICE, granted=600)

    near = initial(gateway, line, session_id="a", destination="+525512345678")
    away = initial(gateway, line, session_id="b", destination="+14155550100")
    roams = initial(gateway, line, session_id="c", visited_network="20801")
    nowhere = initial(gateway, line, session_id="d", visited_network="50502")

    left = [each.json["remaining_credit"]["amount"] for each in (near, away, roams)]
    assert left == ["50.00", "44.00", "35.00"]
    assert (nowhere.status_code, nowhere.json["code"]) == (422, "no_roaming_rate")


def test_the_same_number_again_is_the_same_request(machine):
    gateway, line = machine(), prepaid()
    first = initial(gateway, line)
    update = {"request_number": 1, "used_units": 60, "requested_units": 60}
    second = gateway.post(f"{PATH}/update", **update)
    last = gateway.post(f"{PATH}/release", request_number=2, used_units=5)

    assert initial(gateway, line).json == first.json
    assert gateway.post(f"{PATH}/update", **update).json == second.json
    assert gateway.post(f"{PATH}/release", request_number=2, used_units=5).json == last.json
    other = gateway.post(f"{PATH}/update", **{**update, "used_units": 61})
    assert (other.status_code, other.json["code"]) == (409, "conflict")
    assert initial(gateway, line, request_number=7).status_code == 409
    assert credit(line) == Decimal("9.35")


def test_requests_in_the_wrong_order(machine):
    gateway, line = machine(), prepaid()

    early = gateway.post(f"{PATH}/update", request_number=1, used_units=1)
    gone = gateway.post(f"{PATH}/release", request_number=1, used_units=1)
    assert [each.json["code"] for each in (early, gone)] == ["unknown_session"] * 2
    assert {early.status_code, gone.status_code} == {404}
    initial(gateway, line)
    gateway.post(f"{PATH}/release", request_number=5, used_units=1)
    late = gateway.post(f"{PATH}/update", request_number=6, used_units=60)
    twice = gateway.post(f"{PATH}/release", request_number=7, used_units=60)

    assert [each.json["code"] for each in (late, twice)] == ["session_closed"] * 2
    assert {late.status_code, twice.status_code} == {409}
    assert credit(line) == Decimal("9.40")


@pytest.mark.parametrize(
    "wrong",
    [
        {"requested_units": 0},
        {"requested_units": -60},
        {"requested_units": 2**50 + 1},
        {"requested_units": 10**30},
        {"requested_units": 1.5},
        {"requested_units": "60"},
        {"request_number": -1},
        {"request_number": 2**31},
        {"service": "fax"},
        {"session_id": ""},
        {"session_id": "a/../b"},
        {"session_id": "a\u0000b"},
        {"session_id": "x" * 201},
        {"destination": "Bob"},
        {"visited_network": "Telcel"},
        {"price": "0.00"},
        {"subscriber": None},
    ],
    ids=str,
)
def test_what_cannot_be_a_request(machine, wrong):
    line = prepaid()

    answer = initial(machine(), line, **wrong)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")
    assert db.session.scalar(select(func.count()).select_from(ChargingSession)) == 0


@pytest.mark.parametrize("used", [-1, 2**50 + 1, 10**30, "60", None, 92 * 86_400 + 1])
def test_what_cannot_have_been_used(machine, used):
    gateway, line = machine(), prepaid()
    initial(gateway, line)

    for step in ("update", "release"):
        answer = gateway.post(f"{PATH}/{step}", request_number=1, used_units=used)
        assert (answer.status_code, answer.json["code"]) == (400, "invalid")

    assert gateway.post(f"{PATH}/release", request_number=1, used_units=0).status_code == 200
    assert credit(line) == Decimal("10.00")


@pytest.mark.parametrize("subscriber", ["+525500000000", "nobody", "+", "0" * 200])
def test_nobody_s_number(machine, subscriber):
    answer = machine().post(
        "/charging/sessions", session_id=SESSION, subscriber=subscriber, service="sms"
    )

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_lines_that_cannot_be_charged_say_which_rule(machine):
    gateway = machine()
    blocked, dead, ported, suspended = (prepaid() for _ in range(4))
    BlockFactory(line=blocked)
    close_line(dead.id, by=SYSTEM, reason="request")
    close_line(ported.id, by=SYSTEM, reason=Leaving.PORTED_OUT.value)
    suspended.status = LineStatus.PENDING
    postpaid = line_with_plan()
    db.session.commit()

    lines = [
        SimpleNamespace(number=each.number) for each in (blocked, dead, ported, suspended, postpaid)
    ]
    answers = [initial(gateway, line, session_id=f"s{n}") for n, line in enumerate(lines)]

    assert [each.json["code"] for each in answers] == [
        "line_blocked",
        "line_disconnected",
        "line_ported",
        "line_not_active",
        "not_prepaid",
    ]
    assert {each.status_code for each in answers} == {422}
    rules = [each.json.get("details", {}).get("rule") for each in answers]
    assert rules == ["dunning", "request", "ported_out", "pending", None]


def test_a_line_blocked_in_a_call_is_told_to_end_it(machine):
    gateway, line = machine(), prepaid()
    initial(gateway, line)
    BlockFactory(line=line)

    answer = gateway.post(f"{PATH}/update", request_number=1, used_units=60).json

    assert (answer["granted_units"], answer["final_unit_indication"]) == (0, True)


def test_who_may_not(machine):
    line = prepaid()
    shop, brazil = machine(scopes={"usage.read"}), machine(markets=["BR"])

    assert initial(shop, line).status_code == 403
    assert initial(brazil, line).status_code == 404
    initial(machine(), line)
    answer = brazil.post(f"{PATH}/release", request_number=1, used_units=1)
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_session")
