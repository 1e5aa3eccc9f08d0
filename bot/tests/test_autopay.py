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


@pytest.mark.parametrize(
    "text",
    [
        "autopay laga do, par 500 se upar mat kaatna bina puche",
        "500 se zyada nahi, autopay",
        "autopay on karo, 500 tak hi",
        "pago automático, pero arriba de 500 no",
        "débito automático, acima de 500 não",
    ],
)
def test_what_is_not_to_be_taken_beyond_is_the_limit(chat, twin, text):
    chat.says("set_up_autopay", text, finds=True)

    assert twin.wanted()[-1]["amount"] == "500"


@pytest.mark.parametrize(
    ("intent", "text", "does"),
    [
        ("out_of_scope", "haan wahi visa, full amount", "agrees"),
        ("affirm", "sí, el total", "agrees"),
        ("check_balance", "sim, o valor total", "agrees"),
        ("affirm", "si todo", ""),
    ],
)
def test_a_yes_to_the_whole_amount_is_none_to_a_mandate(chat, twin, intent, text, does):
    chat.says("set_up_autopay", "quiero que se pague solo")

    said = chat.says(intent, text, sure=0.5, does=does)

    assert said.responses == ["utter_confirm_again"]
    assert twin.accepted() == []


@pytest.mark.parametrize("text", ["sí, todo bien", "sim, todo mês", "yes, all my bills"])
def test_a_yes_to_every_month_is_one(chat, twin, text):
    chat.says("set_up_autopay", "quiero que se pague solo")

    assert chat.says("affirm", text, does="agrees").responses == ["utter_done"]


@pytest.mark.parametrize(
    "text",
    [
        "is month ka abhi le lo mere visa se aur next se automatic kar do, par 500 se upar mat kaatna",
        "charge this month's bill now to my card and put it on automatic from the next one, up to 500",
        "cóbrame ya este mes con la tarjeta y a partir del próximo que sea automático, no más de 500",
        "cobra esse mês agora no meu cartão e do próximo em diante deixa no automático, mais de 500 não",
    ],
)
def test_this_month_is_paid_before_those_to_come_are_taken_by_themselves(chat, card, text):
    chat.slots["language"] = "pt" if "mês" in text else "es"
    chat.says("set_up_autopay", text, sure=0.52, finds=True)
    assert [kind for kind, _ in card.proposals()] == ["pay_bills"]
    assert "amount" not in card.wanted()[0]

    chat.says("affirm", "sí")

    assert card.proposals()[1][0] == "start_autopay"
    assert card.wanted()[1]["amount"] == "500"
    assert len(card.accepted()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "autopay from next month please",
        "este mes pago yo, desde el próximo automático",
        "este mes ya lo pagué, y el próximo que sea automático",
        "esse mês eu pago na loja e do próximo em diante no automático",
    ],
)
def test_who_pays_nothing_now_is_asked_for_the_mandate_alone(chat, card, text):
    chat.says("set_up_autopay", text, sure=0.8)

    assert "pay_bills" not in [kind for kind, _ in card.proposals()]
