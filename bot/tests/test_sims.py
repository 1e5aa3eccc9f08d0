"""Lost, stolen and broken SIMs, activations, and the PUK."""

import pytest
from twin import BLANK, LINE


def test_a_lost_sim_is_blocked_after_one_yes_and_then_replaced(chat, twin):
    asked = chat.says("report_lost_sim", "perdí mi celular en el taxi")
    assert asked.responses == ["utter_confirm"]

    blocked = chat.agrees()
    assert blocked.responses == ["utter_done", "utter_ask_new_sim"]
    assert chat.says("activate_sim", "pero el chip digital, porfa").responses == ["utter_confirm"]
    assert chat.agrees().responses == ["utter_done"]

    assert twin.proposals() == [
        ("block_line", {"line_id": LINE, "reason": "lost"}),
        ("replace_sim", {"line_id": LINE, "form": "esim"}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "me robaron el teléfono",
        "fui assaltado, levaram meu celular",
        "it was stolen",
        "he grabbed it and ran",
        "one boy on a bike pulled the mobile from my hand",
    ],
)
def test_a_theft_is_told_as_one(chat, twin, text):
    chat.says("report_lost_sim", text)

    assert twin.proposals()[0][1]["reason"] == "stolen"


@pytest.mark.parametrize(
    "text", ["não foi roubo, esqueci no táxi", "mera wala. stolen nahi hai, kho gaya bas"]
)
def test_a_theft_that_was_none_is_no_theft(chat, twin, text):
    chat.says("report_lost_sim", text)

    assert twin.proposals()[0][1]["reason"] == "lost"


@pytest.mark.parametrize(
    "text", ["meu iphone novo não tem gavetinha de chip", "quiero pasar mi línea a mi celular nuevo"]
)
def test_a_sim_for_another_telephone_is_replaced_and_nothing_blocked(chat, twin, text):
    assert chat.says("activate_sim", text).responses == ["utter_ask_new_sim"]
    assert chat.says("activate_sim", "la esim").responses == ["utter_confirm"]
    assert chat.says("activate_sim", "o esim então, pode fazer", does="agrees").responses == ["utter_done"]

    assert twin.proposals() == [("replace_sim", {"line_id": LINE, "form": "esim"})]


@pytest.mark.parametrize("intent", ["get_puk", "report_lost_sim", "nlu_fallback"])
def test_block_it_is_a_yes_to_the_block_whatever_it_is_taken_for(chat, twin, intent):
    chat.says("report_lost_sim", "perdí mi chip")

    assert chat.says(intent, "si bloqueala x favor", sure=0.5).responses[0] == "utter_done"
    assert chat.says(intent, "bloquea esim", sure=0.5).responses == ["utter_confirm"]
    assert len(twin.accepted()) == 1


def test_stop_it_is_a_yes_to_the_block_though_it_sounds_like_leaving(chat, twin):
    chat.says("report_lost_sim", "perdí mi chip")

    assert chat.says("stop_flow", "yes yes please stop it immediately").responses[0] == "utter_done"


@pytest.mark.parametrize("text", ["no la bloquees", "¿y si la bloqueas qué pasa?", "todavía no bloquear"])
def test_what_is_no_order_to_block_blocks_nothing(chat, twin, text):
    chat.says("report_lost_sim", "perdí mi chip")
    chat.says("nlu_fallback", text)

    assert twin.accepted() == []


def test_a_no_to_the_block_blocks_nothing(chat, twin):
    chat.says("report_lost_sim", "perdí mi celular")

    assert chat.says("deny", "no").responses == ["utter_unchanged"]
    assert twin.accepted() == []


def test_a_found_sim_is_unblocked_by_a_person_only(chat, twin):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.agrees()

    assert chat.says("nlu_fallback", "ya lo encontré").responses[0] == "utter_handover_unblock"
    assert twin.bodies("handover")[0]["reason"] == "verification"
    assert len(twin.accepted()) == 1


def test_who_found_her_telephone_is_not_blocked_but_helped_by_a_person(chat, twin):
    said = chat.says("report_lost_sim", "encontré mi celular, ya pueden desbloquearlo")

    assert said.responses[0] == "utter_handover_unblock"
    assert twin.proposals() == []


