"""The screens as they are sent, in three languages: goldens under screens/, one file a language.

Spanish and Portuguese are compared as soon as their words are in the catalogues.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import db, i18n
from app.selfservice.menus import home
from app.selfservice.service import pins
from app.selfservice.talk import actor_of
from channels.dialogue import Ask, Option, Step
from channels.ussd import gsm7, screens
from tests.selfservice.conftest import (
    PIN,
    plan,
    plans,
    valeria,
    with_buckets,
    with_invoice,
)

FOLDER = Path(__file__).parent / "screens"
# What is pressed, in sessions of their own: one of each page.
WALKS = {
    "balance": ["1"],
    "usage": ["2"],
    "voucher asked": ["3", PIN],
    "no such voucher": ["3", PIN, "1234567812345678"],
    "plans": ["4", PIN],
    "a plan": ["4", PIN, "2"],
    "bill": ["5"],
    "which SIM": ["6", PIN],
    "why": ["6", PIN, "1"],
    "sure": ["6", PIN, "1", "1"],
    "call back": ["7"],
    "a person": ["8"],
    "language": ["9"],
    "not understood": ["77"],
    "wrong PIN": ["3", "1357"],
    "called back": ["7", "1"],
    "changed": ["4", PIN, "2", "1"],
    "blocked": ["6", PIN, "1", "1", "1"],
}


def choose_pin(customer):
    pins.choose(customer.id, PIN, by=actor_of(customer, "en"))


@pytest.fixture
def subscriber(talking):
    """By the number that the screens show, in her own language."""
    found = plans()
    made = valeria(found.plus, number="+525530001111")
    with_buckets(made.line)
    with_invoice(made)
    choose_pin(made.account.customer)
    return made


def walked(ussd, number, language, keys, name):
    phone = ussd(number, session_id=f"{language}-{name}".replace(" ", "-"))
    phone.inbox.language = language
    first = phone.dial()
    return phone.press(*keys) if keys else first


def told(ussd, subscriber, language):
    subscriber.account.customer.language = language
    db.session.commit()
    walks = {"home": [], **WALKS}
    number = subscriber.line.number
    parts = [f"## {name}\n{walked(ussd, number, language, walks[name], name)}\n" for name in walks]
    stranger = walked(ussd, "+525599999999", language, [], "stranger")
    return "\n".join([*parts, f"## a stranger\n{stranger}\n"])


def is_translated(language):
    with i18n.speaking(language):
        return str(home.CUSTOMERS[6].title) != "Call me back"


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_every_page_reads_as_it_should(ussd, subscriber, language):
    if language != "en" and not is_translated(language):
        pytest.skip("its words are not in the catalogue yet")

    found = told(ussd, subscriber, language)

    assert found == (FOLDER / f"{language}.txt").read_text()
    for screen in found.split("\n## "):
        text = screen.partition("\n")[2].strip()[len("CON ") :]
        assert gsm7.length(text) <= screens.LONGEST


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=700),
    st.lists(st.text(max_size=120), max_size=25),
    st.sampled_from([Ask.CHOICE, Ask.DIGITS, None]),
    st.sampled_from(["Back", "Atrás", "Voltar", ""]),
)
def test_no_screen_is_longer_than_a_telephone_shows_and_no_choice_is_lost(text, titles, ask, back):
    options = tuple(Option(str(place), title) for place, title in enumerate(titles, 1))
    step = Step(text, options=options, ask=ask, back=back)

    parts = screens.cut(step, more="Más opciones", back="Página anterior")

    assert all(gsm7.length(screens.text_of(part)) <= screens.LONGEST for part in parts)
    assert tuple(option for part in parts for option in part.options) == options
    assert "".join("".join(p.text for p in parts).split()) == "".join(text.split())
    assert all(part.more for part in parts[:-1])
    assert parts[-1].more == ""
    assert parts[-1].is_end == (ask is None)


def test_long_lists_page_with_98_and_0(ussd, subscriber):
    for place in range(8):
        plan(f"family-{place}", f"Family and friends {place} with everything", f"{300 + place}.00")
    subscriber.account.customer.language = "en"
    phone = ussd(subscriber.line.number)
    phone.dial()

    first = phone.press("4", PIN)
    second = phone.press("98")
    again = phone.press("0")

    assert first.endswith("98 More\n0 Back")
    assert second != first
    assert again == first
