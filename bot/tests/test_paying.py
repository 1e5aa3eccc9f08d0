"""Paying bills: which, how much, by what; after a yes, never twice."""

import pytest

CARD = "saved:5d6e1c2a-0f0a-4f53-9f3e-5a1b2c3d4e5f"
BILL = "INV-MX-2026-000045"


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
    chat.presses(chat.says("make_payment", "pagar").button(CARD))

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


def test_below_the_proof_asked_she_is_asked_for_it_and_nothing_is_charged(chat, card):
    card.says("pay_bills", "a code is needed")
    chat.says("make_payment", "quiero pagar")

    said = chat.presses("/make_payment" + f'{{"way": "{CARD}"}}')

    assert said.responses == ["utter_ask_number", "utter_or_sign_in"]
    assert card.accepted() == []


@pytest.mark.parametrize("intent", ["make_payment", "top_up", "nlu_fallback"])
def test_a_yes_may_repeat_what_was_proposed(chat, card, twin, intent):
    chat.says("make_payment", "quiero pagar 100 con la visa")
    chat.says("nlu_fallback", "la visa")

    assert chat.says(intent, "very good yes please one hundred with that card").responses == ["utter_done"]


@pytest.mark.parametrize(
    "text",
    [
        "yes please two hundred with that card",
        "yes one hundred with another card",
        "yes but with that card",
        "cámbialo",
        "no, cámbialo",
    ],
)
def test_a_yes_that_says_anything_else_pays_nothing(chat, card, twin, text):
    chat.says("make_payment", "quiero pagar 100 con la visa")
    chat.says("nlu_fallback", "la visa")

    chat.says("make_payment", text, sure=0.4)

    assert twin.accepted() == []


def test_a_part_asked_for_after_the_whole_is_paid_the_same_way(chat, twin):
    twin.says("payables", "one bill and pix")
    twin.says("payment_link", "a pix code")
    chat.says("make_payment", "me manda o pix da fatura", payment_method="pix")

    asked = chat.says("make_payment", "da pra pagar so uma parte?", sure=0.49, does="asks_when")
    assert asked.responses == ["utter_ask_amount_to_pay"]
    chat.says("make_payment", "60 reais agora", amount="60")

    assert [(each["amount"], each["code"]) for each in twin.bodies("payment-link")] == [
        (None, "pix"),
        ("60", "pix"),
    ]


def test_who_wants_to_pay_anew_is_asked_how(chat, twin):
    """The page that was given may have declined her."""
    twin.says("payables", "one bill and pix")
    chat.says("make_payment", "me manda o link da fatura")

    asked = chat.says("make_payment", "quero pagar minha fatura")

    assert asked.responses == ["utter_ask_way"]
    assert len(twin.bodies("payment-link")) == 1


@pytest.mark.parametrize("text", ["dá pra pagar no pix?", "não recebi o boleto, dá pra pagar no pix?"])
def test_no_is_in_the_in_portuguese(chat, twin, text):
    twin.says("payables", "one bill and pix")
    chat.metadata = {**chat.metadata, "language": "pt"}
    chat.slots["language"] = "pt"

    chat.says("make_payment", text, sure=0.55, finds=True)

    assert twin.bodies("payment-link")[0]["code"] == "pix"


@pytest.mark.parametrize(
    "text", ["no con tarjeta, mándame el link", "sin tarjeta, el link", "not by card, the link"]
)
def test_the_card_that_she_refuses_is_not_the_way(chat, card, text):
    chat.says("make_payment", "quiero pagar")

    assert chat.says("make_payment", text, sure=0.56, finds=True).responses == ["utter_payment_link"]


def test_a_no_before_the_card_refuses_something_else(chat, card):
    chat.says("make_payment", "quiero pagar")

    assert chat.says("deny", "no, con la tarjeta", sure=0.56, finds=True).responses == ["utter_confirm"]


