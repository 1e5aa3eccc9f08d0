"""A task, with the change of a plan: asked step by step, corrected, confirmed, carried out once."""

import pytest

from actions import app_client

MAX = "c9a1c7de-51c2-4a5b-8a4e-1d2f3a4b5c6d"
STARTER = "c9a1c7de-51c2-4a5b-8a4e-1d2f3a4b5c6e"
AGREES = f'/affirm{{"proposal":"{MAX}"}}'
LINE = "0b8f3a52-3f0e-4c8a-9b5e-5d0a4f8e2c01"


def wants_max(chat):
    return chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")


def two_lines(twin):
    twin.says("context", "a verified customer with two lines")


def test_a_named_plan_is_proposed_and_waits_for_a_yes(chat, twin):
    said = wants_max(chat)

    assert "$60.00" in said.words("utter_confirm")["sentence"]
    assert said.buttons == [AGREES, "/deny"]
    assert twin.accepted() == []


def test_the_button_of_this_proposal_has_it_done_and_an_older_one_does_not(chat, twin):
    older = wants_max(chat).buttons[0]
    newer = chat.says("deny", "no, la de 5 gigas", plan_name="starter-5gb").buttons[0]

    for stale in (older, "/affirm"):
        assert chat.presses(stale).responses == ["utter_confirm_reminder"]
    assert chat.presses(newer).responses == ["utter_done"]
    assert twin.accepted() == [STARTER]


def test_a_yes_has_it_done_once(chat, twin):
    wants_max(chat)

    assert chat.says("affirm", "sí").responses == ["utter_done"]
    assert chat.says("affirm", "sí").responses == ["utter_already_done"]
    assert twin.accepted() == [MAX]


def test_a_doubtful_yes_is_asked_for_again(chat, twin):
    wants_max(chat)

    assert chat.says("affirm", "pues sí pero", sure=0.4).responses == ["utter_confirm_again"]
    assert twin.accepted() == []


@pytest.mark.parametrize("intent", ["deny", "stop_flow"])
def test_a_no_or_never_mind_changes_nothing(chat, twin, intent):
    wants_max(chat)

    assert chat.says(intent, "no").responses == ["utter_unchanged"]
    chat.says("affirm", "sí")
    assert twin.accepted() == []


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("deny", "no, la de 5 gigas"),
        ("affirm", "sí pero el de 5 gigas"),
        ("buy_addon", "mejor la de 5"),
    ],
)
def test_another_plan_named_instead_of_a_yes_is_proposed_anew(chat, twin, intent, text):
    wants_max(chat)

    said = chat.says(intent, text, plan_name="starter-5gb")

    assert "Starter 5GB" in said.words("utter_confirm")["sentence"]
    chat.says("affirm", "sí")
    assert twin.accepted() == [STARTER]


def test_the_same_plan_named_with_the_yes_is_no_correction(chat, twin):
    wants_max(chat)

    assert chat.says("affirm", "sí, el max", plan_name="max-unlimited").responses == ["utter_done"]


def test_without_a_plan_the_bot_asks_which(chat):
    said = chat.says("change_plan")

    assert said.responses == ["utter_ask_plan"]
    assert said.buttons[-1] == "/stop_flow"
    assert chat.says("nlu_fallback", plan_name="max-unlimited").responses == ["utter_confirm"]


def test_with_two_lines_the_bot_asks_which_and_keeps_the_plan(chat, twin):
    two_lines(twin)

    said = wants_max(chat)
    assert said.responses == ["utter_ask_line"]

    assert chat.presses(said.buttons[0]).responses == ["utter_confirm"]
    assert twin.wanted() == [{"line_id": LINE, "offer_code": "max-unlimited"}]


def test_the_other_line_is_taken_instead_and_the_plan_kept(chat, twin):
    two_lines(twin)
    said = wants_max(chat)
    chat.presses(said.buttons[0])

    chat.says("deny", "no, la otra línea")

    first, second = twin.wanted()
    assert first["line_id"] != second["line_id"]
    assert first["offer_code"] == second["offer_code"] == "max-unlimited"


