"""Use abroad: prices, the packs that help there, and which one for so many days."""

import pytest
from twin import LINE, exchange


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


@pytest.mark.parametrize("intent", ["buy_addon", "change_plan"])
@pytest.mark.parametrize(
    "text",
    [
        "flying to Paris for a week, my max plan works there right?",
        "me voy a París en mayo, mi plan ilimitado funciona allá?",
        "vou pra França, meu plano ilimitado pega lá né",
    ],
)
def test_whether_her_plan_works_there_is_no_wish_for_one(chat, twin, intent, text):
    chat.metadata["market"] = "MX"
    twin.says("roaming", "packs help")

    assert chat.says(intent, text, sure=0.45, finds=True).responses[0] == "utter_roaming_prices"


def test_a_plan_that_she_wants_for_a_journey_is_one(chat, twin):
    chat.metadata["market"] = "MX"

    said = chat.says("change_plan", "voy a París, quiero cambiar mi plan por el ilimitado", finds=True)

    assert said.responses == ["utter_confirm"]


@pytest.mark.parametrize("intent", ["change_plan", "buy_addon", "nlu_fallback"])
@pytest.mark.parametrize("text", ["el más grande", "ok the bigger one", "pode ser o maior"])
def test_of_the_packs_for_there_she_takes_the_bigger(chat, twin, intent, text):
    abroad(chat, twin)

    assert chat.says(intent, text, sure=0.6).responses == ["utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] == "roaming-5gb"


@pytest.mark.parametrize(
    "text",
    [
        "my son's school is taking them to Singapore and he will need net there. What do you have",
        "mi hija se va a Madrid con la escuela y va a necesitar internet allá, qué tienen",
        "meu filho vai pra Lisboa com a escola e vai precisar de internet lá, o que vcs tem",
    ],
)
def test_who_needs_data_where_somebody_goes_is_told_of_there_and_not_of_plans(chat, two_lines, text):
    chat.says("list_plans", text, sure=0.4, finds=True)

    asked = next(each["query"] for each in two_lines.asked if each["path"].endswith("/roaming"))
    assert asked["line_id"].endswith("02")


def test_the_small_one_is_a_pack_though_she_agrees_in_the_same_breath(chat, two_lines):
    two_lines.says("roaming", "packs help")
    chat.says("roaming_info", "my son is going to Boston", country="US")

    said = chat.says("change_plan", "ok take the small one then", sure=0.57, does="agrees", does_sure=0.67)

    assert said.responses == ["utter_confirm"]
    assert chat.slots["work"]["task"] == "buy_addon"


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("change_plan", "Then the longer one please, the 7 days is not enough for me"),
        ("buy_addon", "então o mais longo por favor, 7 dias não me chega"),
        ("change_plan", "el que dura más"),
    ],
)
@pytest.mark.parametrize("first", ["viajo a Francia", "12 días en Francia"])
def test_of_the_packs_for_there_she_takes_the_longer(chat, twin, intent, text, first):
    abroad(chat, twin, first)

    assert chat.says(intent, text, sure=0.5, finds=True).responses == ["utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] == "roaming-5gb"


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("dispute_charge", "oh wait, that is only 7 days? i stay 12. then the other one"),
        ("request_refund", "perdón, vuelve hasta el domingo de otra semana, son 10 días. Entonces el otro"),
        ("change_plan", "na verdade fico 12 dias. então o outro"),
        ("stop_flow", "the other one"),
        ("deny", "no, el otro"),
    ],
)
def test_of_two_packs_the_other_is_that_which_is_not_proposed(chat, twin, intent, text):
    abroad(chat, twin)
    chat.says("buy_addon", "el de 2 gigas", data_volume="2 GB")

    said = chat.says(intent, text, sure=0.4, finds=True)

    assert said.responses == ["utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] == "roaming-5gb"


@pytest.mark.parametrize("text", ["Sí, confirmo, en la 0231 no en la mía", "sim, pode ser, é esse que quero"])
def test_where_days_leave_one_pack_a_yes_takes_it(chat, twin, text):
    abroad(chat, twin)
    chat.says("buy_addon", "el de 2 gigas", data_volume="2 GB")

    asked = chat.says("request_refund", "perdón, son 10 días", sure=0.4, finds=True)
    assert asked.responses == ["utter_told", "utter_ask_pack"]
    assert asked.words("utter_told")["sentence"] == "Roaming 2GB dura menos de 10 días."

    assert chat.says("nlu_fallback", text, sure=0.2, does="answers").responses == ["utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] == "roaming-5gb"


@pytest.mark.parametrize(
    "text",
    [
        "vim da França, e semana que vem vou pra Itália com a família, quanto custa o roaming?",
        "soy de Francia, cuánto cuesta el roaming en Italia?",
        "i came from France, what does roaming cost in Italy?",
        "i am from France and go to Italy next week, is there roaming?",
        "cuánto cuesta el roaming en Italia? soy de Francia",
    ],
)
def test_a_country_that_she_comes_from_is_not_where_she_goes(chat, twin, text):
    chat.metadata["market"] = "MX"
    chat.metadata["language"] = "pt" if "vim" in text else "en" if "from" in text else "es"

    chat.says("roaming_info", text, finds=True)

    assert twin.asked[-1]["query"]["country"] == "IT"
