"""The bot's work with lines, SIMs, the network and contact data, as a customer meets it."""

import pytest
from twin import BLANK, exchange

from actions.tasks import update_contact

LINE = "0b8f3a52-3f0e-4c8a-9b5e-5d0a4f8e2c01"
YES = ("affirm", "sí")


def proposals(twin):
    return [(body["kind"], body["wanted"]) for body in twin.bodies("/proposals")]


def test_a_pack_is_named_by_its_volume_and_bought_once(chat, twin):
    said = chat.says("buy_addon", "quiero 2 gigas más", data_volume="2 GB")
    assert "$49.00" in said.words("utter_confirm")["sentence"]

    assert chat.says(*YES).responses == ["utter_done"]
    chat.says(*YES)

    assert proposals(twin) == [("buy_addon", {"line_id": LINE, "offer_code": "extra-2gb"})]
    assert len(twin.accepted()) == 1


def test_a_pack_is_chosen_and_corrected(chat, twin):
    asked = chat.says("buy_addon", "se me acabaron los datos")
    assert asked.responses == ["utter_ask_pack"]
    assert asked.buttons[0] == '/buy_addon{"pack":"extra-2gb"}'

    chat.says("nlu_fallback", "la segunda")
    corrected = chat.says("deny", "no, mejor la de 2 gigas", data_volume="2 GB")

    assert "Extra 2GB" in corrected.words("utter_confirm")["sentence"]
    assert twin.accepted() == []


@pytest.mark.parametrize(
    ("text", "pack"), [("la de 2", "extra-2gb"), ("2", "extra-10gb"), ("la de 10", "extra-10gb")]
)
def test_a_pack_of_two_is_not_the_second_one(chat, twin, text, pack):
    chat.says("buy_addon", "se me acabaron los datos")

    chat.says("nlu_fallback", text)

    assert twin.wanted()[0]["offer_code"] == pack


def test_a_pack_that_there_is_not_is_not_passed_over_in_silence(chat, twin):
    said = chat.says("buy_addon", "dame 3 gigas más", data_volume="3 GB")

    assert said.responses == ["utter_not_offered", "utter_ask_pack"]
    assert twin.wanted() == []


def test_without_a_pack_a_person_is_offered(chat, twin):
    twin.says("addons", "none")

    assert chat.says("buy_addon").responses == ["utter_no_pack"]


def test_a_lost_sim_is_blocked_after_one_yes_and_then_replaced(chat, twin):
    asked = chat.says("report_lost_sim", "perdí mi celular en el taxi")
    assert asked.responses == ["utter_confirm"]

    blocked = chat.says(*YES)
    assert blocked.responses == ["utter_done", "utter_ask_new_sim"]
    assert chat.says("activate_sim", "pero el chip digital, porfa").responses == ["utter_confirm"]
    assert chat.says(*YES).responses == ["utter_done"]

    assert proposals(twin) == [
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

    assert proposals(twin)[0][1]["reason"] == "stolen"


def test_a_theft_that_was_none_is_no_theft(chat, twin):
    chat.says("report_lost_sim", "não foi roubo, esqueci no táxi")

    assert proposals(twin)[0][1]["reason"] == "lost"


@pytest.mark.parametrize(
    "text", ["meu iphone novo não tem gavetinha de chip", "quiero pasar mi línea a mi celular nuevo"]
)
def test_a_sim_for_another_telephone_is_replaced_and_nothing_blocked(chat, twin, text):
    assert chat.says("activate_sim", text).responses == ["utter_ask_new_sim"]
    assert chat.says("activate_sim", "la esim").responses == ["utter_confirm"]
    assert chat.says("activate_sim", "o esim então, pode fazer", does="agrees").responses == ["utter_done"]

    assert proposals(twin) == [("replace_sim", {"line_id": LINE, "form": "esim"})]


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
    chat.says(*YES)

    assert chat.says("nlu_fallback", "ya lo encontré").responses[0] == "utter_handover_unblock"
    assert twin.bodies("handover")[0]["reason"] == "verification"
    assert len(twin.accepted()) == 1


def test_who_found_her_telephone_is_not_blocked_but_helped_by_a_person(chat, twin):
    said = chat.says("report_lost_sim", "encontré mi celular, ya pueden desbloquearlo")

    assert said.responses[0] == "utter_handover_unblock"
    assert proposals(twin) == []


def test_not_found_is_not_found(chat, twin):
    chat.says("report_lost_sim", "no lo encontré por ningún lado")

    assert proposals(twin)[0][0] == "block_line"


def test_a_new_sim_may_wait(chat, twin):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.says(*YES)

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
    assert chat.says(*YES).responses[0] == "utter_handover"


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
        ("no puedo llamar", "utter_network_fine"),
    ],
)
def test_data_that_is_used_up_is_told_to_who_misses_it(chat, twin, text, response):
    twin.says("network", "its data is used up")

    assert chat.says("network_problem", text).responses[0] == response


