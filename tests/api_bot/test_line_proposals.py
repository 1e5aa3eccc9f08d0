"""What the bot does to lines and contact data: proposed, agreed to, done once, as she herself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.catalog.models import Mode, OfferKind
from app.conversations.models import Status, Verification
from app.conversations.queries import messages_after
from app.conversations.secret_words import filled
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.customers.models import Customer
from app.identity.models import OneTimeCode
from app.network.models import PortOut, PortOutStatus
from app.selfservice.models import Dialogue, Proposal
from app.subscriptions import service as lines
from app.subscriptions.events import AddOnAdded
from app.subscriptions.models import Block, Subscription
from app.subscriptions.msisdn import for_people
from app.tickets import queries as tickets
from app.tickets.models import Ticket
from app.usage import listeners as usage
from app.usage.queries import balance_of
from tests.api_bot.test_lines import anonymous, as_address, pack, pack_for_abroad
from tests.api_bot.world import NOW, plans, prepaid_line, valeria
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.conversations import ConversationFactory, dialogue_inbox
from tests.factories.subscriptions import line_with_plan

pytestmark = pytest.mark.usefixtures("database")
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def packs_count():
    """Usage hears of add-ons, as it does in the application."""
    tables = events._tables
    before = tables.in_transaction
    tables.in_transaction = {**before, AddOnAdded: [usage.add_on_added]}
    yield
    tables.in_transaction = before


class Talk:
    """She and the bot in one conversation."""

    def __init__(self, door, talk):
        self._door = door(talk, "en")

    def propose(self, kind, **wanted):
        return self._door.post("proposals", kind=kind, wanted=wanted)

    def accept(self, proposed):
        return self._door.post(f"proposals/{proposed.json['proposal_id']}/accept")

    def agree(self, kind, **wanted):
        proposed = self.propose(kind, **wanted)
        assert proposed.status_code == 200, proposed.text
        return self.accept(proposed)

    def get(self, path, **query):
        return self._door.get(path, **query)

    def post(self, path, **body):
        return self._door.post(path, **body)


@pytest.fixture
def talking(door):
    return lambda talk: Talk(door, talk)


def add_ons(line):
    query = select(Subscription).where(
        Subscription.line_id == line.id, Subscription.kind == OfferKind.ADD_ON
    )
    return db.session.scalars(query).all()


def blocks(line):
    query = select(Block.reason).where(Block.line_id == line.id, Block.lifted_at.is_(None))
    return db.session.scalars(query).all()


def test_a_pack_is_bought_once_however_often_she_says_yes(talking, packs_count):
    hers = valeria(number="+525512345678")
    pack()
    asking = talking(hers.talk)

    proposed = asking.propose("buy_addon", line_id=str(hers.line.id), offer_code="extra-2gb")
    assert add_ons(hers.line) == []
    done, again = asking.accept(proposed), asking.accept(proposed)

    assert proposed.json["sentence"] == (
        "Extra 2GB for 55 1234 5678 costs MX$49.00 and lasts 7 days from now. "
        "It goes on your next bill."
    )
    assert done.json["sentence"] == "55 1234 5678 has Extra 2GB now, until November 23, 2026."
    assert again.json == done.json
    assert len(add_ons(hers.line)) == 1


def test_whoever_buys_a_pack_for_abroad_is_told_what_to_switch_on(talking, packs_count):
    hers = valeria(number="+525512345678")
    pack_for_abroad()

    done = talking(hers.talk).agree(
        "buy_addon", line_id=str(hers.line.id), offer_code="roaming-2gb"
    )

    assert done.json["sentence"] == (
        "55 1234 5678 has Roaming 2GB now, until November 23, 2026. "
        "When you arrive, switch on data roaming in the phone's settings."
    )


def test_a_prepaid_pack_is_paid_from_the_balance_and_not_without_it(talking, packs_count):
    hers = valeria()
    prepaid = prepaid_line(hers, amount="152.40")
    pack("extra-2gb", mode=Mode.PREPAID)
    pack("extra-10gb", "Extra 10GB", "160.00", 10, mode=Mode.PREPAID)
    asking = talking(hers.talk)

    dear = asking.propose("buy_addon", line_id=str(prepaid.id), offer_code="extra-10gb")
    asking.agree("buy_addon", line_id=str(prepaid.id), offer_code="extra-2gb")

    assert (dear.status_code, dear.json["code"]) == (402, "insufficient_balance")
    assert balance_of(prepaid.id).amount == Decimal("103.40")
    assert len(add_ons(prepaid)) == 1


def test_an_address_is_enough_to_block_a_lost_sim(talking):
    hers = valeria()
    asking = talking(as_address(hers))

    done = asking.agree("block_line", line_id=str(hers.line.id), reason="stolen")

    assert done.status_code == 200
    assert blocks(hers.line) == ["stolen"]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("buy_addon", {"offer_code": "extra-2gb"}),
        ("replace_sim", {"form": "esim"}),
        ("pause_line", {}),
        ("port_out_code", {}),
        ("keep_number", {}),
    ],
)
def test_an_address_is_not_enough_for_anything_else(talking, kind, wanted):
    hers = valeria(activated_at=LONG_AGO)
    pack()

    answer = talking(as_address(hers)).propose(kind, line_id=str(hers.line.id), **wanted)

    assert (answer.status_code, answer.json["code"]) == (403, "not_verified")
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 0


@pytest.mark.parametrize("kind", ["block_line", "pause_line", "port_out_code", "replace_sim"])
def test_anothers_line_is_not_found_and_a_strangers_wish_is_refused(talking, kind):
    offered = plans()
    hers, other = valeria(offered.plus), valeria(offered.plus)
    wanted = {"line_id": str(other.line.id)} | ({"form": "sim"} if kind == "replace_sim" else {})

    foreign = talking(hers.talk).propose(kind, **wanted)
    stranger = talking(anonymous()).propose(kind, **wanted)

    assert (foreign.status_code, stranger.status_code) == (404, 403)
    assert blocks(other.line) == []


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("block_line", {"reason": "fraud"}),
        ("block_line", {"reason": "lost", "lifted_at": None}),
        ("replace_sim", {"form": "gold"}),
        ("buy_addon", {"offer_code": 7}),
        ("change_city", {"city": "\n"}),
    ],
)
def test_what_is_wanted_is_checked(talking, kind, wanted):
    hers = valeria()
    line = {} if kind == "change_city" else {"line_id": str(hers.line.id)}

    assert talking(hers.talk).propose(kind, **line, **wanted).status_code == 400


def test_another_sim_is_a_case_for_a_person_and_replaces_nothing(talking):
    hers = valeria()
    before = [sim.iccid for sim in hers.line.sims]
    asking = talking(hers.talk)

    proposed = asking.propose("replace_sim", line_id=str(hers.line.id), form="esim")
    done, again = asking.accept(proposed), asking.accept(proposed)

    case = db.session.scalars(select(Ticket)).one()
    assert done.json["sentence"] == f"It is ordered: your case is {case.reference}."
    assert again.json == done.json
    assert case.context["form"] == "esim"
    assert [sim.iccid for sim in hers.line.sims] == before
    assert hers.talk.status is Status.BOT


def test_a_pause_leaves_incoming_calls(talking):
    hers = valeria()

    talking(hers.talk).agree("pause_line", line_id=str(hers.line.id))

    assert blocks(hers.line) == ["request"]


def test_the_code_to_leave_is_given_after_a_yes_and_no_kept_answer_holds_it(talking):
    hers = valeria(activated_at=LONG_AGO)
    asking = talking(hers.talk)
    line = {"line_id": str(hers.line.id)}

    none = asking.get("port-out/code", **line)
    agreed = asking.agree("port_out_code", **line)
    told = asking.get("port-out/code", **line).json
    seen_by_address = talking(as_address(hers)).get("port-out/code", **line)

    port = db.session.scalars(select(PortOut)).one()
    kept = db.session.scalars(select(Proposal)).one()
    assert none.status_code == 404
    assert filled(told["code"], hers.talk.id)[0] == port.code
    assert told["cancel_hours"] == 24
    assert port.code not in str(kept.answer) + str(told) + agreed.text + seen_by_address.text

    asking.agree("keep_number", **line)
    assert port.status is PortOutStatus.CANCELLED
    assert asking.get("port-out/code", **line).status_code == 404


def test_what_changes_for_the_others_is_told_before_her_yes(talking):
    hers = valeria(OfferVersionFactory(shared_with=2), activated_at=LONG_AGO)
    other = line_with_plan(account=hers.account)
    lines.share_with(hers.line.id, other.id, by=SYSTEM)

    proposed = talking(hers.talk).propose("port_out_code", line_id=str(hers.line.id))

    assert proposed.json["sentence"].endswith(
        f"Its plan is no longer shared with {for_people(other.number)}: there only their own "
        "allowances remain."
    )


def test_a_number_with_an_unpaid_bill_gets_no_code(talking):
    hers = valeria(activated_at=LONG_AGO)
    InvoiceFactory(account=hers.account)

    answer = talking(hers.talk).propose("port_out_code", line_id=str(hers.line.id))

    assert answer.json["code"] == "may_not_leave"
    assert db.session.scalars(select(PortOut)).all() == []


def test_the_city_changes_after_a_yes(talking):
    hers = valeria()

    talking(hers.talk).agree("change_city", city="Mérida")

    assert db.session.get(Customer, hers.account.customer_id).city == "Mérida"


def test_the_city_that_she_has_is_not_proposed_anew(talking):
    hers = valeria()

    answer = talking(hers.talk).propose("change_city", city=hers.account.customer.city.upper())

    assert answer.json["code"] == "same_city"


def code_sent():
    return db.session.scalars(select(OneTimeCode)).one()


def test_an_email_counts_once_its_code_is_told_and_the_code_works_once(talking):
    hers = valeria()
    before = hers.account.customer.email
    asking = talking(hers.talk)

    sent = asking.post("email/code", email="new.valeria@example.com").json
    code = code_sent()
    assert (code.channel, code.address) == ("email", "new.valeria@example.com")
    assert hers.account.customer.email == before
    wrong = asking.post("email", code_id=sent["code_id"], code="12")
    right = asking.post("email", code_id=sent["code_id"], code=code.to_send)
    again = asking.post("email", code_id=sent["code_id"], code=code.to_send)

    assert right.json["email"] == "new.valeria@example.com"
    assert {wrong.json["code"], again.json["code"]} == {"wrong_code"}
    assert hers.account.customer.email == "new.valeria@example.com"


def test_neither_an_address_nor_another_customer_changes_an_email(talking):
    offered = plans()
    hers, other = valeria(offered.plus), valeria(offered.plus)
    sent = talking(hers.talk).post("email/code", email="new.valeria@example.com").json
    told = {"code_id": sent["code_id"], "code": code_sent().to_send}

    by_address = talking(as_address(hers)).post("email", **told)
    another = talking(other.talk).post("email", **told)

    assert (by_address.json["code"], another.json["code"]) == ("not_verified", "wrong_code")
    assert {hers.account.customer.email, other.account.customer.email}.isdisjoint(
        {"new.valeria@example.com"}
    )


@pytest.fixture
def telephone(database):
    return dialogue_inbox("voice", "twilio", {}, name="Aurora", is_on=True)


def dialogues():
    return db.session.scalars(select(Dialogue)).all()


def test_who_writes_is_called_back_at_her_number_once(talking, telephone):
    hers = valeria()
    asking = talking(hers.talk)

    told = asking.post("call-back", summary="call me tomorrow morning").json
    again = asking.post("call-back", number="55 9876 5432").json

    [call] = dialogues()
    case = tickets.of_conversation(call.conversation_id)
    assert told["ticket"] == again["ticket"] == case.reference
    assert case.customer_id == hers.account.customer_id
    assert "call me tomorrow morning" in case.summary
    assert again["number_text"] == "55 9876 5432"
    assert (call.sender, call.call_back) == ("+525598765432", True)


def test_the_bot_serves_her_while_she_waits_for_the_call(talking, telephone):
    hers = valeria()
    asking = talking(hers.talk)

    asking.post("call-back")

    [call] = dialogues()
    assert (hers.talk.status, call.conversation.status) == (Status.BOT, Status.WAITING)
    assert asking.get("tickets").status_code == 200
    assert call.conversation.channel == "voice"


def test_who_was_called_may_ask_for_another_call(talking, telephone):
    asking = talking(valeria().talk)
    first = asking.post("call-back").json
    dialogues()[0].called_back_at = clock.now()

    second = asking.post("call-back").json

    assert first["ticket"] != second["ticket"]
    assert len({each.conversation_id for each in dialogues()}) == 2


def test_nobody_at_a_number_that_is_not_on_file_is_taken_for_her(talking, telephone):
    asking = talking(valeria().talk)

    sure = []
    for number in (None, "55 9876 5432"):
        asking.post("call-back", number=number)
        sure.append(dialogues()[0].conversation.verification)

    assert sure == [Verification.ADDRESS, Verification.NONE]


def test_who_wants_a_call_when_nobody_is_there_is_told_when_somebody_will_be(talking, telephone):
    hers = valeria()
    hers.talk.inbox.hours = {"tue": [["09:00", "18:00"]]}  # it is Monday
    asking = talking(hers.talk)

    told = [asking.post("call-back").json for _ in range(2)]

    said = [each.body for each in messages_after(hers.talk.id, 0, for_staff=False)]
    assert [each["is_open"] for each in told] == [False, False]
    assert sum("Volvemos el martes" in each for each in said) == 1


def test_a_stranger_tells_a_number_of_the_market(talking, telephone):
    talk = ConversationFactory(anonymous=True, verification=Verification.NONE)
    asking = talking(talk)

    unknown = asking.post("call-back")
    abroad = asking.post("call-back", number="+1 900 555 0100")
    told = asking.post("call-back", number="55 9876 5432")

    assert [each.json.get("code") for each in (unknown, abroad)] == ["number_needed", "bad_number"]
    assert told.json["ticket"]
    assert [call.sender for call in dialogues()] == ["+525598765432"]
