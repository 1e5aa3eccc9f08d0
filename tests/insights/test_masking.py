"""What a trainer may read of a customer's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.cards import without_card_numbers
from app.insights.masking import masked


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("mi línea es 55 1234 5678", "mi línea es 00 0000 0000"),
        ("meu CPF é 123.456.789-09", "meu CPF é 000.000.000-00"),
        ("write to ana.ruiz+x@mail.example.com!", "write to name@example.com"),
        ("call +1 (555) 010-9999 now", "call +0 (000) 000-0000 now"),
        ("card •••• 1111 was charged", "card 0000 was charged"),
        ("٠١٢٣٤٥٦٧", "00000000"),
        ("I want the 20 giga one", "I want the 20 giga one"),
        ("me cobraron 299 pesos", "me cobraron 299 pesos"),
        ("me llamo Juan Pérez y no tengo señal", "me llamo Alex y no tengo señal"),
        ("meu nome é Lia, quero pagar", "meu nome é Alex, quero pagar"),
        ("this is urgent", "this is urgent"),
        ("soy la titular", "soy la titular"),
        ("Valeria Soto aquí, ayuda", "Alex Alex aquí, ayuda"),
        ("see https://x.example/?token=abc", "see example.com"),
        ("two\nlines\u200b here", "two lines here"),
    ],
)
def test_nobody_is_in_it_and_the_meaning_stays(said, read):
    assert masked(said, ["Valeria Soto"]) == read


ANYTHING_ELSE = st.text(st.characters(exclude_categories=["Nd", "Cs", "Cc"]), max_size=60)


@given(ANYTHING_ELSE, st.from_regex(r"\A[1-9]{4,16}\Z"), ANYTHING_ELSE)
def test_no_number_of_a_person_survives(before, number, after):
    read = masked(f"{before} {without_card_numbers(number)} {after}")

    assert number[-4:] not in read
