"""The bot of the chat by speech: what is said goes to it, what it answers is spoken."""

import xml.etree.ElementTree as ET

import pytest
from sqlalchemy import select

from app.conversations import switchboard
from app.conversations.models import Author, Conversation, Inbox, Message, Status, Verification
from app.conversations.port import Answer, BotDown, Button
from app.conversations.service import turn
from app.core import db
from app.messaging import switch
from app.messaging.models import Delivery
from app.selfservice.service import assistant
from app.selfservice.spoken import spoken
from app.selfservice.wording import Wording
from app.tickets.models import Ticket
from channels.sms import twilio
from tests.factories.conversations import InboxFactory
from tests.factories.markets import MarketFactory
from tests.selfservice.conftest import PIN

LONG = "I would like to know whether roaming works in Colombia"


class Bot:
    """Says what a test has it say, one list an answer."""

    def __init__(self):
        self.asked, self.says, self.is_away = [], [], False

    def ask(self, question):
        self.asked.append(question)
        if self.is_away or not self.says:
            raise BotDown("away")
        return self.says.pop(0)

    def is_up(self):
        return not self.is_away


@pytest.fixture
def bot(monkeypatch):
    """Answers while a call waits, as the worker has it; `bot.worker = None` for a slow one."""
    made = Bot()
    monkeypatch.setitem(switchboard._plugged, "bot", made)
    made.worker = lambda: [
        turn.answer(each)
        for each in db.session.scalars(
            select(Conversation.id).where(Conversation.status == Status.BOT)
        )
    ]
    monkeypatch.setattr(assistant, "sleep", lambda _: made.worker and made.worker())
    return made


@pytest.fixture
def caller(phone, hers, bot):
    made = phone(hers.line.number)
    made.inbox.bot_on = True
    made.call()
    return made


def words(twiml):
    return " ".join(each.text or "" for each in ET.fromstring(twiml).iter("Say"))


def tags(twiml):
    return [each.tag for each in ET.fromstring(twiml)]


def talk():
    query = select(Conversation).where(Conversation.channel == "voice")
    return db.session.scalars(query).one()


def said_by(author):
    query = select(Message.body).where(Message.author == author).order_by(Message.seq)
    return list(db.session.scalars(query))


def test_she_says_what_she_needs_and_hears_the_bots_answer(caller, bot):
    bot.says = [[Answer("**Yes.**\n- Colombia: $49.90 a day\n- 1 GB until 2026-12-24 📱")]]

    told = caller.say(LONG)

    assert words(told) == (
        "Yes. Colombia: 49 Mexican pesos and 90 cents a day. 1 gigabyte until December 24, 2026."
    )
    (gather,) = ET.fromstring(told).iter("Gather")
    assert (gather.get("input"), gather.get("bargeIn")) == ("dtmf speech", "true")
    assert [(each.text, each.channel) for each in bot.asked] == [(LONG, "voice")]
    assert said_by(Author.CUSTOMER) == [LONG]
    assert talk().verification is Verification.ADDRESS


def test_a_short_word_of_the_menu_is_the_menu_and_another_word_the_bot(caller, bot):
    bot.says = [[Answer("Roaming costs $49.90 a day.")]]

    owed = words(caller.say("my balance please"))
    caller.press("0")
    roaming = words(caller.say("roaming"))

    assert "You owe 299 Mexican pesos" in owed
    assert roaming.startswith("Roaming costs 49 Mexican pesos")


def test_buttons_are_offered_and_may_be_pressed_or_said(caller, bot):
    buttons = [Button("Pay now", "/pay{}"), Button("Pay later", "/later{}")]
    bot.says = [[Answer("You owe $299.00.", buttons)], [Answer("Good.", buttons)], [Answer("Ok.")]]

    offered = words(caller.say(LONG))
    caller.press("1")
    caller.say("Pay later.")

    assert offered.endswith("Say Pay now or press 1. Say Pay later or press 2.")
    assert [each.text for each in bot.asked] == [LONG, "/pay{}", "/later{}"]
    assert said_by(Author.CUSTOMER) == [LONG, "Pay now", "Pay later"]


def test_a_slow_bot_holds_nobody_and_its_answer_comes_after_a_moment(caller, bot, monkeypatch):
    bot.says = [[Answer("Here it is.")]]
    monkeypatch.setattr(assistant, "PATIENCE", 0)

    moment = caller.say(LONG)
    again = caller.take("1", LONG, spoken=True)
    bot.worker()
    told = caller.press("")

    assert tags(moment) == ["Say", "Pause", "Redirect"]
    assert words(moment) == "One moment, please."
    assert again == moment
    assert words(told) == "Here it is."
    assert len(bot.asked) == 1
    assert said_by(Author.CUSTOMER) == [LONG]


