"""Staff and customers come in, and everybody else does not: as a browser meets it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import create_engine, select

from app.core import clock, db, secrets
from app.core.actor import SYSTEM
from app.identity import passwords, service
from app.identity.errors import BadCode, Locked
from app.identity.models import Session, Staff
from tests.factories.customers import CustomerFactory
from tests.security.browsers import Browser

PASSWORD = "correct horse battery"
SECRET = pyotp.random_base32()
STAFF_COOKIE, CUSTOMER_COOKIE = "__Host-dialtone-staff", "__Host-dialtone-customer"


def hire(email="ana@aurora.example", roles=("agent",)):
    return service.hire(
        by=SYSTEM, email=email, name="Ana", roles=list(roles), password=PASSWORD,
        totp_secret=SECRET,
    )  # fmt: skip


@pytest.fixture
def ana(app):
    return hire()


@pytest.fixture
def browser(app):
    return Browser(app)


def code(seconds=0):
    return pyotp.TOTP(SECRET).at(clock.now() + timedelta(seconds=seconds))


def give_password(browser, password=PASSWORD, email="ana@aurora.example", **more):
    data = {"email": email, "password": password}
    return browser.post("/sign-in", data=data, **more)


def pending(answer):
    return re.search(r'name="pending" value="([^"]+)"', answer.get_data(as_text=True))[1]


def give_code(browser, first, sent, **more):
    return browser.post("/sign-in/code", data={"pending": pending(first), "code": sent, **more})


def sign_in(browser, **more):
    return give_code(browser, give_password(browser), code(), **more)


def cookie(browser):
    return browser.cookie(STAFF_COOKIE)


def test_password_and_code_open_the_desk(browser, ana):
    answer = sign_in(browser)

    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert browser.get("/desk/").status_code == 200


def test_the_password_alone_opens_nothing(browser, ana):
    answer = give_password(browser)

    assert answer.status_code == 200
    assert cookie(browser) is None
    assert browser.get("/desk/").location.startswith("/sign-in")


def test_known_and_unknown_names_are_refused_in_the_same_words(browser, ana):
    left = hire("left@aurora.example")
    left.disabled_at = clock.now()
    db.session.commit()

    answers = [
        give_password(browser, password, email)
        for email, password in [
            ("ana@aurora.example", "wrong horse battery"),
            ("nobody@aurora.example", PASSWORD),
            ("left@aurora.example", PASSWORD),
        ]
    ]

    pages = {re.sub(r"\S+@aurora\.example", "", each.get_data(as_text=True)) for each in answers}
    assert {each.status_code for each in answers} == {401}
    assert len(pages) == 1


@pytest.mark.parametrize("sent", ["", "000000", "null", "0", " ", "12345678"])
def test_a_wrong_code_opens_nothing(browser, ana, sent):
    answer = give_code(browser, give_password(browser), sent)

    assert answer.status_code == 401
    assert cookie(browser) is None


def test_a_code_opens_once(app, browser, ana):
    used = code()
    give_code(browser, give_password(browser), used)
    thief = Browser(app)

    answer = give_code(thief, give_password(thief), used)

    assert answer.status_code == 401
    assert cookie(thief) is None


def test_one_code_tried_fifty_times_at_once_opens_once(new_database):
    engine = create_engine(new_database(), pool_size=20, max_overflow=0)
    db.session.remove()
    db.factory.configure(bind=engine)
    secrets.set_key("tests")
    ana_id, sent = hire().id, code()

    def attempt(_number):
        with db.session_scope():
            try:
                service.check_code(db.session.get(Staff, ana_id), sent)
            except (BadCode, Locked):
                return False
            return True

    try:
        with ThreadPoolExecutor(20) as people:
            opened = list(people.map(attempt, range(50)))
    finally:
        db.session.remove()
        db.factory.configure(bind=None)
        engine.dispose()

    assert opened.count(True) == 1


def test_five_wrong_codes_lock_the_factor_in_every_browser(app, browser, ana):
    first = give_password(browser)
    for _ in range(5):
        give_code(browser, first, "000000")

    elsewhere = Browser(app)
    answer = give_code(elsewhere, give_password(elsewhere), code())

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert cookie(elsewhere) is None


def test_five_wrong_passwords_lock_the_name_and_a_right_one_waits(browser, ana):
    for _ in range(5):
        give_password(browser, "wrong horse battery")

    assert give_password(browser).status_code == 429
    with clock.moved_to(clock.now() + timedelta(minutes=2)):
        assert give_password(browser).status_code == 200


WRITTEN = ["{}", " {}", "\t{} ", "  {}", "   {}\u2003"]


def test_a_name_written_otherwise_is_the_same_name_to_the_lock(browser, ana):
    her = CustomerFactory(password_hash=passwords.hashed(PASSWORD))

    def tries(path, email):
        guesses = [
            {"email": written.format(email).upper(), "password": "wrong horse battery"}
            for written in WRITTEN
        ]
        right = {"email": email, "password": PASSWORD}
        return [browser.post(path, data=form).status_code for form in (*guesses, right)]

    assert tries("/sign-in", ana.email) == [*[401] * 5, 429]
    assert tries("/my/sign-in", her.email) == [*[401] * 5, 429]


def test_many_tries_from_one_address_are_cut_off_whatever_the_name(browser):
    answers = [give_password(browser, email=f"{n}@aurora.example") for n in range(31)]

    assert answers[29].status_code == 401
    assert answers[30].status_code == 429
    assert answers[30].headers["Retry-After"]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(lambda n: {"HTTP_X_FORWARDED_FOR": f"203.0.113.{n}"}, id="claimed"),
        pytest.param(lambda n: {"REMOTE_ADDR": f"2001:db8:1:2::{n:x}"}, id="of one household"),
    ],
)
def test_another_address_that_is_none_does_not_help(browser, address):
    answers = [
        give_password(browser, email=f"{n}@aurora.example", environ_overrides=address(n))
        for n in range(31)
    ]

    assert [each.status_code for each in answers] == [*[401] * 30, 429]


def test_behind_a_proxy_of_ours_the_address_is_whom_it_saw(own_application):
    behind = Browser(own_application(trusted_proxies=1))
    behind.client.application.extensions["limits"].flushdb()

    def tries(*told):
        seen = {"HTTP_X_FORWARDED_FOR": ", ".join(told)}
        return [
            give_password(behind, email=f"{n}@aurora.example", environ_overrides=seen).status_code
            for n in range(31)
        ]

    assert tries("192.0.2.1")[-1] == 429
    assert tries("192.0.2.9", "192.0.2.1")[0] == 429, "what the proxy was told is no address"
    assert tries("192.0.2.2")[0] == 401


def test_who_waits_too_long_for_the_code_begins_again(browser, ana, app):
    first = give_password(browser)
    forged = pending(first)[:-3] + "abc"

    answer = browser.post("/sign-in/code", data={"pending": forged, "code": code()})

    assert answer.location.startswith("/sign-in")
    assert cookie(browser) is None


ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "http:evil.example",
    "/%09/evil.example",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_never_leads_to_another_site(browser, ana, elsewhere):
    answer = sign_in(browser, next=elsewhere)

    assert answer.status_code == 303
    assert leads_home(answer.location), answer.location


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_customer_is_never_led_to_another_site(browser, elsewhere):
    her = CustomerFactory(password_hash=passwords.hashed(PASSWORD))
    form = {"email": her.email, "password": PASSWORD, "next": elsewhere}

    answer = browser.post("/my/sign-in", data=form)

    assert answer.status_code == 303
    assert leads_home(answer.location), answer.location


def leads_home(location):
    """Browsers drop tabs and newlines, and take a backslash for a slash."""
    seen = re.sub(r"[\t\r\n]", "", location).replace("\\", "/")
    return seen.startswith("/") and not seen.startswith("//")


@pytest.mark.parametrize(("kind", "name"), [("staff", STAFF_COOKIE), ("customer", CUSTOMER_COOKIE)])
def test_the_cookie_is_bound_to_us_and_hidden_from_scripts(browser, ana, kind, name):
    if kind == "staff":
        answer = sign_in(browser)
    else:
        her = CustomerFactory(password_hash=passwords.hashed(PASSWORD))
        answer = browser.post("/my/sign-in", data={"email": her.email, "password": PASSWORD})

    cookies = answer.headers.getlist("Set-Cookie")
    assert {each.partition("=")[0] for each in cookies} == {name, f"{name}-device"}
    for set_cookie in cookies:
        parts = {part.strip().lower() for part in set_cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
        assert not any(part.startswith("domain") for part in parts)


def test_signing_in_gives_a_new_session_and_takes_none_that_was_planted(browser, ana):
    browser.client.set_cookie(STAFF_COOKIE, "planted", domain="localhost", secure=True)

    sign_in(browser)
    first = cookie(browser)
    with clock.moved_to(clock.now() + timedelta(seconds=40)):
        sign_in(browser)

    assert first not in {"planted", None}
    assert cookie(browser) != first


def test_what_is_stored_of_a_session_does_not_open_it(browser, ana):
    sign_in(browser)
    stored = db.session.scalars(select(Session)).one()

    browser.client.set_cookie(STAFF_COOKIE, stored.token_hash, domain="localhost", secure=True)

    assert cookie(browser) not in {None, ""}
    assert browser.get("/desk/").location.startswith("/sign-in")


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(app, browser, ana):
    sign_in(browser)
    copied = cookie(browser)

    answer = browser.post("/sign-out")
    thief = Browser(app)
    thief.client.set_cookie(STAFF_COOKIE, copied, domain="localhost", secure=True)

    assert answer.status_code == 303
    assert cookie(browser) is None
    assert thief.get("/desk/").location.startswith("/sign-in")


def test_disabling_somebody_ends_what_they_are_doing(browser, ana):
    sign_in(browser)
    db.session.get(Staff, ana.id).disabled_at = clock.now()
    db.session.commit()

    assert browser.get("/desk/").location.startswith("/sign-in")


def test_taking_a_role_away_works_from_the_next_click(browser, ana):
    sign_in(browser)
    assert browser.get("/desk/").status_code == 200
    db.session.get(Staff, ana.id).roles = ["marketing_analyst"]
    db.session.commit()

    assert browser.get("/desk/").status_code == 403


def test_headers_that_name_a_user_are_ignored(app, ana):
    claims = ("X-Forwarded-User", "X-Remote-User", "X-User", "Remote-User", "X-Forwarded-Email")

    answer = app.test_client().get("/desk/", headers=dict.fromkeys(claims, ana.email))

    assert answer.location.startswith("/sign-in")


def test_the_host_header_shapes_no_link(app, browser, ana):
    answer = app.test_client().get("/desk/tickets", headers={"Host": "evil.example"})

    assert "evil.example" not in answer.location
