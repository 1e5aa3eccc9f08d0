"""Words of consent, cuts and hours: pure rules against tables.

Words: CTIA Messaging Principles, and what carriers of Mexico,
Colombia, Argentina and Brazil ask for.
"""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import secrets
from app.core.errors import Invalid
from app.messaging import hours, threads, wording
from app.messaging.consent_words import Said, said
from channels.port import Abilities, Button

STOP = "STOP stop Stop. «stop» S-T-O-P STOPALL END CANCEL UNSUBSCRIBE QUIT ALTO PARAR PARE ¡BAJA! "
STOP += "CANCELAR SALIR SAIR DESCADASTRAR Descadastrar. détener"
START = "START UNSTOP INICIAR ALTA VOLTAR voltar! /start"
HELP = "HELP help? AYUDA ¡Ayuda! AJUDA INFO"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [(each, Said.STOP) for each in STOP.split()]
    + [(each, Said.START) for each in START.split()]
    + [(each, Said.HELP) for each in HELP.split()]
    + [("  stop \n", Said.STOP), ("st op", Said.STOP), ("STOP ALL", Said.STOP)]
    + [
        (each, None)
        for each in (
            "stop texting me twice please",
            "please stop",
            "don't stop",
            "quiero cancelar mi plan",
            "baja mi factura",
            "alta velocidad",
            "info de planes",
            "help me",
            "",
            "…",
            "stop" * 20,
        )
    ],
)
def test_only_a_whole_message_is_a_word_of_consent(text, wanted):
    assert said(text) is wanted


@given(st.text(max_size=2000), st.integers(min_value=10, max_value=300))
def test_nothing_but_blanks_is_lost_in_parts_and_none_is_too_long(text, longest):
    pieces = wording.parts(text, longest)

    assert all(len(each) <= longest for each in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_long_text_is_cut_between_sentences():
    text = "Tu factura es de 200 pesos. Vence el 3 de mayo. Puedes pagarla en la tienda."

    assert wording.parts(text, 50) == [
        "Tu factura es de 200 pesos. Vence el 3 de mayo.",
        "Puedes pagarla en la tienda.",
    ]


def test_buttons_become_a_list_where_there_are_too_many():
    buttons = [Button("Sí", "/yes"), Button("No", "/no")]

    assert wording.with_choices("¿Sigo?", buttons, Abilities(160)) == "¿Sigo?\n\n1. Sí\n2. No"
    assert wording.with_choices("¿Sigo?", buttons, Abilities(160, buttons=3)) == "¿Sigo?"


@pytest.mark.parametrize(
    ("text", "payload"),
    [("2", "/no"), (" 1. ", "/yes"), ("no", "/no"), ("SÍ", "/yes"), ("3", None), ("0", None),
     ("2 meses", None), ("²", None), ("9" * 500, None)],
)  # fmt: skip
def test_an_answer_is_a_number_or_a_title(text, payload):
    assert wording.chosen(text, [Button("Sí", "/yes"), Button("No", "/no")]) == payload


WEEK = {"mon": [["09:00", "13:00"], ["15:00", "18:00"]], "sat": [["10:00", "24:00"]]}


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        (datetime(2026, 5, 4, 15, 0, tzinfo=UTC), True),  # Monday 09:00 in Mexico City
        (datetime(2026, 5, 4, 14, 59, tzinfo=UTC), False),
        (datetime(2026, 5, 4, 19, 0, tzinfo=UTC), False),  # the pause begins
        (datetime(2026, 5, 4, 22, 0, tzinfo=UTC), True),
        (datetime(2026, 5, 10, 5, 59, tzinfo=UTC), True),  # Saturday 23:59
        (datetime(2026, 5, 10, 6, 0, tzinfo=UTC), False),
    ],
)
def test_an_inbox_is_open_by_the_clock_of_its_market(moment, opened):
    assert hours.is_open(WEEK, moment, "America/Mexico_City") is opened


def test_a_holiday_is_closed_and_no_hours_are_always_open():
    monday = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)

    assert not hours.is_open(WEEK, monday, "America/Mexico_City", {date(2026, 5, 4)})
    assert hours.is_open({}, monday, "America/Mexico_City", {date(2026, 5, 4)})


@pytest.mark.parametrize(
    "bad",
    [[], {"mo": []}, {"mon": [["9:00", "18:00"]]}, {"mon": [["18:00", "09:00"]]},
     {"mon": [["09:00"]]}],
)  # fmt: skip
def test_hours_that_are_none_are_refused(bad):
    with pytest.raises(Invalid):
        hours.checked(bad)


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ((2026, 5, 5, 2, 59), None),  # 20:59
        ((2026, 5, 5, 3, 0), (2026, 5, 5, 14, 0)),  # 21:00 until 08:00
        ((2026, 5, 5, 13, 59), (2026, 5, 5, 14, 0)),
        ((2026, 5, 5, 14, 0), None),
    ],
)
def test_quiet_goes_over_midnight(clock, until):
    end = hours.quiet_until(("21:00", "08:00"), datetime(*clock, tzinfo=UTC), "America/Mexico_City")

    assert end == (until and datetime(*until, tzinfo=UTC))


def test_quiet_hours_end_by_the_new_clock_when_it_changes_in_the_night():
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Madrid, the first time

    end = hours.quiet_until(("21:00", "08:00"), before, "Europe/Madrid")

    assert end == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


# The second one's name ends in a letter with bits to spare.
@pytest.mark.parametrize("conversation_id", [uuid4(), UUID(int=0)], ids=["any", "spare"])
def test_a_token_is_ours_alone_in_any_case_and_a_single_sign_breaks_it(conversation_id):
    secrets.set_key("tests")
    token = threads.token_of(conversation_id)

    assert threads.conversation_of(token.upper()) == conversation_id
    assert token.isalnum()
    assert len(f"reply+{token}") <= 64
    for place in range(len(token)):
        other = "a" if token[place] != "a" else "b"
        changed = threads.conversation_of(token[:place] + other + token[place + 1 :])
        assert changed is None


def test_a_link_to_leave_names_its_inbox_and_address_only():
    secrets.set_key("tests")
    inbox_id = uuid4()
    token = threads.leave_token(inbox_id, "valeria@example.com")

    assert threads.who_leaves(token) == (inbox_id, "valeria@example.com")
    assert threads.who_leaves(token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    assert threads.who_leaves("nonsense") is None
