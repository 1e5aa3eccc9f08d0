"""A payment that is missing, and money back."""

from datetime import datetime, timedelta, timezone

import pytest
from twin import exchange


def test_a_booked_payment_is_told_and_a_person_offered(chat, twin):
    said = chat.says("payment_failed", "le puse 200 y no llega")

    assert said.responses == ["utter_traced", "utter_traced_enough"]
    assert twin.asked[-1]["query"]["amount"] == "200"
    chat.says("affirm", "sí")
    assert "llegaron el 16 de noviembre" in twin.bodies("handover")[0]["slots"]["found"]


def test_an_open_end_is_told_as_one_and_nothing_is_charged(chat, twin):
    twin.says("payments", "unknown")

    said = chat.says("payment_failed", "me cobraron y no aparece")

    assert said.responses == ["utter_traced", "utter_traced_enough"]
    assert twin.bodies("/accept") == twin.bodies("payment-link") == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("with people", "utter_traced"),
        ("none of that amount", "utter_traced_others"),
    ],
)
def test_what_cannot_be_found_out_goes_to_a_person_with_what_was_found(chat, twin, name, told):
    twin.says("payments", name)

    said = chat.says("payment_failed", "puse 999 y nada")

    assert said.responses == [told, "utter_handover_traced", "utter_wait"]
    given = twin.bodies("handover")[0]
    assert (given["intent"], given["topic"]) == ("payment_failed", "billing")
    assert given["slots"]["amount"] == "999"
    assert given["slots"]["found"]


def test_who_owes_and_paid_nothing_that_is_found_may_pay_or_have_a_person(chat, twin):
    twin.says("payments", "none")

    said = chat.says("payment_failed", "pagué ayer y sigue cortado")

    assert said.responses == ["utter_nothing_traced", "utter_untraced_owed"]
    assert said.words("utter_untraced_owed")["amount"] == "$299.00"
    assert twin.bodies("handover") == []
    chat.agrees()
    assert twin.bodies("handover")[0]["intent"] == "payment_failed"


@pytest.mark.parametrize(
    "text",
    ["it bounced, send me another link", "lo canceló el banco, mándame otro link", "caiu, gera outro link"],
)
@pytest.mark.parametrize("intent", ["payment_failed", "make_payment"])
def test_whose_payment_was_not_taken_after_all_gets_another_link(chat, twin, intent, text):
    twin.says("payments", "none")
    chat.says("payment_failed", "pagué ayer y sigue cortado")

    said = chat.says(intent, text, sure=0.3)

    assert said.responses == ["utter_payment_link"]


def test_the_amount_that_she_tells_after_it_is_traced_too(chat, twin):
    twin.says("payments", "none")
    chat.says("payment_failed", "pagué ayer y sigue cortado")

    said = chat.says(
        "make_payment", "fue por la app del banco, 299.50", sure=0.47, does="answers", finds=True
    )

    assert said.responses == ["utter_nothing_traced", "utter_untraced_owed"]
    assert twin.asked[-2]["query"]["amount"] == "299.50"


@pytest.mark.parametrize(
    ("intent", "text", "sure", "does"),
    [
        ("payment_failed", "no, i did pay, i have the receipt", 0.85, ""),
        ("ticket_status", "sí, que lo revise alguien", 0.39, "agrees"),
    ],
)
def test_who_insists_or_wants_one_gets_a_person(chat, twin, intent, text, sure, does):
    twin.says("payments", "none")
    chat.says("payment_failed", "pagué ayer y sigue cortado")

    chat.says(intent, text, sure=sure, does=does)

    assert twin.bodies("handover")[0]["intent"] == "payment_failed"


@pytest.mark.parametrize(
    "text", ["the bank refused it, i'll pay again", "mejor lo pago otra vez", "vou pagar de novo"]
)
def test_who_pays_again_gets_a_link(chat, twin, text):
    twin.says("payments", "none")
    chat.says("payment_failed", "pagué ayer y sigue cortado")

    assert chat.says("payment_failed", text, sure=0.72).responses == ["utter_payment_link"]