def test_yes_on_the_card_is_a_yes_in_portuguese(chat, card):
    chat.says("make_payment", "quiero pagar con tarjeta", payment_method="card")
    chat.slots["language"] = "pt"

    said = chat.says("deny", "sim, no cartão", sure=0.29, does="answers", finds=True)

    assert said.responses == ["utter_done"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("make_payment", "vixe, esqueci mesmo. dá pra pagar no pix?"),
        ("nlu_fallback", "híjole, se me pasó. lo puedo pagar con tarjeta?"),
        ("make_payment", "oh i forgot, can i settle it by upi"),
    ],
)
def test_who_asks_whether_she_can_pay_it_so_pays_it_so(chat, twin, intent, text):
    twin.says("network", "barred for dues")
    chat.says("network_problem", "no me salen llamadas")

    said = chat.says(intent, text, sure=0.45, does="asks_risk", finds=True)

    assert "utter_payment_link" in said.responses


def test_who_cannot_pay_so_is_not_told_to(chat, twin):
    twin.says("network", "barred for dues")
    chat.says("network_problem", "no me salen llamadas")

    said = chat.says("nlu_fallback", "no puedo pagar con tarjeta, me la rechaza", sure=0.3)

    assert "utter_payment_link" not in said.responses


OLDER, NEWER = "INV-MX-2026-000012", "INV-MX-2026-000045"


@pytest.fixture
def both_proposed(chat, twin):
    twin.says("payables", "two bills and a card")
    chat.says("make_payment", "quiero pagar todas con mi tarjeta", payment_method="card")
    assert "invoice_number" not in twin.wanted()[-1]
    return twin


@pytest.mark.parametrize(
    ("intent", "sure", "text", "which"),
    [
        ("change_plan", 0.5, "no no espérate, todo no que me quedo sin. nomás el más viejo", OLDER),
        ("stop_flow", 0.6, "tudo não, só a mais antiga", OLDER),
        ("change_plan", 0.5, "wait not both, just the newest", NEWER),
        ("deny", 0.8, "no, nomás 299", NEWER),
        ("nlu_fallback", 0.3, "espera, 120.50 primero", OLDER),
    ],
)
def test_instead_of_all_bills_one_is_proposed(chat, both_proposed, intent, sure, text, which):
    chat.says(intent, text, sure=sure)

    assert both_proposed.wanted()[-1].get("invoice_number") == which
    assert both_proposed.accepted() == []


@pytest.mark.parametrize("text", ["no, las dos no", "not both", "as duas não", "just one of them"])
def test_who_does_not_want_them_all_is_asked_which(chat, both_proposed, text):
    asked = chat.says("nlu_fallback", text, sure=0.3)

    assert asked.responses == ["utter_ask_bill_to_pay"]
    assert not any("all" in each for each in asked.buttons)
    assert chat.says("affirm", "sí").responses != ["utter_done"]
    assert both_proposed.accepted() == []


@pytest.mark.parametrize(
    "text",
    ["no no wait, rent is due this week", "no, que me quedo sin para el del gas", "espera, es que no sé"],
)
def test_what_she_refuses_is_not_left_to_the_next_yes(chat, card, text):
    chat.says("make_payment", "quiero pagar con mi tarjeta", payment_method="card")

    assert chat.says("nlu_fallback", text, sure=0.3).responses == ["utter_unchanged"]
    chat.says("affirm", "sí")

    assert card.accepted() == []


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("cancel_service", "y con eso ya me regresa la línea o no"),
        ("roaming_info", "and now it will work again?"),
        ("activate_sim", "já volta a funcionar?"),
    ],
)
def test_after_paying_she_is_told_when_the_line_comes_back(chat, card, intent, text):
    chat.says("make_payment", "quiero pagar con mi tarjeta", payment_method="card")
    chat.says("affirm", "sí")

    assert chat.says(intent, text, sure=0.25).responses == ["utter_payment_counts"]


