"""The operator's own site: what visitors see, who is signed in, what the widget is told."""

import re
import time

import jwt
import pytest

from app.demo.world import languages, offers
from tests.demo_world.conftest import PASSWORD, write_accounts
from tests.demo_world.forms import sign_in


@pytest.mark.parametrize(
    ("address", "sentence", "price"),
    [
        ("/?market=MX", "Planes para tu línea", "$299.00"),
        ("/?market=BR", "Planos para a sua linha", "R$\xa069,90"),
        ("/?market=IN", "Plans for your line", "₹399.00"),
        ("/?market=BR&lang=en", "Plans for your line", "R$69.90"),
    ],
)
def test_a_visitor_sees_the_plans_of_her_market_in_her_language(world, address, sentence, price):
    with world.visitor() as visitor:
        page = visitor.get(address).text

    assert sentence in page
    assert price in page


def test_the_chosen_language_is_remembered_on_the_next_page(world):
    with world.visitor() as visitor:
        visitor.get("/?lang=pt")

        assert '<html lang="pt">' in visitor.get("/sign-in").text


def test_without_accounts_the_shop_is_open_and_has_no_chat_and_no_sign_in(world):
    with world.visitor() as visitor:
        home, door = visitor.get("/"), visitor.get("/sign-in")

    assert home.status_code == door.status_code == 200
    assert "<script" not in home.text
    assert 'name="password"' not in door.text


def test_an_anonymous_visitor_gets_the_widget_of_her_market_and_no_identity(world, accounts):
    with world.visitor() as visitor:
        tags = re.findall(r"<script.*?</script>", visitor.get("/?market=BR").text, re.DOTALL)

    assert len(tags) == 1
    assert 'src="http://dialtone.test/widget/widget.js"' in tags[0]
    assert 'data-inbox="web-br"' in tags[0]
    assert 'data-identity=""' in tags[0]
    assert "data-identity-url" not in tags[0]


def test_a_signed_in_customer_is_vouched_for_during_five_minutes(world, accounts):
    with world.visitor() as visitor:
        sign_in(visitor, "Valeria@Example.mx", PASSWORD)
        page = visitor.get("/?market=BR").text

    inbox = accounts["inboxes"]["MX"]
    claims = jwt.decode(
        re.search(r'data-identity="([^"]+)"', page).group(1),
        inbox["secret"],
        algorithms=["HS256"],
        audience="dialtone-widget",
        issuer=inbox["key"],
    )
    assert 'data-inbox="web-mx"' in page
    assert 'data-identity-url="/identity"' in page
    assert claims["sub"] == "C-000123"
    assert claims["exp"] - claims["iat"] == 300
    assert abs(claims["iat"] - time.time()) < 10
    assert {"name", "email", "language"} < claims.keys()


def test_the_widget_gets_a_fresh_identity_until_the_customer_signs_out(world, accounts):
    with world.visitor() as visitor:
        sign_in(visitor, "valeria@example.mx", PASSWORD)
        account = visitor.get("/account").text
        fresh = visitor.get("/identity")
        token = re.search(r'name="csrf" value="([^"]+)"', account).group(1)
        visitor.post("/sign-out", data={"csrf": token})

        assert jwt.decode(fresh.json()["identity"], options={"verify_signature": False})
        assert fresh.headers["Cache-Control"] == "no-store"
        assert visitor.get("/identity").status_code == 401
        assert visitor.get("/account").headers["Location"] == "/sign-in"


def test_a_wrong_password_and_an_unknown_customer_are_answered_alike(world, accounts):
    def answer(email):
        with world.visitor() as visitor:
            refused = sign_in(visitor, email, "not the password")
        hidden = re.sub(r'value="[^"]*"', "", refused.text)
        return refused.status_code, hidden

    assert answer("valeria@example.mx") == answer("nobody@example.mx")
    assert answer("nobody@example.mx")[0] == 403


def test_a_form_without_its_token_signs_nobody_in(world, accounts):
    with world.visitor() as visitor:
        forged = visitor.post(
            "/sign-in", data={"email": "valeria@example.mx", "password": PASSWORD}
        )

        assert forged.status_code == 400
        assert visitor.get("/identity").status_code == 401


def test_accounts_are_read_again_when_their_file_changes(world, accounts, tmp_path):
    with world.visitor() as visitor:
        refused = sign_in(visitor, "maria@example.mx", PASSWORD)
        write_accounts(tmp_path, email="maria@example.mx", name="Maria of the second edition")
        welcomed = sign_in(visitor, "maria@example.mx", PASSWORD)

    assert (refused.status_code, welcomed.status_code) == (403, 303)


def test_a_damaged_accounts_file_leaves_the_shop_as_it_was(world, accounts, tmp_path):
    with world.visitor() as visitor:
        visitor.get("/")
        (tmp_path / "accounts.json").write_text('{"inboxes": [')

        assert sign_in(visitor, "valeria@example.mx", PASSWORD).status_code == 303


def test_the_shop_keeps_its_own_cookie_and_nothing_inline(world, accounts):
    with world.visitor() as visitor:
        page = visitor.get("/sign-in")

    assert set(page.cookies) == {"aurora_session"}
    assert "HttpOnly" in page.headers["Set-Cookie"]
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert " style=" not in page.text


def test_every_language_says_the_same_things():
    spanish = languages.words("es")
    places = {key: set(re.findall(r"%\(\w+\)s", text)) for key, text in spanish.items()}

    for language in languages.LANGUAGES:
        words = languages.words(language)
        assert {key: set(re.findall(r"%\(\w+\)s", text)) for key, text in words.items()} == places
        assert all(text.strip() for text in words.values())


def test_every_plan_has_a_price_in_every_market_and_words_in_every_language():
    for plan in offers.plans():
        assert set(plan.prices) == set(offers.markets())
        assert all(f"plan.{plan.code}" in languages.words(each) for each in languages.LANGUAGES)
