"""How long a sign-in counts, what keeps it alive, what ends it: every limit at both its sides."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.secrets import token_hash
from app.identity import sessions
from app.identity.events import SessionEnded
from app.identity.models import Session, SessionKind
from tests.factories.actors import customer
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.heard import heard

STAFF, CUSTOMER = SessionKind.STAFF, SessionKind.CUSTOMER
SECOND = timedelta(seconds=1)
IDLE = {STAFF: timedelta(minutes=15), CUSTOMER: timedelta(minutes=30)}


@pytest.fixture
def ana(database):
    return StaffFactory(roles=["agent"], markets=["MX"])


@pytest.fixture
def people(ana):
    return {STAFF: ana.as_actor(), CUSTOMER: customer(id=CustomerFactory().id)}


def opened(actor, kind=STAFF, **more):
    return sessions.open_session(kind, by=actor, user_agent="Firefox", address="10.0.0.7", **more)


def entries(action):
    query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return db.session.scalars(query).all()


def is_found(kind, token, after, **more):
    db.session.expire_all()
    with clock.moved_to(after):
        return sessions.find(kind, token, counts_as_activity=False, **more) is not None


def stored(made):
    return db.session.get(Session, made.session.id, populate_existing=True)


def is_listed(kind, session, after):
    with clock.moved_to(after):
        return session.id in {each.id for each in sessions.sessions_of(kind, session.owner_id)}


def test_a_session_keeps_what_it_was_opened_with_and_never_its_token(ana):
    moment, device = clock.now(), new_id()
    with clock.moved_to(moment):
        made = opened(ana.as_actor(), factors=["password", "totp"], verified=True, device_id=device)
        plain = sessions.open_session(
            STAFF, by=ana.as_actor(), user_agent="x" * 400, address="y" * 100
        )

    kept = made.session
    assert (kept.kind, kept.owner_id, kept.device_id) == (STAFF, ana.id, device)
    assert (kept.created_at, kept.active_at, kept.verified_at) == (moment,) * 3
    assert (kept.factors, kept.user_agent, kept.address) == (
        ["password", "totp"], "Firefox", "10.0.0.7",
    )  # fmt: skip
    assert kept.token_hash == token_hash(made.token) != made.token
    assert (plain.session.verified_at, plain.session.factors) == (None, [])
    assert (len(plain.session.user_agent), len(plain.session.address)) == (300, 64)
    assert plain.token != made.token
    first, second = entries("session.opened")
    assert (first.object_kind, first.object_id, first.actor_id) == ("staff", str(ana.id), ana.id)
    assert first.changes == {"address": "10.0.0.7", "factors": "password, totp"}
    assert second.changes.keys() == {"address"}


@pytest.mark.parametrize("kind", [STAFF, CUSTOMER])
def test_a_session_rests_so_long_and_no_longer(people, kind):
    start = clock.now()
    with clock.moved_to(start):
        made = opened(people[kind], kind)

    for after, lives in ((IDLE[kind], True), (IDLE[kind] + SECOND, False)):
        assert is_found(kind, made.token, start + after) is lives
        assert is_listed(kind, made.session, start + after) is lives
    assert sessions.ends_at(made.session) == start + IDLE[kind]


@pytest.mark.parametrize(
    ("kind", "rests"), [(STAFF, timedelta(minutes=15)), (CUSTOMER, timedelta(minutes=10))]
)
def test_at_risk_a_customer_rests_shorter(people, kind, rests):
    start = clock.now()
    with clock.moved_to(start):
        made = opened(people[kind], kind)
        sessions.note_high_risk(made.session)
    with clock.moved_to(start + SECOND):
        sessions.note_high_risk(made.session)

    assert made.session.high_risk_at == start, "the first time counts"
    for after, lives in ((rests, True), (rests + SECOND, False)):
        assert is_found(kind, made.token, start + after) is lives
        assert is_listed(kind, made.session, start + after) is lives


@pytest.mark.parametrize("kind", [STAFF, CUSTOMER])
def test_however_busy_it_is_over_after_twelve_hours(people, kind):
    start = clock.now()
    with clock.moved_to(start):
        made = opened(people[kind], kind)
    end = start + timedelta(hours=12)
    made.session.active_at = end
    db.session.commit()

    for after, lives in ((end, True), (end + SECOND, False)):
        assert is_found(kind, made.token, after) is lives
        assert is_listed(kind, made.session, after) is lives
    assert sessions.ends_at(made.session) == end


def test_only_what_she_does_keeps_it_alive_and_each_time_to_the_second(ana):
    start = clock.now()
    with clock.moved_to(start):
        made = opened(ana.as_actor())

    def active_after(seconds, **more):
        with clock.moved_to(start + timedelta(seconds=seconds)):
            sessions.find(STAFF, made.token, **more)
        return stored(made).active_at - start

    assert active_after(31, counts_as_activity=False) == timedelta(0)
    assert active_after(1) == SECOND
    assert active_after(29) == 29 * SECOND
    assert active_after(28) == 29 * SECOND, "one that was slower takes nothing back"
    for after, lives in ((IDLE[STAFF], True), (IDLE[STAFF] + SECOND, False)):
        assert is_found(STAFF, made.token, start + 29 * SECOND + after) is lives


def test_what_is_done_in_one_keeps_no_other_alive(ana):
    start = clock.now()
    with clock.moved_to(start):
        hers, elsewhere = opened(ana.as_actor()), opened(ana.as_actor())
    with clock.moved_to(start + SECOND):
        found = sessions.find(STAFF, hers.token)

    assert found.active_at == start + SECOND
    assert found not in db.session.dirty
    assert stored(elsewhere).active_at == start


def test_one_that_is_over_is_not_noted_as_active(ana):
    start = clock.now()
    with clock.moved_to(start):
        rested, ended = opened(ana.as_actor()), opened(ana.as_actor())
        sessions.end(ended.session.id, by=ana.as_actor())
    with clock.moved_to(start + SECOND):
        assert sessions.find(STAFF, ended.token) is None
    with clock.moved_to(start + IDLE[STAFF] + SECOND):
        assert sessions.find(STAFF, rested.token) is None

    assert [stored(each).active_at for each in (rested, ended)] == [start, start]


def test_noting_that_somebody_is_there_waits_for_no_disk(ana):
    made = opened(ana.as_actor())
    before = db.session.scalar(text("SHOW synchronous_commit"))
    with clock.moved_to(clock.now() + SECOND):
        sessions.find(STAFF, made.token)

    assert (before, db.session.scalar(text("SHOW synchronous_commit"))) == ("on", "off")


def test_a_token_opens_its_own_kind_and_no_other(ana):
    made = opened(ana.as_actor())

    assert sessions.find(STAFF, made.token).staff is ana
    assert sessions.find(CUSTOMER, made.token) is None
    assert sessions.find(STAFF, f"{made.token}x") is None
    assert sessions.find(STAFF, "") is None


def test_what_staff_may_is_read_anew_for_the_sessions_that_live(ana):
    start, other = clock.now(), StaffFactory(roles=[], markets=[])
    with clock.moved_to(start):
        hers, others = opened(ana.as_actor()).session, opened(other.as_actor()).session
        gone = opened(ana.as_actor()).session
        sessions.end(gone.id, by=SYSTEM)
        found = sessions.live_staff_sessions([hers.id, gone.id, new_id()])
    later = start + timedelta(minutes=15, seconds=1)
    with clock.moved_to(later):
        assert sessions.live_staff_sessions([hers.id, others.id]) == {}

    assert found == {hers.id: sessions.Rights(frozenset({"agent"}), frozenset({"MX"}))}
    ana.disabled_at = start
    db.session.commit()
    with clock.moved_to(start):
        assert sessions.live_staff_sessions([hers.id, others.id]).keys() == {others.id}


def test_the_latest_used_is_listed_first_and_only_ones_own(ana, people):
    start = clock.now()
    with clock.moved_to(start):
        first = opened(ana.as_actor()).session
        opened(people[CUSTOMER], CUSTOMER)
        opened(StaffFactory(roles=[], markets=[]).as_actor())
    with clock.moved_to(start + SECOND):
        second = opened(ana.as_actor()).session
        listed = sessions.sessions_of(STAFF, ana.id)
        assert sessions.sessions_of(CUSTOMER, ana.id) == []

    assert [each.id for each in listed] == [second.id, first.id]


def test_an_end_is_said_and_written_down_once(ana):
    made = opened(ana.as_actor())
    moment = clock.now()

    with heard(SessionEnded) as said, clock.moved_to(moment):
        sessions.end(made.session.id, by=ana.as_actor())
        sessions.end(made.session.id, by=ana.as_actor())

    assert said == [SessionEnded(made.session.id, STAFF, ana.id)]
    ended = db.session.get(Session, made.session.id, populate_existing=True).ended_at
    assert ended == moment
    [entry] = entries("session.ended")
    assert (entry.object_kind, entry.object_id) == ("session", str(made.session.id))
    assert entry.actor_id == ana.id
    assert sessions.find(STAFF, made.token) is None


def test_one_ends_ones_own_and_nobody_elses(ana, people):
    mine, other = opened(ana.as_actor()), opened(StaffFactory(roles=[], markets=[]).as_actor())
    theirs = opened(people[CUSTOMER], CUSTOMER)

    for each in (other.session.id, theirs.session.id, new_id()):
        with pytest.raises(NotFound):
            sessions.end_own(each, by=ana.as_actor())
    sessions.end_own(mine.session.id, by=ana.as_actor())

    assert sessions.find(STAFF, mine.token) is None
    assert sessions.find(STAFF, other.token) is not None
    assert sessions.find(CUSTOMER, theirs.token) is not None


def test_somebody_is_signed_out_everywhere_but_where_it_is_done(ana, people):
    here, there = opened(ana.as_actor()), opened(ana.as_actor())
    other = opened(StaffFactory(roles=[], markets=[]).as_actor())

    assert sessions.end_all(CUSTOMER, ana.id, by=SYSTEM) == 0
    assert sessions.end_all(STAFF, ana.id, by=SYSTEM, but=here.session.id) == 1
    assert sessions.find(STAFF, there.token) is None
    assert sessions.find(STAFF, here.token) is not None
    assert sessions.end_all(STAFF, ana.id, by=SYSTEM) == 1
    assert sessions.find(STAFF, other.token) is not None
