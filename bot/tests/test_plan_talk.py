"""Plans that were just listed are spoken of by their size, their name, or as "that one"."""

import pytest

from actions.amounts import price_in
from actions.splitting import clauses_of
from components.facts import facts_in


def lists(chat):
    said = chat.says("list_plans", "qué planes hay")
    assert said.responses == ["utter_plans"]


def test_one_of_them_is_told_alone_by_its_size_and_then_taken(chat, twin):
    lists(chat)

    said = chat.says("check_usage", "y el más barato cuánto", sure=0.3, does="asks_price")
    assert said.responses == ["utter_plans"]
    assert said.buttons == ['/change_plan{"plan_name": "starter-5gb"}']

    assert chat.says("affirm", "va, métanme en ese", sure=0.4, does="agrees").responses == ["utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"


def test_from_when_the_one_plan_told_would_hold_the_proposal_says(chat, twin):
    lists(chat)
    chat.says("check_usage", "y el más barato cuánto", sure=0.3, does="asks_price")

    said = chat.says("make_payment", "y ese desde cuándo", sure=0.2, does="asks_when")

    assert said.responses == ["utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"


def test_her_own_plan_is_no_wish_where_she_wants_less(chat):
    said = chat.says("list_plans", "tengo el plus y no lo uso, qué hay más barato", plan_name="plus-20gb")

    assert said.buttons == ['/change_plan{"plan_name": "starter-5gb"}']


def test_the_cheap_one_is_wanted_though_she_names_what_she_has(chat, twin):
    chat.says("change_plan", "the 20gb is a waste, put me on the cheap one", plan_name="plus-20gb")

    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"


def test_a_size_alone_names_the_plan_she_wants(chat, twin):
    chat.says("change_plan", "5 GB is enough for me, change to that one", data_volume="5 GB")

    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"


def test_wifi_that_she_has_is_no_wish_for_fibre(chat, twin):
    chat.says("list_plans", "now i have wifi at home also, what are the lower plans")

    assert "service" not in twin.asked[-1]["query"]


@pytest.mark.parametrize("text", ["will my number remain the same?", "me van a cambiar el numero?"])
def test_whether_her_number_stays_is_no_wish_to_take_it_away(chat, twin, text):
    lists(chat)
    assert chat.says("port_number", text).responses == ["utter_number_stays"]

    chat.says("change_plan", "la de 5 gigas", plan_name="starter-5gb")
    said = chat.says("port_number", text)

    assert said.responses == ["utter_number_stays", "utter_confirm_reminder"]


def test_who_chooses_and_then_asks_has_chosen(chat, twin):
    chat.says("change_plan", "quiero otro plan")

    said = chat.says("check_usage", "la de 5 gigas. pero pierdo lo que me queda de este mes??", sure=0.76)

    assert said.responses == ["utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"


def test_a_price_asked_by_a_plans_name_is_told_whatever_it_was_taken_for(chat):
    said = chat.says(
        "cancel_service",
        "cuánto sale el que no se acaba",
        sure=0.32,
        does="asks_price",
        plan_name="max-unlimited",
    )

    assert said.responses == ["utter_plans"]


def test_a_plan_named_in_a_story_is_the_wish_for_it(chat):
    said = chat.says(
        "check_usage", "cada día 15 ya no queda nada, yo quería aquel", sure=0.4, plan_name="max-unlimited"
    )

    assert said.responses == ["utter_confirm"]


def test_what_is_clearly_something_else_is_not_about_plans(chat):
    lists(chat)

    assert chat.says("check_usage", "cuánto me queda del plan", sure=0.9).responses == ["utter_usage"]


@pytest.mark.parametrize(
    "text",
    [
        "aquele que não acaba",
        "the one that never runs out",
        "uno que no se le acabe",
        "one that does not finish",
    ],
)
def test_the_endless_plan_has_many_names(text):
    assert [each["value"] for each in facts_in(text) if each["entity"] == "plan_name"] == ["max-unlimited"]


def test_a_story_without_a_sign_is_heard_from_where_the_wish_begins():
    told = (
        "tengo dos numeros el mio y el de mi hijo que se fue a estudiar y casi no lo usa"
        " entonces pago de gratis quiero ponerle el de veinte gigas"
    )

    assert clauses_of(told)[-1] == "quiero ponerle el de veinte gigas"


def test_the_one_in_between_is_a_plan_where_another_one_is_refused(chat, twin):
    chat.says("dispute_charge", "why is it so high")

    text = "what would it cost not to have this worry, not the unlimited one, the one in between"
    said = chat.says("nlu_fallback", text, sure=0.3, finds=True)

    assert said.responses[0] == "utter_plans"


@pytest.mark.parametrize(
    "text", ["then put me on the 199 one", "mejor cámbiame al de 199", "entao muda o meu pro de 199,00"]
)
def test_a_price_named_now_wins_over_the_plan_that_was_told_last(chat, twin, text):
    chat.slots["listed"] = ["max-unlimited"]

    chat.says("change_plan", text, sure=0.65, does="answers", finds=True)

    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("el de 299 porfa", "299"),
        ("muda pro de 69,90. o meu é o 0200", "69.90"),
        ("not the 399, the 199 one", "199"),
        ("ok the ₹1,299 pack", "1299"),
        ("la de 20", None),
        ("o de 100 mega", None),
        ("el 4567", None),
    ],
)
def test_what_is_pointed_at_by_its_price(text, price):
    assert price_in(text) == price


@pytest.mark.parametrize(
    "text", ["vale ja ou so no mes q vem?", "ya vale desde hoy?", "does it start now or next month?"]
)
def test_from_when_a_proposal_counts_it_says_itself(chat, text):
    chat.says("change_plan", "la de 5 gigas", plan_name="starter-5gb")

    assert chat.says("check_balance", text, sure=0.23).responses == ["utter_confirm_reminder"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("is the max one better for us than 2 times starter?", ["starter-5gb", "max-unlimited"]),
        ("conviene más el max o dos starter?", ["starter-5gb", "max-unlimited"]),
        ("compensa mais o max ou dois starter?", ["starter-5gb", "max-unlimited"]),
    ],
)
def test_plans_that_she_weighs_are_told_side_by_side(chat, text, told):
    chat.says("change_plan", text, sure=0.58, plan_name="max-unlimited")

    assert chat.slots["listed"] == told