def test_another_block_is_for_a_person(chat, twin):
    twin.says("network", "barred by fraud")

    assert chat.says("network_problem", "no funciona nada").responses == ["utter_network_blocked"]
    assert chat.says(*YES).responses[0] == "utter_handover"


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


def test_prices_abroad_are_told_for_the_country_she_names(chat, twin):
    said = chat.says("roaming_info", "viajo a Francia", country="FR")

    assert said.responses == ["utter_roaming_prices", "utter_roaming_without"]
    assert "$12.00" in said.words("utter_roaming_prices")["prices"]
    assert twin.asked[-1]["query"]["country"] == "FR"


def test_without_a_country_it_is_asked_for(chat, twin):
    twin.says("roaming", "as at home")

    assert chat.says("roaming_info", "me voy de viaje").responses == ["utter_ask_country"]
    assert chat.says("nlu_fallback", "a Brasil", country="BR").responses == ["utter_roaming_as_home"]


def abroad(chat, twin, text="viajo a Francia", told="packs help"):
    twin.says("roaming", told)
    return chat.says("roaming_info", text, country="FR")


def test_packs_that_help_abroad_are_told_and_buttons_and_a_barred_line_is_said(chat, twin):
    said = abroad(chat, twin, told="packs help, the line is barred")

    assert said.responses == [
        "utter_roaming_prices",
        "utter_roaming_without",
        "utter_roaming_off",
        "utter_roaming_packs",
    ]
    assert said.words("utter_roaming_packs")["packs"] == (
        "• Roaming 2GB · 2 GB en el extranjero · 7 días · $249.00\n"
        "• Roaming 5GB · 5 GB en el extranjero · 15 días · $449.00"
    )
    assert said.buttons == [
        f'/buy_addon{{"line_id":"{LINE}","country":"FR","pack":"{pack}"}}'
        for pack in ("roaming-2gb", "roaming-5gb")
    ]


def test_a_country_that_only_a_pack_has_service_in_is_not_turned_away(chat, twin):
    told = exchange("roaming", "packs help")["response"]["json"]
    none = {"covered": False, "prices": dict.fromkeys(told["prices"])}
    twin.breaks("roaming", 200, {**told, **none})

    said = chat.says("roaming_info", country="FR")

    assert said.responses == ["utter_roaming_without", "utter_roaming_packs"]


@pytest.mark.parametrize(
    ("text", "days", "pack"),
    [
        ("6 días en París", "6", "Roaming 2GB"),
        ("two weeks in Paris", "14", "Roaming 5GB"),
        ("vou ficar uma semana na França", "7", "Roaming 2GB"),
        ("in 2 weeks I fly, for 10 days", "10", "Roaming 5GB"),
    ],
)
def test_for_the_days_she_names_the_cheapest_that_lasts_is_told(chat, twin, text, days, pack):
    said = abroad(chat, twin, text)

    told = said.words("utter_roaming_pack_fits")
    assert (told["days"], told["pack"]) == (days, pack)
    assert len(said.buttons) == 2


