"""What strangers said that was not heard, or heard wrongly: proved with the actions alone."""

from types import SimpleNamespace

import pytest

from actions import parsing
from actions.amounts import is_told_as
from actions.cities import country_in
from actions.plain import plain
from actions.tasks import network_problem, set_up_autopay
from actions.tasks.days_away import _span
from actions.tasks.dispute_charge import EXPECTED
from actions.tasks.which_line import which_line
from components.language import LanguageDetector

LOST = "perdí mi chip"


def blocked(chat):
    chat.says("report_lost_sim", LOST)
    return chat.says("affirm", "sí")


def forms(twin):
    return [each["form"] for each in twin.wanted() if "form" in each]


@pytest.mark.parametrize("text", ["sim", "SIM", "sim pode ser", "sim, pode"])
def test_a_portuguese_yes_chooses_no_sim(chat, twin, text):
    blocked(chat)
    chat.says("nlu_fallback", "esim")
    chat.slots["language"] = "pt"

    chat.says("affirm", text)

    assert forms(twin) == ["esim"]
    assert len(twin.accepted()) == 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("cuánto me queda en el 4321", ["02"]),
        ("how much is left on 1234", ["01"]),
        ("qto tenho no final 4321", ["02"]),
        ("cuánto me queda desde el 2024", []),
    ],
)
def test_a_line_is_named_by_its_last_four_digits(chat, two_lines, text, lines):
    chat.says("check_usage", text)

    asked = [each["query"]["line_id"][-2:] for each in two_lines.asked if each["path"].endswith("/usage")]
    assert asked == lines


def test_an_amount_of_four_digits_is_no_line(chat, two_lines):
    chat.says("change_plan", "quiero la ilimitada en el 4321", plan_name="max-unlimited")

    assert chat.says("deny", "no, 1000").responses == ["utter_unchanged"]


def test_a_portuguese_yes_names_no_line(chat, two_lines):
    chat.slots["language"] = "pt"
    question = which_line()

    class Says:
        pressed_a_button, language, text, last = False, "pt", "sim", None
        said, intent = "sim", "nlu_fallback"

        def memory(self, name):
            return None

        def entity(self, name):
            return None

        def wanted(self, name):
            return []

    assert question.mentioned(Says()) is None
    Says.text = "meu celular"
    assert question.mentioned(Says()) == "mobile"


@pytest.mark.parametrize("text", ["lo del chip lo veo mañana", "dps eu vejo o chip novo", "some other day"])
def test_a_new_sim_that_is_put_off_is_not_ordered(chat, twin, text):
    blocked(chat)

    assert chat.says("activate_sim", text).responses == ["utter_new_sim_later"]
    assert forms(twin) == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("yeah stop it before some idiot uses it", 1),
        ("sí, apágala antes de que alguien la use", 1),
        ("please stop", 0),
        ("yes, what happens if you stop it?", 0),
        ("yeah but stop it tomorrow", 0),
    ],
)
def test_a_block_is_agreed_to_by_a_yes_and_the_deed(chat, twin, text, times):
    chat.says("report_lost_sim", LOST)

    chat.says("stop_flow", text, sure=0.4)

    assert len(twin.accepted()) == times


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("que se cobre solo cada mes pero que no pase d 400", "400"),
        ("auto pay on, max 500", "500"),
        ("débito automático até 150", "150"),
        ("pago automático con la tarjeta que termina en 4242", None),
        ("que se cobre solo el día 15", None),
        ("cada mes, a más tardar el 10", None),
    ],
)
def test_the_limit_she_sets_is_heard(chat, text, limit):
    [question] = [each for each in set_up_autopay.SetUpAutopay.questions if each.slot == "amount"]

    class Says:
        pressed_a_button, names_other_money, intent = False, False, "set_up_autopay"

        def memory(self, name):
            return None

        told = None

        def entity(self, name):
            return None

    Says.text = text
    assert question.mentioned(Says()) == limit


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("shifting to jio, number stays the same", "out"),
        ("me voy con telcel", "out"),
        ("vou pra vivo com meu número", "out"),
        ("i want to come over from airtel", "in"),
        ("estoy con movistar y me paso a ustedes", "in"),
        ("sou da tim, quero vir pra vocês", "in"),
        ("i have a vi number since 9 yrs, can i keep it if i join you", "in"),
        ("todavía no soy cliente, ¿conservo mi número?", "in"),
        ("ainda não sou cliente, dá pra manter o número?", "in"),
        ("portabilidad", None),
    ],
)
def test_where_a_number_goes_is_told_by_who_is_named(chat, twin, text, direction):
    said = chat.says("port_number", text)

    asked = "utter_ask_direction" in said.responses
    assert asked == (direction is None)
    assert ("utter_port_in" in said.responses) == (direction == "in")


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("isso, manda o código", 1),
        ("yes yes just give me the code thing", 1),
        ("dame el nip", 1),
        ("no me mandes el código", 0),
        ("what is the code for?", 0),
    ],
)
def test_the_code_to_leave_is_agreed_to_by_asking_for_it(chat, twin, text, times):
    chat.says("port_number", "quiero llevarme mi número")

    chat.says("make_payment", text, sure=0.5)

    assert len(twin.accepted()) == times


