"""What is sent twice, at the same instant, out of order, or while nothing is remembered."""

import re
from datetime import timedelta

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import func, select

from app.conversations.models import Conversation, Message, MessageKind, Verification
from app.core import clock, db
from app.core.money import Money
from app.payments.service import vouchers
from app.selfservice import sessions
from app.selfservice.errors import NotNow, PinLocked, WeakPin, WrongPin
from app.selfservice.models import CarePin, Effect
from app.selfservice.service import pins
from app.selfservice.talk import actor_of
from app.subscriptions.models import Block
from app.subscriptions.queries import current_plan, lines_of
from app.tickets.models import Ticket
from app.usage.queries import balance_of
from tests.factories.actors import administrator
from tests.selfservice.conftest import NOW, PIN, prepaid_line, valeria


def voucher(market="MX"):
    _, codes = vouchers.generate(
        market,
        by=administrator(),
        name="Kiosk",
        value=Money.of("100.00", "MXN"),
        count=2,
        expires_on=NOW.date().replace(year=2027),
    )
    return codes[0]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_text_again_is_the_same_screen_and_nothing_more(ussd, hers):
    phone = ussd(hers.line.number)
    phone.dial()
    once = phone.press("6", PIN, "1", "1", "1")

    again = [phone.take(phone.trail) for _ in range(5)]

    assert once.startswith("END ")
    assert again == [once] * 5
    assert count(Block) == count(Effect) == 1


def test_earlier_texts_that_come_late_change_nothing(ussd, hers):
    phone = ussd(hers.line.number)
    first = phone.dial()
    balance = phone.press("1")
    phone.press("0")

    late = [phone.take(""), phone.take("1")]
    further = phone.press("2")

    assert late == [first, balance]
    assert further.startswith("CON You still have until")


def test_a_voucher_is_added_once_though_the_session_was_forgotten(ussd, hers, remembering):
    line = prepaid_line(hers)
    code = voucher()
    phone = ussd(line.number)
    phone.dial()
    told = phone.press("3", PIN, code)

    remembering.flushdb()
    forgotten = phone.take(phone.trail)

    assert "$100.00 was added" in told
    assert balance_of(line.id).money == Money.of("252.40", "MXN")
    assert forgotten.startswith("CON Aurora *123#")


def test_five_wrong_vouchers_are_the_last_she_may_try_for_a_while(ussd, hers):
    line = prepaid_line(hers)
    code = voucher()

    told = []
    for number, tried in enumerate([*(f"{each:016d}" for each in range(5)), code]):
        phone = ussd(line.number)
        phone.session_id = f"ATUid_{number}"
        phone.dial()
        told.append(phone.press("3", PIN, tried))

    assert all("is not valid" in each for each in told[:5])
    assert "Too many failed attempts" in told[5]
    assert balance_of(line.id).money == Money.of("152.40", "MXN")


def test_stars_in_what_is_typed_belong_to_it(ussd, hers):
    line = prepaid_line(hers)
    code = voucher()
    phone = ussd(line.number)
    phone.dial()

    told = phone.press("3", PIN, f"{code[:4]}*{code[4:8]}*{code[8:]}")

    assert "$100.00 was added" in told


def test_a_text_that_goes_on_from_nowhere_shows_where_we_are(ussd, hers):
    phone = ussd(hers.line.number)
    phone.dial()
    balance = phone.press("1")

    assert phone.take("7*7*7") == balance


def test_a_session_is_that_of_the_number_that_began_it(ussd, hers):
    other = valeria(current_plan(hers.line).version, number="+525530009999")
    phone = ussd(hers.line.number)
    phone.dial()
    phone.press("6", PIN)

    phone.number = other.line.number

    with pytest.raises(NotNow):
        phone.press("1")