def test_a_pack_for_abroad_is_bought_by_its_button(chat, twin):
    button = abroad(chat, twin).buttons[1]

    said = chat.presses(button)

    assert said.responses == ["utter_confirm"]
    assert twin.wanted() == [{"line_id": LINE, "offer_code": "roaming-5gb"}]


@pytest.mark.parametrize(
    ("intent", "text", "code"),
    [
        ("change_plan", "ponme el más barato que me cubra los 6 días", "roaming-2gb"),
        ("list_plans", "ponme el más barato que me cubra los 6 días", "roaming-2gb"),
        ("list_plans", "which one is the cheapest that covers the 10 days?", "roaming-5gb"),
        ("change_plan", "quero o mais barato", "roaming-2gb"),
        ("top_up", "the cheapest", "roaming-2gb"),
        ("buy_addon", "dame el más barato", "roaming-2gb"),
        ("roaming_info", "which one suits me for 12 days?", "roaming-5gb"),
        ("nlu_fallback", "what should I take for 6 days", "roaming-2gb"),
        ("out_of_scope", "o mais barato que cubra uma quinzena", "roaming-5gb"),
        ("list_plans", "¿cuál me conviene para 6 días?", "roaming-2gb"),
        ("nlu_fallback", "são 12 dias. qual pacote vale mais a pena", "roaming-5gb"),
    ],
)
def test_right_after_prices_abroad_the_cheapest_is_a_pack_and_no_plan(chat, twin, intent, text, code):
    abroad(chat, twin)

    said = chat.says(intent, text)

    assert said.responses == ["utter_confirm"]
    assert twin.wanted() == [{"line_id": LINE, "offer_code": code}]


def test_what_she_asks_of_that_country_while_she_chooses_needs_no_country(chat, twin):
    abroad(chat, twin)
    chat.says("buy_addon", "el de 2 gigas", data_volume="2 GB")

    said = chat.says("roaming_info", "will i still get sms from my bank there?")

    assert said.responses[0] == "utter_roaming_prices"
    assert said.responses[-1] == "utter_confirm_reminder"


def test_the_days_she_told_when_she_asked_are_remembered(chat, twin):
    abroad(chat, twin, "10 días en Francia")

    chat.says("change_plan", "ponme el más barato que me alcance")

    assert twin.wanted() == [{"line_id": LINE, "offer_code": "roaming-5gb"}]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("affirm", "sí, ese"),
        ("nlu_fallback", "ok i'll take that"),
        ("buy_addon", "quero esse"),
        ("top_up", "mine is the first. yes add it please"),
    ],
)
def test_what_was_advised_for_her_days_is_taken_in_short(chat, twin, intent, text):
    abroad(chat, twin, "10 días en Francia")

    chat.says(intent, text, does="agrees" if intent == "top_up" else "")

    assert twin.wanted() == [{"line_id": LINE, "offer_code": "roaming-5gb"}]


@pytest.mark.parametrize(
    ("intent", "text", "code"),
    [
        ("change_plan", "wait, give the big one, my husband is saying", "roaming-5gb"),
        ("deny", "oh so much! no no, the small one only, as i said before", "roaming-2gb"),
    ],
)
def test_a_pack_is_changed_for_another_in_a_clause(chat, twin, intent, text, code):
    abroad(chat, twin)
    other = {"roaming-5gb": "2 GB", "roaming-2gb": "5 GB"}[code]
    chat.says("buy_addon", f"el de {other}", data_volume=other)

    chat.says(intent, text, sure=0.5)

    assert twin.wanted()[-1]["offer_code"] == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("on mine, not the kid's. she can live on hotel wifi", "2c01"),
        ("mine, not my daughter's", "2c01"),
        ("not mine, hers", "2c02"),
        ("la de ella, no la mía!! yo estoy escribiendo de la mía", "2c02"),
    ],
)
def test_mine_is_the_line_she_had_first(chat, twin, text, number):
    twin.says("context", "a verified customer with two lines")
    chat.says("check_usage")

    chat.says("cancel_service", text, sure=0.26, does="answers", does_sure=0.53)

    assert twin.asked[-1]["query"]["line_id"].endswith(number)


