"""Amounts and months as customers write them, where the shape alone does not tell."""

from datetime import date

import pytest

from actions.amounts import bare_amount
from actions.months import month_said

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("ponle 75", "75"),
        ("carga 50", "50"),
        ("cárgale 50 a mi cel", "50"),
        ("le puse 200 pesos", "200"),
        ("le metí 200 y nada", "200"),
        ("recargué 150 y no llegó", "150"),
        ("quiero abonar 150", "150"),
        ("pagar solo 100 de mi recibo", "100"),
        ("paguei 89,90 e nao caiu", "89.90"),
        ("bota 30 de credito", "30"),
        ("coloca 20 no meu celular", "20"),
        ("put 500 airtime pls", "500"),
        ("i paid 25 twice", "25"),
        ("me cobraron doble los 299", "299"),
        ("$350.50 transferí ayer", "350.50"),
        ("top up my line 4567 with 50", "50"),
        ("recarga 100 a la línea 4567", "100"),
        ("pague 2 veces 299", "299"),
        ("hace 3 días pagué 299", "299"),
        ("PONLE 20!!", "20"),
        ("carrega 50 minha linha", "50"),
        ("I recharged 199 on 12/11 and nothing came", "199"),
    ],
)
def test_a_bare_number_is_an_amount_where_it_can_hardly_be_anything_else(text, amount):
    assert bare_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "quiero pagar mi factura",
        "pagar la factura del 15",
        "quiero 5 gb más",
        "recarga la línea 4567",
        "mi número es 5512345678",
        "se descontó 100 o 200, no sé",
        "código 1234567890123456",
        "TT-2026-000123",
        "pagué el 3 de noviembre",
        "llevo 2 horas esperando",
        "tengo 3 líneas",
        "5G no funciona",
        "20%",
        "my number ends in 4567, ending 4567",
    ],
)
def test_other_numbers_are_no_amounts(text):
    assert bare_amount(text) is None


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("la factura de marzo", "2026-03-01"),
        ("mi recibo de noviembre porfa", "2026-11-01"),
        ("la de diciembre", "2025-12-01"),
        ("a fatura de março", "2026-03-01"),
        ("minha conta de outubro de 2025", "2025-10-01"),
        ("my October bill", "2026-10-01"),
        ("bill for may", "2026-05-01"),
        ("la factura del mes pasado", "2026-10-01"),
        ("a fatura do mês passado", "2026-10-01"),
        ("send me last month's invoice", "2026-10-01"),
        ("la de sep", "2026-09-01"),
    ],
)
def test_months_are_heard(text, month):
    assert month_said(text, TODAY) == month


@pytest.mark.parametrize(
    "text", ["may I see my bill", "mi factura", "quiero ir al mar", "march on", "", "🙂"]
)
def test_words_that_only_look_like_months_are_none(text):
    assert month_said(text, TODAY) is None


def test_last_month_of_january_is_december():
    assert month_said("mes pasado", date(2026, 1, 9)) == "2025-12-01"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("900 is enough, the bill is always 824", "900"),
        ("melhor 500, minha conta é sempre 420", "500"),
        ("not 1000, 600", "600"),
        ("en vez de 1000 que sean 600", "600"),
        ("siempre pongo 200", "200"),
        ("ponle 500 cada mes, el mes pasado fueron 800", "500"),
        ("no, la que termina en 4567", None),
        ("900 o 824", None),
    ],
)
def test_of_two_amounts_the_one_that_she_wants_counts(text, amount):
    assert bare_amount(text) == amount


@pytest.mark.parametrize(
    ("intent", "sure", "does"),
    [("dispute_charge", 0.32, "answers"), ("nlu_fallback", 0.2, ""), ("deny", 0.83, "answers")],
)
@pytest.mark.parametrize(
    "text",
    ["500 is enough, the bill is always 420", "500 está bien, siempre son 420", "melhor 500, sempre dá 420"],
)
def test_a_limit_is_corrected_while_it_is_proposed(chat, twin, intent, sure, does, text):
    chat.says("set_up_autopay", "autopay on my card")

    said = chat.says(intent, text, sure=sure, does=does, finds=True)

    assert said.responses == ["utter_confirm"]
    assert twin.wanted()[-1]["amount"] == "500"


@pytest.mark.parametrize("text", ["no, 100", "better 100", "con 100 alcanza", "100 já dá"])
def test_a_part_of_a_bill_is_corrected_while_it_is_proposed(chat, card, text):
    chat.says("make_payment", "quiero pagar con la visa", payment_method="card")

    said = chat.says("nlu_fallback", text, does="answers")

    assert said.responses == ["utter_confirm"]
    assert card.wanted()[-1]["amount"] == "100"


@pytest.mark.parametrize(
    ("text", "does"), [("500 is plenty", "tells"), ("500 would do, it usually comes to 420", "")]
)
def test_an_amount_instead_of_a_yes_amends_what_is_proposed(chat, twin, text, does):
    chat.says("set_up_autopay", "autopay on my card")

    chat.says("top_up", text, sure=0.44, does=does)

    assert twin.wanted()[-1]["amount"] == "500"


def test_the_last_digits_of_a_card_are_no_amount(chat, two_lines, card):
    chat.presses(chat.says("top_up", "recargar").button('"50.00"'))
    chat.says("nlu_fallback", "la visa")

    chat.says("deny", "no, con la 4242")

    assert {each["amount"] for each in card.wanted()} == {"50.00"}


@pytest.mark.parametrize(
    "text",
    ["vixe nao, 50 ele torra em joguinho. 30 so", "no, 50 he burns on games. 30 only", "uy, 50 no, 30 nomás"],
)
def test_of_two_amounts_the_one_that_is_enough_counts(text):
    assert bare_amount(text) == "30"
