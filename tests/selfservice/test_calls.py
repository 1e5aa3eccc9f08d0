"""A call from hello to the desk: by keys and words, in the queue, to a person or a machine."""

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.conversations import storage
from app.conversations.events import ConversationAssigned
from app.conversations.models import Attachment, Conversation, Message, MessageKind, Status
from app.conversations.service import ownership
from app.core import db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.markets import queries as markets
from app.messaging import switch
from app.selfservice import listeners
from app.selfservice.events import RecordingArrived
from app.selfservice.models import Dialogue
from app.selfservice.service import calls, desk
from app.selfservice.wording import Wording
from app.subscriptions.models import Block
from app.tickets.models import Ticket
from channels.dialogue import (
    Ended,
    Fetched,
    Joined,
    Recorded,
    Transcribed,
    Uttered,
    Waiting,
)
from channels.port import ChannelDown, Media, Undeliverable
from channels.voice.twilio import TwilioVoice
from tests.factories.identity import StaffFactory
from tests.heard import heard
from tests.selfservice.conftest import PIN

MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x64" + b"\x00" * 800


class Wires(TwilioVoice):
    """Twilio's REST interface at the end of our own wires."""

    def __init__(self):
        super().__init__({}, None)
        self.moved, self.dialled, self.fails = [], [], None

    def move(self, session_id, url):
        if self.fails:
            raise self.fails
        self.moved.append((session_id, url))

    def dial(self, number, sender, *, url, status_url):
        if self.fails:
            raise self.fails
        self.dialled.append((number, sender, url, status_url))
        return f"CA{len(self.dialled):032x}"

    def fetch(self, media):
        return Media("audio/mpeg", media.name, MP3)


@pytest.fixture
def wires(monkeypatch):
    made = Wires()
    monkeypatch.setattr(switch, "held", lambda _inbox: made)
    return made


def words(twiml):
    return " ".join(each.text or "" for each in ET.fromstring(twiml).iter("Say"))


def tags(twiml):
    return [each.tag for each in ET.fromstring(twiml)]


