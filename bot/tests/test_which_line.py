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