def test_a_bot_that_is_away_means_a_person(caller, bot):
    bot.is_away = True

    told = caller.say(LONG)

    assert tags(told) == ["Say", "Enqueue"]
    assert db.session.scalars(select(Ticket)).one().conversation_id == talk().id


def test_two_misunderstandings_mean_a_person(caller, bot):
    lost = [
        Answer("Sorry, what?"),
        Answer(custom={"kind": "understood", "intent": "nlu_fallback", "confidence": 0.1}),
    ]
    bot.says = [lost, lost]

    once = words(caller.say("mumble mumble"))
    twice = caller.say("mumble mumble")

    assert once == "Sorry, what?"
    assert tags(twice) == ["Say", "Enqueue"]
    assert "You are number 1 in the queue." in words(twice)


def test_silence_is_asked_once_and_then_a_person_comes(caller, bot):
    bot.says = [[Answer("Which line?")]]
    caller.say(LONG)

    assert words(caller.press("")) == "Sorry, I did not hear you."
    assert tags(caller.press("")) == ["Say", "Enqueue"]


def test_the_menu_is_one_key_away(caller, bot):
    bot.says = [[Answer("Which line?")]]
    caller.say(LONG)

    assert "For Balance, press 1." in words(caller.press("0"))


def test_a_link_is_sent_by_sms_once_and_not_read_out(caller, bot):
    switch.plug_in(twilio.PROVIDER)
    sms = InboxFactory(channel="sms", provider="twilio", market=None, market_code="MX")
    url = "https://pay.example/checkout/1"
    card = {"kind": "payment_link", "url": url, "amount": "$299.00"}
    bot.says = [[Answer(f"Pay $299.00 here: {url}", custom=card)]]

    first = caller.say(LONG)
    again = [caller.take("1", LONG, spoken=True) for _ in range(2)]

    (sent,) = db.session.scalars(select(Delivery))
    assert (sent.inbox_id, sent.address, sent.text) == (sms.id, caller.number, url)
    assert words(first).endswith("I am sending you the link by SMS.")
    assert "http" not in first.replace("https://care", "")
    assert again == [first, first]


def test_who_may_be_somebody_else_proves_it_before_the_bot_says_anything_of_hers(phone, hers, bot):
    bot.says = [[Answer("You owe $299.00.")]]
    caller = phone(hers.line.number, vouched=False)
    caller.inbox.bot_on = True
    caller.call()

    asked = words(caller.say(LONG))
    before = talk().verification
    invited = words(caller.press(PIN))
    caller.say(LONG)

    assert "care PIN" in asked
    assert invited.startswith("Say in a few words what you need.")
    assert before is Verification.NONE
    assert talk().verification is Verification.IDENTITY
    assert not any(PIN in each for each in db.session.scalars(select(Message.body)))


def test_without_a_bot_the_menu_is_as_before(phone, hers):
    caller = phone(hers.line.number)

    assert "in a few words" not in words(caller.call())
    assert words(caller.say(LONG)).startswith("Sorry, I did not understand.")
    assert db.session.scalars(select(Inbox)).first() is not None


@pytest.mark.parametrize(
    ("language", "code", "written", "told"),
    [
        ("es", "MX", "Debes $1,299.50.", "Debes 1,299 pesos mexicanos con 50 centavos."),
        ("pt", "BR", "São R$ 49,90 por mês", "São 49 Reais brasileiros e 90 centavos por mês."),
        ("en", "IN", "₹199.00 till 24/12/2026", "199 Indian rupees till 24 December 2026."),
        ("en", "MX", "299.00 MXN by 2026-12-01", "299 Mexican pesos by December 1, 2026."),
        ("es", "MX", "1. Uno\n2. Dos", "Uno. Dos."),
        ("en", "MX", "See [our page](https://a.example/x) now", "See our page now."),
        ("en", "MX", "https://a.example", ""),
        ("pt", "BR", "Restam 2,5 GB e 30 min", "Restam 2,5 gigabytes e 30 minutos."),
        ("en", "MX", "👍", ""),
        ("en", "MX", "Between 2026-13-45 and 99/99/2026", "Between 2026-13-45 and 99/99/2026."),
    ],
)
def test_what_is_written_is_said_plainly(talking, language, code, written, told):
    from app.core import i18n
    from app.markets import queries as markets

    MarketFactory(**{"BR": {"brazil": True}, "IN": {"india": True}, "MX": {}}[code])
    with i18n.speaking(language):
        assert spoken(written, Wording(markets.market(code), language, aloud=True)) == told
