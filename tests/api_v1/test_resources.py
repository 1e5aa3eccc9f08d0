"""Every resource under its name, asked by a machine as partners would."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.api.v1 import finding
from app.core import clock, db
from app.core.actor import SYSTEM
from app.customers import kyc
from app.customers.models import IdentityCheck
from app.markets import service as markets
from app.subscriptions import service as lines
from app.subscriptions.models import Activation, Block, Line, StockCard
from app.subscriptions.queries import current_plan
from app.usage.models import UsageRecord
from tests.activation.conftest import CURP, plan, settle, stocked
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BucketFactory

PDF = "JVBERi0xLjcK"


@pytest.fixture
def shop(machine):
    return machine()


def activating(account, **more):
    paper = {"paper": "curp", "number": CURP, "documents": [PDF]}
    return {
        "customer": account.customer.reference,
        "offer": "plus-20gb",
        "mode": "postpaid",
        "kyc": paper,
        **more,
    }


def test_a_sim_is_activated_and_followed(shop):
    plan()
    cards, _ = stocked()
    account = AccountFactory()

    ordered = shop.post("/activate-sim", **activating(account, iccid=cards[1]))
    settle()
    followed = shop.get(f"/activations/{ordered.json['id']}")

    assert (ordered.status_code, ordered.json["status"]) == (202, "KYC_PENDING")
    assert ordered.json["iccid"] == cards[1]
    assert followed.json["status"] == "ACTIVE"
    steps = [each["status"] for each in followed.json["steps"]]
    assert steps == ["RECEIVED", "KYC_PENDING", "PROVISIONING", "ACTIVE"]
    assert (
        shop.get(f"/service-status/{followed.json['number']}").json["lines"][0]["status"]
        == "ACTIVE"
    )
    check = db.session.scalars(select(IdentityCheck)).one()
    assert kyc.open_document(check.documents[0].id, by=SYSTEM).content == b"%PDF-1.7\n"


def test_a_card_already_used_is_a_conflict(shop):
    plan()
    cards, _ = stocked()
    shop.post("/activate-sim", **activating(AccountFactory(), iccid=cards[0]))

    again = shop.post("/activate-sim", **activating(AccountFactory(), iccid=cards[0]))

    assert (again.status_code, again.json["code"]) == (409, "sim_in_use")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"iccid": "8952010000000000001"}, 400, "bad_iccid"),
        ({"kyc": {"paper": "curp", "number": "HEGG560427MVZRRL05"}}, 400, "bad_paper"),
        ({"kyc": {"paper": "aadhaar", "number": "234123412346"}}, 400, "paper_not_taken"),
        ({"kyc": None}, 422, "kyc_needed"),
        ({"offer": "nothing"}, 404, "offer_not_available"),
        ({"customer": "C-999999"}, 404, "not_found"),
        ({"starts_at": "2020-01-01T00:00:00Z"}, 400, "back_dated"),
        ({"status": "active"}, 400, "invalid"),
        ({"mode": 7}, 400, "invalid"),
        ({"offer": "a\x00b"}, 400, "invalid"),
        ({"kyc": {"paper": "curp", "number": CURP, "documents": ["%%%"]}}, 400, "invalid"),
        (
            {"kyc": {"paper": "curp", "number": CURP, "documents": ["PHN2Zz4="]}},
            400,
            "bad_document",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_refused_by_name_and_leaves_nothing(shop, change, status, code):
    plan()
    stocked()
    account = AccountFactory()

    answer = shop.post("/activate-sim", **activating(account, **change))

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert db.session.scalars(select(Activation)).all() == []
    assert set(db.session.scalars(select(StockCard.state))) == {"available"}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"null", b'{"line": "\\ud800", "offer": "x"}', b"[" * 100_000, b"\xff"],
    ids=repr,
)
def test_what_is_no_such_json_is_refused(shop, body):
    answer = shop.send("/upgrade", "k", data=body, content_type="application/json")
    typed = shop.send("/upgrade", "k", data=b"{}", content_type="text/plain")

    assert (answer.status_code, typed.status_code) == (400, 415)


def test_plans_of_a_market(shop):
    plan()
    OfferVersionFactory(offer=OfferFactory(code="other", mode="prepaid"), validity_days=30)

    found = shop.get("/plans", market="MX", service="mobile", mode="postpaid").json

    assert [each["offer"] for each in found["plans"]] == ["plus-20gb"]
    assert found["plans"][0]["price"] == {"amount": "299.00", "currency": "MXN"}
    assert shop.get("/plans", market="MX", service="gas").status_code == 400
    assert shop.get("/plans", market="MX", colour="red").status_code == 400
    assert shop.get("/plans", market="BR").status_code == 404

    assert found["tax_inclusive"]
    markets.change_policies("MX", {"tax_inclusive": False}, by=SYSTEM)
    assert not shop.get("/plans", market="MX").json["tax_inclusive"]


def test_an_upgrade_is_charged_as_it_is_answered(shop):
    line = line_with_plan(plan())
    OfferVersionFactory(offer=OfferFactory(code="max"), price=499)

    moved = shop.post("/upgrade", line=line.number, offer="max")
    same = shop.post("/upgrade", line=str(line.id), offer="max")

    assert moved.status_code == 200, moved.json
    assert current_plan(line).version.offer.code == "max"
    net = float(moved.json["charge"]["amount"]) - float(moved.json["credit"]["amount"])
    assert float(moved.json["net"]["amount"]) == pytest.approx(net)
    assert (same.status_code, same.json["code"]) == (409, "same_plan")


def test_nothing_starts_in_the_past(shop):
    number = line_with_plan(plan()).number
    then = (clock.now() - timedelta(minutes=1)).isoformat()

    wanted = {"line": number, "offer": "plus-20gb", "starts_at": then}
    answers = [
        *(shop.post(path, **wanted) for path in ("/upgrade", "/downgrade", "/add-ons")),
        shop.post("/subscribe", mode="postpaid", **wanted),
    ]

    assert [each.status_code for each in answers] == [400] * 4
    assert {each.json["code"] for each in answers} == {"back_dated"}


def test_a_line_has_one_plan(shop):
    line = line_with_plan(plan())

    answer = shop.post("/subscribe", line=line.number, offer="plus-20gb", mode="postpaid")

    assert (answer.status_code, answer.json["code"]) == (409, "plan_active")


def test_a_line_without_a_plan_gets_one_once_and_a_closed_one_none(shop):
    line = line_with_plan(plan())
    current_plan(line).ends_at = clock.now()
    db.session.commit()
    wanted = {"line": line.number, "offer": "plus-20gb", "mode": "postpaid"}

    given = shop.post("/subscribe", "a", **wanted)
    again, more = shop.post("/subscribe", "a", **wanted), shop.post("/subscribe", "b", **wanted)
    lines.close_line(line.id, by=SYSTEM, reason="request")
    closed = shop.post("/subscribe", "c", **{**wanted, "line": str(line.id)})

    assert (given.status_code, given.json) == (201, again.json)
    assert given.json["id"] == str(current_plan(line).id)
    assert (more.status_code, more.json["code"]) == (409, "plan_active")
    assert (closed.status_code, closed.json["code"]) == (422, "line_disconnected")


def test_a_fibre_service_is_subscribed_to(shop):
    OfferVersionFactory(offer=OfferFactory(code="fibre-300", service="fibre"))
    plan()
    account = AccountFactory()
    wanted = {"account_id": str(account.id), "offer": "fibre-300", "mode": "postpaid"}

    answer = shop.post("/subscribe", number="FX-1001", **wanted)
    mobile = shop.post("/subscribe", number="+525512345678", **{**wanted, "offer": "plus-20gb"})

    assert (answer.status_code, answer.json["number"]) == (201, "FX-1001")
    assert (mobile.status_code, mobile.json["code"]) == (422, "activation_needed")


def test_an_add_on(shop):
    line = line_with_plan(plan())
    OfferVersionFactory(offer=OfferFactory(code="extra", kind="add_on"), validity_days=7)

    answer = shop.post("/add-ons", line=line.number, offer="extra")

    assert (answer.status_code, answer.json["kind"]) == (201, "add_on")


def test_what_is_left_of_a_line(shop):
    line = line_with_plan(plan())
    BucketFactory(line=line, granted=100, used=40)

    by_number, by_id = shop.get(f"/usage/{line.number}"), shop.get(f"/usage/{line.id}")

    assert by_number.json == by_id.json
    assert by_number.json["buckets"][0]["left"] == 60
    assert by_number.json["balance"] is None


def test_usage_is_taken_in_and_faulty_records_come_back(shop):
    line = line_with_plan(plan(), activated_at=clock.now() - timedelta(days=5))
    at = (clock.now() - timedelta(hours=1)).isoformat()
    good = {"line": line.number, "kind": "data", "started_at": at, "quantity": 5, "record_id": "1"}
    late = (clock.now() + timedelta(days=3)).isoformat()
    records = [
        good,
        {**good, "quantity": -1, "record_id": "2"},
        {**good, "line": "+529999999999", "record_id": "3"},
        {**good, "started_at": late, "record_id": "4"},
        good,
    ]

    answer = shop.post("/usage-records", source="mast-1", records=records)

    assert answer.status_code == 200, answer.json
    assert (answer.json["accepted"], answer.json["duplicates"]) == (1, 1)
    assert answer.json["refused"] == [
        {"index": 1, "reason": "bad_quantity"},
        {"index": 2, "reason": "unknown_line"},
        {"index": 3, "reason": "bad_time"},
    ]
    assert db.session.scalars(select(UsageRecord.quantity)).all() == [5]


def test_usage_belongs_to_whoever_had_the_number_then(shop):
    now = clock.now()
    before = line_with_plan(plan(), activated_at=now - timedelta(days=9))
    with clock.moved_to(now - timedelta(days=3)):
        lines.close_line(before.id, by=SYSTEM, reason="request")
    after = line_with_plan(number=before.number, activated_at=now - timedelta(days=1))
    used = [
        {
            "line": before.number,
            "kind": "sms",
            "started_at": (now - timedelta(days=days)).isoformat(),
            "quantity": days,
        }
        for days in (4, 2, 0)
    ]

    answer = shop.post("/usage-records", source="mast-1", records=[*used, used[1]])

    assert answer.json["accepted"] == 2
    refused = {"reason": "not_in_service"}
    assert answer.json["refused"] == [{"index": 1, **refused}, {"index": 3, **refused}]
    found = db.session.execute(select(UsageRecord.line_id, UsageRecord.quantity))
    assert dict(map(tuple, found)) == {before.id: 4, after.id: 0}


def test_invoices_of_a_customer(shop):
    account = AccountFactory()
    invoice = InvoiceFactory(account=account)

    listed = shop.get("/invoices", customer=account.customer.reference)
    one = shop.get(f"/invoices/{invoice.id}")

    assert [each["number"] for each in listed.json["invoices"]] == [invoice.number]
    assert one.json["total"] == listed.json["invoices"][0]["total"]


def test_blocks_keep_to_their_reason(shop):
    account = AccountFactory()
    line, other = (line_with_plan(account=account) for _ in range(2))

    blocked = shop.post(f"/service-control/block/{account.customer.reference}", reason="request")
    lines.place_block(line.id, "stolen", "all", by=SYSTEM)
    lifted = shop.post(f"/service-control/unblock/{line.number}", reason="request")

    assert [each["status"] for each in blocked.json["lines"]] == ["TEMP_BLOCKED"] * 2
    assert [each["effect"] for each in blocked.json["lines"]] == ["outgoing"] * 2
    assert [each["reason"] for each in lifted.json["lines"][0]["blocks"]] == ["stolen"]
    found = shop.get(f"/service-status/{other.id}").json["lines"][0]
    assert [each["reason"] for each in found["blocks"]] == ["request"]


@pytest.mark.parametrize(
    ("reason", "effect"), [("request", "outgoing"), ("stolen", "all"), ("fraud", "all")]
)
def test_a_block_has_the_effect_of_its_reason_unless_told_otherwise(shop, reason, effect):
    path = f"/service-control/block/{line_with_plan().number}"

    blocked = shop.post(path, reason=reason)
    weaker = shop.post(path, reason=reason, effect="throttle")

    assert blocked.json["lines"][0]["effect"] == effect
    assert weaker.json["lines"][0]["effect"] == "throttle"
    assert (shop.post(path, reason="mood").status_code) == 400


def test_of_too_many_lines_none_is_blocked(shop, monkeypatch):
    monkeypatch.setattr(finding, "MOST_LINES", 2)
    account = AccountFactory()
    for _ in range(3):
        line_with_plan(account=account)
    path = f"/service-control/block/{account.customer.reference}"

    refused = shop.post(path, reason="request")
    lines.close_line(db.session.scalars(select(Line.id)).first(), by=SYSTEM, reason="request")

    assert (refused.status_code, refused.json["code"]) == (422, "too_many_lines")
    assert db.session.scalars(select(Block)).all() == []
    assert len(shop.post(path, reason="request").json["lines"]) == 2


def test_a_line_that_was_closed_says_so(shop):
    account = AccountFactory()
    line = line_with_plan(account=account)
    reference, line_id = account.customer.reference, line.id
    lines.close_line(line_id, by=SYSTEM, reason="request")

    status = shop.get(f"/service-status/{reference}")
    blocked = shop.post(f"/service-control/block/{line_id}", reason="request")

    assert [each["status"] for each in status.json["lines"]] == ["PERMANENT_DISCONNECTED"]
    assert (blocked.status_code, blocked.json["code"]) == (422, "line_disconnected")


def test_what_a_rule_placed_only_the_rule_lifts(shop):
    line_id = line_with_plan().id
    lines.place_block(line_id, "dunning:1", "outgoing", by=SYSTEM)

    lifted = shop.post(f"/service-control/unblock/{line_id}", reason="dunning:1")
    silent = shop.post(f"/service-control/block/{line_id}")

    assert (lifted.status_code, lifted.json["code"]) == (403, "block_of_a_rule")
    assert silent.status_code == 400
    assert db.session.scalars(select(Block.lifted_at)).all() == [None]


@pytest.mark.parametrize("markets", [["BR"], ["BR", "IN"]])
def test_things_of_other_markets_do_not_exist(machine, markets):
    abroad = machine(markets=markets)
    invoice = InvoiceFactory()
    line = line_with_plan(plan())
    customer = CustomerFactory()

    answers = [
        abroad.get(f"/usage/{line.id}"),
        abroad.get(f"/usage/{line.number}"),
        abroad.get(f"/service-status/{line.id}"),
        abroad.get(f"/service-status/{customer.reference}"),
        abroad.get(f"/invoices/{invoice.id}"),
        abroad.get("/invoices", customer=str(customer.id)),
        abroad.get(f"/activations/{uuid4()}"),
        abroad.post("/upgrade", line=line.number, offer="max"),
        abroad.post("/add-ons", line=str(line.id), offer="max"),
        abroad.post(f"/service-control/block/{line.id}", reason="request"),
        abroad.post("/activate-sim", **activating(AccountFactory())),
    ]

    assert [each.status_code for each in answers] == [404] * len(answers)
    assert db.session.scalars(select(Block)).all() == []
    assert db.session.scalars(select(Line.id)).all() == [line.id]


def test_what_is_wrong_is_said_to_programs_and_to_people(machine):
    refused = machine().post("/upgrade", surprise=True)

    told = {each["field"]: each for each in refused.json["details"]["fields"]}
    assert refused.status_code == 400
    assert told["surprise"] == {
        "field": "surprise",
        "problem": "extra_forbidden",
        "says": "is not known here",
    }
