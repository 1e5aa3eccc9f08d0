"""Fifty copies of one call at the same instant, each with a connection of its own."""

import pytest
from sqlalchemy import func, select

from app.core import db
from app.selfservice.models import CarePin, Effect
from app.selfservice.service import pins
from app.selfservice.talk import actor_of
from app.subscriptions.models import Block
from tests.factories.conversations import InboxFactory
from tests.selfservice.conftest import PIN, Ussd, plans, valeria

pytestmark = pytest.mark.usefixtures("committing", "remembering")


def phone_of_hers():
    hers = valeria(plans().plus)
    customer = hers.account.customer
    pins.choose(customer.id, PIN, by=actor_of(customer, "en"))
    phone = Ussd(InboxFactory(channel="ussd", bot_on=False), hers.line.number)
    return phone, customer.id


def copies(run, phone, trail, count=50):
    inbox_id = phone.inbox.id

    def take(_):
        own = Ussd(db.session.get_one(type(phone.inbox), inbox_id), phone.number)
        try:
            return own.take(trail)
        finally:
            db.session.remove()

    return run(take, range(count))


def test_copies_of_the_last_step_have_one_effect_and_one_answer(in_parallel):
    phone, _ = phone_of_hers()
    phone.dial()
    phone.press("6", PIN, "1", "1")

    answers = copies(in_parallel, phone, f"{phone.trail}*1")

    assert len(set(answers)) == 1
    assert answers[0].startswith("END ")
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(Effect)) == 1
    assert db.session.scalar(select(func.count()).select_from(Block)) == 1


def test_copies_of_a_wrong_pin_count_once(in_parallel):
    phone, customer_id = phone_of_hers()
    phone.dial()
    phone.press("6")

    copies(in_parallel, phone, f"{phone.trail}*1111", count=20)

    db.session.remove()
    assert db.session.get_one(CarePin, customer_id).failures == 1


def test_tries_in_parallel_sessions_count_one_after_the_other(in_parallel):
    _, customer_id = phone_of_hers()
    db.session.remove()

    def guess(number):
        from app.customers.models import Customer

        by = actor_of(db.session.get_one(Customer, customer_id), "en")
        try:
            pins.prove(customer_id, f"{number:04d}", by=by)
        except Exception as refusal:  # noqa: BLE001 - the kind is what is asked
            return type(refusal).__name__
        finally:
            db.session.remove()

    said = in_parallel(guess, range(20))

    assert sorted(said) == ["PinLocked"] * 18 + ["WrongPin"] * 2