def test_a_question_with_her_daughter_in_it_names_no_line(chat, twin):
    twin.says("context", "a verified customer with two lines")
    chat.says("check_usage")

    chat.says("nlu_fallback", "does whatsapp count? my daughter calls her friends all the time")

    assert "line_id" not in chat.slots["work"]["answers"]


@pytest.mark.parametrize(
    "text", ["começa a contar quando, na hora que compro ou quando chego?", "do the days start now"]
)
def test_from_when_the_days_of_a_pack_count_is_told(chat, twin, text):
    abroad(chat, twin)
    assert chat.says("ticket_status", text, sure=0.4, does="asks_when").responses == ["utter_pack_days"]

    chat.says("buy_addon", "el de 2 gigas", data_volume="2 GB")
    said = chat.says("ticket_status", text, sure=0.4, does="asks_when")

    assert said.responses == ["utter_pack_days", "utter_confirm_reminder"]


def test_a_yes_where_nothing_was_advised_takes_nothing(chat, twin):
    abroad(chat, twin)

    chat.says("affirm", "sí")

    assert twin.wanted() == []


@pytest.mark.parametrize("intent", ["buy_addon", "change_plan", "roaming_info"])
def test_a_pack_for_abroad_is_bought_by_its_name(chat, twin, intent):
    abroad(chat, twin)

    chat.says(intent, "el Roaming 5GB por favor", data_volume="5 GB")

    assert twin.wanted() == [{"line_id": LINE, "offer_code": "roaming-5gb"}]


def test_whether_what_she_has_counts_there_is_no_wish_for_a_pack(chat, twin):
    abroad(chat, twin)

    chat.says("roaming_info", "me sirven allá mis 20 gigas?", data_volume="20 GB")

    assert twin.wanted() == []


@pytest.mark.parametrize("intent", ["change_plan", "list_plans"])
def test_which_pack_to_take_on_a_journey_is_no_matter_of_plans(chat, twin, intent):
    twin.says("roaming", "packs help")

    said = chat.says(intent, "6 days in orlando, which pack should i take, the cheapest that covers them")

    assert "utter_roaming_pack_fits" in said.responses


def test_a_plan_that_she_names_is_a_plan_though_she_asked_about_abroad_before(chat, twin):
    abroad(chat, twin)

    said = chat.says("change_plan", "y quiero cambiarme al plan más barato")

    assert said.responses == ["utter_confirm"]
    assert twin.wanted() == [{"line_id": LINE, "offer_code": "starter-5gb"}]


def test_for_home_no_pack_for_abroad_is_offered_and_the_other_way_round(chat, twin):
    twin.says("roaming", "packs help")

    at_home = chat.says("buy_addon", "quiero más datos").buttons
    chat.says("stop_flow", "déjalo")
    away = chat.says("buy_addon", "quiero un paquete para Francia", country="FR").buttons

    assert [each for each in at_home if "roaming" in each] == []
    assert [each for each in away if "extra" in each] == []
    assert sum("roaming" in each for each in away) == 2


