"""What somebody wrote, without what she answers."""
# ruff: noqa: E501 - mails read better unbroken

import pytest

from channels.email.replies import visible

GMAIL_ES = "Hola, sigue igual\n\nEl lun, 3 jun 2024 a las 10:22, Aurora (<care@a.example>) escribió:\n\n> Hola\n"
GMAIL_PT = "Pode cancelar.\n\nEm seg., 3 de jun. de 2024 às 10:22, Aurora <\ncare@a.example> escreveu:\n\n> texto\n"
GMAIL_EN = "Yes please\n\nOn Mon, Jun 3, 2024 at 10:22 AM Aurora Care Team <care@a.example>\nwrote:\n\n> a\n"
OUTLOOK_EN = "Ok\n\n________________________________\nFrom: Care <c@a.x>\nSent: Monday\nTo: me\nSubject: Re: x\n\nOld"
OUTLOOK_ES = "De acuerdo\n\nDe: Care <c@a.x>\nEnviado el: lunes\nPara: yo\nAsunto: RE: x\n\nviejo"
OUTLOOK_PT = "Certo\n\nDe: Care <c@a.x>\nEnviada em: segunda\nPara: eu\nAssunto: RE: x\n\nvelho"
OLD_OUTLOOK = "Thanks for that\n\n-----Original Message-----\nFrom: a\n\nold"
IPHONE = "No me llega\n\nEnviado desde mi iPhone\n\n> El 3 jun 2024, a las 10:22, Care <c@a.x> escribió:\n> \n> hola"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param(GMAIL_ES, "Hola, sigue igual", id="Gmail in Spanish"),
        pytest.param(GMAIL_PT, "Pode cancelar.", id="Gmail in Portuguese, broken line"),
        pytest.param(GMAIL_EN, "Yes please", id="Gmail in English, broken line"),
        pytest.param(OUTLOOK_EN, "Ok", id="Outlook in English"),
        pytest.param(OUTLOOK_ES, "De acuerdo", id="Outlook in Spanish"),
        pytest.param(OUTLOOK_PT, "Certo", id="Outlook in Portuguese"),
        pytest.param(OLD_OUTLOOK, "Thanks for that", id="old Outlook"),
        pytest.param(IPHONE, "No me llega", id="a phone"),
        pytest.param("Gracias\n-- \nPedro\nVentas", "Gracias", id="a signature's mark"),
        pytest.param("Fix it\n\nBest regards,\nJohn\n+1 555", "Fix it", id="a farewell"),
        pytest.param("Não funciona\n\nAtenciosamente,\nJoão", "Não funciona", id="a farewell, pt"),
    ],
)
def test_quotes_and_signatures_are_left_out(text, own):
    assert visible(text) == own


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday we went home and she wrote: hello\n\nbye",
        "On the other hand:\n- a\n- b",
        "From: my point of view\nit is broken",
        "Best regards are what I wanted to send.\nIs my line active?",
        "Saludos\n¿Me pueden decir cuándo llega mi SIM?",
        "I pay 30 -- and get nothing",
    ],
)
def test_what_only_looks_like_a_quote_is_kept(text):
    assert visible(text) == text


def test_answers_between_the_quoted_lines_are_kept():
    text = "Inline:\n\nOn 3 Jun 2024 Care <c@a.x> wrote:\n> can you?\n\nyes I can\n\n> and this?\n\nno\n"

    assert visible(text) == "Inline:\n\nyes I can\n\nno"


def test_a_mail_that_is_all_quote_is_given_whole():
    text = "-----Original Message-----\nFrom: a\n\nforwarded"

    assert visible(text) == text