def test_a_plan_that_her_line_cannot_have_is_not_passed_over_in_silence(chat, twin):
    said = chat.says("change_plan", "quiero la fibra de 600", plan_name="fibra-600")

    assert said.responses == ["utter_not_offered", "utter_ask_plan"]
    assert twin.wanted() == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("ok go ahead with the plan", 1),
        ("sí, cámbiame el plan", 1),
        ("si me cambian el plan pierdo mis gigas", 0),
        ("go ahead with the plan but not today", 0),
        ("sí, cámbiame el plan mañana", 0),
        ("quiero el plan", 0),
    ],
)
def test_a_yes_may_name_what_it_agrees_to(chat, twin, text, times):
    wants_max(chat)

    chat.says("change_plan", text)

    assert len(twin.accepted()) == times


def test_the_plan_she_has_is_not_sold_again(chat, twin):
    said = chat.says("change_plan", plan_name="plus-20gb")

    assert said.responses == ["utter_same_plan", "utter_ask_plan"]
    assert twin.wanted() == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mv me 2 the cheapest plan", "starter-5gb"),
        ("ponme en el más barato", "starter-5gb"),
        ("muda pro plano mais em conta", "starter-5gb"),
        ("quiero un plan más barato", None),
        ("um plano mais barato que o meu", None),
    ],
)
def test_the_cheapest_plan_is_one_and_a_cheaper_one_is_asked_about(chat, twin, text, code):
    said = chat.says("change_plan", text)

    assert [each["offer_code"] for each in twin.wanted()] == ([code] if code else [])
    assert said.responses == ["utter_confirm" if code else "utter_ask_plan"]


@pytest.mark.parametrize("code", ["expired", "outdated"])
def test_what_no_longer_holds_is_proposed_anew_and_confirmed_again(chat, twin, code):
    wants_max(chat)
    twin.says("change_plan", code)

    assert chat.says("affirm", "sí").responses == ["utter_expired", "utter_confirm"]


def test_what_is_being_done_at_this_moment_is_waited_for(chat, twin):
    wants_max(chat)
    twin.says("change_plan", "under way")

    assert chat.says("affirm", "sí").responses == ["utter_told"]
    twin.says("change_plan", "carried out")
    assert chat.says("affirm", "sí, ya").responses == ["utter_done"]


def test_too_little_credit_is_told_in_the_applications_words(chat, twin):
    wants_max(chat)
    twin.says("change_plan", "not enough credit")

    said = chat.says("affirm", "sí")

    assert said.words("utter_refused")["message"] == "No tienes saldo suficiente para el cambio."


def test_a_question_in_between_is_answered_and_the_yes_still_awaited(chat, twin):
    wants_max(chat)

    assert chat.says("check_balance").responses == ["utter_credit_until", "utter_confirm_reminder"]
    assert chat.says("affirm", "sí").responses == ["utter_done"]


def test_a_refused_question_in_between_leaves_the_task(chat, twin):
    wants_max(chat)
    twin.says("bill", "no bill")

    assert chat.says("view_bill").responses == ["utter_no_bill", "utter_confirm_reminder"]


def test_an_unknown_visitor_who_will_not_prove_it_gets_a_person(chat, twin):
    twin.says("context", "an anonymous visitor")

    assert wants_max(chat).responses == ["utter_ask_number", "utter_or_sign_in"]
    assert chat.says("deny", "no").responses == ["utter_not_verified"]
    assert chat.says("affirm", "sí").responses == ["utter_handover", "utter_wait"]
    assert twin.bodies("handover")[0]["reason"] == "verification"


def test_what_is_open_is_asked_once_in_other_words_and_then_a_person_helps(chat, twin):
    chat.says("change_plan")

    first = chat.says("nlu_fallback", "mmm no sé")
    assert first.responses == ["utter_choose_one"]
    assert first.words("utter_choose_one")["options"].startswith("1. ")
    assert chat.says("nlu_fallback", "mmm").responses[0] == "utter_handover_not_understood"
    assert twin.bodies("handover")[0]["intent"] == "change_plan"


def test_an_application_that_is_away_loses_nothing_and_does_nothing_twice(chat, twin):
    wants_max(chat)
    twin.breaks(f"proposals/{MAX}/accept")

    said = chat.says("affirm", "sí")
    assert said.responses == ["utter_try_again"]

    twin.says("change_plan", "carried out")
    assert chat.presses(said.buttons[0]).responses == ["utter_done"]
    assert set(twin.accepted()) == {MAX}


