"""Bills and payments in a chat: told exactly, paid after a yes, never twice."""

import pytest

CARD = "saved:5d6e1c2a-0f0a-4f53-9f3e-5a1b2c3d4e5f"
BILL = "INV-MX-2026-000045"
PREPAID = "0b8f3a52-3f0e-4c8a-9b5e-5d0a4f8e2c02"
USED = "7c2f0e1a-1111-4222-8333-000000000002"


@pytest.fixture
def two_lines(twin):
    """One postpaid, one prepaid."""
    twin.says("context", "a verified customer with two lines")
    return twin


@pytest.fixture
def card(twin):
    twin.says("payables", "one bill and a card")
    twin.says("top_up", "usual amounts and a card")
    return twin


def payload(said, word):
    return next(each for each in said.buttons if word in each)


# Why so high, and is it wrong?


def test_a_high_bill_is_explained_before_anything_is_disputed(chat, twin):
    said = chat.says("dispute_charge", "¿por qué tan caro?")

    assert said.responses == [
        "utter_bill_explained",
        "utter_bill_causes",
        "utter_owed_besides",
        "utter_ask_wrong",
    ]
    assert said.words("utter_bill_explained")["sentence"].endswith("$40.00 más que la anterior ($299.00).")
    assert said.words("utter_bill_causes")["causes"] == "• Datos fuera de tu plan en 55 1234 5678: +$40.00"
    assert twin.wanted() == []


