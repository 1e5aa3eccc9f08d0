"""An application acts in a person's name: the code, PKCE, refresh tokens, and how it ends."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app.core import clock, db
from app.core.errors import Invalid
from app.identity import grants, staffing
from app.identity.models import Grant, Staff
from tests.api_v1.conftest import Machine, made
from tests.factories.actors import administrator
from tests.factories.markets import MarketFactory
from tests.security.browsers import staff_browser

BACK = "https://partner.example.com/back?shop=7"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-1"
CHALLENGE = create_s256_code_challenge(VERIFIER)

pytestmark = pytest.mark.usefixtures("confirmed")


class Partner(Machine):
    """Its application, and the browser of somebody who works here."""

    def __init__(self, app, person, **more):
        super().__init__(app, made(redirect_uris=[BACK], **more))
        self.person = person

    def ask(self, **other):
        asked = {
            "client_id": self.client.client_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "catalog.read",
            "state": "s-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **other,
        }
        return self.person.get(f"/oauth/authorize?{urlencode(asked)}")

    def answer(self, page, answer="allow"):
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.get_data(as_text=True)))
        sent = {**fields, "redirect_uri": BACK, "answer": answer}
        told = self.person.post("/oauth/authorize", data=sent)
        address = re.search(r'href="(https://partner[^"]+)"', told.get_data(as_text=True))[1]
        return parse_qs(urlsplit(address.replace("&amp;", "&")).query)

    def code(self, **other):
        return self.answer(self.ask(**other))["code"][0]

    def redeem(self, code, **other):
        form = {"redirect_uri": BACK, "code_verifier": VERIFIER, "code": code, **other}
        return self.fetch_token(grant_type="authorization_code", **form)

    def refresh(self, token):
        return self.fetch_token(grant_type="refresh_token", refresh_token=token)

    def opens(self, token):
        self.token = token
        return self.get("/plans", market="MX").status_code == 200


@pytest.fixture
def partner(app, database):
    MarketFactory()
    return lambda roles=("agent",), markets=("MX",), **more: Partner(
        app, staff_browser(app, *roles, markets=list(markets)), **more
    )


def test_a_person_allows_it_and_it_acts_in_her_name(partner):
    shop = partner()
    page = shop.ask()
    assert 'name="answer" value="allow"' in page.get_data(as_text=True)

    told = shop.answer(page)
    tokens = shop.redeem(told["code"][0])

    assert (told["state"], told["shop"]) == (["s-1"], ["7"])
    assert tokens.headers["Cache-Control"] == "no-store"
    assert tokens.json["scope"] == "catalog.read"
    assert shop.opens(tokens.json["access_token"])
    assert shop.get("/invoices", account="x").status_code == 403  # not asked for
    assert "Shop of Puebla" in shop.person.get("/me/security").get_data(as_text=True)


def test_who_refuses_gives_no_code(partner):
    shop = partner()

    assert shop.answer(shop.ask(), "refuse") == {
        "shop": ["7"],
        "error": ["access_denied"],
        "state": ["s-1"],
    }


@pytest.mark.parametrize(
    "other", [{"redirect_uri": "https://evil.example.com/"}, {"client_id": "dt_nobody"}]
)
def test_nobody_is_sent_to_an_address_that_is_not_the_applications(partner, other):
    page = partner().ask(**other)

    assert page.status_code == 400
    assert "Location" not in page.headers


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "staff.manage"}, "invalid_scope"),
    ],
)
def test_what_is_asked_wrongly_is_told_to_the_application(partner, other, error):
    page = partner().ask(**other)

    assert page.status_code == 302
    told = parse_qs(urlsplit(page.headers["Location"]).query)
    assert (told["error"], told["state"]) == ([error], ["s-1"])


def test_it_gets_no_more_than_both_may(partner):
    shop = partner(roles=["marketing_analyst", "field_technician"])

    scopes = shop.redeem(shop.code(scope="")).json["scope"].split()

    assert "catalog.read" in scopes
    assert "billing.read" not in scopes  # the application may, this person may not


def test_a_code_is_good_for_one_minute(partner):
    shop = partner()
    code, late = shop.code(), shop.code()
    now = clock.now()

    with clock.moved_to(now + timedelta(seconds=58)):
        assert shop.redeem(code).status_code == 200
    with clock.moved_to(now + timedelta(seconds=62)):
        assert shop.redeem(late).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "other",
    [
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": ""},
        {"code_verifier": CHALLENGE},
        {"redirect_uri": "https://partner.example.com/back"},
        {"redirect_uri": ""},
    ],
)
def test_a_code_with_anything_else_wrong_is_refused_and_is_spent(partner, other):
    shop = partner()
    code = shop.code()

    assert shop.redeem(code, **other).json["error"] == "invalid_grant"
    assert shop.redeem(code).json["error"] == "invalid_grant"


def test_a_code_is_only_its_own_clients(partner):
    shop, other = partner(), partner()
    code = shop.code()

    assert other.redeem(code).json["error"] == "invalid_grant"
    assert shop.redeem(code).status_code == 200


def test_a_code_that_comes_twice_ends_what_came_of_it(partner):
    shop = partner()
    code = shop.code()
    tokens = shop.redeem(code).json

    assert shop.redeem(code).json["error"] == "invalid_grant"

    assert not shop.opens(tokens["access_token"])
    assert shop.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_refresh_tokens_take_turns_and_an_old_one_ends_everything(partner):
    shop = partner()
    first = shop.redeem(shop.code()).json
    second = shop.refresh(first["refresh_token"]).json
    assert shop.opens(second["access_token"])

    assert shop.refresh(first["refresh_token"]).json["error"] == "invalid_grant"

    assert shop.refresh(second["refresh_token"]).json["error"] == "invalid_grant"
    assert not shop.opens(second["access_token"])


@pytest.mark.parametrize(("late", "good"), [(-1, True), (1, False)])
def test_a_refresh_token_that_nobody_used_for_a_month_is_no_good(partner, late, good):
    shop = partner()
    token = shop.redeem(shop.code()).json["refresh_token"]

    with clock.moved_to(clock.now() + grants.UNUSED + timedelta(seconds=2 * late)):
        assert (shop.refresh(token).status_code == 200) is good


@pytest.mark.parametrize("broken", ["", "x", "0.0.0", "\x00"])
def test_a_refresh_token_that_is_not_ours_ends_nothing(partner, broken):
    shop = partner()
    token = shop.redeem(shop.code()).json["refresh_token"]
    forged = f"{token.rsplit('.', 1)[0]}.{'0' * 64}"

    assert shop.refresh(broken).status_code == 400
    assert shop.refresh(forged).json["error"] == "invalid_grant"

    assert shop.refresh(token).status_code == 200


def test_she_withdraws_it_and_every_token_stops_at_once(partner):
    shop = partner()
    tokens = shop.redeem(shop.code()).json
    grant = db.session.query(Grant).one()

    shop.person.post(f"/me/security/grants/{grant.id}/withdraw")

    assert not shop.opens(tokens["access_token"])
    assert shop.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_nobody_withdraws_what_is_another_persons(partner):
    shop, other = partner(), partner()
    tokens = shop.redeem(shop.code()).json
    grant = db.session.query(Grant).one()

    answer = other.person.post(f"/me/security/grants/{grant.id}/withdraw")

    assert answer.status_code == 404
    assert shop.opens(tokens["access_token"])


def test_what_the_machine_gives_back_ends_and_another_machine_cannot(partner):
    shop, other = partner(), partner()
    tokens = shop.redeem(shop.code()).json

    def give_back(machine):
        sent = {"token": tokens["refresh_token"], "client_id": machine.client.client_id}
        form = {**sent, "client_secret": machine.secret}
        return machine.browser.post("/api/v1/oauth/revoke", data=form).status_code

    assert give_back(other) == 200
    assert shop.opens(tokens["access_token"])
    assert give_back(shop) == 200
    assert not shop.opens(tokens["access_token"])


def test_it_ends_with_the_person_and_shrinks_with_her_role(partner):
    shop = partner(scopes={"catalog.read", "billing.read"})
    token = shop.redeem(shop.code(scope="")).json["access_token"]
    person_id = db.session.query(Grant).one().staff_id
    assert shop.opens(token)

    become(person_id, roles=["network_operations"])
    assert not shop.opens(token)
    become(person_id, roles=["agent"])
    assert shop.opens(token)
    become(person_id, disabled_at=clock.now())
    assert not shop.opens(token)


@pytest.mark.parametrize("end", [staffing.disable, staffing.begin_anew])
def test_it_does_not_come_back_with_who_went_or_begins_anew(partner, end):
    shop, boss = partner(), administrator()
    token = shop.redeem(shop.code()).json["access_token"]
    person_id = db.session.query(Grant).one().staff_id
    assert shop.opens(token)

    end(person_id, by=boss)
    staffing.enable(person_id, by=boss)

    assert not shop.opens(token)


def become(person_id, **other):
    with db.transaction():
        for name, value in other.items():
            setattr(db.session.get_one(Staff, person_id), name, value)


def test_a_machines_own_token_is_not_a_persons(partner):
    shop = partner()

    assert "refresh_token" not in shop.fetch_token().json
    assert "grant" not in shop.fetch_token().json


@pytest.mark.parametrize(
    "uri",
    [
        "http://partner.example.com/back",
        "https://partner.example.com/#x",
        "https://a@partner.example.com/",
        "https://*.example.com/",
        "javascript:alert(1)",
        "//partner.example.com",
        "https://partner.example.com/a b",
        "https://[",
    ],
)
def test_addresses_to_come_back_to_are_whole_and_safe(database, uri):
    with pytest.raises(Invalid):
        made(redirect_uris=[uri])


def test_a_developers_own_machine_may_be_one(database):
    assert made(redirect_uris=["http://127.0.0.1:8400/back", ""]).client.redirect_uris == [
        "http://127.0.0.1:8400/back"
    ]


def test_metadata_name_what_there_is(partner):
    told = partner().browser.get("/api/v1/oauth/metadata").json

    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_endpoint"].endswith("/oauth/authorize")


def test_of_twenty_who_redeem_one_code_at_once_one_gets_tokens(own_application):
    app = own_application()
    with app.app_context():
        MarketFactory()
        shop = Partner(app, staff_browser(app, "agent", markets=["MX"]))
        db.session.commit()
        code = shop.code()
        client = shop.client
        db.session.remove()

    def redeem(_n):
        with app.app_context():
            try:
                return grants.redeem(client, code, BACK, VERIFIER)
            except grants.BadGrant:
                return None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(20) as pool:
        got = [each for each in pool.map(redeem, range(20)) if each]

    assert len(got) == 1
