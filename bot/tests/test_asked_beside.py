"""What she asks of plans, packs and usage beside choosing: tax, two side by side, what comes after."""

import pytest
from twin import LINE


def sentences(said) -> list[str]:
    return [each["sentence"] for each in said.everything if each.get("response") == "utter_told"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("nlu_fallback", "y cuándo se renueva?"),
        ("nlu_fallback", "when does it reset"),
        ("nlu_fallback", "e que dia zera?"),
        ("stop_flow", "so when it comes back"),
        ("stop_flow", "y cuándo regresa"),
        ("network_problem", "e quando volta"),
    ],
)
def test_when_the_allowance_comes_back_is_told_after_usage(chat, intent, text):
    chat.says("check_usage", "cuántos gigas me quedan")

    said = chat.says(intent, text, sure=0.55, does="asks_when", does_sure=0.49)

    assert ["30 de noviembre de 2026" in each for each in sentences(said)] == [True]


@pytest.mark.parametrize(
    ("begins", "text"),
    [
        ("list_plans", "con iva o sin iva?"),
        ("buy_addon", "el precio es más iva?"),
        ("change_plan", "esse valor já é com imposto?"),
        ("roaming_info", "that is with tax or tax extra"),
    ],
)
def test_whether_a_price_is_with_tax_is_told_as_it_is_in_her_market(chat, twin, begins, text):
    chat.says(begins, "…", **({"country": "FR"} if begins == "roaming_info" else {}))

    assert sentences(chat.says("nlu_fallback", text, sure=0.3)) == ["El precio ya incluye IVA."]
    assert twin.wanted() == []


def test_tax_on_a_bill_is_no_price(chat):
    chat.says("list_plans")

    assert sentences(chat.says("nlu_fallback", "what was the tax on my last bill?", sure=0.3)) == []


def test_a_pack_that_is_chosen_is_chosen_though_she_asks_of_tax(chat, twin):
    chat.says("buy_addon", "se me acabaron los datos")

    chat.says("buy_addon", "la de 10, con iva?", sure=0.4, data_volume="10 GB")

    assert twin.wanted() == [{"line_id": LINE, "offer_code": "extra-10gb"}]


@pytest.mark.parametrize(
    "text", ["qual a diferença do de 20 pro ilimitado?", "o que muda do ilimitado pro de 20?"]
)
def test_two_plans_she_compares_are_told_side_by_side(chat, twin, text):
    chat.says("change_plan", "quero mudar de plano")

    said = chat.says("list_plans", text, sure=0.5, plan_name="max-unlimited")

    told = said.words("utter_plans")["plans"]
    assert ["Plus 20GB" in told, "Max Unlimited" in told, told.count("•")] == [True, True, 2]
    assert said.responses[-1] == "utter_ask_plan"
    assert twin.wanted() == []


@pytest.mark.parametrize(
    "text",
    [
        "y si se lo acaba antes le cobran de más o nomás se le va el internet?",
        "and if i use it all up, do you charge extra?",
        "e se eu gastar tudo, fico sem internet ou vem cobrança?",
    ],
)
def test_what_comes_after_the_last_of_a_pack_for_abroad_is_told_of_that_country(chat, text):
    chat.says("roaming_info", "voy a Francia", country="FR")

    (said,) = sentences(chat.says("nlu_fallback", text, sure=0.3))

    assert "Francia" in said


@pytest.mark.parametrize("text", ["e na minha?", "y en la mía?", "and mine?", "on mine"])
def test_which_line_is_hers_may_be_said_as_a_question(chat, twin, text):
    twin.says("context", "a verified customer with two lines")
    chat.says("check_usage", "cuánto le queda a esa línea")

    assert chat.says("nlu_fallback", text, sure=0.3).responses == ["utter_usage"]
