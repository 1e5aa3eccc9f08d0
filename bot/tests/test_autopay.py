"""Automatic payment: on, with a limit, off, on again."""

import pytest


def test_autopay_is_set_up_after_a_yes(chat, twin):
    said = chat.says("set_up_autopay", "quiero que se pague solo")
    assert "hasta $600.00" in said.words("utter_confirm")["sentence"]
    assert twin.accepted() == []

    assert chat.says("affirm", "sí").responses == ["utter_done"]
    assert len(twin.accepted()) == 1


def test_a_limit_she_names_is_hers(chat, twin):
    said = chat.says("set_up_autopay", "pago automático hasta 500 pesos", amount="500")

    assert "$500.00" in said.words("utter_confirm")["sentence"]


def test_without_a_card_she_is_led_to_where_one_is_kept(chat, twin):
    twin.says("autopay", "nothing saved")

    said = chat.says("set_up_autopay", "pago automático")

    assert said.words("utter_autopay_save_first")["url"] == "https://care.example/my/paying"
    assert twin.wanted() == []


@pytest.mark.parametrize(
    "text",
    [
        "quita el pago automático",
        "desativa o débito automático",
        "turn off autopay",
        "desliga esse débito automático",
        "tira o débito automático",
    ],
)
def test_autopay_is_ended_after_a_yes(chat, twin, text):
    twin.says("autopay", "on")

    said = chat.says("set_up_autopay", text)

    assert said.responses == ["utter_told", "utter_confirm"]
    assert twin.wanted() == [{"mandate_id": "bb11c7de-51c2-4a5b-8a4e-1d2f3a4b5c01"}]
    assert twin.accepted() == []


def test_what_is_off_is_said_to_be_off(chat, twin):
    said = chat.says("set_up_autopay", "cancela el pago automático")

    assert said.responses == ["utter_autopay_is_off"]
    assert twin.wanted() == []


def test_what_is_paused_may_go_on(chat, twin):
    twin.says("autopay", "paused")

    asked = chat.says("set_up_autopay", "mi pago automático")
    assert asked.responses == ["utter_told", "utter_ask_autopay"]
    chat.presses(asked.button('"resume"'))
    assert chat.says("affirm", "sí").words("utter_done")["sentence"].endswith("otra vez.")


def test_who_ends_automatic_payment_keeps_her_line(chat, twin):
    twin.says("autopay", "on")
    chat.says("set_up_autopay", "ya no me cobren solito, quítenlo")

    said = chat.says("cancel_service", "pero no me cancelen la línea, sólo ese cobro")

    assert "utter_leaving" not in str(said.responses)
    assert chat.slots["work"]["task"] == "set_up_autopay"


def test_another_limit_is_one_whatever_it_sounds_like(chat, twin):
    chat.says("set_up_autopay", "autopay on my card")

    chat.says("change_plan", "then make limit 500 to be safe")

    assert twin.wanted()[-1]["amount"] == "500"


def test_who_says_why_she_ends_it_still_ends_it(chat, twin):
    twin.says("autopay", "on")
    chat.says("set_up_autopay", "quero tirar o pagamento automático do meu cartão")

    said = chat.says("set_up_autopay", "prefiro pagar eu mesma. O cartão pode deixar cadastrado")

    assert said.responses[-1].startswith("utter_confirm")
    assert chat.says("affirm", "sim, pode desligar").responses == ["utter_done"]


def test_what_others_took_is_no_limit(chat, twin):
    chat.says("set_up_autopay", "autopay on my card")

    chat.says("set_up_autopay", "but not more than 500 ok? another company took 3000", amount="3000")

    assert twin.wanted()[-1]["amount"] == "500"


@pytest.mark.parametrize(
    ("intent", "text", "does"),
    [
        ("stop_flow", "cool. can i stop it later from here?", "asks_how"),
        ("make_payment", "puedo quitarlo después yo mismo?", "asks_risk"),
        ("cancel_service", "dá pra cancelar depois por aqui?", ""),
    ],
)
def test_that_it_may_be_ended_is_told_and_nothing_is_left(chat, twin, intent, text, does):
    chat.says("set_up_autopay", "autopay on my card")

    said = chat.says(intent, text, sure=0.6, does=does)

    assert said.responses == ["utter_autopay_ends", "utter_confirm_reminder"]
    assert chat.agrees().responses == ["utter_done"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("change_plan", "keep 500 as the limit"),
        ("change_plan", "hmm actually no, in other months it is more. 500 max"),
        ("top_up", "no máximo 500"),
    ],
)
def test_a_number_beside_max_is_the_limit_and_no_plan(chat, twin, intent, text):
    chat.says("set_up_autopay", "activa el pago automático")

    chat.says(intent, text, sure=0.7, plan_name="max-unlimited")

    assert twin.proposals()[-1][0] == "start_autopay"
    assert twin.wanted()[-1]["amount"] == "500"


@pytest.mark.parametrize(
    "text",
    [
        "and what happens if a bill is more than that",
        "y si la factura pasa de eso?",
        "e se a conta passar disso?",
    ],
)
def test_what_is_above_the_limit_she_pays_herself(chat, twin, text):
    chat.says("set_up_autopay", "activa el pago automático")
    assert chat.says("dispute_charge", text, sure=0.6).responses[0] == "utter_autopay_ends"

    chat.says("affirm", "sí")
    asked = chat.says("dispute_charge", text, sure=0.6, does="asks_price")
    assert asked.responses == ["utter_autopay_ends"]


def test_leaving_autopay_as_it_is_is_one_button(chat, twin):
    twin.says("autopay", "on")

    asked = chat.says("set_up_autopay", "cómo está mi pago automático")

    titles = [each["title"] for message in asked.everything for each in message["buttons"] or []]
    assert titles == ["Desactivarlo", "Dejarlo así"]


def test_a_yes_that_names_the_end_counts_whatever_she_asks_after_it(chat, twin):
    twin.says("autopay", "on")
    chat.says("set_up_autopay", "ya no quiero que me cobren de la tarjeta")

    chat.says("make_payment", "si quitenlo. luego yo pago por aqui verdad?", sure=0.4, does="asks_else")

    assert len(twin.accepted()) == 1