def test_nothing_found_and_nothing_owed_goes_to_a_person(chat, twin):
    twin.says("payments", "none")
    twin.says("payables", "all is paid")

    said = chat.says("payment_failed", "puse 999 y nada")

    assert said.responses == ["utter_nothing_traced", "utter_handover_traced", "utter_wait"]
    assert twin.bodies("handover")[0]["slots"]["amount"] == "999"


def test_an_hour_is_no_amount(chat, twin):
    chat.says("payment_failed", "pagué ayer y no aparece")

    chat.says("payment_failed", "fue como a las 8 de la noche")

    assert "amount" not in (chat.slots["work"] or {"answers": {}})["answers"]


def test_a_refund_is_a_case_after_a_yes_and_nothing_is_paid_out(chat, twin):
    chat.says("request_refund", "me cobraron doble")
    said = chat.says("affirm", "sí")

    assert "TT-2026-000301" in said.words("utter_done")["sentence"]
    assert twin.wanted() == [
        {"why": "twice", "reason": "me cobraron doble", "payment_id": "aa11c7de-51c2-4a5b-8a4e-1d2f3a4b5c01"}
    ]


def test_an_outage_needs_no_choosing(chat, twin):
    said = chat.says("request_refund", "estuve dos días sin internet")

    assert "tiempo sin servicio" in said.words("utter_confirm")["sentence"]


def test_of_what_her_bank_shows_twice_the_amount_does_not_choose(chat, twin):
    text = "en mi banco me salen dos cargos suyos de 299 este mes, quiero mi dinero"

    chat.says("request_refund", text, finds=True)

    assert twin.wanted()[0]["why"] == "twice"


def test_the_bill_of_an_outage_may_be_named_by_its_amount(chat, twin):
    chat.says("request_refund", "fiquei 10 dias sem sinal, quero meu dinheiro")

    chat.says("make_payment", "da ultima fatura, os 299", sure=0.41, amount="299")

    assert [each["why"] for each in twin.wanted()] == ["outage"]


@pytest.mark.parametrize(
    "text",
    [
        "the line was down three days and i paid 299 in full, i want that part back",
        "estuve cuatro días sin internet y pagué los 299 completos, quiero lo proporcional",
        "fiquei sem sinal de sexta a domingo e paguei a fatura de 299, quero reembolso",
    ],
)
def test_what_was_paid_for_days_without_service_does_not_choose_the_payment(chat, twin, text):
    chat.says("request_refund", text, amount="299")

    assert [each["why"] for each in twin.wanted()] == ["outage"]


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("quanto tempo leva isso?", "asks_when"),
        ("cuál es el plazo? necesito el folio", "asks_when"),
        ("do i get a reference number?", "asks_how"),
    ],
)
@pytest.mark.parametrize("sure", [0.4, 0.66, 0.83])
def test_what_becomes_of_a_case_is_asked_before_there_is_one(chat, twin, text, does, sure):
    chat.says("request_refund", "estuve dos días sin internet")

    said = chat.says("ticket_status", text, sure=sure, does=does, does_sure=0.7)

    assert said.responses == ["utter_case_to_be", "utter_confirm_reminder"]
    assert chat.agrees().responses == ["utter_done"]


def test_another_case_is_looked_up_beside_a_refund(chat, twin):
    chat.says("request_refund", "estuve dos días sin internet")

    said = chat.says("ticket_status", "y cómo va mi caso de la semana pasada", sure=0.9, does="asks_done")

    assert said.responses[0] == "utter_ticket"


WHICH = [
    ("view_bill", "De la última factura, por los dos días"),
    ("network_problem", "it's for the 4 days that it was down"),
    ("view_bill", "é da fatura do mês passado, dos três dias"),
]


@pytest.mark.parametrize(("intent", "text"), WHICH)
@pytest.mark.parametrize("sure", [0.4, 0.9])
def test_of_which_bill_it_is_wants_nothing_else(chat, twin, intent, text, sure):
    chat.says("request_refund", "estuve dos días sin internet")

    assert chat.says(intent, text, sure=sure).responses == ["utter_noted", "utter_confirm_reminder"]
    assert chat.agrees().responses == ["utter_done"]


