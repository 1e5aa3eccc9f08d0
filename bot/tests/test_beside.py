"""What no task answers: an article, a person, or a warning."""

import pytest
from twin import exchange

from actions.false_messages import CAME_WITH_A_LINK, DOUBTED
from actions.plain import plain
from actions.tasks.change_plan import POSTPAID
from actions.tasks.make_payment import INSTALMENTS


def asked(twin):
    return [each["query"]["q"] for each in twin.asked if each["path"].endswith("/articles")]


@pytest.mark.parametrize(
    ("exchange", "response"),
    [("an article", "utter_article"), ("an article that shares a word", "utter_clarify")],
)
def test_what_an_article_surely_says_is_told(chat, twin, exchange, response):
    twin.says("articles", exchange)

    assert chat.says("nlu_fallback", "¿cómo pongo el buzón en inglés?").responses == [response]


def test_an_article_is_told_beside_what_is_asked(chat, twin):
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")
    twin.says("articles", "an article")

    said = chat.says("nlu_fallback", "y eso funciona con mi reloj?")

    assert said.responses == ["utter_article_beside", "utter_confirm_reminder"]
    assert chat.says("affirm", "sí, hazlo").responses == ["utter_done"]


@pytest.mark.parametrize(
    ("text", "responses"),
    [
        ("wait, will you take it today already? i would not want that", ["utter_confirm_again"]),
        ("no, what for?", ["utter_unchanged"]),
    ],
)
def test_a_question_is_no_no(chat, twin, text, responses):
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")

    assert chat.says("deny", text).responses == responses
    assert twin.accepted() == []


@pytest.mark.parametrize(
    "text",
    [
        "is this sms about my debt a scam?",
        "me llegó un mensaje con una liga, que si no pago me cortan",
        "recebi um link dizendo que vão bloquear meu chip",
        "esse e-mail de vocês é golpe?",
    ],
)
def test_who_doubts_a_message_is_told_how_to_know_one(chat, twin, text):
    said = chat.says("make_payment", text)

    assert said.responses == ["utter_article"]
    assert "estafas" in asked(twin)[0]


@pytest.mark.parametrize(
    "text", ["mándame la liga antes de que me corten", "send me the link", "did you get my message"]
)
def test_who_wants_a_link_is_not_warned(text):
    said = plain(text)
    assert not DOUBTED.search(said)
    assert not CAME_WITH_A_LINK.match(said)


@pytest.mark.parametrize("intent", ["change_plan", "top_up"])
def test_from_credit_to_a_monthly_bill_a_person_helps(chat, twin, intent):
    context = exchange("context", "a verified customer")["response"]["json"]
    twin.breaks("context", 200, {**context, "lines": [{**context["lines"][0], "mode": "prepaid"}]})

    said = chat.says(intent, "ya no quiero recargar, pásenme a pospago")

    assert said.responses[0] == "utter_handover_postpaid"
    assert twin.bodies("handover")[0]["intent"] == "change_plan"


def test_who_has_a_monthly_bill_already_chooses_a_plan(chat, twin):
    assert "utter_ask_plan" in chat.says("change_plan", "otro plan de pospago").responses


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("quero um plano que a fatura venha no fim do mês", True),
        ("move my prepaid to a monthly contract", True),
        ("cambia mi plan al de 20", False),
        ("mi factura del mes de marzo", False),
    ],
)
def test_what_a_monthly_bill_is_called(text, is_so):
    assert bool(POSTPAID.search(plain(text))) == is_so


def test_instalments_are_told_and_a_person_offered(chat, twin):
    said = chat.says("make_payment", "puedo pagar lo que debo en cuotas?")

    assert said.responses == ["utter_article"]
    assert chat.says("affirm", "sí").responses[0] == "utter_handover"
    assert twin.bodies("handover")[0]["intent"] == "make_payment"


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("can i pay my dues in instalments", True),
        ("dá pra parcelar a conta", True),
        ("no puedo pagar todo junto", True),
        ("quiero pagar todo", False),
        ("I can't pay, the page is down", False),
    ],
)
def test_what_paying_in_parts_is_called(text, is_so):
    assert bool(INSTALMENTS.search(plain(text))) == is_so


def test_a_yes_takes_the_only_thing_there_is(chat, twin):
    plans = exchange("plans", "plans of a line")["response"]["json"]["plans"]
    twin.breaks("plans", 200, {"plans": plans[:1]})
    chat.says("change_plan", "quiero cambiar de plan")

    assert chat.says("affirm", "sí, dale").responses == ["utter_confirm"]


def test_a_broken_sim_is_replaced_and_not_blocked(chat, twin):
    asked = chat.says("report_lost_sim", "se me rompió el chip en dos")
    assert asked.responses == ["utter_ask_new_sim"]

    chat.says("nlu_fallback", "esim")

    assert [each.get("form") for each in twin.wanted()] == ["esim"]


def test_what_was_taken_for_lost_is_not_blocked_once_it_is_in_her_hand(chat, twin):
    chat.says("report_lost_sim", "mi chip murió")

    said = chat.says("nlu_fallback", "no lo perdí, lo tengo en la mano")

    assert said.responses == ["utter_ask_new_sim"]
    assert twin.accepted() == []


@pytest.mark.parametrize("text", ["y cómo recupero mi número?", "después conserva el mismo número?"])
def test_how_a_new_sim_comes_is_said_beside_it(chat, text):
    chat.says("report_lost_sim", "perdí mi chip")
    chat.says("affirm", "sí")

    assert chat.says("port_number", text).responses == ["utter_new_sim_how", "utter_ask_new_sim"]


