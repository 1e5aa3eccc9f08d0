"""A telephone that dials *123# and one that calls, both at the service's own door."""

from dataclasses import dataclass, field

import pytest
from redis import Redis

from app.core import clock, i18n
from app.messaging import switch
from app.selfservice import sessions
from app.selfservice.service import pins, turns
from app.selfservice.talk import actor_of
from channels.dialogue import Turn
from channels.ussd import africastalking
from channels.voice import twilio
from tests.api_bot.world import NOW, plan, plans, prepaid_line, valeria, with_buckets, with_invoice
from tests.factories.conversations import dialogue_inbox
from tests.factories.tickets import tickets_listening
from tests.payments.conftest import gateway, plugged, world  # noqa: F401 - fixtures

PIN = "2580"
__all__ = ["NOW", "PIN", "plan", "plans", "prepaid_line", "valeria", "with_buckets", "with_invoice"]


@dataclass
class Ussd:
    """One session: `press` gives the next screen as the provider would get it."""

    inbox: object
    number: str
    session_id: str = "ATUid_1"
    trail: str = ""
    channel: object = field(default_factory=lambda: africastalking.AfricasTalkingUssd({}))

    def dial(self):
        return self.take("")

    def press(self, *said):
        for each in said:
            self.trail = f"{self.trail}*{each}" if self.trail else each
            screen = self.take(self.trail)
        return screen

    def take(self, trail):
        turn = Turn(self.session_id, self.number, "*123#", trail, grows=True)
        return turns.take(self.inbox, turn, self.channel).body.decode()


@dataclass
class Phone:
    """One call: `say` and `press` give the TwiML that follows."""

    inbox: object
    number: str
    session_id: str = "CA" + "1" * 32
    step: int = 0
    vouched: bool = True
    channel: object = field(default_factory=lambda: twilio.TwilioVoice({}, None))

    def call(self):
        return self.take("")

    def press(self, said, *, spoken=False):
        self.step += 1
        return self.take(str(self.step), said, spoken=spoken)

    def say(self, words):
        return self.press(words, spoken=True)

    def take(self, trail, said="", *, spoken=False):
        turn = Turn(
            self.session_id, self.number, "", trail, said, spoken=spoken, vouched=self.vouched
        )
        return turns.take(self.inbox, turn, self.channel).body.decode()


@pytest.fixture
def remembering(redis_url):
    redis = Redis.from_url(redis_url)
    redis.flushdb()
    sessions.keep_in(redis)
    switch.stand_at("https://care.aurora.example")
    yield redis
    sessions._plugged.clear()
    redis.close()


@pytest.fixture
def talking(database, remembering):
    """Everything there is to talk, in November."""
    with clock.moved_to(NOW), i18n.speaking("en"), tickets_listening():
        yield remembering


@pytest.fixture
def ussd(talking):
    """`ussd(number)` is a telephone in Mexico."""
    inbox = dialogue_inbox("ussd", "africastalking", {"token": "token"}, name="Aurora *123#")
    return lambda number, **more: Ussd(inbox, number, **more)


@pytest.fixture
def phone(talking):
    settings = {"account_sid": "AC" + "1" * 32, "auth_token": "token"}
    inbox = dialogue_inbox("voice", "twilio", settings, name="Aurora")
    return lambda number, **more: Phone(inbox, number, **more)


@pytest.fixture
def newcomer(talking):
    """Valeria, who speaks English and has a plan; she has no PIN yet."""
    made = valeria(plans().plus)
    made.talk.language = made.account.customer.language = "en"
    return made


@pytest.fixture
def hers(newcomer):
    """With a PIN, and something to hear of: allowances and an invoice."""
    with_buckets(newcomer.line)
    with_invoice(newcomer)
    pins.choose(newcomer.account.customer_id, PIN, by=actor_of(newcomer.account.customer, "en"))
    return newcomer
