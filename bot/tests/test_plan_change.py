"""Changing a plan: asked step by step, confirmed, carried out once."""

MAX = {"quote_id": "c9a1c7de-51c2-4a5b-8a4e-1d2f3a4b5c6d"}


def quote(chat):
    return chat.says("change_plan", plan_name="max-unlimited")


def test_a_named_plan_is_quoted_and_waits_for_a_yes(chat, twin):
    said = quote(chat)

    assert "$60.00" in said.words("utter_plan_quote")["sentence"]
    assert twin.bodies("/plan-change") == []


def test_a_yes_carries_the_change_out_once(chat, twin):
    quote(chat)

    assert chat.says("affirm").responses == ["utter_plan_changed"]
    assert chat.says("affirm").responses == ["utter_how_can_i_help"]
    assert twin.bodies("/plan-change") == [MAX]


def test_a_no_changes_nothing(chat, twin):
    quote(chat)

    assert chat.says("deny").responses == ["utter_plan_unchanged"]
    chat.says("affirm")
    assert twin.bodies("/plan-change") == []


def test_never_mind_changes_nothing(chat, twin):
    quote(chat)

    assert chat.says("stop_flow").responses == ["utter_plan_unchanged"]
    chat.says("affirm")
    assert twin.bodies("/plan-change") == []


def test_another_plan_named_instead_of_a_yes_is_quoted_anew(chat, twin):
    quote(chat)

    said = chat.says("deny", text="no, la de 5 gigas", plan_name="starter-5gb")

    assert "Starter 5GB" in said.words("utter_plan_quote")["sentence"]
    assert twin.bodies("/plan-change") == []


def test_without_a_plan_the_bot_asks_which(chat):
    said = chat.says("change_plan")

    assert said.responses == ["utter_ask_plan"]
    assert len(said.buttons) == 2
    assert chat.says("nlu_fallback", plan_name="max-unlimited").responses == ["utter_plan_quote"]


def test_with_two_lines_the_bot_asks_which_and_keeps_the_plan(chat, twin):
    twin.says("context", "a verified customer with two lines")

    said = quote(chat)
    assert said.responses == ["utter_ask_line"]

    line = said.buttons[0].split('"')[3]
    assert chat.says("change_plan", text=said.buttons[0], line_id=line).responses == ["utter_plan_quote"]
    assert twin.bodies("quote") == [{"line_id": line, "offer_code": "max-unlimited"}]


def test_the_plan_she_has_is_not_sold_again(chat, twin):
    said = chat.says("change_plan", plan_name="plus-20gb")

    assert said.responses == ["utter_same_plan", "utter_ask_plan"]
    assert twin.bodies("quote") == []


def test_an_expired_quote_is_made_anew_and_confirmed_again(chat, twin):
    quote(chat)
    twin.says("plan_change", "an expired quote")

    assert chat.says("affirm").responses == ["utter_quote_expired", "utter_plan_quote"]


def test_too_little_credit_is_told_in_the_applications_words(chat, twin):
    quote(chat)
    twin.says("plan_change", "not enough credit")

    said = chat.says("affirm")

    assert said.words("utter_refused")["message"] == "No tienes saldo suficiente para el cambio."


def test_a_question_in_between_is_answered_and_the_yes_still_awaited(chat, twin):
    quote(chat)

    assert chat.says("check_balance").responses == ["utter_credit_until", "utter_confirm_reminder"]
    assert chat.says("affirm").responses == ["utter_plan_changed"]


def test_an_unknown_visitor_is_asked_to_sign_in(chat, twin):
    twin.says("context", "an anonymous visitor")

    assert quote(chat).responses == ["utter_not_verified"]
    assert chat.says("affirm").responses == ["utter_handover", "utter_wait"]
    assert twin.bodies("handover")[0]["reason"] == "verification"