def test_a_slow_application_is_not_waited_for_and_nothing_done_twice(chat, twin, monkeypatch):
    wants_max(chat)
    monkeypatch.setattr(app_client, "SECONDS", 0.2)
    twin.holds("/accept")

    assert chat.says("affirm", "sí").responses == ["utter_try_again"]
    assert twin.accepted() == [MAX]
    assert chat.says("affirm", "sí, otra vez").responses == ["utter_handover_error", "utter_wait"]
    assert set(twin.accepted()) == {MAX}


def test_cancelling_what_is_under_way_is_no_wish_to_leave(chat, twin):
    wants_max(chat)

    said = chat.says("cancel_service", "cancela eso")

    assert said.responses == ["utter_unchanged"]
    assert said.shown[-1]["intent"] == "stop_flow"
    assert twin.bodies("handover") == []


def test_an_answer_is_reported_as_understood_whatever_its_intent_seems(chat):
    chat.says("change_plan", "quiero cambiar de plan")

    said = chat.says("nlu_fallback", "la segunda", sure=0.25)

    assert said.shown == [{"kind": "understood", "intent": "change_plan", "confidence": 1.0}]


def test_a_question_that_cannot_be_looked_up_is_not_taken_for_the_task(chat, twin):
    wants_max(chat)
    twin.breaks("balance")

    assert chat.says("check_balance").responses == ["utter_not_now", "utter_confirm_reminder"]


def test_an_application_that_stays_away_means_a_person(chat, twin):
    twin.breaks("plans")

    said = chat.says("change_plan")
    assert said.responses == ["utter_try_again"]
    assert chat.presses(said.buttons[0]).responses == ["utter_handover_error", "utter_wait"]


@pytest.mark.parametrize(
    "text", ["simón, cámbiamelo", "va kmbialo", "eso lo veo el viernes. cámbiame al de 5 gigas"]
)
def test_an_order_to_do_it_is_a_yes_however_it_is_written(chat, twin, text):
    chat.says("change_plan", "quiero el de 5 gigas", plan_name="starter-5gb")

    assert chat.says("update_contact", text, sure=0.34).responses == ["utter_done"]


@pytest.mark.parametrize("text", ["no, cámbiame al de 20 gigas", "não sei, pode ser", "pera, pode cancelar"])
def test_what_only_resembles_an_order_is_none(chat, twin, text):
    chat.says("change_plan", "quiero el de 5 gigas", plan_name="starter-5gb")

    chat.says("update_contact", text, sure=0.34)

    assert twin.accepted() == []


@pytest.mark.parametrize(
    "text",
    [
        "quiero bajar de plan",
        "can you lower my plan",
        "quero diminuir o meu plano",
        "algo más barato",
    ],
)
def test_who_wants_less_is_offered_what_is_below_hers(chat, twin, text):
    asked = chat.says("change_plan", text)

    assert asked.responses == ["utter_ask_plan"]
    assert [each for each in asked.buttons if "plan_name" in each] == [
        '/change_plan{"plan_name":"starter-5gb"}'
    ]
    assert chat.says("change_plan", "mejor la ilimitada", plan_name="max-unlimited").responses == [
        "utter_confirm"
    ]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("change_plan", "y si después quiero volver a la de 20 gigas"),
        ("stop_flow", "can i switch back later?"),
        ("request_refund", "e se eu me arrepender posso trocar de novo?"),
        ("change_plan", "if i dont like it can i go back to the 20gb"),
    ],
)
def test_whether_she_may_change_back_is_told_and_what_is_open_asked_again(chat, twin, intent, text):
    wants_max(chat)

    said = chat.says(intent, text, sure=0.7, does="asks_risk", finds=True)

    assert said.responses == ["utter_plan_changed_back", "utter_confirm_reminder"]
    assert chat.agrees().responses == ["utter_done"]


@pytest.mark.parametrize("text", ["no, quiero volver al de 5 gigas", "sorry, go back, the 5gb one"])
def test_another_plan_is_a_correction_though_she_goes_back_to_it(chat, twin, text):
    wants_max(chat)

    chat.says("change_plan", text, sure=0.7, finds=True)

    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"
