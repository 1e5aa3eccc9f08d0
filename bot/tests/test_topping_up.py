"""Topping up: any amount, by link, card or voucher."""

import pytest

CARD = "saved:5d6e1c2a-0f0a-4f53-9f3e-5a1b2c3d4e5f"
PREPAID = "0b8f3a52-3f0e-4c8a-9b5e-5d0a4f8e2c02"


def test_an_amount_in_her_words_leads_to_the_link(chat, two_lines):
    said = chat.says("top_up", "carga 50")

    assert said.responses == ["utter_top_up_link"]
    assert two_lines.bodies("top-up-link") == [{"line_id": PREPAID, "amount": "50", "code": None}]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("75", "75"),
        ("5000", "5000"),
        ("20", "20"),
        ("el segundo", "100.00"),
        ("2", "100.00"),
        ("200 pesos", "200"),
        ("setenta y cinco", "75"),
        ("twenty please", "20"),
        ("dos", "100.00"),
    ],
)
def test_asked_how_much_she_may_press_or_write_any_amount(chat, two_lines, text, amount):
    assert chat.says("top_up", "quiero recargar").responses == ["utter_ask_top_up"]

    entity = {"amount": "200"} if "pesos" in text else {}
    chat.says("nlu_fallback", text, **entity)

    assert two_lines.bodies("top-up-link")[-1]["amount"] == amount


def test_less_than_nothing_is_no_amount(chat, two_lines):
    chat.says("top_up", "quiero recargar")

    assert chat.says("out_of_scope", "-20").responses == ["utter_choose_one"]
    assert two_lines.bodies("top-up-link") == []


def test_other_money_is_not_taken_for_ours(chat, two_lines):
    chat.metadata["market"] = "MX"

    said = chat.says("top_up", "recárgame 20 dólares", amount="20", currency="USD")
    assert said.responses == ["utter_other_money", "utter_ask_top_up"]
    assert said.words("utter_other_money")["currency"] == "MXN"
    said = chat.says("nlu_fallback", "20 dólares", amount="20", currency="USD")
    assert said.responses == ["utter_other_money", "utter_choose_one"]
    assert two_lines.bodies("top-up-link") == []

    chat.says("top_up", "200 pesos", amount="200", currency="MXN")
    assert two_lines.bodies("top-up-link")[0]["amount"] == "200"


def test_a_card_tops_up_after_a_yes(chat, two_lines, card):
    asked = chat.says("top_up", "recargar")
    chat.presses(asked.button('"50.00"'))
    said = chat.presses("/top_up" + f'{{"way": "{CARD}"}}')
    assert "$50.00" in said.words("utter_confirm")["sentence"]

    assert chat.says("affirm", "sí").responses == ["utter_done"]
    assert len(card.accepted()) == 1


def test_a_voucher_is_heard_in_her_first_words(chat, two_lines):
    said = chat.says("top_up", "tengo este código 1234 5678-9012 3456")

    assert said.words("utter_told")["sentence"].startswith("Se agregaron $50.00.")
    assert two_lines.bodies("voucher") == [{"line_id": PREPAID, "code": "1234567890123456"}]


def test_a_wrong_voucher_is_said_plainly_and_asked_for_again(chat, two_lines):
    two_lines.says("top_up", "a wrong voucher")
    asked = chat.says("top_up", "recargar")
    assert chat.presses(asked.button('"voucher"')).responses == ["utter_ask_voucher"]

    said = chat.says("nlu_fallback", "1111222233334444")
    assert said.responses == ["utter_told", "utter_ask_voucher"]

    two_lines.says("top_up", "a voucher")
    assert chat.says("nlu_fallback", "1234567890123456").responses == ["utter_told"]


def test_without_a_prepaid_line_a_person_is_offered(chat):
    assert chat.says("top_up", "recargar").responses == ["utter_no_prepaid_line"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("make_payment", "the card that is saved there"),
        ("thank", "the saved one"),
        ("affirm", "la que ya tienen ahí"),
        ("set_up_autopay", "la tarjeta que tengo guardada con ustedes"),
    ],
)
def test_the_card_that_she_had_kept_answers_how_she_pays(chat, two_lines, card, intent, text):
    chat.presses(chat.says("top_up", "recargar").button('"50.00"'))

    said = chat.says(intent, text, sure=0.68)

    assert said.responses == ["utter_confirm"]


def test_another_matter_that_names_a_card_is_one(chat, two_lines, card):
    chat.says("top_up", "ponle 50")

    chat.says("set_up_autopay", "quiero domiciliar mis facturas a la tarjeta", sure=0.93)

    assert chat.slots["work"]["task"] == "set_up_autopay"