@pytest.mark.parametrize(("intent", "text"), WHICH)
def test_the_days_it_is_for_answer_what_it_is_about(chat, twin, intent, text):
    chat.says("request_refund", "quiero un reembolso")

    chat.says(intent, text, sure=0.7)

    assert [each["why"] for each in twin.wanted()] == ["outage"]


@pytest.mark.parametrize(
    "text",
    [
        "enséñame mi última factura por favor",
        "por favor la última factura la quiero ver",
        "show me the last bill",
    ],
)
def test_her_bill_is_shown_beside_a_refund(chat, twin, text):
    chat.says("request_refund", "estuve dos días sin internet")

    assert "utter_bill_open" in chat.says("view_bill", text).responses


def test_a_yes_that_says_which_bill_is_a_yes(chat, twin):
    chat.says("request_refund", "estuve dos días sin internet")

    assert chat.says("affirm", "sí, de la última factura").responses == ["utter_done"]


def days_ago(days: int) -> str:
    return (datetime.now(timezone.utc).date() - timedelta(days=days)).isoformat()


@pytest.fixture
def paid_a_week_ago(twin, monkeypatch):
    """The last payment that is known is a week old."""
    told = exchange("payments", "booked")["response"]["json"]
    told["payments"][0]["day"] = days_ago(7)
    twin.says("payments", "booked")
    yield twin
    told["payments"][0]["day"] = "2026-11-16"


@pytest.mark.parametrize(
    ("text", "day"),
    [("ya pague antier en el oxxo y sigo debiendo", 2), ("pagué el martes", -3), ("paguei ontem", 1)],
)
def test_a_payment_before_the_day_that_she_names_is_not_hers(chat, paid_a_week_ago, text, day):
    said = chat.says("payment_failed", text, date=days_ago(day))

    assert said.responses == ["utter_told", "utter_untraced_owed"]


def test_a_payment_of_the_day_that_she_names_is_told(chat, paid_a_week_ago):
    said = chat.says("payment_failed", "pagué hace una semana", date=days_ago(7))

    assert said.responses == ["utter_traced", "utter_traced_enough"]


def test_the_offer_of_a_person_stays_while_she_only_tells_more(chat, paid_a_week_ago):
    chat.says("payment_failed", "pagué ayer y sigo debiendo", date=days_ago(1))

    told = chat.says("view_bill", "fueron 149, aqui tengo el papelito", sure=0.3, does="tells", does_sure=0.4)
    assert told.responses == ["utter_noted", "utter_traced_enough"]

    chat.says("dispute_charge", "si porfa, yo no voy a pagar doble", sure=0.3, does="asks_risk")
    [given] = paid_a_week_ago.bodies("handover")
    assert "149" in given["slots"]["told"]


def test_who_pays_after_all_needs_no_person(chat, paid_a_week_ago):
    chat.says("payment_failed", "pagué ayer y sigo debiendo", date=days_ago(1))

    chat.says("make_payment", "sí, cóbralo de una vez con tarjeta", sure=0.7)

    assert paid_a_week_ago.bodies("handover") == []


@pytest.mark.parametrize(
    "text", ["no no i will not pay second time. first find that money", "não, primeiro achem meu dinheiro"]
)
def test_who_will_not_pay_twice_gets_the_person_who_was_offered(chat, twin, text):
    twin.says("payments", "none")
    chat.says("payment_failed", "paid yesterday and it is still due")

    chat.says("deny", text, sure=0.9, does="declines")

    assert twin.bodies("handover")[0]["intent"] == "payment_failed"


def test_of_payments_that_were_as_much_she_means_the_latest(chat, twin):
    told = exchange("refundable", "two payments")["response"]["json"]
    alike = [{**each, "twice": False, "amount": "119.90"} for each in told["payments"]]
    twin.breaks("refundable", 200, {**told, "payments": alike})

    chat.says("request_refund", "quero o reembolso de um dos pagamentos")
    chat.says("view_bill", "foi 119.90 cada um, a desse último mês", sure=0.4, amount="119.90")

    assert twin.wanted()[-1]["payment_id"] == alike[0]["payment_id"]
