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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Antes de prosseguir: há multa ou débito em aberto? E fico sem linha durante o processo?",
            ["utter_told", "utter_port_costs", "utter_port_keeps"],
        ),
        ("any dues pending or exit fee?", ["utter_told", "utter_port_costs"]),
        ("¿me quedo sin servicio mientras tanto?", ["utter_port_keeps"]),
    ],
)
def test_what_is_owed_and_whether_the_line_goes_on_is_told_before_the_code(chat, twin, text, told):
    chat.says("port_number", "quiero llevarme mi número a otra compañía")

    said = chat.says("nlu_fallback", text, sure=0.3)

    assert said.responses == [*told, "utter_confirm_reminder"]
    assert twin.accepted() == []


@pytest.mark.parametrize(
    "text",
    [
        "Certo. Quero seguir com a portabilidade e receber o código.",
        "go ahead with the port",
        "Sí, quiero continuar con el trámite",
        "quero o código",
        "Bien, requiero el NIP",
    ],
)
@pytest.mark.parametrize("intent", ["port_number", "nlu_fallback"])
def test_who_wants_to_go_on_with_it_gets_the_code(chat, intent, text):
    chat.says("port_number", "quiero llevarme mi número a otra compañía")

    assert chat.says(intent, text, sure=0.7).responses[0] == "utter_done"


@pytest.mark.parametrize(
    "text",
    ["quiero seguir con ustedes", "no quiero el código", "quiero el nip mañana", "quiero el código?"],
)
def test_who_does_not_want_to_go_on_with_it_gets_none(chat, twin, text):
    chat.says("port_number", "quiero llevarme mi número a otra compañía")

    chat.says("port_number", text, sure=0.5)

    assert twin.accepted() == []


def test_who_wants_the_code_is_not_asked_where_to(chat, twin):
    twin.says("porting", "a bill is not paid")

    said = chat.says(
        "port_number",
        "Entonces sí, quiero el NIP. La línea se va con ustedes hasta que la otra la pida, ¿cierto?",
    )

    assert said.responses[0] == "utter_port_out_barred"


@pytest.mark.parametrize(
    "text",
    [
        "pero el numero no me lo cambian eh, lo tienen todos mis clientes",
        "but my number stays same na",
        "my number won't change right",
        "mas meu número não muda né",
        "el número es el mismo verdad",
    ],
)
def test_a_number_that_she_will_not_lose_is_no_leaving(chat, text):
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")

    assert chat.says("port_number", text).responses == ["utter_number_stays", "utter_confirm_reminder"]
