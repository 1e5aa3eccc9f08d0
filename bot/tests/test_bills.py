"""Balances and bills: told exactly, explained, and disputed after a yes."""

import pytest

BILL = "INV-MX-2026-000045"
PREPAID = "0b8f3a52-3f0e-4c8a-9b5e-5d0a4f8e2c02"
USED = "7c2f0e1a-1111-4222-8333-000000000002"


def test_a_high_bill_is_explained_before_anything_is_disputed(chat, twin):
    said = chat.says("dispute_charge", "¿por qué tan caro?")

    assert said.responses == [
        "utter_bill_explained",
        "utter_bill_causes",
        "utter_owed_besides",
        "utter_ask_wrong",
    ]
    assert said.words("utter_bill_explained")["sentence"].endswith("$40.00 más que la anterior ($299.00).")
    assert said.words("utter_bill_causes")["causes"] == "• Datos fuera de tu plan en 55 1234 5678: +$40.00"
    assert twin.wanted() == []


def test_who_understands_it_now_disputes_nothing(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")

    assert chat.says("deny", "no, ya entendí").responses == ["utter_glad_explained"]
    assert chat.says("affirm", "sí").responses == ["utter_how_can_i_help"]
    assert twin.wanted() == []


def test_a_charge_is_chosen_and_disputed_after_a_yes_once(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")
    asked = chat.says("affirm", "sí, un cargo está mal")
    assert asked.responses == ["utter_ask_charge"]
    assert len([each for each in asked.buttons if "charge_id" in each]) == 2  # a credit is no charge

    said = chat.says("nlu_fallback", "los datos adicionales")
    assert "$40.00" in said.words("utter_confirm")["sentence"]
    assert twin.accepted() == []

    assert "TT-2026-000300" in chat.says("affirm", "sí").words("utter_done")["sentence"]
    assert chat.says("affirm", "sí").responses == ["utter_already_done"]
    assert len(twin.accepted()) == 1
    assert twin.wanted()[0]["reason"] == "¿por qué tan caro?"


def test_the_amount_she_complained_of_chooses_the_charge(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?", amount="40")

    said = chat.presses('/dispute_charge{"wrong": "wrong"}')

    assert said.responses == ["utter_confirm"]
    assert "$40.00" in said.words("utter_confirm")["sentence"]


def test_who_says_that_she_did_not_use_it_disputes_what_was_used(chat, twin):
    chat.says("dispute_charge", "por qué tan caro")

    chat.says("nlu_fallback", "pero no usé tanto, paso el día en casa")
    assert twin.wanted()[-1]["charge_id"] == USED


def test_who_insists_that_it_is_looked_into_agrees_to_that(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")
    chat.says("affirm", "sí, está mal")
    chat.says("nlu_fallback", "los datos adicionales")

    chat.says("deny", "no estoy de acuerdo, quiero reclamar ese cobro")

    assert len(twin.accepted()) == 1


def test_who_does_not_want_to_dispute_does_not(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")
    chat.says("affirm", "sí, está mal")
    chat.says("nlu_fallback", "los datos adicionales")

    chat.says("deny", "mejor no quiero reclamar nada")

    assert twin.accepted() == []


def test_with_several_lines_the_balance_asks_which(chat, two_lines):
    asked = chat.says("check_balance", "saldo")

    assert asked.responses == ["utter_ask_line"]
    assert chat.says("nlu_fallback", "4321").responses == ["utter_credit_until"]
    assert two_lines.asked[-1]["query"]["line_id"] == PREPAID


def test_a_bill_of_a_month_is_asked_for_as_such(chat, twin):
    chat.says("view_bill", "la factura de marzo")

    months = [each["query"].get("month") for each in twin.asked if each["path"].endswith("/bill")]
    assert months[0].endswith("-03-01")


def test_a_month_without_a_bill_is_said_to_have_none(chat, twin):
    twin.says("bill", "no bill of that month")

    said = chat.says("view_bill", "la factura de enero")

    assert said.words("utter_refused")["message"] == "No hay factura de ese mes."


def test_of_two_bills_of_a_month_she_is_asked_which(chat, twin):
    twin.says("bill", "two of that month")

    asked = chat.says("view_bill", "la de septiembre")

    assert asked.responses == ["utter_ask_bill"]
    twin.says("bill", "an open bill")
    assert "utter_bill_open" in chat.presses(asked.buttons[0]).responses


def test_a_bill_is_told_with_its_paper_and_mailed_when_she_asks(chat, twin):
    told = chat.says("view_bill", "mi factura")
    assert told.responses == ["utter_bill_open", "utter_bill_paper"]

    sent = chat.presses(told.button("mail"))
    assert sent.words("utter_told")["sentence"].startswith("Enviamos la factura")
    assert twin.bodies("bill/mail") == [{"number": BILL}]

    chat.says("view_bill", "mándamela por correo")
    assert len(twin.bodies("bill/mail")) == 2


@pytest.mark.parametrize("intent", ["request_refund", "nlu_fallback"])
def test_who_wants_that_money_back_says_that_the_charge_is_wrong(chat, twin, intent):
    chat.says("dispute_charge", "¿por qué tan caro?")

    said = chat.says(intent, "quiero que me devuelvan lo de los datos, yo no los gasté")

    assert said.responses == ["utter_confirm"]
    assert twin.wanted()[-1]["charge_id"] == USED


@pytest.mark.parametrize(
    ("intent", "text", "does", "response"),
    [
        ("ticket_status", "and how long will u take to look into it", "asks_when", "utter_case_to_be"),
        ("check_balance", "and till then do I have to pay the full thing or not", "", "utter_dispute_holds"),
    ],
)
def test_what_becomes_of_a_dispute_is_told_before_it_is_agreed_to(chat, twin, intent, text, does, response):
    chat.says("dispute_charge", "¿por qué tan caro?")
    chat.says("nlu_fallback", "i did not use that data")

    assert chat.says(intent, text, sure=0.67, does=does).responses == [response, "utter_confirm_reminder"]
    assert chat.agrees().responses == ["utter_done"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("network_problem", "That can't be right, I am at home on the broadband all day"),
        ("roaming_info", "no puede ser, si estuve de viaje todo el mes sin usar el celular"),
        ("report_lost_sim", "que isso, impossível, meu filho estava acampando sem o telefone"),
    ],
)
def test_who_disbelieves_a_charge_may_dispute_it_whatever_she_tells_with_it(chat, twin, intent, text):
    chat.says("dispute_charge", "¿por qué tan caro?")

    said = chat.says(intent, text, sure=0.7)

    assert "$40.00" in said.words("utter_confirm")["sentence"]  # what made it higher


def test_a_bill_that_is_disbelieved_is_explained(chat, twin):
    chat.says("view_bill", "mi factura")

    said = chat.says("network_problem", "imposible, en mi casa tengo wifi todo el día", sure=0.6)

    assert said.responses[0] == "utter_bill_explained"


def test_a_fault_beside_a_bill_is_a_fault(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")

    said = chat.says("network_problem", "y además no tengo internet en mi casa desde ayer", sure=0.9)

    assert not {"utter_ask_charge", "utter_confirm"} & set(said.responses)


@pytest.mark.parametrize(
    "text", ["não reconheço esse consumo não", "I don't recognise this usage", "eso no es mío"]
)
def test_what_she_does_not_recognise_is_the_use_that_made_it_higher(chat, twin, text):
    chat.says("dispute_charge", "llegó mucho más q los 299", amount="299")

    chat.says("dispute_charge", text, sure=0.6)

    [wanted] = twin.wanted()
    assert wanted["charge_id"].endswith("2")  # data beyond the plan