@pytest.mark.parametrize(
    "text", ["sim mas só se não mudar meu número", "e perco o meu número?", "will i keep my number?"]
)
def test_that_her_number_stays_is_said_beside_the_plan(chat, twin, text):
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")

    said = chat.says("port_number", text)

    assert said.responses == ["utter_number_stays", "utter_confirm_reminder"]
    assert twin.accepted() == []
    assert chat.says("affirm", "ok, hazlo").responses == ["utter_done"]


def test_leaving_is_not_left_by_refusing_what_is_offered(chat):
    chat.says("cancel_service", "quiero dar de baja mi línea")

    said = chat.says("stop_flow", "no me interesa nada de eso, baja y ya está", sure=0.5)

    assert said.responses[0] == "utter_handover_leaving"


def test_nobody_leaves_on_a_guess(chat, twin):
    assert chat.says("cancel_service", "el de la casa, la fibra", sure=0.34).responses == ["utter_clarify"]


@pytest.mark.parametrize("text", ["nagpur", "Cuernavaca"])
def test_a_town_is_no_no(chat, twin, text):
    chat.says("update_contact", "cambié de ciudad")
    chat.says("deny", text, sure=0.4)

    assert [each["city"] for each in twin.wanted()] == [text]


def test_a_no_is_no_town(chat, twin):
    chat.says("update_contact", "cambié de ciudad")
    chat.says("deny", "no")

    assert twin.wanted() == []


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("mi sobrina se casa en Sevilla", "ES"),
        ("vou passar o natal em lisboa", "PT"),
        ("from London to Paris", None),
        ("voy de viaje", None),
    ],
)
def test_a_town_tells_the_country(text, country):
    assert country_in(text) == country


def test_who_asks_on_about_a_country_is_not_asked_which(chat, twin):
    chat.says("roaming_info", "cuánto cuesta en España", country="ES")

    said = chat.says("roaming_info", "y si me llaman allá?")

    assert "utter_ask_country" not in said.responses


def test_what_is_unsure_while_a_person_is_offered_keeps_the_offer(chat, twin):
    chat.says("port_number", "quiero traer mi número")

    assert chat.says("check_usage", "cuánto se tardan", sure=0.34).responses == ["utter_clarify"]
    chat.says("talk_to_agent", "que me atienda alguien")

    assert twin.bodies("handover")[0]["intent"] == "port_number"


@pytest.mark.parametrize("text", ["me bota no de 5", "ponme en el de 5", "put me on the 5"])
def test_a_plan_is_named_by_its_size_alone(chat, twin, text):
    chat.says("change_plan", text)

    assert [each["offer_code"] for each in twin.wanted()] == ["starter-5gb"]


@pytest.mark.parametrize(
    ("intent", "text", "is_called"),
    [
        ("nlu_fallback", "no patience for typing, can smbdy ring me", True),
        ("change_plan", "mejor márcame tú porfa", True),
        ("talk_to_agent", "me liga vc pfv", True),
        ("network_problem", "nobody can call me since morning", False),
        ("network_problem", "ninguém me liga, o telefone não toca", False),
        ("network_problem", "cuando me llaman suena ocupado", False),
    ],
)
def test_who_would_rather_be_called_is_heard_though_the_model_is_unsure(chat, twin, intent, text, is_called):
    chat.says(intent, text, sure=0.25)

    assert bool(twin.bodies("call-back")) == is_called