def test_a_pin_is_asked_for_again_after_ten_minutes_of_a_call(phone, hers):
    caller = phone(hers.line.number)
    caller.call()
    for said in ("6", PIN, "1", "1"):
        sure = caller.press(said)
    talk = db.session.scalars(select(Conversation).where(Conversation.channel == "voice")).one()
    known = talk.verification

    with clock.moved_to(NOW + timedelta(minutes=10)):
        asked = caller.press("1")
        known_later, blocked = talk.verification, count(Block)
        sure_again = caller.press(PIN)
        caller.press("1")

    assert "Block" in sure
    assert "Enter your care PIN" in asked
    assert (known, blocked) == (Verification.IDENTITY, 0)
    assert known_later is not Verification.IDENTITY
    assert "Block" in sure_again
    assert count(Block) == 1


def test_the_third_wrong_pin_locks_it_until_she_chooses_anew(ussd, hers):
    customer = hers.account.customer
    by = actor_of(customer, "en")
    phone = ussd(hers.line.number)
    phone.dial()

    screens = [phone.press("6"), phone.press("1111"), phone.press("2222"), phone.press("3333")]

    assert [each.partition(" ")[0] for each in screens] == ["CON", "CON", "CON", "END"]
    assert "locked" in screens[-1]
    with pytest.raises(PinLocked):
        pins.prove(customer.id, PIN, by=by)

    pins.choose(customer.id, "8642", by=by)
    pins.prove(customer.id, "8642", by=by)


def test_a_right_pin_clears_the_count(hers):
    customer = hers.account.customer
    by = actor_of(customer, "en")
    for _ in range(3):
        with pytest.raises(WrongPin):
            pins.prove(customer.id, "1111", by=by)
        with pytest.raises(WrongPin):
            pins.prove(customer.id, "2222", by=by)
        pins.prove(customer.id, PIN, by=by)


@pytest.mark.parametrize(
    "pin", ["123", "1234", "9876", "0000", "2525", "123456789", "12a4", "", "１２５８"]
)
def test_a_pin_that_is_easy_to_guess_is_refused(hers, pin):
    with pytest.raises(WeakPin):
        pins.choose(hers.account.customer_id, pin, by=actor_of(hers.account.customer, "en"))


def test_nothing_typed_is_kept_in_the_clear(ussd, hers, remembering):
    phone = ussd(hers.line.number)
    phone.dial()
    phone.press("6", PIN)

    kept = b"".join(remembering.get(key) for key in remembering.keys("dialogue:*"))

    assert not re.search(rf"\b{PIN}\b".encode(), kept)
    assert not db.session.get(CarePin, hers.account.customer_id).pin_hash.count(PIN)


def test_without_redis_it_says_so(ussd, hers):
    away = Redis(host="127.0.0.1", port=9, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0))
    sessions.keep_in(away)

    with pytest.raises(NotNow):
        ussd(hers.line.number).dial()


def test_a_stranger_sees_plans_and_a_way_to_a_person_and_nothing_of_anybody(ussd, hers):
    phone = ussd("+525588887777")

    home = phone.dial()
    offered = phone.press("1")
    asked = phone.press("0", "2", "1")

    assert "Balance" not in home
    assert "Saldo" not in home
    assert "Plus 20GB" in offered
    assert asked.startswith("END ")
    talk = db.session.scalars(select(Conversation).where(Conversation.channel == "ussd")).one()
    assert talk.customer_id is None
    assert talk.status.value == "waiting"


def test_asking_twice_to_be_called_back_is_one_ticket(ussd, hers):
    phone = ussd(hers.line.number)
    phone.dial()
    phone.press("1", "0", "7", "1")
    phone.take(phone.trail)

    ticket = db.session.scalars(select(Ticket)).one()

    assert ticket.customer_id == hers.account.customer_id
    assert ticket.context["intent"] == "call_back"
    assert "Balance" in ticket.context["tried"]
    said = select(Message.extra).where(Message.kind == MessageKind.ACTIVITY)
    codes = [each["activity"] for each in db.session.scalars(said)]
    assert codes.count("call_back") == 1


def test_changing_the_plan_charges_what_was_quoted_once(ussd, hers):
    phone = ussd(hers.line.number)
    phone.dial()
    quoted = phone.press("4", PIN, "2")
    phone.press("1")
    phone.take(phone.trail)

    line = lines_of(hers.account.customer_id)[0]
    assert "starts today" in quoted
    assert current_plan(line).version.offer.name == "Max Unlimited"
    assert len(line.subscriptions) == 2
