"""What is let go of: factors of who begins anew, old letters, what nobody came back to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.core.errors import Forbidden
from app.identity import (
    devices,
    forgetting,
    letters,
    links,
    lockout,
    passkeys,
    recovery,
    sessions,
    staffing,
)
from app.identity.models import (
    EntryLink,
    Letter,
    LinkPurpose,
    PasskeyChallenge,
    SessionKind,
    SignInFailure,
    Staff,
)
from tests.factories.actors import administrator
from tests.factories.identity import StaffFactory

pytestmark = pytest.mark.usefixtures("app")
STAFF = SessionKind.STAFF


def later(**much):
    return clock.moved_to(clock.now() + timedelta(**much))


def test_who_begins_anew_keeps_no_factor_no_session_and_no_known_browser():
    ana = StaffFactory()
    by, secret = ana.as_actor(), ana.totp_secret
    known = devices.remember(STAFF, ana.id, "")
    recovery.regenerate(by=by)
    opened = sessions.open_session(STAFF, by=by, user_agent="", address="")
    assert not devices.is_new(STAFF, ana.id, known.token)

    staffing.begin_anew(ana.id, by=administrator())

    ana = db.session.get(Staff, ana.id, populate_existing=True)
    assert ana.password_hash is None
    assert ana.totp_secret != secret
    assert recovery.left(ana.id) == 0
    assert sessions.find(STAFF, opened.token) is None
    assert devices.is_new(STAFF, ana.id, known.token)
    assert db.session.scalars(select(Letter.kind)).all()[-1] == "invitation"


def test_nobody_begins_anew_by_herself():
    boss = StaffFactory(roles=["administrator"], markets=[])

    with pytest.raises(Forbidden):
        staffing.begin_anew(boss.id, by=boss.as_actor())


def test_her_very_first_browser_is_not_new():
    assert not devices.is_new(STAFF, StaffFactory().id, "")


def test_a_letter_is_kept_a_day_after_it_has_left_and_a_week_where_it_cannot():
    sent = letters.write("password_changed", "ana@aurora.example", "en", operator="Aurora")
    letters.write("password_changed", "eva@aurora.example", "en", operator="Aurora")
    letters.note_sent(sent.id)

    def left():
        forgetting.forget_stale()
        return db.session.scalars(select(Letter.address).order_by(Letter.address)).all()

    with later(hours=23):
        assert left() == ["ana@aurora.example", "eva@aurora.example"]
    with later(hours=25):
        assert left() == ["eva@aurora.example"]
    with later(days=8):
        assert left() == []


def test_tries_in_vain_are_forgotten_a_day_after_the_last():
    def tried():
        forgetting.forget_stale()
        return db.session.scalars(select(SignInFailure.count)).all()

    lockout.attempt("nobody@example.com")
    with later(hours=20):
        lockout.attempt("nobody@example.com")
    with later(hours=43):
        assert tried() == [2]
    with later(hours=45):
        assert tried() == []


def test_what_nobody_came_back_to_is_kept_a_day_and_a_link_a_month():
    links.issue(LinkPurpose.RESET, STAFF, StaffFactory().id)
    passkeys.ask_to_prove(passkeys.SIGN_IN, STAFF, bound_to="a browser")

    def left():
        forgetting.forget_stale()
        return [
            len(db.session.scalars(select(each)).all()) for each in (PasskeyChallenge, EntryLink)
        ]

    with later(hours=23):
        assert left() == [1, 1]
    with later(hours=25):
        assert left() == [0, 1]
    with later(days=31):
        assert left() == [0, 0]
