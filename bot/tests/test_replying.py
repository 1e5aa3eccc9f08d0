"""What a message does to what was said last counts, where its words and its intent tell nothing."""

import pytest

from actions import parsing
from components.replies import kind_of


def proposes(chat):
    said = chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")
    assert said.responses == ["utter_confirm"]


def test_a_yes_in_her_own_words_is_one(chat, twin):
    proposes(chat)

    assert chat.says("nlu_fallback", "va, métanme en ese", does="agrees").responses == ["utter_done"]
    assert len(twin.accepted()) == 1


@pytest.mark.parametrize(
    "text", ["métanme en ese pero el otro mes", "métanme en ese mañana", "¿y si me meten en ese?"]
)
def test_a_yes_with_a_but_is_none(chat, twin, text):
    proposes(chat)

    assert chat.says("nlu_fallback", text, does="agrees").responses != ["utter_done"]
    assert twin.accepted() == []


@pytest.mark.parametrize("does", ["declines", "understood", "solved"])
def test_whoever_takes_it_back_in_any_words_leaves_it(chat, twin, does):
    proposes(chat)

    assert chat.says("nlu_fallback", "así como está me va bien", does=does).responses == ["utter_unchanged"]
    assert twin.accepted() == []


def test_a_question_beside_a_proposal_is_no_misunderstanding_until_the_third(chat):
    proposes(chat)
    beside = ["utter_nothing_yet", "utter_confirm_reminder"]

    said = chat.says("nlu_fallback", "de qué día a qué día corre", does="asks_when")
    assert said.responses == ["utter_confirm_reminder"]
    assert chat.says("nlu_fallback", "en qué me afecta a mí", does="asks_why").responses == beside
    assert chat.says("nlu_fallback", "y eso de dónde salió", does="asks_why").responses == [
        "utter_confirm_again"
    ]


def test_a_question_that_the_task_can_answer_is_answered_beside_it(chat):
    proposes(chat)

    said = chat.says("nlu_fallback", "me van a cambiar el cel?", does="asks_risk")

    assert said.responses == ["utter_plan_changed_back", "utter_confirm_reminder"]


def test_a_clear_matter_of_its_own_is_not_held_back(chat):
    proposes(chat)

    said = chat.says("check_usage", "y cuántos gigas me quedan ahorita", does="asks_done")

    assert said.responses[0] == "utter_usage"


def test_what_was_done_is_told_again_to_who_asks_when_it_holds(chat):
    proposes(chat)
    chat.says("affirm", "sí")

    assert chat.says("view_bill", "y eso corre desde", sure=0.4, does="asks_when").responses == [
        "utter_already_done"
    ]
    assert chat.says("nlu_fallback", "hoy o el otro mes", does="asks_when").responses == [
        "utter_already_done"
    ]


def test_whoever_left_it_and_asks_is_told_that_nothing_was_changed(chat):
    proposes(chat)
    chat.says("deny", "no")

    said = chat.says("nlu_fallback", "entonces sigo igual", does="asks_done")

    assert said.responses == ["utter_nothing_changed"]


def test_a_closing_word_after_an_answer_is_not_asked_about(chat):
    chat.says("get_puk", "cuál es mi puk")

    assert chat.says("nlu_fallback", "ah con eso me basta", does="understood").responses == [
        "utter_anything_else"
    ]


def test_a_fear_about_what_was_told_is_answered(chat):
    chat.says("get_puk", "cuál es mi puk")

    assert chat.says("port_number", "y si la riego", sure=0.3, does="asks_risk").responses == [
        "utter_puk_wrong"
    ]


@pytest.mark.parametrize(
    ("intent", "place", "kind"),
    [
        ("reply_asks_when", 5, "asks_when"),
        ("affirm", 5, "agrees"),
        ("stop_flow", 5, "declines"),
        ("view_bill", 36, "asks_else"),
        ("view_bill", 37, ""),
    ],
)
def test_of_other_lines_few_are_learnt_from(intent, place, kind):
    assert kind_of(intent, place) == kind


def test_a_long_no_with_another_wish_in_it_is_both(chat, twin, monkeypatch):
    async def understood(turn, texts):
        told = [
            ("change_plan", 0.6, "declines", {}),
            ("buy_addon", 0.7, "asks_else", {"data_volume": "2 GB"}),
        ]
        return [
            {
                "text": text,
                "intent": {"name": intent, "confidence": sure},
                "reply": {"name": does, "confidence": 0.7},
                "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            }
            for text, (intent, sure, does, entities) in zip(texts, told)
        ]

    monkeypatch.setattr(parsing, "understood", understood)
    proposes(chat)

    said = chat.says("buy_addon", "uy es un dineral el plan así. mejor nomás los 2 gigas sueltos", sure=0.5)

    assert said.responses == ["utter_unchanged", "utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] != "max-unlimited"
    assert twin.accepted() == []


def test_what_is_disputed_need_not_be_paid_meanwhile(chat):
    chat.says("dispute_charge", "me cobraron de más")
    chat.says("nlu_fallback", "un cargo está mal")

    said = chat.says("nlu_fallback", "y ahorita estoy obligada a pagar eso", does="asks_risk")

    assert said.responses[0] == "utter_dispute_holds"


def test_only_the_line_that_was_named_is_blocked(chat):
    chat.says("report_lost_sim", "me robaron el celular")
    chat.says("affirm", "sí")
    chat.says("nlu_fallback", "luego veo")

    said = chat.says("nlu_fallback", "y el mío sigue normal", does="asks_done")

    assert "otras líneas siguen como siempre" in said.words("utter_told")["sentence"]


@pytest.mark.parametrize(
    ("intent", "text", "does"),
    [
        ("ticket_status", "quanto tempo leva isso?", "asks_when"),
        ("list_plans", "and how much is it a month", "asks_price"),
        ("check_usage", "¿desde cuándo vale?", "asks_when"),
    ],
)
def test_a_short_question_that_names_nothing_is_about_what_is_proposed(chat, twin, intent, text, does):
    proposes(chat)

    said = chat.says(intent, text, sure=0.66, does=does, does_sure=0.8)

    assert said.responses == ["utter_confirm_reminder"]
    assert chat.agrees().responses == ["utter_done"]


@pytest.mark.parametrize("sure", [0.85, 0.95])
def test_a_clear_question_of_its_own_is_answered_beside_it(chat, twin, sure):
    proposes(chat)

    said = chat.says("check_usage", "how much data is left", sure=sure, does="asks_price", does_sure=0.9)

    assert said.responses == ["utter_usage", "utter_confirm_reminder"]


def test_what_the_dispute_means_meanwhile_is_told_after_it_too(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")
    chat.says("nlu_fallback", "i did not use that data")
    chat.agrees()

    said = chat.says(
        "dispute_charge", "e enquanto isso eu pago ou não pago", sure=0.26, does="declines", does_sure=0.3
    )

    assert said.responses == ["utter_dispute_holds"]