def test_not_found_is_not_found(chat, twin):
    chat.says("report_lost_sim", "no lo encontré por ningún lado")

    assert twin.proposals()[0][0] == "block_line"


def test_a_new_sim_may_wait(chat, twin):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.agrees()

    assert chat.says("deny", "no").responses == ["utter_new_sim_later"]


def test_the_puk_is_told_with_how_to_enter_it(chat):
    assert chat.says("get_puk").words("utter_puk")["puk"] == BLANK


def test_the_puk_is_not_told_to_who_has_not_proven_herself(chat, twin):
    twin.says("puk", "not proven")

    said = chat.says("get_puk")

    assert "utter_puk" not in said.responses
    assert "12345678" not in str(said.everything)


def test_an_activation_is_told_with_what_happens_next(chat):
    assert "ACT-000123" in chat.says("activate_sim").words("utter_activations")["orders"]


@pytest.mark.parametrize(
    ("exchange", "response"),
    [
        ("a misread card", "utter_iccid_misread"),
        ("an unknown card", "utter_iccid_unknown"),
        ("none", "utter_no_activation"),
    ],
)
def test_what_is_wrong_with_a_card_is_told_and_a_person_offered(chat, twin, exchange, response):
    twin.says("activations", exchange)

    assert chat.says("activate_sim", iccid="8952").responses == [response]
    assert chat.agrees().responses[0] == "utter_handover"


def test_an_esim_asked_for_with_the_block_is_ordered_after_it(chat, twin):
    chat.says("report_lost_sim", "perdi na praia, não chora. bloqueia, e o aparelho novo aceita esim")

    assert chat.says("report_lost_sim", "perdi, ngm roubou nao. pode bloquear").responses == [
        "utter_done",
        "utter_confirm",
    ]
    assert twin.proposals()[-1] == ("replace_sim", {"line_id": LINE, "form": "esim"})


@pytest.mark.parametrize(
    "text", ["meu celular não reconhece mais o chip, preciso de outro", "el chip se me estragó"]
)
def test_a_sim_that_is_not_read_is_replaced_and_nothing_blocked(chat, twin, text):
    assert chat.says("activate_sim", text, sure=0.47).responses == ["utter_ask_new_sim"]


def test_whether_her_number_comes_back_later_puts_nothing_off(chat, twin):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.agrees()

    said = chat.says("port_number", "will i get the same number back later or is it gone forever", sure=0.4)

    assert said.responses == ["utter_new_sim_how", "utter_ask_new_sim"]


def test_an_esim_named_beside_the_question_for_her_number_is_taken(chat, twin):
    chat.says("report_lost_sim", "perdi meu celular")
    chat.agrees()

    said = chat.says(
        "report_lost_sim", "e como eu volto a ter meu numero? minha amiga tem um celular q pega esim"
    )

    assert said.responses == ["utter_confirm"]


@pytest.mark.parametrize(
    ("language", "text", "responses"),
    [
        ("pt", "esim, isso", ["utter_done"]),
        ("es", "la esim, sí", ["utter_done"]),
        ("es", "esim, eso", ["utter_confirm_again"]),
        ("en", "the esim", ["utter_confirm_again"]),
    ],
)
@pytest.mark.parametrize("sure", [0.59, 0.96])
def test_the_esim_named_once_more_is_no_activation(chat, twin, language, text, responses, sure):
    chat.slots["language"] = chat.metadata["language"] = language
    chat.says("activate_sim", "meu iphone novo não tem gavetinha de chip")

    assert chat.says("activate_sim", "esim", sure=sure).responses == ["utter_confirm"]
    assert twin.accepted() == []
    assert chat.says("activate_sim", text, sure=sure).responses == responses


def test_an_activation_asked_about_beside_a_new_sim_is_told(chat, twin):
    chat.says("activate_sim", "meu iphone novo não tem gavetinha de chip")
    chat.says("activate_sim", "esim")

    assert chat.says("activate_sim", "cómo activo una esim que ya tengo").responses[0] == "utter_activations"