def test_a_pack_for_abroad_without_a_country_is_asked_where_to(chat, twin):
    twin.says("roaming", "packs help")

    assert chat.says("buy_addon", "quiero un paquete de roaming").responses == ["utter_ask_country"]
    assert chat.says("nlu_fallback", "a París").responses == ["utter_ask_pack"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("roaming_info", "do I have to switch something on when I land?"),
        ("network_problem", "¿tengo que mover algo en el teléfono al aterrizar?"),
        ("activate_sim", "preciso ligar alguma coisa quando chegar?"),
        ("nlu_fallback", "tengo que activar algo cuando llegue?"),
    ],
)
def test_after_a_pack_for_abroad_she_is_told_what_to_switch_on(chat, twin, intent, text):
    chat.presses(abroad(chat, twin).buttons[0])
    done = chat.says("affirm", "sí")

    said = chat.says(intent, text)

    assert done.responses == ["utter_done"]
    assert said.responses == ["utter_roaming_switch"]


def test_she_may_ask_what_to_switch_on_before_she_says_yes(chat, twin):
    chat.presses(abroad(chat, twin).buttons[0])

    said = chat.says("nlu_fallback", "tengo que activar algo en el teléfono?")

    assert said.responses == ["utter_roaming_switch", "utter_confirm_reminder"]


def test_what_is_left_for_abroad_is_told_apart(chat, twin):
    told = exchange("usage", "a postpaid line")["response"]["json"]
    away = {**told["buckets"][0], "abroad": True}
    twin.breaks("usage", 200, {**told, "buckets": [told["buckets"][0], away]})

    said = chat.says("check_usage", "cuánto me queda")

    assert "Datos en el extranjero: quedan" in said.words("utter_usage")["buckets"]


@pytest.mark.parametrize(
    ("told", "response"),
    [("no service", "utter_roaming_not_covered"), ("an unknown country", "utter_country_unknown")],
)
def test_a_country_without_service_or_price_is_for_a_person(chat, twin, told, response):
    twin.says("roaming", told)

    assert chat.says("roaming_info", country="CU").responses == [response]


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
    assert chat.says(*YES).responses == ["utter_done"]
    assert proposals(twin)[0][0] == kind


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
    assert proposals(twin) == []


def test_a_line_that_leaves_already_says_when(chat, twin):
    twin.says("leaving", "leaves already")

    assert leaves(chat).responses == ["utter_leaves_on", "utter_leaves_already"]


def test_a_number_leaves_with_a_code_after_a_yes(chat, twin):
    asked = chat.says("port_number", "quiero llevarme mi número a otra compañía")
    assert asked.responses == ["utter_port_out", "utter_confirm"]
    assert "AB123456" not in str(asked.everything)

    given = chat.says(*YES)

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
    assert proposals(twin) == []


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
    assert chat.says(*YES).responses[0] == "utter_handover"


def test_a_case_is_told_with_what_happens_next_and_the_last_answer(chat):
    said = chat.says("ticket_status")

    assert said.responses == ["utter_ticket", "utter_ticket_answer"]
    assert said.words("utter_ticket_answer")["answer"] == "Mañana va un técnico."


@pytest.mark.parametrize(
    ("text", "case"), [("el último", "TT-2026-000124"), ("la primera", "TT-2026-000123")]
)
def test_of_several_open_cases_she_says_which(chat, twin, text, case):
    twin.says("tickets", "two open and an old one")

    asked = chat.says("ticket_status", "¿cómo va mi caso?")

    assert asked.responses == ["utter_ask_ticket"]
    assert len(asked.buttons) == 3  # two cases, and never mind
    assert chat.says("nlu_fallback", text).words("utter_ticket")["reference"] == case


def test_a_case_is_told_by_its_number_also_when_it_is_over(chat, twin):
    twin.says("tickets", "two open and an old one")

    said = chat.says("ticket_status", "TT-2026-000101", ticket_number="TT-2026-000101")

    assert said.words("utter_ticket")["reference"] == "TT-2026-000101"


def test_another_email_counts_once_its_code_is_told(chat, twin):
    asked = chat.says("update_contact", "cambia mi correo a nueva@example.com", email="nueva@example.com")
    assert asked.responses == ["utter_ask_email_code"]

    assert chat.says("nlu_fallback", "es 123 456").responses == ["utter_done"]
    assert twin.asked[-1]["json"]["code"] == "123456"