@pytest.mark.parametrize("text", ["ok UPI se bhar deta hu", "lo pago con upi", "paytm se pay kar dunga"])
def test_a_way_to_pay_beside_a_verb_of_paying_is_a_wish_to_pay(chat, twin, text):
    said = chat.says("nlu_fallback", text, sure=0.3, payment_method="upi")

    assert said.responses[-1] in ("utter_payment_link", "utter_pay_code", "utter_ask_way")


@pytest.mark.parametrize("text", ["ok el viernes pago lo otro", "a outra eu pago na sexta"])
def test_who_pays_another_day_pays_nothing_now(chat, twin, text):
    twin.says("payables", "two bills and a card")

    assert chat.says("make_payment", text).responses == ["utter_stopped"]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("bom dia amigo quanto ta minha conta manda o pix por favor to no farol", "pix"),
        ("quanto devo? me manda o pix", "pix"),
        ("cuánto debo? mándame la liga", ""),
        ("how much do i owe, send me the link", ""),
    ],
)
def test_a_way_to_pay_asked_for_beside_the_sum_comes_at_once(chat, twin, text, way):
    chat.slots["language"] = "pt" if way else "es"
    twin.says("balance", "postpaid")
    twin.says("payables", "one bill and pix" if way else "one bill")

    said = chat.says("check_balance", text, sure=0.5, finds=True)

    assert said.responses[:2] == ["utter_owed_until", "utter_second"]
    assert [each["code"] for each in twin.bodies("/payment-link")] == [way or None]


@pytest.mark.parametrize(
    "text", ["quanto devo? não manda o pix ainda", "how much do i owe? can i pay by link?", "cuánto debo"]
)
def test_who_only_asks_what_she_owes_is_told_just_that(chat, twin, text):
    twin.says("balance", "postpaid")

    assert chat.says("check_balance", text, finds=True).responses == ["utter_owed_until"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("set_up_autopay", "ok. então paga tudo no cartão cadastrado"),
        ("nlu_fallback", "mi señora dice que ya todo de una vez. las dos con la tarjeta que tienen ahi"),
        ("nlu_fallback", "ok both of them with the card you have"),
    ],
)
def test_who_was_told_what_she_owes_pays_it_all_with_her_card(chat, twin, intent, text):
    twin.says("balance", "postpaid")
    twin.says("payables", "two bills and a card")
    chat.slots["language"] = "pt" if "cartão" in text else "es"
    chat.says("check_balance", "cuánto es pues")

    chat.says(intent, text, sure=0.5, payment_method="card")

    assert [kind for kind, _ in twin.proposals()] == ["pay_bills"]
    assert "invoice_number" not in twin.wanted()[0]


@pytest.mark.parametrize(
    "text", ["que se pague todo solo cada mes con la tarjeta", "pay everything every month from my card"]
)
def test_what_is_to_be_taken_every_month_is_no_single_payment(chat, twin, text):
    twin.says("balance", "postpaid")
    chat.says("check_balance", "cuánto es pues")

    chat.says("set_up_autopay", text, sure=0.6, finds=True)

    assert "pay_bills" not in [kind for kind, _ in twin.proposals()]


@pytest.mark.parametrize(
    ("intent", "text", "does"),
    [
        ("dispute_charge", "y si pago nada mas una, 299, me lo prenden?", "asks_price"),
        ("make_payment", "e se eu pagar só uma, vocês religam?", "asks_risk"),
        ("make_payment", "and if i pay only one, 470, will it start again?", "asks_risk"),
    ],
)
def test_whether_a_part_brings_the_line_back_is_told(chat, twin, intent, text, does):
    twin.says("balance", "postpaid")
    chat.says("check_balance", "cuánto es pues")

    said = chat.says(intent, text, sure=0.3, does=does, does_sure=0.6)

    assert said.responses == ["utter_part_counts"]
    assert twin.proposals() == []
