"""What somebody wrote, without what she answers."""
# ruff: noqa: E501 - mails read better unbroken

import pytest

from channels.email.replies import visible

# How the programs that people write mails with begin what they quote.
INTRODUCTIONS = {
    "Gmail, es": "El lun, 3 jun 2024 a las 10:22, Aurora (<care@a.example>) escribió:\n\n> Hola",
    "Gmail, es, on a phone": "El lun., 3 de jun. de 2024 10:22 a. m., Aurora <care@a.example>\nescribió:\n\n> Hola",
    "Gmail, pt": "Em seg., 3 de jun. de 2024 às 10:22, Aurora <\ncare@a.example> escreveu:\n\n> texto",
    "Gmail, en": "On Mon, Jun 3, 2024 at 10:22 AM Aurora Care Team <care@a.example>\nwrote:\n\n> a",
    "Gmail, en, three lines": "On Mon, Jun 3, 2024 at 10:22 AM, Aurora <\n416ffd3258d4d2fa4c85@a.example>\nwrote:\n\nold",
    "Gmail, de": "Am Mo., 3. Juni 2024 um 10:22 Uhr schrieb Aurora <\nc@a.x>:\n\n> alt",
    "Gmail, fr": "Le lun. 3 juin 2024 à 10:22, Aurora <c@a.x> a écrit :\n\n> vieux",
    "Gmail, it": "Il giorno lun 3 giu 2024 alle ore 10:22 Aurora <c@a.x> ha scritto:\n\n> x",
    "Gmail, nl": "Op ma 3 jun. 2024 om 10:22 schreef Aurora <c@a.x>:\n\n> oud",
    "Gmail, pl": "W dniu 3 czerwca 2024 10:22 użytkownik Aurora <c@a.x>\nnapisał:\n\n> x",
    "Gmail, ru": "пн, 3 июн. 2024 г. в 10:22, Aurora <c@a.x>:\n\n> x",
    "Gmail, ja": "2024年6月3日(月) 10:22 Aurora <c@a.x>:\n\n> x",
    "Gmail, zh": "Aurora <c@a.x> 于2024年6月3日周一 10:22写道：\n\n> x",
    "Gmail, ko": "2024년 6월 3일 (월) 오전 10:22, Aurora <c@a.x>님이 작성:\n\n> x",
    "Gmail, long ago": "2014-10-17 11:28 GMT-06:00 Aurora <\ncare@a.example>:\n\n> x",
    "Outlook, en": "________________________________\nFrom: Care <c@a.x>\nSent: Monday\nTo: me\nSubject: Re: x\n\nold",
    "Outlook, es": "De: Care <c@a.x>\nEnviado el: lunes, 3 de junio de 2024 10:22\nPara: yo\nAsunto: RE: x\n\nviejo",
    "Outlook, pt": "De: Care <c@a.x>\nEnviada em: segunda-feira, 3 de junho de 2024 10:22\nPara: eu\nAssunto: RE: x\n\nvelho",
    "Outlook, fr": "De : Care [mailto:c@a.x]\nEnvoyé : lundi 3 juin 2024 10:22\nÀ : moi\nObjet : RE: x\n\nvieux",
    "Outlook, de": "Von: Care <c@a.x>\nGesendet: Montag, 3. Juni 2024 10:22\nAn: ich\nBetreff: AW: x\n\nalt",
    "Outlook, ja": "差出人: Care <c@a.x>\n送信日時: 2024年6月3日 10:22\n宛先: A\n件名: Re: x\n\nx",
    "Outlook, zh": "发件人: Care <c@a.x>\n发送时间: 2024年6月3日 10:22\n收件人: A\n主题: Re: x\n\nx",
    "Outlook, ru": "От: Care <c@a.x>\nОтправлено: 3 июня 2024 г. 10:22\nКому: A\nТема: Re: x\n\nx",
    "Outlook, in bold": "*From:* Care [mailto:\n  c@a.x]\n  *Sent:* Monday, June 3, 2024\n  *To:* me\n  *Subject:* Re: x\n\nold",
    "Outlook on a phone, es": "Obtener Outlook para iOS<https://aka.ms/o0ukef>\n________________________________\nDe: C <c@a.x>\nEnviado: lunes\nPara: A\nAsunto: x\n\nviejo",
    "Outlook on a Mac": "From: Care <c@a.x>\nDate: Monday, June 3, 2024 at 10:22 AM\nTo: Ana\nSubject: Re: x\n\nold",
    "old Outlook": "-----Original Message-----\nFrom: a\n\nold",
    "old Outlook, es": "-----Mensaje original-----\nDe: Care\n\nviejo",
    "Windows Mail, pt": "Enviado do Email para Windows\n\nDe: Care\nEnviado: segunda\nPara: Ana\nAssunto: x\n\nvelho",
    "Apple Mail": "On 3 Jun 2024, at 10:22, Aurora <c@a.x> wrote:\n\nold",
    "iPhone, es": "Enviado desde mi iPhone\n\n> El 3 jun 2024, a las 10:22, Care <c@a.x> escribió:\n> \n> hola",
    "iPhone, pt": "Enviado do meu iPhone\n\n> Em 3 de jun. de 2024, à(s) 10:22, Care <c@a.x> escreveu:\n> \n> oi",
    "Yahoo, es": "El lunes, 3 de junio de 2024, 10:22:00 CST, Aurora <care@x.mx> escribió: \n\nHola",
    "Yahoo, pt": "Em segunda-feira, 3 de junho de 2024 10:22:00 BRT, Aurora <c@x.br> escreveu: \n\ntexto",
    "Yahoo, long ago": "--- El mié, 16/6/10, Juan <a@b.mx> escribió:\n\nDe: Juan\nAsunto: x",
    "Yahoo on Android": "Enviado desde Yahoo Mail para Android \n \n  El lun., jun. 3, 2024 a 10:22, Aurora<c@a.x> escribió:   Hola",
    "Thunderbird, es": "El 3/6/24 a las 10:22, Aurora escribió:\n> viejo",
    "Samsung, es": "-------- Mensaje original --------\nDe: Care <c@a.x>\nFecha: 3/6/24 10:22 (GMT-06:00)\nA: Ana\nAsunto: x\n\nHola",
    "Samsung, pt": "-------- Mensagem original --------\nDe: Care\nData: 03/06/2024 10:22 (GMT-03:00)\nPara: Ana\nAssunto: x\n\nOlá",
    "BlackBerry": "Enviado desde mi oficina móvil BlackBerry® de Telcel\n\n-----Original Message-----\nFrom: Care",
    "Zoho, es": "---- El mié, 24 feb 2021 14:02:50 -0600 c@a.x escribió ----\n\nviejo",
    "ProtonMail": "Sent with Proton Mail secure email.\n\n------- Original Message -------\nOn Monday, June 3rd, 2024 at 10:22 AM, Aurora <c@a.x> wrote:\n\n> x",
    "QQ": "------------------ 原始邮件 ------------------\n发件人: Aurora",
    "a help desk": "##- Please type your reply above this line -##\nold",
}
SIGNATURES = {
    "a mark": "-- \nPedro\nVentas",
    "a mark without its blank": "--\nPedro",
    "a line": "______________\nPedro\nVentas\nTel. 55 1234",
    "a name after a dash": "- Pedro Pérez",
    "a farewell": "Best regards,\nJohn\n+1 555",
    "a farewell, es": "Saludos cordiales,\n\nPedro Pérez\nTel. 55 1234",
    "a farewell, pt": "Atenciosamente,\nJoão",
    "a phone": "Sent from my iPhone",
    "a phone, es": "Enviado desde mi smartphone Samsung Galaxy.",
    "a phone, ja": "iPhoneから送信",
    "lawyers, es": "AVISO DE CONFIDENCIALIDAD: Este mensaje va dirigido a su destinatario.",
    "lawyers, pt": "Esta mensagem, incluindo seus anexos, é confidencial.",
    "lawyers, en": "This e-mail and any attachments are confidential and intended solely for the addressee.",
    "a virus scanner": "Libre de virus. www.avast.com",
    "a list": "_______________________________________________\ntalk mailing list\ntalk@lists.example",
}


