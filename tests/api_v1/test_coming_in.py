"""Tokens: who gets one, what it opens, and when it stops counting."""

import base64
import json
from datetime import timedelta

import jwt
import pytest

from app.api.v1 import tokens
from app.core import clock
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid
from app.identity import clients
from tests.api_v1.conftest import made
from tests.factories.actors import administrator, staff
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory
from tests.security.browsers import staff_browser


@pytest.fixture(autouse=True)
def mexico(database):
    MarketFactory()


def plans(machine, token=None):
    machine.token = token or machine.token
    return machine.get("/plans", market="MX")


def test_a_client_gets_a_token_for_fifteen_minutes(machine):
    shop = machine()

    answer = shop.fetch_token().json

    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 900)
    assert plans(shop).status_code == 200
    with clock.moved_to(clock.now() + timedelta(minutes=15, seconds=1)):
        refused = plans(shop)
    assert (refused.status_code, refused.json["code"]) == (401, "invalid_token")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("secret", ["wrong", "\x00", "null", "é"])
def test_unknown_wrong_and_disabled_are_refused_alike(machine, secret):
    shop = machine()
    wrong = shop.fetch_token(secret=secret)
    clients.disable(shop.client.id, by=SYSTEM)
    disabled = shop.fetch_token()

    assert wrong.status_code == disabled.status_code == 401
    assert wrong.json == disabled.json
    assert wrong.json["error"] == "invalid_client"
    assert plans(shop).status_code == 401


def test_rotating_stops_the_old_secret_and_every_token(machine):
    shop = machine()

    again = clients.rotate(shop.client.id, by=SYSTEM)

    assert plans(shop).status_code == 401
    assert shop.fetch_token().status_code == 401
    assert (
        plans(shop, shop.fetch_token(secret=again.secret).json["access_token"]).status_code == 200
    )


def test_a_token_may_hold_less_than_its_client(machine):
    shop = machine()

    less = shop.fetch_token(scope="catalog.read").json
    more = machine(scopes={"catalog.read"}).fetch_token(scope="billing.read")

    shop.token = less["access_token"]
    assert plans(shop).status_code == 200
    assert shop.get("/invoices", customer="C-1").status_code == 403
    assert (more.status_code, more.json["error"]) == (400, "invalid_scope")


def forged(shop, **claims):
    header = {"typ": claims.pop("typ", tokens.TYPE)}
    known = jwt.decode(shop.token, options={"verify_signature": False})
    key = claims.pop("key", tokens._key())
    algorithm = claims.pop("alg", "HS256")
    return jwt.encode({**known, **claims}, key, algorithm=algorithm, headers=header)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"typ": "JWT"},
        {"alg": "HS512"},
        {"alg": "none", "key": None},
        {"key": b"k" * 32},
        {"iss": "http://elsewhere"},
        {"sub": "nobody"},
        {"exp": 99999999999},
        {"iat": "soon"},
        {"exp": None},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_only_our_own_kind_of_token_counts(app, machine, claims):
    shop = machine()
    with app.test_request_context():
        token = forged(shop, **dict(claims))

    assert plans(shop, token).status_code == 401


@pytest.mark.parametrize("token", ["", "null", "a.b.c", "é", "x" * 9000])
def test_rubbish_is_no_token(machine, token):
    assert plans(machine(), token or " ").status_code == 401


def test_a_session_is_no_token(app, machine):
    browser = staff_browser(app, "administrator")
    CustomerFactory()

    assert browser.get("/api/v1/plans?market=MX").status_code == 401


def test_the_secret_is_nowhere(machine):
    shop = machine()

    row = {name: str(value) for name, value in vars(shop.client).items()}
    assert shop.secret not in json.dumps(row)
    payload = shop.token.split(".")[1]
    assert shop.secret not in base64.urlsafe_b64decode(payload + "==").decode()


def test_a_client_is_slowed_down_by_itself(machine):
    slow, other = machine(per_minute=2), machine()

    assert [plans(slow).status_code for _ in range(3)] == [200, 200, 429]
    assert plans(slow).headers["Retry-After"] == "60"
    assert plans(other).status_code == 200


@pytest.mark.parametrize("grant", ["password", "implicit", ""])
def test_nothing_is_granted_by_another_way(machine, grant):
    answer = machine().fetch_token(grant_type=grant)

    assert (answer.status_code, answer.json["error"]) == (400, "unsupported_grant_type")


def test_only_administrators_make_clients_and_only_of_machines_scopes(database):
    with pytest.raises(Forbidden):
        clients.make(by=staff("manager"), name="X", scopes=["catalog.read"], markets=["MX"])
    with pytest.raises(Invalid):
        made(scopes={"staff.manage"})
    with pytest.raises(Invalid):
        clients.make(
            by=administrator(markets=["MX"]), name="X", scopes=["catalog.read"], markets=["BR"]
        )


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/nothing/here", {}, 404),
        ("/oauth/token", {}, 405),
        ("/usage/+525512345678", {"as": "administrator"}, 400),
        ("/plans", {"market": "MX", "as": "administrator"}, 400),
    ],
)
def test_what_is_not_offered_is_a_problem_wherever_it_stands(machine, path, query, status):
    answer = machine().get(path, **query)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status


def test_a_command_takes_no_question(machine):
    answer = machine().send("/upgrade?offer=max", "key", json={"line": "x", "offer": "max"})

    assert (answer.status_code, answer.json["details"]["fields"][0]["field"]) == (400, "offer")
