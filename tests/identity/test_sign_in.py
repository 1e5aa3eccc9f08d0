from datetime import timedelta

import pyotp
import pytest
from argon2 import Type, extract_parameters
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import SYSTEM
from app.identity import passwords, service, sessions
from app.identity.errors import BadCode, BadCredentials, Locked
from app.identity.models import SessionKind, Staff

PASSWORD = "correct horse battery"
SECRET = pyotp.random_base32()


@pytest.fixture
def ana(database):
    return service.hire(
        by=SYSTEM, email="Ana@Aurora.example", name="Ana", roles=["agent"],
        password=PASSWORD, totp_secret=SECRET,
    )  # fmt: skip


def code(moment=None):
    return pyotp.TOTP(SECRET).at(moment or clock.now())


def test_password_and_code_let_a_colleague_in(ana):
    actor = service.check_code(service.check_password("ana@aurora.example ", PASSWORD), code())
    sessions.open_session(SessionKind.STAFF, by=actor, user_agent="test", address="127.0.0.1")

    assert actor.id == ana.id
    assert actor.may("tickets.accept")
    assert not actor.may("staff.manage")
    entries = db.session.scalars(select(AuditEntry.action)).all()
    assert entries == ["staff.hired", "session.opened"]


def test_known_and_unknown_accounts_are_refused_alike(ana):
    with pytest.raises(BadCredentials) as known:
        service.check_password("ana@aurora.example", "wrong horse battery")
    with pytest.raises(BadCredentials) as unknown:
        service.check_password("nobody@aurora.example", PASSWORD)

    assert str(known.value.message) == str(unknown.value.message)
    assert known.value.details == unknown.value.details


def test_a_code_is_good_once(ana):
    service.check_code(ana, code())

    with pytest.raises(BadCode):
        service.check_code(ana, code())


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(-31, False), (-30, True), (59, True), (60, False)]
)
def test_a_code_drifts_by_one_step_at_most(ana, seconds, accepted):
    moment = clock.now().replace(second=0, microsecond=0)
    with clock.moved_to(moment):
        sent = code(moment + timedelta(seconds=seconds))
        if accepted:
            assert service.check_code(ana, sent).id == ana.id
        else:
            with pytest.raises(BadCode):
                service.check_code(ana, sent)


@pytest.mark.parametrize("sent", ["", " ", "null", "12345", "1234567", "١٢٣٤٥٦", "abcdef"])
def test_what_is_no_code_is_refused(ana, sent):
    with pytest.raises(BadCode):
        service.check_code(ana, sent)


def test_five_failures_lock_the_account_even_for_the_right_password(ana):
    for _ in range(5):
        with pytest.raises(BadCredentials):
            service.check_password("ana@aurora.example", "wrong horse battery")

    with pytest.raises(Locked) as locked:
        service.check_password("ANA@aurora.example", PASSWORD)
    assert 0 < locked.value.details["retry_after"] <= 61

    with clock.moved_to(clock.now() + timedelta(seconds=61)):
        assert service.check_password("ana@aurora.example", PASSWORD).id == ana.id


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "short",
        "kX9vLq2pRz4",  # eleven
        "kX9vLq2p" * 129,
        "password1234",
        "P@ssw0rd1234",
        "123456789012",
        "112233445566",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "xk7xk7xk7xk7",
        "1q2w3e4r5t6y",
        "!QAZ2wsx3edc",
        "Qwerty!23456",
        "Summer2026!!",
        "Admin@123456",
        "Contraseña123",
        "SenhaSenha12",
        "teamomucho12",
        "Flamengo2025!",
        "unbelievable",
    ],
)
def test_weak_passwords_are_refused(weak):
    with pytest.raises(passwords.WeakPassword):
        passwords.hashed(weak)


def test_a_password_is_kept_as_argon2id_of_the_cost_that_we_promise():
    kept = extract_parameters(passwords.hashed(PASSWORD))

    assert kept.type is Type.ID
    assert kept.time_cost >= 2
    assert kept.memory_cost >= 19 * 1024


@pytest.mark.parametrize(
    "good",
    ["kX9vLq2pRz4m", "correct horse battery", "gato azul en la luna", "a long enough password"],
)
def test_what_nobody_else_thinks_of_is_taken_whatever_it_is_made_of(good):
    assert passwords.matches(good, passwords.hashed(good))


def open_session(ana):
    return sessions.open_session(
        SessionKind.STAFF, by=ana.as_actor(), user_agent="test", address="127.0.0.1"
    )


def test_a_session_is_found_by_its_token_until_it_ends(ana):
    opened = open_session(ana)

    assert sessions.find(SessionKind.STAFF, opened.token).owner_id == ana.id
    assert sessions.find(SessionKind.CUSTOMER, opened.token) is None
    sessions.end(opened.session.id, by=ana.as_actor())
    db.session.expire_all()
    assert sessions.find(SessionKind.STAFF, opened.token) is None


def test_a_session_dies_after_fifteen_idle_minutes_and_background_calls_do_not_help(ana):
    opened = open_session(ana)
    start = opened.session.created_at

    with clock.moved_to(start + timedelta(minutes=14)):
        assert sessions.find(SessionKind.STAFF, opened.token, counts_as_activity=False)
    with clock.moved_to(start + timedelta(minutes=15, seconds=1)):
        assert sessions.find(SessionKind.STAFF, opened.token) is None


def test_a_session_in_use_dies_after_twelve_hours(ana):
    opened = open_session(ana)
    start = opened.session.created_at

    for minutes in range(10, 12 * 60 + 1, 10):
        with clock.moved_to(start + timedelta(minutes=minutes)):
            assert sessions.find(SessionKind.STAFF, opened.token)
    with clock.moved_to(start + timedelta(hours=12, seconds=1)):
        assert sessions.find(SessionKind.STAFF, opened.token) is None


def test_disabled_staff_have_no_live_sessions(ana):
    opened = open_session(ana)
    assert set(sessions.live_staff_sessions([opened.session.id])) == {opened.session.id}

    db.session.get(Staff, ana.id).disabled_at = clock.now()
    db.session.commit()

    assert sessions.live_staff_sessions([opened.session.id]) == {}