@pytest.mark.parametrize("name", INTRODUCTIONS)
def test_the_mail_that_is_answered_is_left_out(name):
    assert visible(f"No me llega la factura\n\n{INTRODUCTIONS[name]}\n") == "No me llega la factura"


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_left_out(name):
    assert visible(f"No me llega la factura\n\n{SIGNATURES[name]}\n") == "No me llega la factura"


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday we went home and she wrote: hello\n\nbye",
        "On the other hand:\n- a\n- b",
        "From: my point of view\nit is broken",
        "Quiero roaming\nDe: Bogotá\nPara: Lima\nFecha: 3 de junio",
        "El técnico vino el 3 de junio a las 10:00 y escribió:\nfalla en poste",
        "Best regards are what I wanted to send.\nIs my line active?",
        "Saludos\n¿Me pueden decir cuándo llega mi SIM?",
        "I pay 30 -- and get nothing",
        "Mis datos:\n- Ana\n- Pérez",
        "Enviado el pago el lunes y sigue igual",
        "Pago enviado\nenviado desde mi banco el lunes, con folio 5,\npero no aparece",
        "See <http://aurora.example/plans\n> for more",
        "Estas son las fechas:\n2024-01-15 14:30\n15.01.2024 14:30\nJan 15, 2024 at 14:30",
        "Arriba\n\n---\n\nAbajo sigue lo que quería decir desde el principio, y es más largo que una firma.",
    ],
)
def test_what_only_looks_like_a_quote_or_signature_is_kept(text):
    assert visible(text) == text


