"""What is taken for its neighbour, or for another matter though it only asks on."""

import pytest
from twin import exchange

from actions import abroad
from actions.neighbours import NEIGHBOURS
from actions.plain import plain


def taken(intent, text):
    said = plain(text)
    return next((each.intent for each in NEIGHBOURS if each.is_meant(intent, said)), "")


@pytest.mark.parametrize(
    ("intent", "text", "meant"),
    [
        ("change_plan", "saquen la tele del contrato", "cancel_service"),
        ("nlu_fallback", "ya no tengo datos", "network_problem"),
        ("nlu_fallback", "out of data again", "network_problem"),
        ("nlu_fallback", "meu cel n ta fazendo ligacao, so chega msg", "network_problem"),
        ("list_plans", "q paquetes hay y cuanto", "buy_addon"),
        ("list_plans", "qué planes y paquetes hay", ""),
        ("change_plan", "drop the tv please", "cancel_service"),
        ("change_plan", "quero o plano com tv", ""),
        ("nlu_fallback", "dice que quiere quitar la televisión porque no le entiende", "cancel_service"),
        ("out_of_scope", "quase não assisto mais essa televisão, queria parar de pagar", "cancel_service"),
        ("make_payment", "nani wants to stop paying for the tv", "cancel_service"),
        ("nlu_fallback", "tirem a TV da minha conta", "cancel_service"),
        ("nlu_fallback", "me quitaron la tele desde ayer", "network_problem"),
        ("nlu_fallback", "não tira a tv não", ""),
        ("payment_failed", "desactiven el pago automático, me quedé en ceros", "set_up_autopay"),
        ("payment_failed", "el pago automático no pasó", ""),
        ("payment_failed", "i paid my bill twice by mistake", "request_refund"),
        ("payment_failed", "paguei e não caiu", ""),
        ("payment_failed", "paid you yesterday and it shows due, i am NOT paying two times", ""),
        ("payment_failed", "já paguei na lotérica, duas vezes eu não pago", ""),
        ("set_up_autopay", "no, cada mes solito no, nomás esta vez", "make_payment"),
        ("set_up_autopay", "every month please", ""),
        ("set_up_autopay", "take both bills off the card you have", "make_payment"),
        ("set_up_autopay", "cobren todo lo que debo de la tarjeta", "make_payment"),
        ("set_up_autopay", "pay both bills by autopay from now", ""),
        ("check_usage", "como tá meu chamado da internet lenta?", "ticket_status"),
        ("top_up", "manda o detalhe por linha", "view_bill"),
        ("make_payment", "when is it due", "check_balance"),
        ("make_payment", "when and how can i pay", ""),
        ("nlu_fallback", "e o restante, até que dia?", "check_balance"),
        ("nlu_fallback", "y lo que falta para cuando es", "check_balance"),
        ("make_payment", "and the rest by when?", "check_balance"),
        ("make_payment", "pay the rest now", ""),
        ("check_balance", "do you have prepaid?", "list_plans"),
        ("check_balance", "my prepaid balance", ""),
        ("change_plan", "el familiar, me conviene?", "list_plans"),
        ("change_plan", "no quiero cambiar el plan, solo más datos", "buy_addon"),
        ("change_plan", "something little until this month is over, whatever costs least", "buy_addon"),
        ("list_plans", "tem um pouco mais de dados só até acabar o mês?", "buy_addon"),
        ("change_plan", "put me on the small one when the month ends", ""),
        ("change_plan", "algo de plan más barato para el fin de mes", ""),
        ("network_problem", "quero aumentar a velocidade da fibra", "change_plan"),
        ("network_problem", "a internet está lenta", ""),
        ("payment_failed", "passa os 50 mesmo assim, sexta eu pago o resto", "make_payment"),
        ("activate_sim", "my new phone doesnt have a sim tray", "report_lost_sim"),
        ("activate_sim", "quiero activar mi esim", ""),
        ("request_refund", "no quiero paquetes, quiero q me revisen ese cobro", "dispute_charge"),
        ("view_bill", "me llego el recibo y viene altisimo", "dispute_charge"),
        ("view_bill", "me llegó el recibo", ""),
        ("dispute_charge", "en mi banco me salen dos cargos suyos de 299", "request_refund"),
        ("dispute_charge", "me cobraron dos cosas que no pedí", ""),
        ("list_plans", "valeu pela ajuda", "thank"),
        ("change_plan", "tenéis algo más tocho que lo que llevo?", "list_plans"),
        ("change_plan", "do you have something faster than what i have", "list_plans"),
        ("network_problem", "hice un reporte la semana pasada y no me han dicho nada", "ticket_status"),
        ("network_problem", "i spoke with you monday about the wifi, any update", "ticket_status"),
        ("network_problem", "nada funciona, ya reporté a mi jefe", ""),
        ("list_plans", "gracias, y qué planes tienen para dos personas", ""),
    ],
)
def test_words_tell_neighbours_apart(intent, text, meant):
    assert taken(intent, text) == meant


@pytest.mark.parametrize("text", ["hasta cuándo vence", "valid till when"])
def test_who_asks_on_about_her_credit_is_told_again(chat, twin, text):
    chat.says("check_balance", "saldo")

    assert chat.says("goodbye", text, sure=0.34).responses == ["utter_credit_until"]


def test_a_farewell_that_is_hardly_one_is_asked_about(chat):
    assert chat.says("goodbye", "and so on till then", sure=0.3).responses == ["utter_clarify"]


def test_a_journey_told_among_other_things_is_one(chat, twin):
    chat.metadata["market"] = "MX"

    said = chat.says(
        "buy_addon",
        "viajamos con mi hija a Madrid, primera vez que salgo de México, qué paquetes hay",
        sure=0.3,
        country="MX",
    )

    assert said.responses[0] == "utter_roaming_prices"
    assert [each["query"]["country"] for each in twin.asked if each["path"].endswith("roaming")] == ["ES"]


@pytest.mark.parametrize(("intent", "sure"), [("check_usage", 0.3), ("check_balance", 0.69)])
def test_the_use_abroad_is_asked_on_about(chat, twin, intent, sure):
    chat.says("roaming_info", "voy a España", country="ES")

    said = chat.says(intent, "y los datos, cuánto?", sure=sure)

    assert said.responses[0].startswith("utter_roaming")


@pytest.mark.parametrize("intent", ["buy_addon", "change_plan"])
def test_no_pack_for_at_home_is_sold_for_abroad(chat, twin, intent):
    chat.says("roaming_info", "voy a España", country="ES")
    packs = exchange("roaming", "prices")["response"]["json"]
    twin.breaks("roaming", 200, {**packs, "packs": []})

    said = chat.says(intent, "dame el paquete más barato", sure=0.7)

    assert said.responses == ["utter_no_roaming_pack"]
    assert twin.wanted() == []


def test_the_cheapest_pack_is_no_plan(chat, twin):
    assert chat.says("change_plan", "give me the cheapest pack").responses == ["utter_ask_plan"]
    assert twin.wanted() == []


@pytest.mark.parametrize(
    ("text", "country"),
    [("Flying to Spain, last time in France it was dear", "ES"), ("I flew to Spain. And to France?", "FR")],
)
def test_an_earlier_journey_is_over(text, country):
    class Says:
        metadata = {"market": "MX"}

        def wanted(self, name):
            return [{"value": at, "start": text.index(by)} for at, by in (("ES", "Spain"), ("FR", "France"))]

    Says.text = text
    assert abroad.destination(Says()) == country
