"""Hand-over, refusals and failures: nobody is left alone, and nobody is talked over."""

import pytest


def test_asking_for_a_person_hands_over_with_what_was_learnt(chat, twin):
    chat.says("check_balance")
    said = chat.says("talk_to_agent", text="quiero hablar con una persona")

    told = twin.bodies("handover")[0]
    assert said.responses == ["utter_handover", "utter_wait"]
    assert (told["intent"], told["topic"], told["reason"]) == ("talk_to_agent", "other", "asked")
    assert told["tried"] == ["check_balance"]
    assert told["summary"] == "quiero hablar con una persona"


def test_the_second_misunderstanding_in_a_row_hands_over(chat, twin):
    first = chat.says("nlu_fallback", ranking=["view_bill", "greet", "top_up"])
    second = chat.says("nlu_fallback")

    assert first.buttons == ["/view_bill", "/top_up", "/talk_to_agent"]
    assert second.responses == ["utter_handover_not_understood", "utter_wait"]
    assert twin.bodies("handover")[0]["reason"] == "not_understood"


def test_what_is_surely_nothing_of_ours_calls_nobody_however_often_it_comes(chat, twin):
    for text in ("who won the match", "and will it rain", "tell me a joke"):
        assert chat.says("out_of_scope", text).responses == ["utter_out_of_scope"]
    assert twin.bodies("handover") == []


def test_an_understood_message_ends_a_run_of_misunderstandings(chat, twin):
    chat.says("nlu_fallback")
    chat.says("check_balance")

    assert chat.says("nlu_fallback").responses == ["utter_clarify"]


def test_an_article_is_shown_to_a_stranger_and_a_person_offered(chat, twin):
    twin.says("context", "an anonymous visitor")

    assert chat.says("roaming_info", text="cómo funciona el roaming").responses == ["utter_article"]
    assert chat.says("affirm").responses == ["utter_handover", "utter_wait"]
    assert twin.bodies("handover")[0]["intent"] == "roaming_info"


def test_without_an_article_a_person_helps(chat, twin):
    twin.says("context", "an anonymous visitor")
    twin.says("articles", "none")

    assert chat.says("roaming_info", text="cómo funciona el roaming").responses[0] == "utter_handover"


def test_the_bot_is_silent_while_a_person_owns_the_conversation(chat, twin):
    twin.says("balance", "a person owns it")

    assert chat.says("check_balance").everything == []


@pytest.mark.parametrize("status", [500, 401, 302, 200], ids=["broken", "token", "redirect", "no JSON"])
def test_a_failing_application_means_an_apology_and_a_person(chat, twin, status):
    twin.breaks("balance", status)

    assert chat.says("check_balance").responses == ["utter_handover_error", "utter_wait"]
    assert twin.bodies("handover")[0]["reason"] == "error"


def test_when_even_the_hand_over_fails_a_person_is_promised(chat, twin):
    twin.breaks("handover")

    assert chat.says("talk_to_agent").responses == ["utter_person_will_follow"]


def test_a_dead_application_leaves_the_customer_with_a_promise(chat, monkeypatch):
    monkeypatch.setenv("APP_URL", "http://127.0.0.1:9")

    assert chat.says("check_balance").responses == ["utter_person_will_follow"]


def test_a_greeting_knows_the_customers_name(chat):
    assert chat.says("greet").words("utter_greet_by_name")["name"] == "Valeria"


def test_every_turn_tells_what_was_understood(chat):
    assert chat.says("thank").shown == [{"kind": "understood", "intent": "thank", "confidence": 0.9}]


@pytest.mark.parametrize("text", ["quiero hablar con una persona", "ya no quiero vivir"])
def test_out_of_hours_nobody_is_promised_now(chat, twin, text):
    twin.says("handover", "taken out of hours")

    assert chat.says("talk_to_agent", text).responses[-1] == "utter_handover_later"
