"""Which pack, which plan, which line and which town she means, by what was said before."""

import pytest

from actions import false_messages
from actions.amounts import is_told_as
from actions.moving import moved_to
from actions.plain import plain
from actions.plan_relations import ABOVE, BELOW, SAME, relation_in
from actions.tasks.dispute_charge import OWNED


@pytest.mark.parametrize(
    ("intent", "text", "does"),
    [
        ("list_plans", "quanto q é pra por mais", "asks_price"),
        ("nlu_fallback", "y no ay un paketito", ""),
        ("list_plans", "the cheapest", "answers"),
        ("affirm", "quiero ese", "agrees"),
        ("top_up", "qto fica pra colocar mais um pouco", "asks_price"),
    ],
)
def test_whose_data_is_used_up_asks_for_packs_and_no_plans(chat, twin, intent, text, does):
    twin.says("network", "its data is used up")
    chat.says("network_problem", "no me abre nada de internet")

    said = chat.says(intent, text, does=does, sure=0.45)

    assert chat.slots["work"]["task"] == "buy_addon"
    assert {"utter_ask_pack", "utter_confirm"} & set(said.responses)


def test_who_then_asks_for_plans_hears_of_plans(chat, twin):
    twin.says("network", "its data is used up")
    chat.says("network_problem", "no me abre nada de internet")

    assert chat.says("list_plans", "qué planes más grandes hay").responses == ["utter_plans"]


def test_her_line_without_data_is_offered_a_pack_beside_its_figures(chat, two_lines):
    two_lines.says("usage", "a postpaid line")
    assert "utter_usage_used_up" not in chat.says("check_usage", "la primera", phone_number="4567").responses


def test_in_place_of_a_pack_she_may_want_another_plan(chat, two_lines):
    chat.says("buy_addon", "5 gigas no le duran, qué le pongo")

    said = chat.says(
        "change_plan", "No, un paquete no, mejor cambiarle el plan. El de 20", plan_name="max-unlimited"
    )

    assert said.responses == ["utter_ask_line"]
    assert not chat.slots.get("parked")
    assert chat.says("nlu_fallback", "la segunda").responses == ["utter_confirm"]
    assert two_lines.proposals()[-1][0] == "change_plan"


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("en", "i have max unlimited, want the starter", None),
        ("es", "tengo el plus 20gb y quiero el max", "2c01"),
        ("pt", "tenho o starter 5gb, quero o max", "2c02"),
    ],
)
def test_a_line_is_told_by_the_plan_it_has(chat, two_lines, language, text, line):
    chat.slots["language"] = chat.metadata["language"] = language

    chat.says("change_plan", text, finds=True)

    chosen = chat.slots["work"]["answers"].get("line_id", "")
    assert chosen.endswith(line) if line else not chosen


def test_a_plan_that_she_asks_to_have_is_wanted(chat, twin):
    said = chat.says("change_plan", "can i have max unlimited for my daughter", finds=True)

    assert said.responses == ["utter_confirm"]


@pytest.mark.parametrize(
    "text",
    [
        "vou cortar o max unlimited dele, quero um menor",
        "drop the max unlimited, too much for him",
        "quiero quitarle el max unlimited",
    ],
)
def test_a_plan_that_is_left_is_not_the_one_wanted(chat, twin, text):
    assert chat.says("change_plan", text, finds=True).responses == ["utter_ask_plan"]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("põe igual ao meu", SAME),
        ("ponle el mismo que el mío", SAME),
        ("same plan as mine", SAME),
        ("el que sigue", ABOVE),
        ("o próximo plano", ABOVE),
        ("one step up", ABOVE),
        ("um degrau abaixo", BELOW),
        ("un escalón abajo", BELOW),
        ("the next one down", BELOW),
        ("a partir del próximo mes", None),
        ("el siguiente mes mejor", None),
        ("me da igual", None),
    ],
)
def test_a_plan_is_called_by_what_it_is_to_another(text, relation):
    assert relation_in(text) == relation


@pytest.mark.parametrize(
    ("text", "plan"),
    [("el que sigue", "max-unlimited"), ("un escalón abajo", "starter-5gb"), ("igual al mío", "starter-5gb")],
)
def test_the_next_plan_and_that_of_her_other_line_are_found(chat, two_lines, text, plan):
    chat.says("change_plan", "quiero cambiar")
    chat.says("nlu_fallback", "la primera")

    chat.says("change_plan", text, sure=0.55)

    assert chat.slots["work"]["answers"]["plan_name"] == plan


def test_how_long_a_pack_lasts_is_not_how_long_she_goes(chat, two_lines):
    two_lines.says("roaming", "packs help")
    chat.metadata["market"] = "MX"
    chat.says("buy_addon", "mi esposa se va a Francia, 12 días", country="FR")

    chat.says("buy_addon", "el de 15 días entonces", sure=0.27)
    assert chat.slots["work"]["said"]["days"] == "12"

    chat.says("roaming_info", "la primera. yo me quedo en México", sure=0.36, does="answers", country="MX")
    assert two_lines.wanted()[-1]["offer_code"] == "roaming-5gb"


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("me mudei de belém pra curitiba semana passada", "Curitiba"),
        ("isso, troca a cidade p Curitiba no meu cadastro", "Curitiba"),
        ("me mudé de puebla a mérida", "Mérida"),
        ("eu me mudei e meu cadastro ainda tá na cidade antiga. agora é Curitiba", "Curitiba"),
        ("tienen mi ciudad de antes, ahora es Puebla", "Puebla"),
        ("we shifted last month, your papers are old. now it's Pune", "Pune"),
        ("mudei de plano e agora é mais caro", None),
        ("i moved from pune to navi mumbai", "Navi Mumbai"),
        ("me mudei de niterói pra são paulo", "São Paulo"),
        ("cambia la ciudad a la que vivo ahora", None),
        ("me mudé de casa a otra", None),
    ],
)
def test_moving_from_one_town_to_another_names_the_other(text, town):
    assert moved_to(text) == town