def test_who_says_that_it_was_no_theft_but_lost_has_it_blocked(chat, twin):
    chat.says("report_lost_sim", "perdi meu celular ontem")

    said = chat.says("report_lost_sim", "ninguem roubou nao, perdi mesmo. bloqueia por favor")

    assert said.responses == ["utter_confirm_again"]
    assert chat.agrees().responses[0] == "utter_done"
    assert [kind for kind, _ in twin.proposals()] == ["block_line"]


@pytest.mark.parametrize(
    "text",
    [
        "mummy ka phone chori ho gaya bus me",
        "someone took it from her bag",
        "me lo sacaron del bolsillo en el metro",
        "arrancaram o celular da mão dela",
        "pegaram meu celular dentro da mochila",
    ],
)
def test_a_theft_is_heard_though_it_is_not_called_one(chat, twin, text):
    chat.says("report_lost_sim", text)

    assert twin.proposals()[0][1]["reason"] == "stolen"


@pytest.mark.parametrize(
    "text",
    [
        "nobody took it from me, it's lost",
        "nadie me lo sacó, se me cayó",
        "my son took it to school and lost it",
        "me sacaron de la fila y lo perdí",
    ],
)
def test_what_was_not_taken_from_her_is_lost(chat, twin, text):
    chat.says("report_lost_sim", text)

    assert twin.proposals()[0][1]["reason"] == "lost"


def speaks(chat, language: str) -> None:
    chat.slots["language"] = chat.metadata["language"] = language


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "so otp etc wont go to that thief now na?", "receive codes"),
        ("es", "¿y el ratero ya no puede usar mi número?", "recibir códigos"),
        ("pt", "e o ladrão consegue receber os códigos do banco?", "receber códigos"),
        ("en", "and my own number is working only na", "Every other line"),
        ("es", "mi otra línea sí sigue jalando verdad", "otras líneas"),
        ("pt", "e se eu achar depois, volta na hora?", "tira o bloqueio"),
        ("pt", "vou ficar sem linha até lá?", "volta a funcionar com o novo"),
    ],
)
def test_what_is_wondered_about_the_block_is_told_and_chooses_nothing(chat, twin, language, text, told):
    speaks(chat, language)
    chat.says("report_lost_sim", "perdí mi celular")
    chat.agrees()

    said = chat.says("activate_sim", text, sure=0.5, does="asks_risk")

    assert said.responses == ["utter_told", "utter_ask_new_sim"]
    assert told in said.words("utter_told")["sentence"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        (
            "activate_sim",
            "she will get same number back with new sim right? not today but, first we buy a phone",
        ),
        ("port_number", "hoy no, primero tengo que comprar otro celular. el número es el mismo verdad?"),
        ("port_number", "hoje não, ainda não tenho aparelho. o número fica o mesmo né?"),
    ],
)
def test_a_new_sim_waits_and_her_question_is_answered(chat, intent, text):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.agrees()

    assert chat.says(intent, text, sure=0.61).responses == ["utter_number_stays", "utter_new_sim_later"]


def test_after_a_block_that_was_left_there_nothing_is_told_to_be_as_before(chat):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.agrees()
    chat.says("stop_flow", "déjalo así")

    assert chat.says("nlu_fallback", "¿y sí quedó todo bien?", sure=0.3, does="asks_done").responses == [
        "utter_other_lines_go_on"
    ]


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("pt", "o chip velho para de funcionar na hora?", "até uma pessoa confirmar"),
        ("es", "la sim vieja deja de servir luego luego?", "hasta que una persona compruebe"),
        ("en", "will my current sim go dead immediately?", "until a person has checked"),
    ],
)
def test_when_the_old_sim_stops_is_told_beside_the_new_one(chat, twin, language, text, told):
    speaks(chat, language)
    chat.says("activate_sim", "meu iphone novo não tem buraquinho de chip")

    said = chat.says("activate_sim", text, sure=0.5)

    assert told in said.words("utter_told")["sentence"]
    assert twin.proposals() == []


