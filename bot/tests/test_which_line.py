"""Which of her lines: "mine", "hers"."""

import pytest


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("on mine, not the kid's. she can live on hotel wifi", "2c01"),
        ("mine, not my daughter's", "2c01"),
        ("not mine, hers", "2c02"),
        ("la de ella, no la mía!! yo estoy escribiendo de la mía", "2c02"),
    ],
)
def test_mine_is_the_line_she_had_first(chat, twin, text, number):
    twin.says("context", "a verified customer with two lines")
    chat.says("check_usage")

    chat.says("cancel_service", text, sure=0.26, does="answers", does_sure=0.53)

    assert twin.asked[-1]["query"]["line_id"].endswith(number)


def test_a_question_with_her_daughter_in_it_names_no_line(chat, twin):
    twin.says("context", "a verified customer with two lines")
    chat.says("check_usage")

    chat.says("nlu_fallback", "does whatsapp count? my daughter calls her friends all the time")

    assert "line_id" not in chat.slots["work"]["answers"]


def test_what_was_just_done_is_wanted_otherwise_on_the_same_line(chat, twin):
    twin.says("context", "a verified customer with two lines")
    chat.says("change_plan", "quiero el starter", plan_name="starter-5gb")
    chat.says("nlu_fallback", "la primera")
    assert chat.agrees().responses == ["utter_done"]

    assert chat.says("change_plan", "mejor el max", plan_name="max-unlimited").responses == ["utter_confirm"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("my data is over. number is 4321. other one my brother is using, that should run", "2c02"),
        ("ya se me acabaron los datos. es el mio, 5678, no el de mi novia", "2c01"),
        ("acabou a internet, quanto usei? 4321, o 5678 não", "2c02"),
        ("is my data over? the 4321, NOT the 5678 one", "2c02"),
        ("quanto ele usou? o dele é o pré, o outro é meu", "2c02"),
        ("cuánto llevo usado? en la de pospago", "2c01"),
    ],
)
@pytest.mark.parametrize("asked", [False, True])
def test_digits_or_how_it_is_paid_name_a_line_among_other_words(chat, twin, text, number, asked):
    twin.says("context", "a verified customer with two lines")
    if asked:
        chat.says("check_usage")

    chat.says("check_usage", text)

    assert twin.asked[-1]["query"]["line_id"].endswith(number)


@pytest.mark.parametrize("text", ["5678 or 4321, i forget", "not the 567 one", "i have used 1000 only"])
def test_both_numbers_or_none_name_no_line(chat, twin, text):
    twin.says("context", "a verified customer with two lines")

    assert chat.says("check_usage", text).responses == ["utter_ask_line"]


@pytest.mark.parametrize(
    "text", ["and does the 4321 cost the same then?", "sem essa, o preço da 4321 continua o mesmo?"]
)
def test_a_question_with_another_line_in_it_does_not_change_the_one_that_ends(chat, twin, text):
    twin.says("context", "a verified customer with two lines")
    chat.says("cancel_service", "quiero cancelar el 5678")

    chat.says("check_balance", text, sure=0.4)

    assert chat.slots["work"]["answers"]["line_id"].endswith("2c01")


def test_the_pack_that_she_names_while_the_line_is_asked_is_kept(chat, twin):
    twin.says("context", "a verified customer with two lines")
    chat.says("buy_addon", "va el más barato")
    chat.says("buy_addon", "mejor el de 10 porque vemos la serie")

    assert chat.slots["work"]["said"]["pack"] == "10"
