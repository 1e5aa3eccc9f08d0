"""Who she is must be known first: a code is offered and sent, and the bot goes on without asking again."""

import pytest

from actions import parsing

NUMBER = "55 1234 5678"
MAX = "c9a1c7de-51c2-4a5b-8a4e-1d2f3a4b5c6d"


def stranger(twin):
    twin.says("balance", "an anonymous visitor")
    twin.says("context", "an anonymous visitor")


def known_again(twin):
    twin.says("balance", "prepaid")
    twin.says("context", "a verified customer")


def comes_back(chat, outcome, left="2"):
    return chat.presses(f'/code_given{{"outcome": "{outcome}", "left": "{left}"}}')


def sent(twin):
    return [each["number"] for each in twin.bodies("/verification/code")]


def test_a_strangers_question_is_answered_once_the_code_came_back(chat, twin):
    stranger(twin)

    asked = chat.says("check_balance", "cuánto debo")
    told = chat.says("nlu_fallback", f"es el {NUMBER}")
    known_again(twin)
    answered = comes_back(chat, "proven")

    assert asked.responses == ["utter_ask_number", "utter_or_sign_in"]
    assert "sign-in" in asked.words("utter_or_sign_in")["url"]
    assert told.responses == ["utter_code_sent_if"]
    assert told.words("utter_code_sent_if")["to"] == "••••5678"
    assert sent(twin) == [NUMBER]
    assert answered.responses == ["utter_code_right", "utter_credit_until"]


def test_a_code_to_what_is_on_file_is_offered_and_the_change_goes_on(chat, twin):
    twin.says("change_plan", "not signed in")
    offered = chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")
    told = chat.says("affirm", "sí")
    twin.says("change_plan", "a proposal")

    went_on = comes_back(chat, "proven")
    done = chat.says("affirm", "sí")

    assert offered.responses == ["utter_offer_code"]
    assert offered.words("utter_offer_code")["to"] == "v••••@example.com"
    assert told.responses == ["utter_code_sent"]
    assert went_on.responses == ["utter_code_right", "utter_confirm"]
    assert done.responses == ["utter_done"]
    assert twin.accepted() == [MAX]


def test_what_was_proven_may_end_between_the_offer_and_the_yes(chat, twin):
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")
    twin.says("change_plan", "accepted by who is not verified any more")

    refused = chat.says("affirm", "sí")
    chat.says("affirm", "sí")
    twin.says("change_plan", "carried out")
    done = comes_back(chat, "proven")

    assert refused.responses == ["utter_offer_code"]
    assert done.responses == ["utter_code_right", "utter_done"]
    assert twin.accepted() == [MAX, MAX]


@pytest.mark.parametrize("no", ["deny", "stop_flow"])
def test_a_no_sends_nothing_and_says_what_can_be_done(chat, twin, no):
    twin.says("change_plan", "not signed in")
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")

    assert chat.says(no, "no").responses == ["utter_not_verified"]
    assert sent(twin) == []
    assert chat.says("affirm", "sí").responses == ["utter_handover", "utter_wait"]


def test_a_wrong_code_says_how_many_tries_are_left_and_three_end_it(chat, twin):
    stranger(twin)
    chat.says("check_balance", "cuánto debo")
    chat.says("nlu_fallback", NUMBER)

    first, last = comes_back(chat, "wrong", "2"), comes_back(chat, "failed", "0")

    assert first.words("utter_code_wrong")["left"] == "2"
    assert last.responses == ["utter_code_failed"]
    assert chat.says("affirm", "sí").responses == ["utter_handover", "utter_wait"]


def test_a_late_code_is_answered_with_a_new_one(chat, twin):
    stranger(twin)
    chat.says("check_balance", "cuánto debo")
    chat.says("nlu_fallback", NUMBER)

    assert comes_back(chat, "expired").responses == ["utter_code_expired"]
    assert chat.says("affirm", "sí").responses == ["utter_code_sent_if"]
    assert sent(twin) == [NUMBER, NUMBER]


def test_while_the_code_is_awaited_other_words_are_asked_about_once(chat, twin):
    stranger(twin)
    chat.says("check_balance", "cuánto debo")
    chat.says("nlu_fallback", NUMBER)

    assert chat.says("nlu_fallback", "mmm").responses == ["utter_code_awaited"]
    assert chat.says("nlu_fallback", "mmm").responses[0] == "utter_handover_not_understood"


def test_a_question_in_between_is_answered_and_the_code_still_counts(chat, twin):
    stranger(twin)
    chat.says("check_balance", "cuánto debo")
    chat.says("nlu_fallback", NUMBER)

    assert chat.says("roaming_info", "cómo funciona el roaming").responses == ["utter_article"]
    known_again(twin)
    assert comes_back(chat, "proven").responses == ["utter_code_right", "utter_credit_until"]


def test_a_number_of_another_country_is_asked_for_again(chat, twin):
    stranger(twin)
    chat.says("check_balance", "cuánto debo")
    twin.says("verification", "no number of this country")
    asked = chat.says("nlu_fallback", "+49 151 12345678")
    twin.says("verification", "a code is sent")

    assert asked.responses == ["utter_bad_number"]
    assert chat.says("nlu_fallback", NUMBER).responses == ["utter_code_sent_if"]


def test_who_asks_too_often_gets_a_person(chat, twin):
    stranger(twin)
    chat.says("check_balance", "cuánto debo")
    twin.says("verification", "asked too often")

    assert chat.says("nlu_fallback", NUMBER).responses == ["utter_refused"]
    assert chat.says("affirm", "sí").responses == ["utter_handover", "utter_wait"]


def test_without_anything_asked_before_she_is_thanked(chat):
    assert comes_back(chat, "proven").responses == ["utter_code_right", "utter_how_can_i_help"]


def test_who_has_signed_in_meanwhile_goes_on_without_a_code(chat, twin):
    twin.says("change_plan", "not signed in")
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")
    twin.says("verification", "known already")
    twin.says("change_plan", "a proposal")

    assert chat.says("affirm", "ya entré").responses == ["utter_confirm"]


def test_the_application_being_away_leaves_a_way_on(chat, twin):
    stranger(twin)
    chat.says("check_balance", "cuánto debo")
    twin.breaks("verification/code")

    assert chat.says("nlu_fallback", NUMBER).responses == ["utter_handover_error", "utter_wait"]


def test_of_two_requests_both_are_answered_after_one_proof(chat, twin, monkeypatch):
    async def parts(turn):
        if " y " not in turn.text:
            return []
        return [
            {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": []}
            for text, intent in (("cuánto debo", "check_balance"), ("mis casos", "ticket_status"))
        ]

    monkeypatch.setattr(parsing, "two_requests", parts)
    stranger(twin)
    chat.says("check_balance", "cuánto debo y cómo van mis casos")
    chat.says("nlu_fallback", NUMBER)
    known_again(twin)

    answered = comes_back(chat, "proven").responses

    assert answered[:3] == ["utter_code_right", "utter_credit_until", "utter_second"]
    assert answered[3:] == ["utter_ticket", "utter_ticket_answer"]
