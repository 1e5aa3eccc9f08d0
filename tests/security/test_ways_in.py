"""SECURITY.md, Identity: recovery codes, passkeys, invitations, resets and unusual sign-ins, as a
browser meets them."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pyotp
import pytest
from sqlalchemy import select

from app.core import clock, db
from app.core.actor import SYSTEM
from app.customers import mourning
from app.customers.models import Notice
from app.identity import passwords, recovery, service, sessions, staffing
from app.identity.alerts import tell_of_unusual_sign_in
from app.identity.events import SignInUnusual
from app.identity.models import (
    EntryLink,
    KnownDevice,
    Letter,
    OneTimeCode,
    Session,
    SessionKind,
    SignInFailure,
    Staff,
)
from app.markets import service as markets
from tests.factories.actors import administrator
from tests.factories.authenticator import Authenticator
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard
from tests.security.browsers import Browser, customer_browser, staff_browser

PASSWORD, ANOTHER = "correct horse battery", "another horse battery"
TOTP = pyotp.random_base32()
STAFF, CUSTOMER = "__Host-dialtone-staff", "__Host-dialtone-customer"
EMAIL = "ana@aurora.example"


@pytest.fixture
def ana(app):
    return service.hire(
        by=SYSTEM, email=EMAIL, name="Ana", roles=["agent"], password=PASSWORD, totp_secret=TOTP
    )


@pytest.fixture
def browser(app):
    return Browser(app)


def code():
    return pyotp.TOTP(TOTP).at(clock.now())


def pending(answer):
    return re.search(r'name="pending" value="([^"]+)"', answer.get_data(as_text=True))[1]


def give_password(browser, password=PASSWORD):
    return browser.post("/sign-in", data={"email": EMAIL, "password": password})


def give(browser, step, answer, sent):
    return browser.post(f"/sign-in/{step}", data={"pending": pending(answer), "code": sent})


def sign_in(browser, password=PASSWORD):
    return give(browser, "code", give_password(browser, password), code())


def later(seconds=40):
    """So that another authenticator code is in use."""
    return clock.moved_to(clock.now() + timedelta(seconds=seconds))


def is_in(browser):
    return browser.get("/desk/").status_code == 200


# Recovery codes


def test_a_recovery_code_stands_in_for_the_second_factor_once(app, browser, ana):
    codes = recovery.regenerate(by=ana.as_actor())
    typed = codes[3].upper().replace("-", " ")

    first = give(browser, "recovery", give_password(browser), typed)
    again = give(Browser(app), "recovery", give_password(browser), typed)

    assert (first.status_code, again.status_code) == (303, 401)
    assert is_in(browser)
    assert recovery.left(ana.id) == 9


def test_new_recovery_codes_need_proof_and_make_the_old_ones_worthless(app, ana):
    old = recovery.regenerate(by=ana.as_actor())
    browser = staff_browser(app, staff=ana)

    asked = browser.post("/me/security/recovery", data={})
    page = browser.post("/me/security/recovery", data={"confirmation": code()})
    shown = re.findall(r"<li>([\w-]{19})</li>", page.get_data(as_text=True))

    assert asked.status_code == 428
    assert len(set(shown)) == 10
    assert give(Browser(app), "recovery", give_password(Browser(app)), old[0]).status_code == 401
    stored = db.session.scalars(select(recovery.RecoveryCode.code_hash)).all()
    assert not any(each in hashed for each in shown for hashed in stored)
    assert browser.get("/me/security").get_data(as_text=True).count(shown[0]) == 0


def test_five_wrong_recovery_codes_lock_them(app, browser, ana):
    right = recovery.regenerate(by=ana.as_actor())[0]
    first = give_password(browser)
    for _ in range(5):
        assert give(browser, "recovery", first, "x" * 16).status_code == 401

    assert give(browser, "recovery", first, right).status_code == 429


# Passkeys


def with_passkey(owner, kind="staff"):
    from app.identity import passkeys

    device = Authenticator()
    options = passkeys.ask_to_register(owner, bound_to="x", account="x")
    passkeys.register(device.make(options), "Phone", by=owner, bound_to="x")
    return device


def ask(browser, path, **body):
    return browser.post(path, json=body).json


def test_a_passkey_alone_opens_the_desk(browser, ana):
    device = with_passkey(ana.as_actor())

    options = ask(browser, "/sign-in/passkey/options")
    answer = ask(browser, "/sign-in/passkey", credential=device.sign(options), next="/desk/tickets")

    assert answer == {"go": "/desk/tickets"}
    assert is_in(browser)
    assert db.session.scalars(select(Session.factors)).one() == ["passkey"]


def test_a_passkey_is_a_second_factor_of_its_owner_only(app, browser, ana):
    other = with_passkey(StaffFactory().as_actor())
    mine = with_passkey(ana.as_actor())
    first = pending(give_password(browser))

    options = ask(browser, "/sign-in/passkey/options", pending=first)
    refused = browser.post(
        "/sign-in/passkey", json={"pending": first, "credential": other.sign(options)}
    )
    options = ask(browser, "/sign-in/passkey/options", pending=first)
    let_in = browser.post(
        "/sign-in/passkey", json={"pending": first, "credential": mine.sign(options)}
    )

    assert (refused.status_code, let_in.status_code) == (401, 200)
    assert is_in(browser)


def test_a_passkeys_answer_is_worth_nothing_in_another_browser(app, browser, ana):
    device = with_passkey(ana.as_actor())
    answer = device.sign(ask(browser, "/sign-in/passkey/options"))
    thief = Browser(app)
    ask(thief, "/sign-in/passkey/options")

    assert thief.post("/sign-in/passkey", json={"credential": answer}).status_code == 401
    assert not is_in(thief)


def test_the_host_header_does_not_say_who_we_are(app, ana):
    answer = app.test_client().post(
        "/sign-in/passkey/options",
        json={},
        headers={"Origin": "http://localhost", "Host": "evil.example"},
    )

    assert answer.json["rpId"] == "localhost"


def test_a_disabled_persons_passkey_opens_nothing(browser, ana):
    device = with_passkey(ana.as_actor())
    db.session.get(Staff, ana.id).disabled_at = clock.now()
    db.session.commit()

    options = ask(browser, "/sign-in/passkey/options")

    assert (
        browser.post("/sign-in/passkey", json={"credential": device.sign(options)}).status_code
        == 401
    )


def test_a_customer_comes_in_by_passkey(app, browser):
    from app.web.login import customer_actor

    her = CustomerFactory()
    device = with_passkey(customer_actor(her))

    options = ask(browser, "/my/sign-in/passkey/options")
    answer = ask(
        browser, "/my/sign-in/passkey", credential=device.sign(options), next="//evil.example"
    )

    assert answer == {"go": "/my/"}
    assert browser.get("/my/").status_code == 200


def test_a_passkey_confirms_just_the_deed_that_it_was_asked_for(app, ana):
    from app.identity import step_up
    from app.identity.step_up import Deed

    device, browser = with_passkey(ana.as_actor()), staff_browser(app, staff=ana)
    session_id = db.session.scalars(select(Session.id)).one()
    deed, other = Deed("factors.change", str(ana.id)), Deed("factors.change", "x")

    def proof(asked):
        import base64
        import json

        answer = device.sign(step_up.ask_passkey(session_id, asked, by=ana.as_actor()))
        return "passkey:" + base64.urlsafe_b64encode(json.dumps(answer).encode()).decode()

    wrong = browser.post("/me/security/recovery", data={"confirmation": proof(other)})
    right = proof(deed)
    done = browser.post("/me/security/recovery", data={"confirmation": right})
    again = browser.post("/me/security/recovery", data={"confirmation": right})

    assert [each.status_code for each in (wrong, done, again)] == [401, 200, 401]


# A customer's second factor


def with_second_factor(app):
    her = CustomerFactory(password_hash=passwords.hashed(PASSWORD))
    browser = customer_browser(app, her)
    asked = browser.post("/my/security/second-factor", data={"on": "yes"})
    form = {"on": "yes", "confirmation": PASSWORD}
    assert (
        asked.status_code,
        browser.post("/my/security/second-factor", data=form).status_code,
    ) == (
        428,
        303,
    )
    return her


def test_a_customer_who_wants_it_is_asked_for_a_code_too(app, browser):
    her = with_second_factor(app)
    form = {"email": her.email, "password": PASSWORD, "next": "/my/bills"}

    first = browser.post("/my/sign-in", data=form)
    assert (first.status_code, browser.cookie(CUSTOMER)) == (200, None)
    sent = mailed()
    wrong = browser.post("/my/sign-in/code", data={"pending": pending(first), "code": "000000"})
    assert (wrong.status_code, browser.cookie(CUSTOMER)) == (401, None)
    right = {"pending": pending(first), "code": sent.to_send, "next": "/my/bills"}
    done = browser.post("/my/sign-in/code", data=right)

    assert (sent.channel, done.location) == ("sms", "/my/bills")
    assert browser.get("/my/").status_code == 200
    assert browser.post("/my/sign-in/code", data=right).status_code == 401


def test_five_wrong_codes_lock_a_customers_second_factor(app, browser):
    her = with_second_factor(app)
    first = browser.post("/my/sign-in", data={"email": her.email, "password": PASSWORD})
    sent = mailed().to_send
    for _ in range(5):
        wrong = {"pending": pending(first), "code": "000000"}
        assert browser.post("/my/sign-in/code", data=wrong).status_code == 401

    right = {"pending": pending(first), "code": sent}
    assert browser.post("/my/sign-in/code", data=right).status_code == 429


def test_with_the_password_of_who_has_died_nobody_comes_in_nor_stays(app, browser):
    her = CustomerFactory(email="her@example.com", password_hash=passwords.hashed(PASSWORD))
    her_id, inside = her.id, customer_browser(app, her)
    assert inside.get("/my/security").status_code == 200

    mourning.note_death(her_id, by=SYSTEM, proof="A paper")
    answer = browser.post("/my/sign-in", data={"email": "her@example.com", "password": PASSWORD})

    assert (answer.status_code, browser.cookie(CUSTOMER)) == (401, None)
    assert inside.get("/my/security").status_code == 303


# Invitations


def invited(**more):
    return staffing.invite(
        by=administrator(), email="new@aurora.example", name="Nina Sol", roles=["agent"], **more
    )


def token_of(kind="invitation"):
    query = select(Letter).where(Letter.kind == kind).order_by(Letter.written_at.desc())
    return re.search(r"token=(\S+)", db.session.scalars(query).first().text)[1]


def welcome(browser, token, **more):
    query = select(Staff).where(Staff.email == "new@aurora.example")
    staff = db.session.scalars(query.execution_options(populate_existing=True)).one()
    code = pyotp.TOTP(staff.totp_secret).at(clock.now())
    form = {"password": PASSWORD, "again": PASSWORD, "code": code}
    return browser.post("/welcome", data={"token": token, **form, **more})


def test_who_is_invited_chooses_a_password_and_a_second_factor_and_signs_in(app, browser):
    invited()
    token = token_of()

    page = browser.get("/welcome", query_string={"token": token})
    done = welcome(browser, token)

    assert page.status_code == 200
    assert len(re.findall(r"<li>([\w-]{19})</li>", done.get_data(as_text=True))) == 10
    assert browser.cookie(STAFF) is None, "she has yet to sign in"
    assert welcome(browser, token).status_code == 410
    first = browser.post("/sign-in", data={"email": "new@aurora.example", "password": PASSWORD})
    assert first.status_code == 200


def test_only_the_hash_of_a_link_is_kept_and_it_is_long(app):
    invited()
    token, link = token_of(), db.session.scalars(select(EntryLink)).one()

    assert len(token) >= 43
    assert token not in link.token_hash


@pytest.mark.parametrize(("seconds", "status"), [(899, 200), (901, 410)])
def test_an_invitation_is_good_for_fifteen_minutes(app, browser, seconds, status):
    invited()
    token = token_of()

    with clock.moved_to(clock.now() + timedelta(seconds=seconds)):
        assert browser.get("/welcome", query_string={"token": token}).status_code == status
        assert welcome(browser, token).status_code == status


def test_an_invitation_that_was_sent_again_or_taken_back_opens_nothing(app, browser):
    staff = invited()
    first, secret = token_of(), staff.totp_secret

    staffing.invite_again(staff.id, by=administrator())
    second = token_of()
    assert browser.get("/welcome", query_string={"token": first}).status_code == 410
    assert staff.totp_secret != secret, "whoever opened the first link saw it"
    staffing.revoke_invitation(staff.id, by=administrator())

    assert browser.get("/welcome", query_string={"token": second}).status_code == 410


@pytest.mark.parametrize("token", ["", " ", "null", "None", "undefined", "\0", "x" * 43])
@pytest.mark.parametrize("path", ["/welcome", "/sign-in/reset", "/my/sign-in/reset"])
def test_what_is_no_token_matches_no_link(app, browser, path, token):
    invited()
    body = {"token": token, "password": PASSWORD, "again": PASSWORD}

    seen = browser.get(path, query_string={"token": token})
    sent = browser.post(path, data={**body, **({"code": "1"} if path == "/welcome" else {})})
    padded = browser.get(path, query_string={"token": f" {token_of()} "})

    assert {seen.status_code, sent.status_code, padded.status_code} == {410}


def test_links_have_the_configured_address_whatever_the_host_header_says(app, ana):
    app.test_client().post(
        "/sign-in/forgotten",
        data={"email": EMAIL},
        headers={"Host": "evil.example", "Origin": "http://localhost"},
    )

    assert "http://localhost/sign-in/reset?token=" in db.session.scalars(select(Letter)).one().text


def test_nobody_invites_into_rights_that_she_has_not_got(app):
    from dataclasses import replace

    from app.core.errors import Forbidden

    limited = replace(administrator(), permissions=frozenset({"staff.manage"}))
    with pytest.raises(Forbidden):
        staffing.invite(by=limited, email="b@aurora.example", name="B", roles=["administrator"])


def test_nobody_is_invited_into_a_market_that_does_not_exist(app):
    from app.core.errors import Invalid

    with pytest.raises(Invalid):
        invited(markets=["XX"])


# Resets


def forgot(browser, email=EMAIL, path="/sign-in/forgotten"):
    return browser.post(path, data={"email": email})


def test_a_reset_says_the_same_of_everybody_and_writes_to_those_who_are_there(app, browser, ana):
    CustomerFactory(email="valeria@example.com")
    answers = [
        forgot(browser),
        forgot(browser, "nobody@aurora.example"),
        forgot(browser, "valeria@example.com", "/my/sign-in/forgotten"),
        forgot(browser, "nobody@example.com", "/my/sign-in/forgotten"),
    ]

    pages = [re.sub(r"\S+@\S+", "", each.get_data(as_text=True)) for each in answers]
    assert pages[0] == pages[1]
    assert pages[2] == pages[3]
    letters = db.session.scalars(select(Letter)).all()
    assert {each.address for each in letters if each.text} == {EMAIL, "valeria@example.com"}
    assert len(letters) == 4, "the same work is done for who is nobody"


def test_a_reset_ends_other_sessions_and_still_wants_the_second_factor(app, browser, ana):
    elsewhere = Browser(app)
    sign_in(elsewhere)
    forgot(browser)
    form = {"token": token_of("reset"), "password": ANOTHER, "again": ANOTHER}

    done = browser.post("/sign-in/reset", data=form)

    assert done.location == "/sign-in?done=reset"
    assert browser.cookie(STAFF) is None
    assert not is_in(elsewhere)
    assert browser.post("/sign-in/reset", data=form).status_code == 410
    with later():
        assert give_password(elsewhere).status_code == 401
        first = give_password(elsewhere, ANOTHER)
        assert not is_in(elsewhere)
        assert give(elsewhere, "code", first, code()).status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(899, 303), (901, 410)])
def test_a_reset_is_good_for_fifteen_minutes(app, browser, ana, seconds, status):
    forgot(browser)
    form = {"token": token_of("reset"), "password": ANOTHER, "again": ANOTHER}

    with clock.moved_to(clock.now() + timedelta(seconds=seconds)):
        assert browser.post("/sign-in/reset", data=form).status_code == status


def test_a_customers_reset_ends_her_sessions_and_she_is_told(app):
    her = CustomerFactory(password_hash=passwords.hashed(PASSWORD))
    inside, browser = customer_browser(app, her), Browser(app)
    forgot(browser, her.email, "/my/sign-in/forgotten")
    form = {"token": token_of("reset"), "password": ANOTHER, "again": ANOTHER}

    staff_door = browser.post("/sign-in/reset", data=form)
    done = browser.post("/my/sign-in/reset", data=form)

    assert staff_door.status_code == 410, "a customer's link is no link of staff"
    assert done.location == "/my/sign-in?done=reset"
    assert inside.get("/my/").location.startswith("/my/sign-in")
    kinds = db.session.scalars(select(Notice.kind)).all()
    assert set(kinds) == {"password_changed"}


def test_a_password_that_is_weak_or_written_differently_is_refused_and_the_link_stays(app, ana):
    browser = Browser(app)
    forgot(browser)
    token = token_of("reset")

    for password, again in [("short", "short"), (ANOTHER, PASSWORD), ("password1234",) * 2]:
        form = {"token": token, "password": password, "again": again}
        assert browser.post("/sign-in/reset", data=form).status_code == 422

    form = {"token": token, "password": ANOTHER, "again": ANOTHER}
    assert browser.post("/sign-in/reset", data=form).status_code == 303


def test_somebody_who_asks_again_and_again_is_stopped(app, browser, ana):
    answers = [forgot(browser).status_code for _ in range(7)]

    assert answers[:5] == [200] * 5
    assert answers[6] == 429


# Unusual sign-ins


def used_before(app, ana):
    """She came in once, with another browser."""
    first = Browser(app)
    assert sign_in(first).status_code == 303
    return first


def mailed():
    query = select(OneTimeCode).where(OneTimeCode.purpose == "sign-in")
    return db.session.scalars(query.order_by(OneTimeCode.issued_at.desc())).first()


def test_a_new_device_needs_one_more_proof_and_tells_people(app, ana):
    MarketFactory()
    used_before(app, ana)
    browser = Browser(app)
    with later(), heard(SignInUnusual) as said:
        asked = sign_in(browser)
        assert asked.status_code == 200
        assert not is_in(browser)
        wrong = give(browser, "extra", asked, "000000")
        assert wrong.status_code == 401
        done = give(browser, "extra", wrong, mailed().to_send)
        assert done.status_code == 303
        assert is_in(browser)

    assert [each.why for each in said] == [("new_device",)]
    boss = StaffFactory(supervisor=True, markets=[])
    tell_of_unusual_sign_in(said[0])
    letters = db.session.scalars(select(Letter)).all()
    assert {(each.kind, each.address) for each in letters} == {
        ("unusual_sign_in", EMAIL),
        ("unusual_sign_in_of", boss.email),
    }


def test_the_extra_proof_alone_is_not_enough(app, browser, ana):
    """What was signed after the password only does not open the third door."""
    used_before(app, ana)
    with later():
        first = give_password(browser)
        answer = give(browser, "extra", first, "000000")

    assert answer.location.startswith("/sign-in")


def test_a_passkey_is_proof_enough_from_a_new_device(app, ana):
    MarketFactory()
    used_before(app, ana)
    device, browser = with_passkey(ana.as_actor()), Browser(app)

    with heard(SignInUnusual) as said:
        options = ask(browser, "/sign-in/passkey/options")
        ask(browser, "/sign-in/passkey", credential=device.sign(options))

    assert is_in(browser)
    assert [each.why for each in said] == [("new_device",)]


def test_the_same_browser_is_not_new_the_second_time(app, ana):
    browser = used_before(app, ana)

    with later():
        assert sign_in(browser).status_code == 303
    assert len(db.session.scalars(select(KnownDevice)).all()) == 1


def test_a_device_token_of_somebody_else_is_new(app, ana):
    browser = used_before(app, ana)
    other = service.hire(
        by=SYSTEM, email="b@aurora.example", name="Beto", roles=["agent"],
        password=PASSWORD, totp_secret=TOTP,
    )  # fmt: skip
    second = Browser(app)
    second.post("/sign-in", data={"email": other.email, "password": PASSWORD})

    with later():
        first = browser.post("/sign-in", data={"email": other.email, "password": PASSWORD})
        assert give(browser, "code", first, code()).status_code == 303, "her very first is not new"
    third = Browser(app)
    with later(80):
        first = third.post("/sign-in", data={"email": other.email, "password": PASSWORD})
        assert give(third, "code", first, code()).status_code == 200


NINE = datetime(2026, 3, 3, 9, 0, tzinfo=ZoneInfo("America/Mexico_City"))  # a Tuesday
HOURS = {"tue": ["09:00", "18:00"]}


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (NINE - timedelta(seconds=1), 200),
        (NINE + timedelta(seconds=1), 303),
        (NINE + timedelta(hours=9, seconds=-1), 303),
        (NINE + timedelta(hours=9, seconds=1), 200),
        (NINE + timedelta(days=1), 200),
    ],
)
def test_out_of_hours_of_the_market_one_more_proof_is_asked_for(app, browser, ana, moment, status):
    with clock.moved_to(NINE - timedelta(days=7)):
        MarketFactory()
        markets.change_policies("MX", {"sign_in": {"hours": HOURS}}, by=administrator())

    with clock.moved_to(moment):
        assert sign_in(browser).status_code == status


def test_a_market_may_be_content_with_an_alert_or_with_nothing(app, ana):
    MarketFactory()
    used_before(app, ana)
    for answer, told in (("alert", 1), ("allow", 0)):
        markets.change_policies("MX", {"sign_in": {"new_device": answer}}, by=administrator())
        with later(40 if told else 80), heard(SignInUnusual) as said:
            assert sign_in(Browser(app)).status_code == 303
        assert len(said) == told


# Sessions


def test_somebody_sees_her_sessions_and_ends_one_or_all_others(app, ana):
    here, there, third = (staff_browser(app, staff=ana) for _ in range(3))
    page = here.get("/me/security").get_data(as_text=True)
    ids = re.findall(r"/me/security/sessions/([0-9a-f-]{36})/end", page)

    here.post(f"/me/security/sessions/{ids[0]}/end")
    left = [is_in(there), is_in(third)]
    here.post("/me/security/sessions/end")

    assert len(ids) == 2
    assert sorted(left) == [False, True]
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, False)


def test_nobody_ends_the_session_of_somebody_else(app, ana):
    staff_browser(app, staff=ana)
    (hers,) = sessions.sessions_of(SessionKind.STAFF, ana.id)
    other = staff_browser(app, "agent")
    customer = customer_browser(app, CustomerFactory())

    assert other.post(f"/me/security/sessions/{hers.id}/end").status_code == 404
    assert customer.post(f"/my/security/sessions/{hers.id}/end").status_code == 404
    assert len(sessions.sessions_of(SessionKind.STAFF, ana.id)) == 1


@pytest.mark.parametrize(
    ("kind", "risk", "seconds", "alive"),
    [
        ("staff", False, 15 * 60 - 1, True),
        ("staff", False, 15 * 60 + 1, False),
        ("customer", False, 10 * 60 + 1, True),
        ("customer", False, 30 * 60 - 1, True),
        ("customer", False, 30 * 60 + 1, False),
        ("customer", True, 10 * 60 - 1, True),
        ("customer", True, 10 * 60 + 1, False),
    ],
)
def test_a_session_that_rests_ends(app, ana, kind, risk, seconds, alive):
    if kind == "staff":
        browser, path = staff_browser(app, staff=ana), "/desk/"
    else:
        her = CustomerFactory(password_hash=passwords.hashed(PASSWORD))
        browser, path = customer_browser(app, her), "/my/security"
    session = db.session.scalars(select(Session)).one()
    if risk:  # she began something that asks again who she is
        assert browser.post("/my/security/passkeys/begin").status_code == 428
    start, owner_id = session.active_at, session.owner_id

    with clock.moved_to(start + timedelta(seconds=seconds)):
        assert bool(sessions.sessions_of(SessionKind(kind), owner_id)) is alive
        assert (browser.get(path).status_code == 200) is alive


@pytest.mark.parametrize(("seconds", "alive"), [(-1, True), (1, False)])
def test_twelve_hours_are_the_most(app, ana, seconds, alive):
    browser = staff_browser(app, staff=ana)
    session = db.session.scalars(select(Session)).one()
    end = session.created_at + timedelta(hours=12, seconds=seconds)
    session.active_at = end - timedelta(minutes=1)
    db.session.commit()

    with clock.moved_to(end):
        assert is_in(browser) is alive


def test_a_page_that_asks_by_itself_keeps_no_session_alive_and_somebody_who_is_there_does(app, ana):
    browser = staff_browser(app, staff=ana)
    start = db.session.scalars(select(Session.active_at)).one()

    with clock.moved_to(start + timedelta(minutes=14)):
        left = browser.get("/me/session", headers={"X-Background": "1"}).json
        assert left == {"seconds": 60, "may_stay": True, "warning": 120}
        stayed = browser.post("/me/session/stay", json={}).json
    with clock.moved_to(start + timedelta(minutes=16)):
        assert is_in(browser)

    assert stayed["seconds"] == 900


def test_changed_roles_and_shutting_out_end_the_sessions(app, ana):
    browser = staff_browser(app, staff=ana)

    staffing.change_roles(ana.id, ["manager"], by=administrator())
    assert not is_in(browser)
    again = staff_browser(app, staff=ana)
    staffing.disable(ana.id, by=administrator())

    assert not is_in(again)
    assert give_password(Browser(app)).status_code == 401


def test_the_last_who_manages_people_stays(app):
    from app.identity.errors import LastAdministrator

    boss = StaffFactory(roles=["administrator"], markets=[])
    StaffFactory(roles=["administrator"], markets=["MX"])

    with pytest.raises(LastAdministrator):
        staffing.change_roles(boss.id, ["agent"], by=administrator())
    boss = db.session.get_one(Staff, boss.id)
    StaffFactory(roles=["administrator"], markets=[])
    assert staffing.change_roles(boss.id, ["agent"], by=administrator()).roles == ["agent"]


def test_a_new_password_ends_the_other_sessions(app, ana):
    here, there = staff_browser(app, staff=ana), staff_browser(app, staff=ana)
    form = {"password": ANOTHER, "again": ANOTHER}

    asked = here.post("/me/security/password", data=form)
    done = here.post("/me/security/password", data={**form, "confirmation": code()})

    assert (asked.status_code, done.status_code) == (428, 303)
    assert (is_in(here), is_in(there)) == (True, False)


def test_another_authenticator_needs_proof_and_only_a_secret_of_ours_is_taken(app, ana):
    browser = staff_browser(app, staff=ana)
    asked = browser.post("/me/security/authenticator/begin", data={})
    page = browser.post("/me/security/authenticator/begin", data={"confirmation": code()})
    secret, proof = (
        re.search(rf'name="{name}" value="([^"]+)"', page.get_data(as_text=True))[1]
        for name in ("secret", "proof")
    )
    mine = pyotp.random_base32()

    def change(secret):
        form = {"secret": secret, "proof": proof, "code": pyotp.TOTP(secret).at(clock.now())}
        return browser.post("/me/security/authenticator", data=form).status_code

    assert asked.status_code == 428
    assert change(mine) == 422
    assert change(secret) == 303
    assert db.session.get(Staff, ana.id, populate_existing=True).totp_secret == secret


def test_fifty_wrong_codes_at_once_are_five_tries(new_database):
    from concurrent.futures import ThreadPoolExecutor

    from sqlalchemy import create_engine

    from app.core import secrets
    from app.identity.errors import BadCode, Locked

    engine = create_engine(new_database(), pool_size=20, max_overflow=0)
    db.session.remove()
    db.factory.configure(bind=engine)
    secrets.set_key("tests")
    ana_id = service.hire(
        by=SYSTEM, email=EMAIL, name="Ana", roles=["agent"], password=PASSWORD, totp_secret=TOTP
    ).id

    def attempt(_number):
        with db.session_scope():
            try:
                service.check_code(db.session.get(Staff, ana_id), "000000")
            except (BadCode, Locked) as refusal:
                return type(refusal)

    try:
        with ThreadPoolExecutor(20) as people:
            refused = list(people.map(attempt, range(50)))
        counted = db.session.scalars(select(SignInFailure.count)).all()
    finally:
        db.session.remove()
        db.factory.configure(bind=None)
        engine.dispose()

    assert refused.count(BadCode) == 5
    assert refused.count(Locked) == 45
    assert 5 in counted


@pytest.mark.parametrize(("seconds", "locked"), [(59, True), (61, False)])
def test_the_lock_lasts_a_minute_and_then_twice_as_long(app, ana, seconds, locked):
    from app.identity import lockout
    from app.identity.errors import Locked

    start = clock.now()
    with clock.moved_to(start):
        for _ in range(5):
            lockout.attempt("x")
    with clock.moved_to(start + timedelta(seconds=seconds)):
        if locked:
            with pytest.raises(Locked):
                lockout.attempt("x")
        else:
            lockout.attempt("x")
            with pytest.raises(Locked) as refused:
                lockout.attempt("x")
            assert 119 <= refused.value.details["retry_after"] <= 121