def test_answers_between_the_quoted_lines_are_kept():
    text = "Inline:\n\nOn 3 Jun 2024 Care <c@a.x> wrote:\n> can you?\n\nyes I can\n\n> and this?\n\nno\n"

    assert visible(text) == "Inline:\n\nyes I can\n\nno"


def test_an_answer_below_the_quote_is_kept():
    text = "El 3/6/24 a las 10:22, Aurora escribió:\n> ¿Ya funciona?\n\nSí, gracias\n-- \nAna"

    assert visible(text) == "Sí, gracias"


def test_words_on_the_line_of_the_introduction_are_kept():
    assert visible("Sí On Wed, Apr 4, 2012 at 3:59 PM, c@a.x wrote:\n> Hi") == "Sí"


@pytest.mark.parametrize(
    "text",
    [
        "> solo cita\n> más",
        "On 3 Jun 2024, Care <c@a.x> wrote:\n> hi",
        "Enviado desde mi iPhone\n\n> El 3 jun 2024, a las 10:22, Care <c@a.x> escribió:\n> \n> hola",
    ],
)
def test_nobody_said_anything_above_a_marked_quote(text):
    assert visible(text) == ""


FORWARDED = "---------- Forwarded message ---------\nDe: Bob <b@e.mx>\nDate: mar, 4 sept 2012\nSubject: x\nTo: <r@e.mx>\n\n> x\nMi factura"
PASSED_ON = "De: Banco <b@e.mx>\nEnviado: lunes\nPara: Ana\nAsunto: Pago\n\nPago rechazado"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (f"Miren esto:\n\n{FORWARDED}", "Fwd: x"),
        (FORWARDED, "x"),
        (f"Miren esto:\n\n{PASSED_ON}", "RV: Pago"),
        (PASSED_ON, "Pago"),
        ("-----Original Message-----\nFrom: a\n\nforwarded", ""),
    ],
)
def test_what_was_passed_on_to_us_is_kept(text, subject):
    assert visible(text, subject) == text


def test_an_answer_to_what_was_passed_on_is_an_answer():
    assert visible(f"Gracias\n\n{PASSED_ON}", "RE: RV: Pago") == "Gracias"


def test_what_a_server_puts_on_top_is_left_out():
    warned = (
        "CAUTION: This email originated from outside of the organization.\nBe careful.\n\nHello"
    )

    assert visible(warned) == "Hello"