@pytest.mark.parametrize(
    ("text", "line"), [("la de ella, no la mía", "02"), ("not mine, hers", "02"), ("the first one", "01")]
)
def test_the_line_of_somebody_else_is_the_other_one(chat, twin, text, line):
    twin.says("context", "a verified customer with two lines")
    chat.says("check_usage", "cuánto le queda a mi hija")

    chat.says("deny", text)

    asked = [each["query"]["line_id"][-2:] for each in twin.asked if each["path"].endswith("/usage")]
    assert asked == [line]


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("ya lo reinicié tres veces", "utter_step_slow_2"),
        ("quiero el folio del reporte", "utter_handover_network"),
        ("a qué hora vuelve?", "utter_no_eta"),
    ],
)
def test_a_step_is_answered_in_other_words(chat, text, response):
    chat.says("network_problem", "el internet va lento")

    assert response in chat.says("request_refund", text).responses


def test_who_moves_with_fibre_gets_a_person(chat, twin):
    context = exchange("context", "a verified customer")["response"]["json"]
    twin.breaks("context", 200, {**context, "lines": [{**context["lines"][0], "service": "fibre"}]})

    said = chat.says("update_contact", "nos cambiamos de casa, otra dirección")

    assert said.responses[0] == "utter_handover_moving"


def test_a_charge_that_nobody_ordered_is_not_asked_about(chat):
    said = chat.says("dispute_charge", "yo nunca contraté eso")

    assert said.responses[-1] == "utter_ask_charge"


@pytest.mark.parametrize("text", ["no tengo tarjeta", "n tenho cartão", "I don't have a card"])
def test_who_has_no_card_pays_with_none(chat, twin, text):
    twin.says("payables", "two bills and a card")
    chat.says("make_payment", "quiero pagar todas")

    chat.says("nlu_fallback", text)

    assert twin.wanted() == []


def test_holding_back_at_the_last_moment_changes_nothing(chat, twin):
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")

    said = chat.says("buy_addon", "mmm no espera, en diciembre viajo y voy a usar más", sure=0.3)

    assert said.responses == ["utter_unchanged"]
    assert twin.accepted() == []


def test_what_leaving_costs_is_not_asked_in_vain(chat):
    chat.says("cancel_service", "quiero dar de baja mi línea")

    assert "utter_leaving_no_more" in chat.says("request_refund", "me cobran penalización?").responses


def test_when_it_begins_is_told_after_it_is_done(chat):
    chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")
    chat.says("affirm", "sí")

    assert chat.says("activate_sim", "y desde cuándo aplica?").responses == ["utter_already_done"]


def test_the_plan_she_asks_about_is_the_one_she_will_have(chat, twin):
    twin.says("context", "a verified customer with two lines")
    chat.says("change_plan", "quiero uno más grande")
    chat.says("list_plans", "cuánto cuesta el ilimitado?", plan_name="max-unlimited")

    chat.says("nlu_fallback", "la primera")

    assert [each["offer_code"] for each in twin.wanted()] == ["max-unlimited"]


@pytest.mark.parametrize(
    ("text", "service"),
    [("hay fibra en mi calle?", "fibre"), ("tienen canales?", "tv"), ("qué planes hay", None)],
)
def test_plans_of_what_she_asks_for_are_told(chat, twin, text, service):
    chat.says("list_plans", text)

    asked = [each["query"].get("service") for each in twin.asked if each["path"].endswith("/plans")]
    assert asked == [service]


@pytest.mark.parametrize(
    "text", ["vou falar com minha esposa primeiro", "let me ask my son", "lo hablo con mi papá"]
)
def test_whom_she_asks_at_home_is_nobody_of_ours(chat, twin, text):
    chat.says("talk_to_agent", text)

    assert twin.bodies("handover") == []


def test_who_names_what_is_offered_is_not_passed_on(chat, twin):
    chat.says("network_problem", "no funciona")

    chat.says("talk_to_agent", "las llamadas, digo")

    assert twin.bodies("handover") == []
    assert chat.slots["work"]["answers"]["trouble"] == "calls"


def test_what_no_one_can_read_is_not_declined_twice(chat, twin):
    chat.says("out_of_scope", "asdkjh qweoiu zmxn")
    chat.says("out_of_scope", "lkjpoi vbnm wertt")

    assert twin.bodies("handover")[0]["reason"] == "not_understood"


def test_another_pack_is_no_leaving(chat, twin):
    chat.says("buy_addon", "me da el de 10 gigas", data_volume="10 GB")

    chat.says("stop_flow", "opa no pera, el menor", sure=0.9)

    assert [each["offer_code"] for each in twin.wanted()] == ["extra-10gb", "extra-2gb"]


def test_the_case_of_a_step_is_about_the_network(chat, twin):
    chat.says("network_problem", "el internet va lento")
    chat.says("request_refund", "can i get the ref no", sure=0.65)

    assert twin.bodies("handover")[0]["intent"] == "network_problem"


def test_who_asks_on_about_a_number_that_comes_is_not_asked_which_way(chat):
    chat.says("port_number", "quiero traer mi número con ustedes")

    said = chat.says("list_plans", "cuánto tiempo me quedo sin línea", sure=0.4)

    assert said.responses == ["utter_port_in"]
