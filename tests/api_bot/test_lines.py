"""What the bot is told of lines: packs, PUK, activations, leaving, moving, the network, abroad."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.catalog.models import Mode, OfferKind, UsageKind
from app.conversations.models import Author, Verification
from app.conversations.secret_words import filled
from app.core import clock, db
from app.core.actor import SYSTEM
from app.network import service as network_service
from app.network.port import Diagnosis
from app.subscriptions import service as lines
from app.subscriptions.models import BlockEffect
from tests.activation.conftest import cards, ordered, stocked
from tests.activation.conftest import plan as mobile_plan
from tests.api_bot.world import NOW, plans, prepaid_line, valeria
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import GIB, OfferFactory, OfferVersionFactory
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.customers import CustomerFactory
from tests.factories.subscriptions import BlockFactory, DisconnectionFactory, line_with_plan
from tests.factories.tickets import TicketFactory
from tests.factories.usage import BucketFactory
from tests.network.conftest import down, network  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("database")
ROAMING = {
    "networks": {"208": "europe", "310": "america", "724": "homes"},
    "zones": {
        "europe": {
            "voice": {"per": 60, "price": "12.00"},
            "data": {"per": 1024**2, "price": "2.50"},
        },
        "homes": {"voice": "home", "data": "home", "sms": "home"},
    },
}


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


def pack(code="extra-2gb", name="Extra 2GB", price="49.00", gigabytes=2, **more):
    offer = OfferFactory(
        code=code, name=name, kind=OfferKind.ADD_ON, mode=more.pop("mode", Mode.POSTPAID)
    )
    included = {UsageKind.DATA: gigabytes * GIB}
    terms = {"validity_days": 7, "rates": {}, **more}
    return OfferVersionFactory(offer=offer, price=Decimal(price), includes=included, **terms)


def pack_for_abroad(networks=("2",), **more):
    rates = {"buckets": {"data": {"networks": list(networks)}}}
    return pack("roaming-2gb", "Roaming 2GB", "249.00", rates=rates, **more)


def as_address(hers):
    return ConversationFactory(customer=hers.account.customer, verification=Verification.ADDRESS)


def anonymous():
    return ConversationFactory(anonymous=True)


def test_packs_that_fit_the_line_are_told_with_price_and_validity(door):
    hers = valeria()
    pack("extra-10gb", "Extra 10GB", "129.00", 10)
    pack()
    pack("extra-pre", "Extra prepaid", mode=Mode.PREPAID)

    told = door(hers.talk, "en").get("addons").json["addons"]

    assert [each["code"] for each in told] == ["extra-2gb", "extra-10gb"]
    assert told[0] == {
        "code": "extra-2gb",
        "name": "Extra 2GB",
        "price": "49.00",
        "price_text": "MX$49.00",
        "allowances_text": "2 GB",
        "days": 7,
        "validity_text": "7 days",
        "gigabytes": 2.0,
        "abroad": False,
    }


def test_the_puk_is_told_to_her_whom_we_know_and_written_down(door):
    hers = valeria(number="+525512345678")

    told = door(hers.talk).get("puk").json

    assert "12345678" not in str(told)
    assert filled(told["puk"], hers.talk.id) == ("12345678", [(0, 8)])
    assert told["label"] == "55 1234 5678"
    query = select(AuditEntry).where(AuditEntry.action == "line.puk_viewed")
    assert db.session.scalars(query).one().actor_id == hers.account.customer_id


def test_the_puk_is_told_to_nobody_else(door):
    offered = plans()
    hers, other = valeria(offered.plus), valeria(offered.plus)

    by_address = door(as_address(hers)).get("puk")
    stranger = door(anonymous()).get("puk")
    another = door(other.talk).get("puk", line_id=str(hers.line.id))

    assert [each.status_code for each in (by_address, stranger, another)] == [403, 403, 404]
    assert by_address.json["code"] == stranger.json["code"] == "not_verified"
    assert "12345678" not in by_address.text + stranger.text + another.text


def test_an_activation_is_told_with_what_is_missing_and_its_card_is_checked(door):
    mobile_plan()
    stocked(3)
    order = ordered()
    talk = ConversationFactory(customer=order.account.customer)
    asking = door(talk, "en")

    [told] = asking.get("activations").json["activations"]
    hers = asking.get("activations", iccid=order.iccid).json
    another = asking.get("activations", iccid=cards(3)[-1]).json
    misread = asking.get("activations", iccid=order.iccid[:-1] + "x").json

    assert told["status"] == order.status.value
    assert told["reference"] == order.reference
    assert told["next_text"]
    assert hers["card"] == "hers"
    assert another["card"] == "unknown"
    assert misread["card"] == "misread"


def test_leaving_is_told_with_its_day_and_what_she_could_have_instead(door):
    offered = plans()
    hers = valeria(offered.most)
    InvoiceFactory(account=hers.account)

    told = door(hers.talk, "en").get("leaving").json

    assert told["smaller"]["code"] == "plus-20gb"
    assert told["last_day_text"] == "November 23, 2026"
    assert told["can_pause"] is True
    assert told["owed_text"].startswith("MX$")
    assert told["leaves_on_text"] is told["credit_text"] is None


def test_an_employee_is_not_told_what_her_company_owes(door):
    offered = plans()
    company = valeria(offered.plus)
    InvoiceFactory(account=company.account)
    employee = CustomerFactory()
    line = line_with_plan(offered.starter, account=company.account, customer_id=employee.id)
    asking = door(ConversationFactory(customer=employee), "en")

    leaving = asking.get("leaving", line_id=str(line.id)).json
    moving = asking.get("port-out", line_id=str(line.id)).json

    assert (leaving["owed_text"], moving["owed"]) == (None, "0.00")


def test_prepaid_credit_that_would_be_lost_is_told(door):
    hers = valeria()
    prepaid = prepaid_line(hers)

    told = door(hers.talk, "en").get("leaving", line_id=str(prepaid.id)).json

    assert (told["mode"], told["credit_text"], told["smaller"]) == ("prepaid", "MX$152.40", None)


def test_a_line_that_leaves_already_says_when(door):
    hers = valeria()
    DisconnectionFactory(line=hers.line, due_at=NOW + timedelta(days=5))

    assert door(hers.talk, "en").get("leaving").json["leaves_on_text"] == "November 21, 2026"


def test_what_keeps_a_number_from_moving_is_told_in_words(door):
    hers = valeria(activated_at=NOW - timedelta(days=400))
    InvoiceFactory(account=hers.account)

    told = door(hers.talk, "en").get("port-out").json

    assert told["may_leave"] is False
    assert told["against"] == ["a bill is not paid"]
    assert Decimal(told["owed"]) > 0


def test_strangers_are_told_how_a_number_comes_and_nothing_of_others(door):
    told = door(anonymous(), "en").get("port-in").json

    assert told == {"days_ahead": 90, "under_way": []}


def diagnosed(network, **more):  # noqa: F811 - the fixture
    facts = {"registered": True, "issues": (), **more}

    def diagnose(_number, *, service):
        return Diagnosis(
            facts["registered"], -70, "4G", "MX-1", None, 30, 80.0, tuple(facts["issues"])
        )

    network.diagnose = diagnose


def finding(door, hers):
    return door(hers.talk, "en").get("network").json


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ({}, "fine"),
        ({"registered": False}, "not_registered"),
        ({"issues": ("slow_data",)}, "slow"),
        ({"issues": ("weak_signal",)}, "weak_signal"),
        ({"issues": ("high_latency", "throttled")}, "throttled"),
    ],
)
def test_what_the_network_measures_is_one_finding(door, network, measured, said):  # noqa: F811
    diagnosed(network, **measured)

    assert finding(door, valeria())["finding"] == said


@pytest.mark.parametrize(("used", "is_used_up"), [(5, True), (4, False)])
def test_beside_what_is_measured_her_data_may_be_used_up(door, network, used, is_used_up):  # noqa: F811
    diagnosed(network, issues=("weak_signal",))
    hers = valeria()
    BucketFactory(line=hers.line, granted=5 * GIB, used=used * GIB)

    told = finding(door, hers)

    assert (told["finding"], told["used_up"]) == ("weak_signal", is_used_up)


def test_an_outage_where_she_lives_is_told_first_with_its_end(door, network):  # noqa: F811
    hers = valeria()
    BlockFactory(line=hers.line)
    network_service.report_outage(
        by=SYSTEM,
        market_code="MX",
        area=hers.account.customer.city,
        service="mobile",
        cause="Mast 214",
        expected_end_at=NOW + timedelta(hours=3),
    )

    told = finding(door, hers)

    assert (told["finding"], told["area"]) == ("outage", "Puebla")
    assert told["expected_end_text"] == "16 November, 15:00"


def test_a_block_is_told_with_its_reason_before_anything_is_measured(door, network):  # noqa: F811
    hers = valeria()
    lines.place_block(hers.line.id, "quota", BlockEffect.THROTTLE, by=SYSTEM)
    slowed = finding(door, hers)
    lines.place_block(hers.line.id, "dunning:x", BlockEffect.OUTGOING, by=SYSTEM)
    barred = finding(door, hers)

    assert (slowed["finding"], slowed["reason"]) == ("throttled", "quota")
    assert (barred["finding"], barred["reason"]) == ("blocked", "dunning")
    assert barred["reason_text"] == "a bill is not paid"


def test_a_network_that_does_not_answer_is_no_failure_of_ours(door, network, down):  # noqa: F811
    network.troubles = [down]

    assert finding(door, valeria())["finding"] == "unknown"


@pytest.fixture
def abroad(door):
    version = plans().plus
    with db.transaction():
        version.rates = {**version.rates, "roaming": ROAMING}
    asking = door(valeria(version).talk, "en")
    return lambda country: asking.get("roaming", country=country)


def test_prices_abroad_are_those_of_her_plan(abroad):
    told = abroad("FR").json

    assert (told["country_text"], told["covered"], told["as_home"]) == ("France", True, False)
    assert told["prices"] == {
        "data": "MX$2.50 for 1 MB",
        "voice": "MX$12.00 for 1 min",
        "sms": None,
    }
    assert told["on"] is True


def test_a_country_as_at_home_and_one_without_a_price(abroad):
    home, none = abroad("BR").json, abroad("US").json

    assert (home["as_home"], home["prices"]["data"]) == (True, "as at home")
    assert (none["covered"], set(none["prices"].values())) == (False, {None})


def test_a_pack_is_told_where_it_is_good_and_says_that_it_is_for_abroad(abroad):
    pack()
    pack_for_abroad(["208", "724"])

    told = {country: abroad(country).json["packs"] for country in ("FR", "BR", "US")}

    [there] = told["FR"]
    assert (there["code"], there["days"], there["abroad"]) == ("roaming-2gb", 7, True)
    assert there["allowances_text"] == "2 GB abroad"
    assert (told["BR"], told["US"]) == ([], [])  # as at home; not good there


def test_a_country_that_nobody_knows_is_refused(abroad):
    assert abroad("XX").status_code == 400


def test_a_case_is_told_with_what_happens_next_and_the_last_public_answer(door):
    hers = valeria()
    case = TicketFactory(talk=hers.talk)
    said = {"conversation": hers.talk, "author": Author.AGENT, "at": NOW + timedelta(hours=1)}
    MessageFactory(seq=1, body="An older answer", **said)
    MessageFactory(seq=2, body="We are sending a technician", **said)
    MessageFactory(seq=3, body="She sounds angry", kind="note", **said)

    [told] = door(hers.talk, "en").get("tickets").json["tickets"]

    assert told["reference"] == case.reference
    assert told["answer"] == "We are sending a technician"
    assert told["next_text"] == "A person takes it up; you need not do anything."