@pytest.mark.parametrize(
    ("intent", "text", "sure", "response"),
    [
        ("list_plans", "mv me 2 d cheapest plan", 0.8, "utter_confirm"),
        ("list_plans", "which is the cheapest plan?", 0.8, "utter_plans"),
        ("make_payment", "cómo le hago pa no pagar", 0.8, "utter_ask_instead"),
        ("make_payment", "me cortaron por no pagar, quiero pagar", 0.8, "utter_payment_link"),
        ("make_payment", "quiero pagar ya para no pagar recargos", 0.8, "utter_payment_link"),
        ("roaming_info", "i am going to jio", 0.26, "utter_port_out"),
        ("out_of_scope", "vou pra vivo", 0.2, "utter_port_out"),
        ("top_up", "cuánto cuesta recargar a telcel", 0.4, "utter_ask_top_up"),
    ],
)
def test_what_is_plainly_meant_is_done(chat, two_lines, intent, text, sure, response):
    two_lines.says(
        "context", "a verified customer" if intent != "top_up" else "a verified customer with two lines"
    )

    assert response in chat.says(intent, text, sure=sure).responses


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("tengo un problema largo de explicar", True),
        ("hi i have a question", True),
        ("tenho um assunto meio complicado", True),
        ("tengo un problema, pásame con alguien", False),
        ("quiero una persona", False),
    ],
)
def test_who_only_announces_a_problem_is_listened_to(chat, twin, text, is_met):
    said = chat.says("talk_to_agent", text)

    assert (said.responses == ["utter_listening"]) == is_met
    assert bool(twin.bodies("handover")) != is_met


@pytest.mark.parametrize(
    ("text", "prior", "language"),
    [("e se for só zap no wifi?", "pt", "pt"), ("what if it is wifi", "pt", "en")],
)
def test_a_word_of_her_language_keeps_her_in_it(text, prior, language):
    detector = LanguageDetector(LanguageDetector.get_default_config(), None, None)

    class Certain:
        classes = ("en", "es", "pt")

        def chances(self, text):
            return [0.99, 0.005, 0.005]

    detector._model = Certain()
    detector._is_any = lambda words: True

    assert detector.language_of(text, prior) == language


@pytest.mark.parametrize(
    ("text", "amount"),
    [("no point giving 299, shift me to the 499 wala", "499"), ("bájenme al de 499", "499")],
)
def test_a_plan_is_named_by_its_price(chat, twin, text, amount):
    chat.says("change_plan", text, amount=amount)

    assert twin.wanted()[-1]["offer_code"] == "max-unlimited"


def test_what_she_pays_now_is_not_the_plan_she_wants(chat, twin):
    said = chat.says("change_plan", "pago 299 y es mucho, cámbienme", amount="299")

    assert said.responses == ["utter_ask_plan"]


@pytest.mark.parametrize(
    "text", ["pois é não quero mais isso", "i dont want that", "ya no quiero que me cobren solos"]
)
def test_automatic_payment_she_does_not_want_is_proposed_to_end(chat, twin, text):
    twin.says("autopay", "on")
    chat.says("set_up_autopay", "y el pago automático?")

    chat.says("make_payment", text, sure=0.2, does="declines")

    assert [each["kind"] for each in twin.bodies("/proposals")] == ["end_autopay"]


def test_who_is_pleased_when_it_is_done_orders_nothing_again(chat, twin):
    chat.says("change_plan", "la ilimitada", plan_name="max-unlimited")
    chat.says("affirm", "sí")

    assert chat.says("affirm", "perfect 👍").responses == ["utter_anything_else"]


def test_a_hello_with_a_question_is_answered(chat, monkeypatch):
    async def understood(turn, texts):
        told = {"oi bom dia": "greet"}
        return [
            {
                "text": text,
                "intent": {"name": told.get(text, "check_balance"), "confidence": 0.6},
                "entities": [],
            }
            for text in texts
        ]

    monkeypatch.setattr(parsing, "understood", understood)

    assert chat.says("greet", "oi bom dia! qto deu pra mim esse mes?", sure=0.41).responses == [
        "utter_credit_until"
    ]


@pytest.mark.parametrize(
    "text", ["vai o de 5 mesmo. só no dele, o meu não mexe", "the unlimited one, only on his"]
)
def test_of_two_lines_the_other_one_is_named_by_sparing_hers(chat, two_lines, text):
    chat.says("change_plan", text, plan_name="max-unlimited")

    assert two_lines.wanted()[-1]["line_id"].endswith("02")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("my plan is 199 only. but one bill has come for more", "199"),
        ("veio mais do que os 39,90 de sempre", "39.90"),
        ("siempre pago 299 y ahora me vino más", "299"),
    ],
)
def test_what_she_had_expected_to_pay_is_no_charge_that_is_wrong(text, amount):
    assert is_told_as(EXPECTED, amount, text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("15 days is too much, 2 gb 7 days", "7"),
        ("15 días es mucho", None),
        ("7 days is not enough", None),
        ("quinze dias", "15"),
    ],
)
def test_what_is_too_long_is_not_how_long_she_goes(text, days):
    assert _span(plain(text)) == days


