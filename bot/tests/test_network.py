"""No signal, slow internet: what we see is told, then steps come one by one."""

import pytest


def test_an_outage_is_told_at_once_and_nothing_is_asked(chat, twin):
    twin.says("network", "an outage with an end")

    said = chat.says("network_problem", "no tengo señal")

    assert said.responses == ["utter_network_outage_until"]
    assert said.words("utter_network_outage_until")["end"] == "16 noviembre, 15:00"


def test_what_was_written_about_a_disturbance_is_told_as_it_is(chat, twin):
    twin.says("network", "a disturbance that was declared")

    said = chat.says("network_problem", "no tengo señal")

    assert said.responses == ["utter_network_notice"]
    assert "Cortaron una fibra" in said.words("utter_network_notice")["notice"]


@pytest.mark.parametrize(
    ("exchange", "response", "button"),
    [
        ("barred for dues", "utter_network_blocked_dues", "/make_payment"),
        ("slowed at its quota", "utter_network_throttled", "/buy_addon"),
    ],
)
def test_what_lifts_a_restriction_is_a_button(chat, twin, exchange, response, button):
    twin.says("network", exchange)

    said = chat.says("network_problem", "no puedo llamar")

    assert said.responses == [response]
    assert button in said.buttons


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("no me jala el internet, no carga el mapa", "utter_network_used_up"),
        ("no puedo llamar", "utter_network_weak_signal"),
    ],
)
def test_data_that_is_used_up_is_told_to_who_misses_it(chat, twin, text, response):
    twin.says("network", "its data is used up")

    assert chat.says("network_problem", text).responses[0] == response


def test_another_block_is_for_a_person(chat, twin):
    twin.says("network", "barred by fraud")

    assert chat.says("network_problem", "no funciona nada").responses == ["utter_network_blocked"]
    assert chat.agrees().responses[0] == "utter_handover"


def test_steps_come_one_by_one_until_one_helps(chat, twin):
    first = chat.says("network_problem", "el internet va muy lento")
    assert first.responses == ["utter_network_fine", "utter_step_slow_1"]

    assert chat.says("deny", "no").responses == ["utter_step_slow_2"]
    assert chat.says("thank", "that worked, thanks!").responses == ["utter_network_solved"]
    assert twin.bodies("handover") == []


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("affirm", "sigue igual"),
        ("stop_flow", "ainda nada"),
        ("deny", "no funcionó"),
        ("nlu_fallback", "ja fiz isso e nada"),
    ],
)
def test_what_did_not_help_is_not_taken_for_a_yes_nor_for_stopping(chat, intent, text):
    chat.says("network_problem", "no tengo señal")

    assert chat.says(intent, text, sure=0.7).responses == ["utter_step_signal_2"]


@pytest.mark.parametrize(
    ("intent", "text"), [("thank", "agora foi, obrigado"), ("nlu_fallback", "ya conectó")]
)
def test_what_helped_is_heard_in_her_words(chat, intent, text):
    chat.says("network_problem", "no tengo señal")

    assert chat.says(intent, text).responses == ["utter_network_solved"]


def test_when_no_step_helps_a_person_knows_what_was_tried(chat, twin):
    chat.says("network_problem", "no tengo señal")
    chat.says("deny", "no")
    chat.says("nlu_fallback", "sigue igual")
    last = chat.says("deny", "tampoco")

    told = twin.bodies("handover")[0]
    assert last.responses[0] == "utter_handover_network"
    assert told["intent"] == "network_problem"
    assert told["tried"] == ["network_problem", "signal_1", "signal_2", "signal_3"]


def test_a_router_has_its_own_steps_and_a_vague_trouble_is_asked_for(chat, twin):
    assert chat.says("network_problem", "no funciona").responses[1] == "utter_ask_trouble"
    chat.says("stop_flow", "olvídalo")
    twin.says("network", "a fibre line")

    assert chat.says("network_problem", "no funciona").responses[1] == "utter_step_fibre_1"


def test_a_network_that_does_not_answer_still_helps(chat, twin):
    twin.says("network", "no answer")

    said = chat.says("network_problem", "sin señal")

    assert said.responses == ["utter_network_unknown", "utter_step_signal_1"]


@pytest.mark.parametrize(
    "text",
    [
        "la fibra anda lenta, ya reinicié el módem dos veces",
        "fibre is slow. Router restarted twice",
        "fibra lenta, já reiniciei o modem",
    ],
)
def test_a_step_she_has_done_already_is_left_out(chat, twin, text):
    twin.says("network", "a fibre line")

    assert chat.says("network_problem", text).responses[-1] == "utter_step_fibre_2"


@pytest.mark.parametrize(
    "text",
    ["fibra lenta, no he reiniciado", "fibre is slow, should I have it restarted?", "se reinició solo"],
)
def test_a_step_she_has_not_done_is_asked(chat, twin, text):
    twin.says("network", "a fibre line")

    assert chat.says("network_problem", text).responses[-1] == "utter_step_fibre_1"


@pytest.mark.parametrize(
    "text",
    [
        "As I wrote, that has been done already. Kindly do not make me repeat it once more please.",
        "ya le dije que eso ya se hizo, no me lo haga repetir",
        "isso já foi feito, como falei",
    ],
)
def test_what_was_done_already_did_not_help(chat, twin, text):
    twin.says("network", "a fibre line")
    chat.says("network_problem", "no funciona")

    assert chat.says("nlu_fallback", text, sure=0.2).responses == ["utter_step_fibre_2"]


def test_who_asks_for_the_case_of_a_fault_that_has_none_is_offered_one(chat, twin):
    twin.says("network", "an outage with an end")
    twin.says("tickets", "none")
    chat.says("network_problem", "no tengo señal")

    assert chat.says("ticket_status", "cuál es el folio y cuándo lo revisan?").responses == ["utter_told"]
    assert chat.agrees().responses[0] == "utter_handover"
    assert twin.bodies("handover")[0]["intent"] == "network_problem"