def test_a_person_is_not_told_the_code(chat, twin):
    twin.says("contact", "a wrong code")
    chat.says("update_contact", "cambia mi correo", email="nueva@example.com")
    chat.says("nlu_fallback", "654321")
    chat.says("talk_to_agent", "quiero hablar con una persona")

    [told] = twin.bodies("handover")
    assert told["slots"]["email"] == "nueva@example.com"
    assert "654321" not in str(told)


def test_a_wrong_code_is_asked_for_again(chat, twin):
    twin.says("contact", "a wrong code")
    chat.says("update_contact", "cambia mi correo", email="nueva@example.com")

    assert chat.says("nlu_fallback", "654321").responses == ["utter_told", "utter_ask_email_code"]


def test_who_has_another_mail_and_has_moved_is_asked_about_both(chat, twin):
    chat.says(
        "update_contact",
        "ya vivo en Mérida, y también cambié de correo: nueva@example.com",
        email="nueva@example.com",
    )

    said = chat.says("nlu_fallback", "123456")

    assert said.responses == ["utter_done", "utter_second", "utter_confirm"]
    assert twin.wanted() == [{"city": "Mérida"}]


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("Puebla", "Puebla"),
        ("ahora vivo en Puebla", "Puebla"),
        ("nos mudamos a Ciudad Juárez, gracias", "Ciudad Juárez"),
        ("agora moro no Rio de Janeiro", "Rio de Janeiro"),
        ("perdón, quise decir Toluca", "Toluca"),
        ("sorry, I meant Leeds", "Leeds"),
        ("i live in New Delhi now", "New Delhi"),
        ("Mérida, la de Yucatán, sí porfa", "Mérida"),
        ("calle 5 número 12", None),
        ("todavía no lo sé muy bien la verdad, les aviso", None),
    ],
)
def test_a_city_is_heard_in_a_sentence(text, city):
    class Turn:
        intent = "out_of_scope"

    Turn.text = text

    assert update_contact.city(Turn()) == city


def test_a_no_and_a_question_are_no_cities(chat, twin):
    chat.says("update_contact", "me mudé de casa")

    assert chat.says("check_balance", "¿cuánto debo?").responses[-1] == "utter_ask_city"
    assert chat.says("deny", "no").responses == ["utter_unchanged"]
    assert proposals(twin) == []


def test_a_city_is_changed_after_a_yes(chat, twin):
    assert chat.says("update_contact", "me mudé de casa").responses == ["utter_ask_city"]
    assert chat.says("out_of_scope", "Mérida").responses == ["utter_confirm"]
    assert chat.says(*YES).responses == ["utter_done"]


def test_a_name_is_for_a_person(chat, twin):
    assert chat.says("update_contact", "mi apellido está mal").responses[0] == "utter_handover_contact"


def test_a_stranger_changes_nothing(chat, twin):
    twin.says("context", "an anonymous visitor")

    for intent in ("update_contact", "cancel_service", "get_puk", "report_lost_sim", "buy_addon"):
        assert chat.says(intent).responses == ["utter_ask_number", "utter_or_sign_in"]
    assert proposals(twin) == []


@pytest.mark.parametrize(
    "text",
    [
        "llámame por favor",
        "can you call me back",
        "me liga",
        "ya no quiero chatear, q me marque alguien",
        "quem me ensinou foi a menina da farmácia. prefiro que alguém me ligue",
    ],
)
def test_who_wants_to_be_called_is_called_back(chat, twin, text):
    said = chat.says("talk_to_agent", text)

    assert said.responses == ["utter_call_back", "utter_wait"]
    assert twin.bodies("handover") == []


def test_without_a_number_a_person_writes(chat, twin):
    twin.says("call_back", "no number")

    assert chat.says("talk_to_agent", "que me llamen").responses[0] == "utter_handover"