def test_a_pack_she_asks_about_is_none_of_the_plans(chat, twin):
    twin.says("roaming", "packs help")
    chat.says("roaming_info", "voy a estados unidos", country="US")

    said = chat.says(
        "list_plans", "o de 5 giga dá os quinze dias? e quanto custa?", sure=0.43, plan_name="starter-5gb"
    )

    assert "utter_plans" not in said.responses
    assert said.responses[0].startswith("utter_roaming")


def test_a_card_of_plastic_is_no_esim(chat, twin):
    blocked(chat)

    chat.says(
        "report_lost_sim", "preciso de um chip novo com o mesmo número, manda pra casa? o comum, de plástico"
    )

    assert forms(twin) == ["sim"]


def test_an_address_tells_the_town(chat, twin):
    chat.says("update_contact", "me cambié de depa")

    chat.says("out_of_scope", "Calle Durango 215 interior 4, colonia Roma Norte, CP 06700, Puebla", sure=0.3)

    assert twin.wanted()[-1]["city"] == "Puebla"


def test_who_says_that_it_works_wants_nobody(chat):
    chat.says("ticket_status", "y mi caso?")
    chat.slots["offer"] = {"of": "person", "matter": "ticket_status", "reason": "asked", "found": {}}

    assert chat.says("affirm", "ok ji, done, it opened", does="solved").responses == ["utter_anything_else"]


def test_what_she_says_no_to_is_not_chosen(chat, twin):
    chat.says("cancel_service", "me voy del país, ya no la ocupo")

    chat.says("deny", "no gracias, ni pausa ni descuento, de plano ya no la necesito para nada", sure=0.6)

    assert twin.wanted() == []


def test_a_pack_put_off_is_left(chat, twin):
    abroad_pack_proposed(chat, twin)

    said = chat.says("stop_flow", "no leave it then, i'll take it one day before the flight")

    assert said.responses == ["utter_unchanged"]


def abroad_pack_proposed(chat, twin):
    twin.says("roaming", "packs help")
    chat.says("roaming_info", "6 days in orlando", country="US")
    chat.says("buy_addon", "the cheapest")


@pytest.mark.parametrize(
    ("text", "is_case"),
    [
        ("pues que alguien lo revise de su lado, así no puedo vender", True),
        ("no need to send a technician", False),
        ("whats the ref no", True),
    ],
)
def test_who_wants_somebody_to_look_gets_a_case(text, is_case):
    turn = SimpleNamespace(text=text, intent="network_problem")

    assert (network_problem.outcome(turn) == network_problem.CASE) is is_case


@pytest.mark.parametrize(
    ("intent", "text", "sure"),
    [("top_up", "si porfavor los 100", 0.69), ("affirm", "okas", 0.56), ("affirm", "sim sim corre", 0.25)],
)
def test_a_plain_yes_is_one_though_the_models_are_unsure(chat, twin, intent, text, sure):
    chat.says("change_plan", "la ilimitada", plan_name="max-unlimited")

    chat.says(intent, text, sure=sure, does="agrees", does_sure=0.56)

    assert len(twin.accepted()) == 1


def test_a_plan_that_was_listed_is_taken_though_it_sounds_like_a_farewell(chat, twin):
    chat.says("change_plan", "la ilimitada", plan_name="max-unlimited")
    chat.says("list_plans", "the 5 giga one is how much?", plan_name="starter-5gb")

    chat.says("goodbye", "ok that one then, chalega", sure=0.56)

    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"
    assert twin.accepted() == []


def test_what_was_neither_lost_nor_stolen_is_not_blocked(chat, twin):
    chat.says("report_lost_sim", "a pecinha que vai dentro partiu, preciso de outra com o mesmo número")

    said = chat.says("deny", "não perdi nem roubaram não, só quebrou, tá aqui na minha mão")

    assert said.responses == ["utter_ask_new_sim"]
    assert twin.accepted() == []


def test_where_she_lives_now_is_the_town(chat, twin):
    chat.says("update_contact", "me mudé")

    chat.says("out_of_scope", "ahora vivo en Guadalajara", sure=0.3)

    assert twin.wanted()[-1]["city"] == "Guadalajara"


def test_no_pack_is_chosen_for_a_journey_that_none_outlasts(chat, twin):
    twin.says("roaming", "packs help")
    chat.says("roaming_info", "voy a estados unidos", country="US")

    said = chat.says("buy_addon", "me voy 40 días, qué paquete me sirve?", country="US")

    assert said.responses == ["utter_roaming_pack_longest", "utter_ask_pack"]
    assert twin.wanted() == []
