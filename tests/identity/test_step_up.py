"""Confirming who one is: for one deed, once, within five minutes."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from app.core import clock, db
from app.core.money import Money
from app.identity import passwords, sessions, step_up
from app.identity.errors import BadCode, Locked, StepUpNeeded
from app.identity.models import Confirmation, SessionKind
from app.identity.step_up import Deed
from tests.billing.committed import at_once, count
from tests.factories.actors import customer
from tests.factories.identity import StaffFactory

SECRET = pyotp.random_base32()
REFUND = Deed("payments.refund", "p-1", Money.of("100.00", "MXN"))


def signed_in(staff):
    return sessions.open_session(
        SessionKind.STAFF, by=staff.as_actor(), user_agent="", address="", verified=True
    )


@pytest.fixture
def opened(database):
    staff = StaffFactory(totp_secret=SECRET)
    return staff.as_actor(), signed_in(staff).session


def test_a_confirmation_is_good_once(opened):
    by, session = opened
    step_up.confirm(session.id, REFUND, by=by)

    step_up.use(session.id, REFUND)

    with pytest.raises(StepUpNeeded):
        step_up.use(session.id, REFUND)


@pytest.mark.parametrize(
    "other",
    [
        Deed("billing.credit", "p-1", Money.of("100.00", "MXN")),
        Deed("payments.refund", "p-2", Money.of("100.00", "MXN")),
        Deed("payments.refund", "p-1", Money.of("100.01", "MXN")),
        Deed("payments.refund", "p-1", Money.of("100.00", "BRL")),
        Deed("payments.refund", "p-1"),
    ],
)
def test_a_confirmation_is_for_nothing_else(opened, other):
    by, session = opened
    step_up.confirm(session.id, REFUND, by=by)

    with pytest.raises(StepUpNeeded) as refused:
        step_up.use(session.id, other)

    assert refused.value.details["action"] == other.action
    step_up.use(session.id, REFUND)


def test_a_confirmation_is_of_its_session_only(opened):
    by, session = opened
    step_up.confirm(session.id, REFUND, by=by)

    with pytest.raises(StepUpNeeded):
        step_up.use(signed_in(StaffFactory()).session.id, REFUND)


@pytest.mark.parametrize(("minutes", "good"), [(4.9, True), (5.1, False)])
def test_a_confirmation_is_good_for_five_minutes(opened, minutes, good):
    by, session = opened
    step_up.confirm(session.id, REFUND, by=by)

    with clock.moved_to(clock.now() + timedelta(minutes=minutes)):
        if good:
            step_up.use(session.id, REFUND)
        else:
            with pytest.raises(StepUpNeeded):
                step_up.use(session.id, REFUND)


def test_the_session_has_a_new_id_from_then_on(opened):
    by, session = opened
    before = session.token_hash

    token = step_up.confirm(session.id, REFUND, by=by)

    assert sessions.find(SessionKind.STAFF, token).id == session.id
    db.session.refresh(session)
    assert session.token_hash != before


def test_five_wrong_codes_lock_the_factor_also_for_the_right_one(opened):
    by, _ = opened
    for _ in range(5):
        with pytest.raises(BadCode):
            step_up.prove_staff(by, "000000")

    right = pyotp.TOTP(SECRET).now()
    with pytest.raises(Locked):
        step_up.prove_staff(by, right)


def test_five_wrong_passwords_lock_a_customer_out(database):
    by, stored = customer(), passwords.hashed("correct horse battery")
    step_up.prove_customer(by, "correct horse battery", stored)
    for _ in range(5):
        with pytest.raises(BadCode):
            step_up.prove_customer(by, "wrong horse battery", stored)

    with pytest.raises(Locked):
        step_up.prove_customer(by, "correct horse battery", stored)


def test_of_fifty_uses_of_a_confirmation_at_once_one_succeeds(committing):
    staff = StaffFactory()
    session_id = signed_in(staff).session.id
    step_up.confirm(session_id, REFUND, by=staff.as_actor())

    results = at_once(50, lambda _: step_up.use(session_id, REFUND))

    assert results.count(None) == 1
    assert sum(isinstance(each, StepUpNeeded) for each in results) == 49
    assert count(Confirmation, Confirmation.used_at.is_not(None)) == 1


def test_a_code_is_good_once_also_in_fifty_tries_at_once(committing):
    by = StaffFactory(totp_secret=SECRET).as_actor()
    code = pyotp.TOTP(SECRET).now()

    results = at_once(50, lambda _: step_up.prove_staff(by, code))

    assert results.count(None) == 1
    assert all(isinstance(each, BadCode | Locked) for each in results if each is not None)
    assert db.session.scalars(select(Confirmation)).all() == []