@pytest.mark.parametrize(
    "text", ["e meu número continua com 91? nao quero trocar pq é o pix dela", "mi número sigue con 55?"]
)
def test_whether_her_number_stays_is_answered_while_her_town_is_asked(chat, twin, text):
    chat.says("update_contact", "me mudé, cambien la ciudad")

    said = chat.says("port_number", text, sure=0.64)

    assert said.responses[0] == "utter_number_stays"
    assert chat.slots["work"]["task"] == "update_contact"


@pytest.mark.parametrize(
    "text",
    [
        "i am getting sms your aurora sim will be block, kyc pending, call this no",
        "me llego un mensaje que van a suspender mi linea si no actualizo mis datos, son ustedes?",
        "recebi um sms dizendo q meu chip vai ser bloqueado por falta de cadastro, é de vcs?",
    ],
)
def test_a_message_that_threatens_to_block_her_is_doubted(chat, text):
    assert chat.says("activate_sim", text, sure=0.4).responses == ["utter_article"]


@pytest.mark.parametrize(
    "text",
    [
        "he called and they told him to install anydesk",
        "ya les di el código",
        "passei o código pra eles",
    ],
)
def test_whoever_let_them_in_is_given_to_a_person(chat, twin, text):
    assert chat.says("payment_failed", text, sure=0.3).responses[0] == "utter_handover_fraud"
    assert twin.bodies("handover")[0]["intent"] == "report_lost_sim"


@pytest.mark.parametrize(
    "text",
    [
        "i gave you the code already",
        "anydesk is slow today",
        "did you send my sim?",
        "my sim is blocked, puk please",
        "my phone got stolen, block it please, call this number",
        "cortaram minha linha e vcs não mandaram sms",
    ],
)
def test_other_codes_and_sims_are_no_fraud(text):
    said = plain(text)
    assert not false_messages.FELL_FOR_IT.search(said)
    assert not false_messages.THREATENED.match(said)


@pytest.mark.parametrize(
    "text", ["me cortaron los datos y trabajo en uber", "u people cut my net", "cortaram minha internet hoje"]
)
def test_what_became_of_her_line_tells_why_it_was_cut(chat, twin, text):
    twin.says("network", "barred for dues")

    assert chat.says("out_of_scope", text, sure=0.45).responses == ["utter_network_blocked_dues"]


@pytest.mark.parametrize(
    ("size", "pack", "says"), [("10 GB", "extra-10gb", True), ("5 GB", "roaming-5gb", False)]
)
def test_a_size_that_there_is_at_home_alone_is_told_to_be_for_home(chat, twin, size, pack, says):
    twin.says("roaming", "packs help")
    chat.says("roaming_info", "cuánto cuesta usarlo en Francia", country="FR")

    said = chat.says("buy_addon", "ponme el de esos gigas", data_volume=size)

    assert ("utter_pack_for_home" in said.responses) is says
    assert twin.wanted()[-1]["offer_code"] == pack


def test_a_yes_that_repeats_her_town_agrees(chat, twin):
    chat.says("update_contact", "me mudé a Mérida, cambien la ciudad", city="Mérida")

    said = chat.says("update_contact", "sí, cambia la ciudad a mérida en mi cuenta")

    assert said.responses == ["utter_done"]


@pytest.mark.parametrize(
    "text", ["acabei de chegar em madrid e o celular tá sem internet", "landed in dubai, no data"]
)
def test_what_does_not_work_where_she_has_just_arrived_is_use_abroad(chat, twin, text):
    chat.metadata["market"] = "MX"

    chat.says("network_problem", text, sure=0.7, finds=True)

    assert chat.slots.get("work") is None or chat.slots["work"]["task"] == "roaming_info"
    assert "network" not in [each["path"].rsplit("/", 1)[1] for each in twin.asked]


def test_the_plan_of_her_other_line_may_be_named_with_a_pack_she_refuses(chat, two_lines):
    chat.says("change_plan", "mejor un paquete no, súbanle de plan. ponle el mismo que el mío")

    assert chat.says("nlu_fallback", "la primera").responses == ["utter_confirm"]
    assert two_lines.wanted()[-1]["offer_code"] == "starter-5gb"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Kítenme eso", "quitenme eso"),
        ("kiten el cobro", "quiten el cobro"),
        ("bill kitna hai", "bill kitna hai"),
    ],
)
def test_a_k_is_read_as_the_qu_that_it_stands_for(text, read):
    assert plain(text) == read


@pytest.mark.parametrize(
    ("text", "owned"),
    [
        ("la renta de 149 sí la reconozco, el excedente no", True),
        ("essa de 149 eu reconheço", True),
        ("the 149 is fine, the excess is not", True),
        ("no reconozco los 149", False),
        ("149 não é correto", False),
    ],
)
def test_what_she_owns_up_to_is_not_what_she_disputes(text, owned):
    assert is_told_as(OWNED, "149", text) is owned