def test_an_esim_named_beside_the_line_is_taken_and_a_go_ahead_with_time_left_is_a_yes(chat, twin):
    speaks(chat, "pt")
    twin.says("context", "a verified customer with two lines")
    chat.says("activate_sim", "meu iphone novo não tem gavetinha de chip")

    assert chat.says("activate_sim", "esim então. o meu tá, final 5678", sure=0.22).responses == [
        "utter_confirm"
    ]
    said = chat.says("goodbye", "tá, tenho meia hora ainda. pode fazer agora", sure=0.39, does="agrees")
    assert said.responses == ["utter_done"]


@pytest.mark.parametrize(
    "text", ["opa achei, tava na mochila", "wait i got it, it was in the car", "ya apareció"]
)
def test_what_turns_up_before_the_block_is_not_blocked(chat, twin, text):
    chat.says("report_lost_sim", "perdí mi celular")

    assert chat.says("report_lost_sim", text).responses == ["utter_unchanged"]
    assert twin.accepted() == []


def test_later_is_the_only_button_that_leaves_a_new_sim(chat):
    chat.says("report_lost_sim", "perdí mi celular")

    assert "/stop_flow" not in [each["payload"] for each in chat.agrees().everything[-1]["buttons"]]


@pytest.mark.parametrize(
    "text",
    [
        "i dropped my phone and its dead, sim is fine",
        "se me cayó el cel y no prende",
        "meu celular caiu e não liga",
    ],
)
def test_a_telephone_that_broke_alone_blocks_nothing(chat, twin, text):
    assert chat.says("report_lost_sim", text).responses == ["utter_told"]
    assert twin.proposals() == []


def test_before_the_block_the_codes_are_not_safe_yet(chat, twin):
    speaks(chat, "en")
    chat.says("report_lost_sim", "my phone got stolen")

    said = chat.says("nlu_fallback", "can they see my otps?", sure=0.4, does="asks_risk")

    assert said.words("utter_told")["sentence"].startswith("Until the line is blocked")
    assert twin.accepted() == []


def test_the_other_line_is_blocked_too_before_it_gets_a_new_sim(chat, twin):
    speaks(chat, "en")
    twin.says("context", "a verified customer with two lines")
    chat.says("report_lost_sim", "they took my bag with both phones")
    chat.says("nlu_fallback", "ending in 5678")
    chat.agrees()

    assert chat.says("report_lost_sim", "the other line too, block that also").responses == ["utter_confirm"]
    assert [kind for kind, _ in twin.proposals()] == ["block_line", "block_line"]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("ok still got 20 mins, go ahead", 1),
        ("sale, tengo media hora. dale", 1),
        ("the other one, go ahead", 0),
        ("still got 20 mins, go ahead?", 0),
    ],
)
def test_who_tells_what_time_is_left_and_orders_it_has_said_yes(chat, twin, text, times):
    chat.says("activate_sim", "meu iphone novo não tem gavetinha de chip")
    chat.says("activate_sim", "esim")

    chat.says("goodbye", text, sure=0.39)

    assert len(twin.accepted()) == times


@pytest.mark.parametrize(
    ("text", "responses"),
    [
        ("i bought the new phone now, give me the sim", ["utter_ask_new_sim"]),
        ("ya conseguí teléfono, quiero la esim", ["utter_confirm"]),
    ],
)
def test_a_new_sim_that_waited_is_ordered_without_another_block(chat, twin, text, responses):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.agrees()
    chat.says("nlu_fallback", "mañana veo lo del chip")

    assert chat.says("activate_sim", text).responses == responses
    assert [kind for kind, _ in twin.proposals()][:2] != ["block_line", "block_line"]


@pytest.mark.parametrize("text", ["yes, it was in my bag", "sí, estaba en mi bolsa", "sim, tava na mochila"])
def test_where_it_was_is_no_finding(chat, twin, text):
    chat.says("report_lost_sim", "perdí mi celular")

    assert "utter_unchanged" not in chat.says("report_lost_sim", text).responses