def test_who_understands_it_now_disputes_nothing(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")

    assert chat.says("deny", "no, ya entendí").responses == ["utter_glad_explained"]
    assert chat.says("affirm", "sí").responses == ["utter_how_can_i_help"]
    assert twin.wanted() == []


def test_a_charge_is_chosen_and_disputed_after_a_yes_once(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")
    asked = chat.says("affirm", "sí, está mal")
    assert asked.responses == ["utter_ask_charge"]
    assert len([each for each in asked.buttons if "charge_id" in each]) == 2  # a credit is no charge

    said = chat.says("nlu_fallback", "los datos adicionales")
    assert "$40.00" in said.words("utter_confirm")["sentence"]
    assert twin.accepted() == []

    assert "TT-2026-000300" in chat.says("affirm", "sí").words("utter_done")["sentence"]
    assert chat.says("affirm", "sí").responses == ["utter_already_done"]
    assert len(twin.accepted()) == 1
    assert twin.wanted()[0]["reason"] == "¿por qué tan caro?"


def test_the_amount_she_complained_of_chooses_the_charge(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?", amount="40")

    said = chat.presses('/dispute_charge{"wrong": "wrong"}')

    assert said.responses == ["utter_confirm"]
    assert "$40.00" in said.words("utter_confirm")["sentence"]


# Paying


def test_with_one_bill_and_nothing_kept_the_link_comes_at_once(chat, twin):
    said = chat.says("make_payment", "quiero pagar")

    assert said.responses == ["utter_payment_link"]
    [card] = [each for each in said.shown if each["kind"] == "payment_link"]
    assert card == {
        "kind": "payment_link",
        "url": "https://pay.example/chk_1",
        "amount": "$299.00",
        "invoice": BILL,
    }
    assert twin.bodies("payment-link") == [{"invoice_number": BILL, "amount": None, "code": None}]


def test_a_part_is_paid_when_she_names_it(chat, twin):
    chat.says("make_payment", "quiero abonar 150")

    assert twin.bodies("payment-link")[0]["amount"] == "150"


def test_the_card_she_kept_is_charged_after_a_yes_once(chat, card):
    asked = chat.says("make_payment", "quiero pagar")
    assert asked.responses == ["utter_ask_way"]

    said = chat.says("nlu_fallback", "con la visa")
    assert "$299.00" in said.words("utter_confirm")["sentence"]
    assert card.accepted() == []

    assert chat.says("affirm", "sí").responses == ["utter_done"]
    chat.says("affirm", "sí")
    assert len(card.accepted()) == 1
    assert card.bodies("payment-link") == []


def test_a_no_charges_nothing(chat, card):
    chat.says("make_payment", "quiero pagar")
    chat.says("nlu_fallback", "4242")

    assert chat.says("deny", "no").responses == ["utter_unchanged"]
    chat.says("affirm", "sí")
    assert card.accepted() == []


def test_another_amount_instead_of_a_yes_is_proposed_anew(chat, card):
    chat.says("make_payment", "quiero pagar")
    chat.presses(payload(chat.says("make_payment", "pagar"), CARD))

    said = chat.says("deny", "no, mejor 100 pesos", amount="100")

    assert "$100.00" in said.words("utter_confirm")["sentence"]
    assert card.accepted() == []


@pytest.mark.parametrize(
    "words", ["todas", "las dos", "ambas por favor", "both of them", "as duas", "manda das duas"]
)
def test_of_several_bills_she_is_asked_which_and_may_pay_them_all(chat, twin, words):
    twin.says("payables", "two bills and a card")
    asked = chat.says("make_payment", "quiero pagar")
    assert asked.responses == ["utter_ask_bill_to_pay"]
    assert chat.says("nlu_fallback", words).responses == ["utter_ask_way"]

    said = chat.presses("/make_payment" + f'{{"way": "{CARD}"}}')

    assert "$419.50" in said.words("utter_confirm")["sentence"]
    assert twin.wanted()[-1] == {"method_id": CARD.removeprefix("saved:")}


@pytest.mark.parametrize("words", ["la más vieja", "the oldest one", "só a atrasada mesmo"])
def test_of_several_bills_the_one_that_is_due_first_is_called_the_oldest(chat, twin, words):
    twin.says("payables", "two bills and a card")
    chat.says("make_payment", "quiero pagar")

    assert chat.says("stop_flow", words, sure=0.4).responses == ["utter_ask_way"]
    assert chat.slots["work"]["answers"]["invoice_number"] != "all"


@pytest.mark.parametrize("intent", ["deny", "view_bill", "affirm", "nlu_fallback"])
def test_the_oldest_bill_may_be_named_twice(chat, twin, intent):
    twin.says("payables", "two bills and a card")
    chat.says("make_payment", "quiero pagar la más vieja")

    said = chat.says(intent, "la más vieja")

    assert said.responses == ["utter_ask_way"]
    assert chat.slots["work"]["answers"]["invoice_number"] != "all"


@pytest.mark.parametrize(
    "words",
    [
        "no espérate, que sean 100",
        "não, faz cem então",
        "no espera, mejor que sean cien",
        "make it a hundred",
        "wait no mk it 100, slry nt cm yet",
    ],
)
@pytest.mark.parametrize("intent", ["make_payment", "deny", "nlu_fallback", "top_up", "stop_flow"])
def test_another_amount_while_something_else_is_asked_is_the_amount(chat, card, intent, words):
    chat.says("make_payment", "quiero pagar 50 nomás")

    chat.says(intent, words)

    assert chat.slots["work"]["answers"]["amount"] == "100"


def test_after_the_sum_was_told_all_of_it_is_paid(chat, twin):
    twin.says("payables", "two bills and a card")
    twin.says("balance", "postpaid")
    chat.says("check_balance", "cuánto es en total?")

    chat.says("make_payment", "mándeme la liga para que lo pague mi hija")

    assert [each["invoice_number"] for each in twin.bodies("/payment-link")] == [
        "INV-MX-2026-000012",
        "INV-MX-2026-000045",
    ]


def test_an_hour_is_no_amount(chat, twin):
    chat.says("payment_failed", "pagué ayer y no aparece")

    chat.says("payment_failed", "fue como a las 8 de la noche")

    assert "amount" not in (chat.slots["work"] or {"answers": {}})["answers"]


def test_who_says_that_she_did_not_use_it_disputes_what_was_used(chat, twin):
    chat.says("dispute_charge", "por qué tan caro")

    chat.says("nlu_fallback", "pero no usé tanto, paso el día en casa")
    assert twin.wanted()[-1]["charge_id"] == USED


def test_who_insists_that_it_is_looked_into_agrees_to_that(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")
    chat.says("affirm", "sí, está mal")
    chat.says("nlu_fallback", "los datos adicionales")

    chat.says("deny", "no estoy de acuerdo, quiero reclamar ese cobro")

    assert len(twin.accepted()) == 1


def test_who_does_not_want_to_dispute_does_not(chat, twin):
    chat.says("dispute_charge", "¿por qué tan caro?")
    chat.says("affirm", "sí, está mal")
    chat.says("nlu_fallback", "los datos adicionales")

    chat.says("deny", "mejor no quiero reclamar nada")

    assert twin.accepted() == []


def test_who_ends_automatic_payment_keeps_her_line(chat, twin):
    twin.says("autopay", "on")
    chat.says("set_up_autopay", "ya no me cobren solito, quítenlo")

    said = chat.says("cancel_service", "pero no me cancelen la línea, sólo ese cobro")

    assert "utter_leaving" not in str(said.responses)
    assert chat.slots["work"]["task"] == "set_up_autopay"


def test_who_tells_the_part_once_more_pays_it(chat, card, twin):
    chat.says("make_payment", "quiero pagar 100 con la visa")
    chat.says("nlu_fallback", "la visa")

    said = chat.says("payment_failed", "pásame los 100 pues, el viernes pago el resto", sure=0.6)

    assert said.responses == ["utter_done"]


@pytest.mark.parametrize(
    "text", ["no me cobres todavía, el viernes pago el resto", "wait, i pay the rest later"]
)
def test_what_holds_a_part_back_pays_nothing(chat, card, twin, text):
    chat.says("make_payment", "quiero pagar 100 con la visa")
    chat.says("nlu_fallback", "la visa")

    chat.says("payment_failed", text, sure=0.6)

    assert twin.accepted() == []


def test_a_part_goes_to_the_oldest_bill(chat, twin):
    twin.says("payables", "two bills and a card")

    chat.says("payment_failed", "cobra 50 a la visa, el viernes pago el resto", amount="50")

    assert chat.slots["work"]["answers"]["invoice_number"] == "INV-MX-2026-000012"


@pytest.mark.parametrize("words", ["ya 100 ok do it", "si 100 nomas", "ok, si, los 100 con la visa"])
def test_a_yes_may_say_the_amount_once_more(chat, card, twin, words):
    chat.says("make_payment", "quiero pagar 100 con la visa")
    chat.says("nlu_fallback", "la visa")

    assert chat.says("affirm", words, sure=0.3).responses == ["utter_done"]


@pytest.mark.parametrize("words", ["ya 60 ok do it", "si 60 nomas"])
def test_a_yes_with_another_amount_is_a_correction(chat, card, twin, words):
    chat.says("make_payment", "quiero pagar 100 con la visa")
    chat.says("nlu_fallback", "la visa")

    chat.says("affirm", words)

    assert twin.accepted() == []


@pytest.mark.parametrize("words", ["mil gracias", "just this once", "uno de esos"])
def test_what_only_sounds_like_a_number_is_no_amount(chat, card, words):
    chat.says("make_payment", "quiero pagar 50 nomás")

    chat.says("nlu_fallback", words)

    assert chat.slots["work"]["answers"]["amount"] == "50"


def test_pix_is_a_code_in_a_message_of_its_own(chat, twin):
    twin.says("payables", "one bill and pix")
    twin.says("payment_link", "a pix code")

    said = chat.says("make_payment", "quero pagar no pix", payment_method="pix")

    assert said.responses == ["utter_pay_code", "utter_code"]
    assert said.words("utter_code")["code"].startswith("000201")
    assert twin.bodies("payment-link")[0]["code"] == "pix"


def test_who_has_paid_is_told_so(chat, twin):
    twin.says("payables", "all is paid")

    said = chat.says("make_payment", "quiero pagar")

    assert said.responses == ["utter_last_paid", "utter_nothing_to_pay"]
    assert said.words("utter_last_paid")["date"] == "12 de noviembre de 2026"


def test_what_is_being_paid_is_told_before_anything_else(chat, twin):
    twin.says("payables", "one that is being paid")

    assert chat.says("make_payment", "quiero pagar").responses[0] == "utter_told"


def test_who_pays_a_part_says_how_much(chat, card):
    asked = chat.says("make_payment", "quiero pagar la mitad hoy")
    assert asked.responses == ["utter_ask_amount_to_pay"]

    chat.says("out_of_scope", "100")
    chat.presses("/make_payment" + f'{{"way": "{CARD}"}}')

    assert card.wanted()[-1]["amount"] == "100"


def test_too_much_is_said_and_the_whole_bill_proposed(chat, card):
    card.says("pay_bills", "too much")
    chat.says("make_payment", "quiero pagar 999 pesos", amount="999")

    said = chat.presses("/make_payment" + f'{{"way": "{CARD}"}}')

    assert said.responses == ["utter_told", "utter_confirm"]
    assert "$299.00" in said.words("utter_confirm")["sentence"]


# Topping up


def test_an_amount_in_her_words_leads_to_the_link(chat, two_lines):
    said = chat.says("top_up", "carga 50")

    assert said.responses == ["utter_top_up_link"]
    assert two_lines.bodies("top-up-link") == [{"line_id": PREPAID, "amount": "50", "code": None}]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("75", "75"),
        ("5000", "5000"),
        ("20", "20"),
        ("el segundo", "100.00"),
        ("2", "100.00"),
        ("200 pesos", "200"),
        ("setenta y cinco", "75"),
        ("twenty please", "20"),
        ("dos", "100.00"),
    ],
)
def test_asked_how_much_she_may_press_or_write_any_amount(chat, two_lines, text, amount):
    assert chat.says("top_up", "quiero recargar").responses == ["utter_ask_top_up"]

    entity = {"amount": "200"} if "pesos" in text else {}
    chat.says("nlu_fallback", text, **entity)

    assert two_lines.bodies("top-up-link")[-1]["amount"] == amount


def test_less_than_nothing_is_no_amount(chat, two_lines):
    chat.says("top_up", "quiero recargar")

    assert chat.says("out_of_scope", "-20").responses == ["utter_choose_one"]
    assert two_lines.bodies("top-up-link") == []


def test_other_money_is_not_taken_for_ours(chat, two_lines):
    chat.metadata["market"] = "MX"

    said = chat.says("top_up", "recárgame 20 dólares", amount="20", currency="USD")
    assert said.responses == ["utter_other_money", "utter_ask_top_up"]
    assert said.words("utter_other_money")["currency"] == "MXN"
    said = chat.says("nlu_fallback", "20 dólares", amount="20", currency="USD")
    assert said.responses == ["utter_other_money", "utter_choose_one"]
    assert two_lines.bodies("top-up-link") == []

    chat.says("top_up", "200 pesos", amount="200", currency="MXN")
    assert two_lines.bodies("top-up-link")[0]["amount"] == "200"


def test_a_card_tops_up_after_a_yes(chat, two_lines, card):
    asked = chat.says("top_up", "recargar")
    chat.presses(payload(asked, '"50.00"'))
    said = chat.presses("/top_up" + f'{{"way": "{CARD}"}}')
    assert "$50.00" in said.words("utter_confirm")["sentence"]

    assert chat.says("affirm", "sí").responses == ["utter_done"]
    assert len(card.accepted()) == 1


def test_a_voucher_is_heard_in_her_first_words(chat, two_lines):
    said = chat.says("top_up", "tengo este código 1234 5678-9012 3456")

    assert said.words("utter_told")["sentence"].startswith("Se agregaron $50.00.")
    assert two_lines.bodies("voucher") == [{"line_id": PREPAID, "code": "1234567890123456"}]


def test_a_wrong_voucher_is_said_plainly_and_asked_for_again(chat, two_lines):
    two_lines.says("top_up", "a wrong voucher")
    asked = chat.says("top_up", "recargar")
    assert chat.presses(payload(asked, '"voucher"')).responses == ["utter_ask_voucher"]

    said = chat.says("nlu_fallback", "1111222233334444")
    assert said.responses == ["utter_told", "utter_ask_voucher"]

    two_lines.says("top_up", "a voucher")
    assert chat.says("nlu_fallback", "1234567890123456").responses == ["utter_told"]


def test_without_a_prepaid_line_a_person_is_offered(chat):
    assert chat.says("top_up", "recargar").responses == ["utter_no_prepaid_line"]


# A payment that is missing


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


# Automatic payment


def test_autopay_is_set_up_after_a_yes(chat, twin):
    said = chat.says("set_up_autopay", "quiero que se pague solo")
    assert "hasta $600.00" in said.words("utter_confirm")["sentence"]
    assert twin.accepted() == []

    assert chat.says("affirm", "sí").responses == ["utter_done"]
    assert len(twin.accepted()) == 1


def test_a_limit_she_names_is_hers(chat, twin):
    said = chat.says("set_up_autopay", "pago automático hasta 500 pesos", amount="500")

    assert "$500.00" in said.words("utter_confirm")["sentence"]


def test_without_a_card_she_is_led_to_where_one_is_kept(chat, twin):
    twin.says("autopay", "nothing saved")

    said = chat.says("set_up_autopay", "pago automático")

    assert said.words("utter_autopay_save_first")["url"] == "https://care.example/my/paying"
    assert twin.wanted() == []


@pytest.mark.parametrize(
    "text",
    [
        "quita el pago automático",
        "desativa o débito automático",
        "turn off autopay",
        "desliga esse débito automático",
        "tira o débito automático",
    ],
)
def test_autopay_is_ended_after_a_yes(chat, twin, text):
    twin.says("autopay", "on")

    said = chat.says("set_up_autopay", text)

    assert said.responses == ["utter_told", "utter_confirm"]
    assert twin.wanted() == [{"mandate_id": "bb11c7de-51c2-4a5b-8a4e-1d2f3a4b5c01"}]
    assert twin.accepted() == []


def test_what_is_off_is_said_to_be_off(chat, twin):
    said = chat.says("set_up_autopay", "cancela el pago automático")

    assert said.responses == ["utter_autopay_is_off"]
    assert twin.wanted() == []


def test_what_is_paused_may_go_on(chat, twin):
    twin.says("autopay", "paused")

    asked = chat.says("set_up_autopay", "mi pago automático")
    assert asked.responses == ["utter_told", "utter_ask_autopay"]
    chat.presses(payload(asked, '"resume"'))
    assert chat.says("affirm", "sí").words("utter_done")["sentence"].endswith("otra vez.")


# Money back


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


# Balance and bills


def test_with_several_lines_the_balance_asks_which(chat, two_lines):
    asked = chat.says("check_balance", "saldo")

    assert asked.responses == ["utter_ask_line"]
    assert chat.says("nlu_fallback", "4321").responses == ["utter_credit_until"]
    assert two_lines.asked[-1]["query"]["line_id"] == PREPAID


def test_a_bill_of_a_month_is_asked_for_as_such(chat, twin):
    chat.says("view_bill", "la factura de marzo")

    months = [each["query"].get("month") for each in twin.asked if each["path"].endswith("/bill")]
    assert months[0].endswith("-03-01")


def test_a_month_without_a_bill_is_said_to_have_none(chat, twin):
    twin.says("bill", "no bill of that month")

    said = chat.says("view_bill", "la factura de enero")

    assert said.words("utter_refused")["message"] == "No hay factura de ese mes."


def test_of_two_bills_of_a_month_she_is_asked_which(chat, twin):
    twin.says("bill", "two of that month")

    asked = chat.says("view_bill", "la de septiembre")

    assert asked.responses == ["utter_ask_bill"]
    twin.says("bill", "an open bill")
    assert "utter_bill_open" in chat.presses(asked.buttons[0]).responses


def test_a_bill_is_told_with_its_paper_and_mailed_when_she_asks(chat, twin):
    told = chat.says("view_bill", "mi factura")
    assert told.responses == ["utter_bill_open", "utter_bill_paper"]

    sent = chat.presses(payload(told, "mail"))
    assert sent.words("utter_told")["sentence"].startswith("Enviamos la factura")
    assert twin.bodies("bill/mail") == [{"number": BILL}]

    chat.says("view_bill", "mándamela por correo")
    assert len(twin.bodies("bill/mail")) == 2


def test_below_the_proof_asked_she_is_asked_for_it_and_nothing_is_charged(chat, card):
    card.says("pay_bills", "a code is needed")
    chat.says("make_payment", "quiero pagar")

    said = chat.presses("/make_payment" + f'{{"way": "{CARD}"}}')

    assert said.responses == ["utter_ask_number", "utter_or_sign_in"]
    assert card.accepted() == []
