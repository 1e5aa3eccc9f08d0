import random
import time

import pytest

from app.conversations.cards import passes_luhn, without_card_numbers

CARDS = [
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "30569309025904",
    "3530111333300000",
    "6200000000000005",
    "6362970000457013",
]


@pytest.mark.parametrize("card", CARDS)
def test_every_brand_is_cut_to_its_last_four(card):
    assert without_card_numbers(f"mi tarjeta {card} vence 12/29") == (
        f"mi tarjeta •••• {card[-4:]} vence 12/29"
    )


@pytest.mark.parametrize(
    "written",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u200b1111\u00a01111 - 1111",
        "4111\n1111\n1111\n1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4111/1111_1111*1111",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "४१११११११११११११११",
        "4111１１１１11111111",
        "4111 --- 1111 ... 1111 | 1111",
        "4" + "\u200b\u2060\ufeff\u0336" * 5 + "111111111111111",
        "⁴¹¹¹ ₁₁₁₁ ①①①① ❶❶❶❶",
    ],
)
def test_whatever_the_script_and_the_separators(written):
    assert without_card_numbers(written) == "•••• 1111"


@pytest.mark.parametrize(
    "text",
    [
        "IMEI 356938035643809",
        "ICCID 8952020000000000010 y 8952140061234567890",
        "IMSI 334020123456789",
        "Llámame al +52 55 1234 5678 o 55 1234 5678",
        "+55 11 91234-5678",
        "Factura INV-MX-2026-000045, ticket TT-2026-000123",
        "el 2026-11-21 a las 10:30, pagué 1,299.00",
        "4111 1111 1111 1112",
        "CLABE 646180157000000004",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert without_card_numbers(text) == text


def test_two_cards_in_one_message_are_both_cut():
    text = "4111111111111111 y 5555-5555-5555-4444, cvv 123"

    assert without_card_numbers(text) == "•••• 1111 y •••• 4444, cvv 123"


def with_check_digit(digits):
    return next(f"{digits}{each}" for each in range(10) if passes_luhn(f"{digits}{each}"))


def test_imei_and_iccid_are_mistaken_less_than_once_in_a_hundred():
    dice = random.Random(7)
    bodies = ["35", "86", "01", "99"], ["8952", "8955", "8991"]
    numbers = [
        with_check_digit(begin + "".join(dice.choices("0123456789", k=length - len(begin) - 1)))
        for begins, length in zip(bodies, (15, 19), strict=True)
        for begin in begins
        for _ in range(500)
    ]

    mistaken = [each for each in numbers if without_card_numbers(each) != each]

    assert len(mistaken) < len(numbers) / 100


def test_the_longest_message_takes_no_time():
    started = time.process_time()

    without_card_numbers("4 " * 2000)
    without_card_numbers("1234567890123456789" * 200)

    assert time.process_time() - started < 2


@pytest.mark.parametrize("words", ["4 ", "4111 ", "41", "2026-11-26 ", "é4", "4\u200b"])
def test_a_long_text_made_of_what_may_be_cards_is_passed_by(words):
    started = time.process_time()

    without_card_numbers(words * (1_000_000 // len(words)))

    assert time.process_time() - started < 4