def talk_of(phone):
    query = select(Dialogue).where(Dialogue.session_id == phone.session_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def queued(phone):
    phone.call()
    phone.press("8")
    phone.press("1")
    return talk_of(phone)


def test_the_same_menu_by_key_and_by_word(phone, hers):
    caller = phone(hers.line.number)

    hello = words(caller.call())
    usage = words(caller.say("I want to know my usage, please"))
    back = words(caller.press("0"))
    owed = words(caller.press("1"))

    assert hello.startswith("Welcome to Aurora. For Balance, press 1. For Usage, press 2.")
    assert "12.6 gigabytes of 20 gigabytes, unlimited calls." in usage
    assert back == hello
    assert "You owe 299 Mexican pesos. To be paid by November 26, 2026." in owed


def test_a_number_that_may_be_forged_proves_nothing(phone, hers):
    caller = phone(hers.line.number, vouched=False)
    caller.call()

    asked = words(caller.press("1"))
    told = words(caller.press(PIN))

    assert "Enter your care PIN" in asked
    assert "299" not in asked
    assert "You owe 299 Mexican pesos" in told


def test_what_was_chosen_and_said_is_on_the_timeline_and_no_pin(phone, hers):
    caller = phone(hers.line.number, vouched=False)
    caller.call()
    caller.press("1")
    caller.press(PIN)
    caller.take("3", "")  # a copy that comes late is heard as the next turn, and is silence

    talk = talk_of(caller).conversation
    said = list(db.session.scalars(select(Message).order_by(Message.seq)))
    activities = [each.extra["activity"] for each in said if each.kind is MessageKind.ACTIVITY]

    assert talk.customer_id == hers.account.customer_id
    assert activities[:2] == ["called_in", "chosen"]
    assert any("You owe 299 Mexican pesos" in each.body for each in said)
    assert not any(PIN in each.body for each in said)


def test_a_turn_told_twice_is_one_line_on_the_timeline(phone, hers):
    caller = phone(hers.line.number)
    caller.call()
    first = caller.press("1")

    again = [caller.take("1", "1") for _ in range(3)]

    assert again == [first] * 3
    said = list(db.session.scalars(select(Message.body)))
    assert sum("You owe 299" in each for each in said) == 1


def test_who_is_not_understood_three_times_is_offered_a_person(phone, hers):
    caller = phone(hers.line.number)
    caller.call()

    told = [words(caller.say("mumble")) for _ in range(3)]

    assert told[0].startswith("Sorry, I did not understand.")
    assert told[2].startswith("Shall a person take over?")


@pytest.mark.parametrize(
    ("words_said", "blocked"),
    [("necesito pensar", 0), ("no, no la bloquees", 0), ("no", 0), ("Sí, bloquear.", 1), ("sí", 1)],
)
def test_only_a_whole_yes_blocks(phone, hers, words_said, blocked):
    caller = phone(hers.line.number)
    caller.call()
    for said in ("6", PIN, "1", "1"):
        caller.press(said)

    caller.say(words_said)

    assert len(list(db.session.scalars(select(Block)))) == blocked


def test_a_voucher_is_not_on_the_timeline(phone, hers):
    caller = phone(hers.line.number)
    caller.call()
    caller.press("3")
    caller.press(PIN)
    told = words(caller.press("1234567812345678"))

    said = list(db.session.scalars(select(Message.body)))
    assert "This code is not valid" in told
    assert "To go back, press 0." in told
    assert not any("1234" in each or PIN in each for each in said)


def test_the_language_she_chooses_is_that_of_the_conversation(phone, hers):
    caller = phone(hers.line.number)
    caller.call()
    caller.press("9")

    told = caller.press("2")

    assert 'language="es-MX"' in told
    assert talk_of(caller).conversation.language == "es"


def test_asking_for_a_person_makes_a_ticket_and_waits_in_the_queue(phone, hers):
    caller = phone(hers.line.number)
    caller.call()
    caller.press("1")
    caller.press("0")
    caller.press("8")

    answer = caller.press("1")

    ticket = db.session.scalars(select(Ticket)).one()
    assert tags(answer) == ["Say", "Enqueue"]
    assert "You are number 1 in the queue." in words(answer)
    assert ticket.conversation_id == talk_of(caller).conversation_id
    assert "Before: Balance." in ticket.summary


def test_while_waiting_she_hears_her_place_and_may_be_called_back(phone, hers, wires):
    caller = phone(hers.line.number)
    dialogue = queued(caller)

    told = calls.waiting(caller.inbox, Waiting(caller.session_id, 10), wires).body.decode()
    left = calls.waiting(caller.inbox, Waiting(caller.session_id, 20, "1"), wires).body.decode()
    bye = calls.joined(caller.inbox, Joined(caller.session_id, "left"), wires).body.decode()

    assert "You are number 1 in the queue." in words(told)
    assert tags(left) == ["Leave"]
    assert "We call you back at" in words(bye)
    assert tags(bye)[-1] == "Hangup"
    assert talk_of(caller).call_back
    assert dialogue.conversation.status is Status.WAITING


def test_nobody_there_is_a_message_in_the_conversation(phone, hers, wires, tmp_path):
    storage.keep_in(tmp_path)
    caller = phone(hers.line.number)
    dialogue = queued(caller)

    asked = calls.joined(caller.inbox, Joined(caller.session_id, "no_answer"), wires).body.decode()
    thanked = caller.take("4")
    url, recording = "https://api.twilio.com/r", "RE" + "1" * 32
    recorded = Recorded(caller.session_id, recording, url, 9, "voicemail")
    with heard(RecordingArrived) as arrived:
        desk.keep_recording(caller.inbox, recorded)
    for _ in range(2):
        listeners.fetch_recording(arrived[0])
    for _ in range(2):
        desk.keep_transcript(
            caller.inbox, Transcribed(caller.session_id, recorded.recording_id, "Call me, please.")
        )

    assert "It is recorded and written down." in words(asked)
    assert tags(asked) == ["Say", "Record"]
    assert words(thanked).startswith("Thank you.")
    kept = list(db.session.scalars(select(Attachment)))
    assert [each.media_type for each in kept] == ["audio/mpeg"]
    bodies = list(
        db.session.scalars(
            select(Message.body).where(Message.conversation_id == dialogue.conversation_id)
        )
    )
    assert sum("Call me, please." in each for each in bodies) == 1


@pytest.mark.parametrize(
    ("heard_as", "kept"),
    [
        ("Call\x07 me\0, \ud800please.", "Call me, please."),
        (f"{'x' * 3490} 4111 1111 1111 1111", f"{'x' * 3490} •••• 1111"),
    ],
)
def test_what_a_machine_wrote_down_of_a_voice_is_kept_as_it_may_be(phone, hers, heard_as, kept):
    caller = phone(hers.line.number)
    queued(caller)

    desk.keep_transcript(caller.inbox, Transcribed(caller.session_id, "RE1", heard_as))

    said = select(Message.body).order_by(Message.seq.desc())
    assert db.session.scalars(said).first() == f"Written down: {kept}"


def test_a_cards_number_that_is_said_in_pieces_is_cut_and_copies_are_one(phone, hers):
    caller = phone(hers.line.number)
    dialogue = queued(caller)

    for number, words in enumerate(("it is 4111 1111", "1111", "1111 please", "55 1234")):
        for _ in range(2):
            told = Uttered(caller.session_id, f"GT1:{number}", words, by_customer=True)
            desk.keep_utterance(caller.inbox, told)

    said = select(Message).where(Message.conversation_id == dialogue.conversation_id)
    kept = [
        each
        for each in db.session.scalars(said.order_by(Message.seq))
        if each.extra.get("activity") == "said_by_caller"
    ]
    cut = ["it is ••••", "••••", "•••• 1111 please", "55 1234"]
    assert [each.body for each in kept] == [f"Caller: {each}" for each in cut]
    assert [each.extra["params"]["words"] for each in kept] == cut


def accepted(conversation):
    staff = StaffFactory()
    with heard(ConversationAssigned) as said:
        ownership.assign(conversation.id, staff.id, by=SYSTEM)
    return staff, said[0]


def test_who_accepts_is_put_through_once(phone, hers, wires):
    caller = phone(hers.line.number)
    dialogue = queued(caller)
    staff, event = accepted(dialogue.conversation)

    for _ in range(3):
        listeners.put_through(event)
    rings = calls.fetched(caller.inbox, Fetched(caller.session_id), wires).body.decode()

    assert wires.moved == [(caller.session_id, f"{switch.webhook_of(caller.inbox)}/agent")]
    (client,) = ET.fromstring(rings).iter("Client")
    assert client.find("Identity").text == f"agent-{staff.id.hex}"
    assert client.find("Parameter").get("value") == str(dialogue.conversation_id)


def test_putting_through_is_tried_again_when_the_provider_is_away(phone, hers, wires):
    caller = phone(hers.line.number)
    _, event = accepted(queued(caller).conversation)

    wires.fails = ChannelDown("away")
    with pytest.raises(ChannelDown):
        listeners.put_through(event)
    wires.fails = None
    listeners.put_through(event)

    assert len(wires.moved) == 1


def test_who_hung_up_or_is_to_be_called_back_is_not_put_through(phone, hers, wires):
    gone, back = phone(hers.line.number), phone(hers.line.number, session_id="CA" + "2" * 32)
    _, event = accepted(queued(gone).conversation)
    wires.fails = Undeliverable("over")
    listeners.put_through(event)
    wires.fails = None
    waiting = queued(back)
    desk.want_call_back(waiting)
    _, event = accepted(waiting.conversation)
    listeners.put_through(event)

    assert wires.moved == []


def test_a_call_that_served_itself_leaves_no_work_and_one_that_waits_does(phone, hers):
    served = phone(hers.line.number)
    served.call()
    waits = phone(hers.line.number, session_id="CA" + "2" * 32)
    queued(waits)

    for caller in (served, waits, served):
        desk.end(caller.inbox, Ended(caller.session_id, "completed", 30))

    states = {
        each.session_id: each.conversation.status for each in db.session.scalars(select(Dialogue))
    }
    assert states == {served.session_id: Status.RESOLVED, waits.session_id: Status.WAITING}


def test_a_hidden_number_gets_no_call_back(phone, talking):
    caller = phone("")
    caller.inbox.language = "en"
    hello = words(caller.call())

    assert "Call me back" not in hello
    assert db.session.scalars(select(Conversation)).one().customer_id is None


@pytest.mark.parametrize(
    ("language", "amount", "currency", "market", "said"),
    [
        ("en", "299.00", "MXN", "MX", "299 Mexican pesos"),
        ("en", "49.90", "BRL", "BR", "49 Brazilian reals and 90 cents"),
        ("es", "1299.00", "MXN", "MX", "1,299 pesos mexicanos"),
        ("pt", "1.00", "BRL", "BR", "1 Real brasileiro"),
        ("en", "10.50", "INR", "IN", "10 Indian rupees and 50 paise"),
    ],
)
def test_money_is_said_plainly(talking, language, amount, currency, market, said):
    from tests.factories.markets import MarketFactory

    traits = {"BR": {"brazil": True}, "IN": {"india": True}, "MX": {}}[market]
    MarketFactory(**traits)
    wording = Wording(markets.market(market), language, aloud=True)

    assert wording.money(Money(Decimal(amount), currency)) == said
