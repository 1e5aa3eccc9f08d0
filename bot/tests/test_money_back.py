"""A payment that is missing, and money back."""

import pytest


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
        ("none", "utter_nothing_traced"),
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


def test_an_hour_is_no_amount(chat, twin):
    chat.says("payment_failed", "pagué ayer y no aparece")

    chat.says("payment_failed", "fue como a las 8 de la noche")

    assert "amount" not in (chat.slots["work"] or {"answers": {}})["answers"]


def test_a_refund_is_a_case_after_a_yes_and_nothing_is_paid_out(chat, twin):
    asked = chat.says("request_refund", "me cobraron doble")
    assert asked.responses == ["utter_ask_refund"]

    chat.says("nlu_fallback", "la primera")
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
