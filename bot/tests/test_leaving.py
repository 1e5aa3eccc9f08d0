"""Leaving: what it costs, what she could have instead, and her number that goes along."""

import pytest
from twin import BLANK


def leaves(chat):
    return chat.says("cancel_service", "quiero dar de baja mi línea")


def test_leaving_is_told_with_its_costs_and_what_else_she_could_have(chat):
    said = leaves(chat)

    assert said.responses == ["utter_leaving", "utter_leaving_owed", "utter_ask_instead"]
    assert said.buttons[:3] == [
        '/cancel_service{"instead":"plan:starter-5gb"}',
        '/cancel_service{"instead":"plan:plus-20gb"}',
        '/cancel_service{"instead":"pause"}',
    ]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("cancel_service", "cancelar de todos modos"),
        ("cancel_service", "cancela"),
        ("stop_flow", "cancela"),
        ("affirm", "just cancel it"),
    ],
)
def test_who_leaves_anyway_is_not_kept_back_and_a_person_closes_the_line(chat, twin, intent, text):
    leaves(chat)

    assert chat.says(intent, text).responses[0] == "utter_handover_leaving"
    told = twin.bodies("handover")[0]
    assert (told["intent"], told["slots"]["instead"]) == ("cancel_service", "leave")
    assert twin.accepted() == []


@pytest.mark.parametrize(
    ("choice", "kind"),
    [
        ("la pausa", "pause_line"),
        ("y si la pauso?", "pause_line"),
        ("el plan Plus 20GB", "change_plan"),
        ("a ver, la más barata", "change_plan"),
    ],
)
def test_what_she_takes_instead_is_proposed_and_done(chat, twin, choice, kind):
    leaves(chat)

    assert chat.says("nlu_fallback", choice).responses == ["utter_confirm"]
    assert chat.agrees().responses == ["utter_done"]
    assert twin.proposals()[0][0] == kind


@pytest.mark.parametrize("choice", ["the cheapest one", "la más barata", "o mais baratinho"])
def test_the_cheapest_is_the_cheapest_of_all_also_when_leaving(chat, twin, choice):
    leaves(chat)

    chat.says("list_plans", choice)

    assert [each["offer_code"] for each in twin.wanted()] == ["starter-5gb"]


def test_a_plain_no_to_what_is_offered_keeps_nobody_from_leaving(chat):
    leaves(chat)

    assert chat.says("deny", "no").responses[0] == "utter_handover_leaving"


@pytest.mark.parametrize("sure", [0.78, 0.95])
def test_a_choice_that_sounds_like_stopping_is_one(chat, sure):
    leaves(chat)

    assert chat.says("stop_flow", "pues mejor la pausa", sure=sure).responses == ["utter_confirm"]


@pytest.mark.parametrize(
    ("intent", "text"), [("nlu_fallback", "quedarme como estoy"), ("deny", "no, mejor me quedo")]
)
def test_staying_changes_nothing(chat, twin, intent, text):
    leaves(chat)

    assert chat.says(intent, text).responses == ["utter_stays"]
    assert twin.proposals() == []


def test_a_line_that_leaves_already_says_when(chat, twin):
    twin.says("leaving", "leaves already")

    assert leaves(chat).responses == ["utter_leaves_on", "utter_leaves_already"]


def test_a_number_leaves_with_a_code_after_a_yes(chat, twin):
    asked = chat.says("port_number", "quiero llevarme mi número a otra compañía")
    assert asked.responses == ["utter_port_out", "utter_confirm"]
    assert "AB123456" not in str(asked.everything)

    given = chat.agrees()

    assert given.responses == ["utter_done", "utter_port_code"]
    assert given.words("utter_port_code")["code"] == BLANK


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("me voy a cambiar de compañía y me piden un nip, ¿me lo dan aquí?", None),
        ("inicien la portabilidad de mi número", "+525512345678"),
        ("quiero cambiar de operador y seguir con mi número", None),
    ],
)
def test_who_is_with_us_and_goes_is_not_asked_where_to(chat, text, number):
    told = {"phone_number": number} if number else {}

    assert chat.says("port_number", text, **told).responses == ["utter_port_out", "utter_confirm"]


def test_who_asks_for_the_code_that_was_proposed_gets_it(chat):
    chat.says("port_number", "quiero llevarme mi número a otra compañía")

    assert chat.says("port_number", "ok dame el nip o como se llame then").responses[0] == "utter_done"


def test_what_leaving_costs_is_told_before_it_is_agreed_to(chat, twin):
    chat.says("port_number", "quiero llevarme mi número a otra compañía")

    said = chat.says("dispute_charge", "y me cobran algo por irme", sure=0.5, does="asks_price")

    assert said.responses == ["utter_port_costs", "utter_confirm_reminder"]
    assert twin.accepted() == []


def test_what_keeps_a_number_is_told(chat, twin):
    twin.says("porting", "a bill is not paid")

    said = chat.says("port_number", "quiero irme a otra compañía")

    assert "factura" in said.words("utter_port_out_barred")["against"]
    assert twin.proposals() == []


@pytest.mark.parametrize(
    ("choice", "responses"),
    [("ver el código", ["utter_port_code"]), ("quedarme con ustedes", ["utter_confirm"])],
)
def test_a_code_that_is_out_may_be_seen_again_or_taken_back(chat, twin, choice, responses):
    twin.says("porting", "a code is out")

    asked = chat.says("port_number", "mi portabilidad a otra compañía")

    assert asked.responses == ["utter_port_code_out", "utter_ask_port_wish"]
    assert chat.says("nlu_fallback", choice).responses == responses


def test_how_a_number_comes_is_told_and_a_person_offered(chat, twin):
    assert chat.says("port_number", "portabilidad").responses == ["utter_ask_direction"]
    assert chat.says("nlu_fallback", "traer mi número").responses == ["utter_port_in"]
    assert chat.agrees().responses[0] == "utter_handover"


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("roaming_info", "vou passar uma semana em lisboa, da pra deixar minha linha parada?"),
        ("cancel_service", "can i pause my number for two months"),
        ("nlu_fallback", "quiero pausar la línea mientras viajo"),
    ],
)
def test_who_wants_a_pause_is_told_of_that_and_not_of_leaving(chat, twin, intent, text):
    said = chat.says(intent, text, sure=0.4 if intent != "cancel_service" else 0.9)

    assert said.responses == ["utter_confirm"]
    assert twin.proposals()[0][0] == "pause_line"