@pytest.mark.parametrize(
    "text",
    ["he can take money from my gpay also??", "¿y puede pagar con mi cuenta?", "ele consegue pagar algo?"],
)
def test_a_question_does_not_put_the_block_aside(chat, text):
    chat.says("report_lost_sim", "me robaron el teléfono")

    assert chat.says("make_payment", text, sure=0.9).responses[-1] == "utter_confirm_reminder"
    assert chat.agrees().responses[0] == "utter_done"


@pytest.mark.parametrize(
    "text",
    [
        "ok. now i want same number back in new sim. normal sim only",
        "quiero mi mismo número en un chip nuevo",
        "quero o mesmo número num chip novo",
    ],
)
def test_her_number_on_a_new_sim_is_ordered_once_the_line_is_blocked(chat, twin, text):
    chat.says("report_lost_sim", "me robaron el teléfono")
    chat.says("activate_sim", text)

    assert chat.agrees().responses == ["utter_done", "utter_confirm"]
    assert twin.proposals()[-1] == ("replace_sim", {"line_id": LINE, "form": "sim"})


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("then yes a new sim. normal sim not esim, her phone is a simple one with buttons", "sim"),
        ("no esim please, a regular sim", "sim"),
        ("nada de esim, mi teléfono no la acepta", "sim"),
        ("eSIM não", "sim"),
        ("o chip normal mesmo, sem esim", "sim"),
        ("my phone doesn't take esim", "sim"),
        ("no quiero chip de plástico, quiero esim", "esim"),
        ("no chip, e-SIM", "esim"),
        ("e como faço pra ter meu número de volta, preciso trampar amanha. meu cel velho pega esim", "esim"),
        ("la necesito para trabajar mañana, mándenme la esim", "esim"),
        ("i have to work tomorrow, physical sim pls", "sim"),
        ("mañana veo lo de la esim", None),
        ("esim, but i will do it tomorrow", None),
        ("amanhã eu vejo", None),
    ],
)
def test_the_sim_that_she_names_is_ordered_not_that_she_refuses_or_puts_off(chat, twin, text, form):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.agrees()

    chat.says("report_lost_sim", text)

    assert twin.proposals()[1:] == ([("replace_sim", {"line_id": LINE, "form": form})] if form else [])


@pytest.mark.parametrize("text", ["no, not esim, the normal one", "esim não, chip normal", "sin esim"])
def test_an_esim_that_is_refused_when_it_is_proposed_becomes_the_card(chat, twin, text):
    chat.says("activate_sim", "meu iphone novo não tem gavetinha de chip")
    chat.says("activate_sim", "esim")

    assert chat.says("activate_sim", text).responses == ["utter_confirm"]
    assert twin.proposals()[-1] == ("replace_sim", {"line_id": LINE, "form": "sim"})
    assert twin.accepted() == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "perdido, não roubaram. tem como saber onde tá? antes de bloquear"),
        ("en", "lost, not stolen. can you track where it is before blocking?"),
        ("es", "no me lo robaron, se perdió. ¿pueden rastrear el teléfono?"),
    ],
)
def test_who_asks_where_it_is_before_the_block_is_told_and_may_find_it(chat, twin, language, text):
    speaks(chat, language)
    chat.says("report_lost_sim", "perdí mi celular")

    said = chat.says("report_lost_sim", text)
    assert said.responses == ["utter_told", "utter_confirm_reminder"]

    found = chat.says("report_lost_sim", "tá então bloqueia... não PERA. achei!! não bloqueia nada")
    assert found.responses == ["utter_unchanged"]
    asked = chat.says("nlu_fallback", "não foi bloqueado né??", sure=0.3, does="asks_done")
    assert asked.responses == ["utter_nothing_changed"]
    assert (twin.accepted(), twin.bodies("handover")) == ([], [])


@pytest.mark.parametrize("text", ["it isn't lost, it's in two pieces", "no se perdió, se me dobló el chip"])
def test_a_sim_that_is_not_lost_is_not_blocked(chat, twin, text):
    chat.says("report_lost_sim", "necesito otro chip")

    assert chat.says("report_lost_sim", text).responses == ["utter_ask_new_sim"]
