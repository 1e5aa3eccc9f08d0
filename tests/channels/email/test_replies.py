"""What somebody wrote, without what she answers."""
# ruff: noqa: E501 - mails read better unbroken

import pytest

from channels.email.replies import visible

# How the programs that people write mails with begin what they quote.
INTRODUCTIONS = {
    "Gmail, es": "El lun, 3 jun 2024 a las 10:22, Aurora (<care@a.example>) escribió:\n\n> Hola",
    "Gmail, es, on a phone": "El lun., 3 de jun. de 2024 10:22 a. m., Aurora <care@a.example>\nescribió:\n\n> Hola",
    "Gmail, pt": "Em seg., 3 de jun. de 2024 às 10:22, Aurora <\ncare@a.example> escreveu:\n\n> texto",
    "Gmail, pt, in Portugal": "Aurora <c@a.x> escreveu no dia segunda, 3/06/2024 à(s) 10:22:\n\n> x",
    "Gmail, de, on a phone": "Aurora <c@a.x> schrieb am Mo., 3. Juni 2024, 10:22:\n\n> alt",
    "Gmail, hu": "Aurora <c@a.x> ezt írta (időpont: 2024. jún. 3., H, 10:22):\n\n> x",
    "a language of whose verbs we know none": "Mnamo 3 Jun 2024 saa 10:22, Aurora <c@a.x>\naliandika hivi:\n\nx",
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
    "words between lines that we do not know": "-------- Lo que se contesta --------\nAsunto: Re: x\nFecha: 2024-06-03 10:22\nDe: Care <c@a.x>\nPara: Ana\n\nviejo",
    "its subject first": "Asunto: Re: x\nFecha: 2024-06-03 10:22\nDe: Care <c@a.x>\nPara: Ana\n\nviejo",
    "who and when": "From: Care <c@a.x>\nDate: Mon, 3 Jun 2024 10:22:00 -0600\n\nold",
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
    "Yahoo on a phone": "Yahoo Mail: busca, organiza, conquista \n \n  El lun., jun. 3, 2024 a 10:22, Aurora<c@a.x> escribió:   Hola",
    "Yahoo on a phone, not signed": "El lun., jun. 3, 2024 a la(s) 10:22, Aurora<c@a.x> escribió:   Hola",
    "Thunderbird, es": "El 3/6/24 a las 10:22, Aurora escribió:\n> viejo",
    "Samsung, es": "-------- Mensaje original --------\nDe: Care <c@a.x>\nFecha: 3/6/24 10:22 (GMT-06:00)\nA: Ana\nAsunto: x\n\nHola",
    "Samsung, pt": "-------- Mensagem original --------\nDe: Care\nData: 03/06/2024 10:22 (GMT-03:00)\nPara: Ana\nAssunto: x\n\nOlá",
    "BlackBerry": "Enviado desde mi oficina móvil BlackBerry® de Telcel\n\n-----Original Message-----\nFrom: Care",
    "Zoho, es": "---- El mié, 24 feb 2021 14:02:50 -0600 c@a.x escribió ----\n\nviejo",
    "ProtonMail": "Sent with Proton Mail secure email.\n\n------- Original Message -------\nOn Monday, June 3rd, 2024 at 10:22 AM, Aurora <c@a.x> wrote:\n\n> x",
    "Gmail, fi": "ma 3. kesäk. 2024 klo 10.22 Aurora (c@a.x)\nkirjoitti:\n\n> x",
    "Gmail, vi": "Vào Th 2, 3 thg 6, 2024 vào lúc 10:22 Aurora <\nc@a.x> đã viết:\n\n> x",
    "Gmail, he": "\u202bבתאריך יום ב׳, 3 ביוני 2024 ב-10:22 מאת \u202aAurora\u202c <\u202ac@a.x\u202c>:\u202c\n\n> x",
    "Hotmail, whom it was for first": "To: ana@e.mx\nFrom: c@a.x\nSubject: x\nDate: Mon, 3 Jun 2024 10:22:00 -0600\n\nold",
    "Notes": '"Aurora" <c@a.x>\n06/03/2024 10:22 AM\n\nTo\n"Ana" <ana@e.mx>\ncc\n\nSubject\nx\n\nold',
    "Notes, es": '"Aurora" <c@a.x>\n03/06/2024 10:22 a.m.\n\nPara\n"Ana" <ana@e.mx>\ncc\n\nAsunto\nx\n\nviejo',
    "Outlook on a phone, de": "Outlook für Android<https://aka.ms/x> herunterladen\n________________________________\nVon: C <c@a.x>\nGesendet: Montag\nAn: A\nBetreff: x\n\nalt",
    "Outlook on a phone, fr": "Obtenir Outlook pour iOS<https://aka.ms/x>\n________________________________\nDe : C <c@a.x>\nEnvoyé : lundi\nÀ : A\nObjet : x\n\nvieux",
    "QQ": "------------------ 原始邮件 ------------------\n发件人: Aurora",
    "a help desk": "##- Please type your reply above this line -##\nold",
    "a help desk, es": "##- Por favor, escriba su respuesta por encima de esta línea -##\nviejo",
    "a help desk, pt": "=-=-= Responda acima desta linha =-=-=\nvelho",
}
SIGNATURES = {
    "a mark": "-- \nPedro\nVentas",
    "a mark without its blank": "--\nPedro",
    "a line": "______________\nPedro\nVentas\nTel. 55 1234",
    "a name after a dash": "- Pedro Pérez",
    "a farewell": "Best regards,\nJohn\n+1 555",
    "a farewell, es": "Saludos cordiales,\n\nPedro Pérez\nTel. 55 1234",
    "a farewell, pt": "Atenciosamente,\nJoão",
    "a farewell, with much below": "Atentamente\n\nPedro Pérez\nVentas\nEmpresa de Cables del Norte S.A. de C.V.\nAv. Reforma 1\n06000 CDMX\nTel. 55 1234\n\nAVISO LEGAL: el contenido de este correo y de sus anexos es confidencial y va dirigido solo a su destinatario.",
    "a farewell, pt, in thanks": "Grato,\nJoão",
    "a phone": "Sent from my iPhone",
    "a phone that nobody names": "From my iPhone",
    "a phone, es": "Enviado desde mi smartphone Samsung Galaxy.",
    "a phone, ja": "iPhoneから送信",
    "lawyers, es": "AVISO DE CONFIDENCIALIDAD: Este mensaje va dirigido a su destinatario.",
    "lawyers, pt": "Esta mensagem, incluindo seus anexos, é confidencial.",
    "lawyers, en": "This e-mail and any attachments are confidential and intended solely for the addressee.",
    "lawyers, es, of what it holds": "El contenido de este mensaje es confidencial y va dirigido solo a su destinatario.",
    "lawyers, de": "Diese E-Mail enthält vertrauliche Informationen.",
    "lawyers, fr": "Ce message et ses pièces jointes sont confidentiels.",
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
        "Datos:\n---\nNombre: Ana\nFolio: 123\n---\nQuedo atenta",
        "Pasos:\n\n----\n\n1. Reinicié el módem\n2. Cambié el cable",
        "Uno.\n\n____________\n\nEsta es la segunda parte de mi queja.",
        "No funciona\n\nSaludos\n\nP.D. La falla empezó el lunes por la noche.",
        "From: foo\nBar baz.\n\nMy words",
        "De: mi casa\nPara: ustedes\nFecha: 3 de junio 10:30",
        "Sent from my house, the package never arrived at your office.",
        "Get Outlook working on my phone please, the text with its set-up never came.",
        "Sent by mistake! Please ignore the previous request.",
        "Enviado por correo certificado el 3 de marzo, guía 998877, mi solicitud de baja.",
        "Advertencia: este correo es el último que mando.\nQuiero mi reembolso.",
        "Cuidado con el perro, está fuera de la casa.\n\nMi dirección es Juárez 10.",
        "External antenna is outside and broken.\n\nPlease send a technician.",
        "Este correo es mi tercera queja. Adjuntos van los recibos.",
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
BY_NOTES = "----- Reenviado por Ana/MX/ACME con fecha 03/06/2024 10:20 -----\n\nDe: Banco <b@e.mx>\nPara: Ana\nFecha: 03/06/2024\nAsunto: Cargo\n\nPago rechazado"
PASSED_ON = "De: Banco <b@e.mx>\nEnviado: lunes\nPara: Ana\nAsunto: Pago\n\nPago rechazado"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (f"Miren esto:\n\n{FORWARDED}", "Fwd: x"),
        (FORWARDED, "x"),
        (f"Miren esto:\n\n{BY_NOTES}", "Cargo"),
        (f"Miren esto:\n\n{PASSED_ON}", "RV: Pago"),
        (PASSED_ON, "Pago"),
        ("-----Original Message-----\nFrom: a\n\nforwarded", ""),
        ("Miren\n\n> Inicio del mensaje reenviado:\n>\n> De: Banco <b@e.mx>\n>\n> Pago", "x"),
        ("Miren\n\n> ---------- Forwarded message ---------\n> Pago", "x"),
        ('Miren\n\nOn 3/6/24, 10:22, "Banco" <b@e.mx> wrote:\n\n    Pago', "FW: Pago"),
        ("Miren\n\n> Pago", "RV: Pago"),
    ],
)
def test_what_was_passed_on_to_us_is_kept(text, subject):
    assert visible(text, subject) == text


def test_an_answer_to_what_was_passed_on_is_an_answer():
    assert visible(f"Gracias\n\n{PASSED_ON}", "RE: RV: Pago") == "Gracias"


def test_what_was_passed_on_in_the_mail_that_is_answered_is_quoted():
    text = f"Gracias\n\nEl 3/6/24 a las 10:22, Aurora escribió:\n> {FORWARDED}"

    assert visible(text, "Re: x") == "Gracias"


def test_two_headers_that_stand_apart_are_no_quote():
    text = (
        "From: foo\nBar baz.\n\nMine\n\nFrom: Care <c@a.x>\nSent: Monday\nTo: me\nSubject: x\n\nold"
    )

    assert visible(text) == "From: foo\nBar baz.\n\nMine"


def test_what_a_server_puts_on_top_is_left_out():
    warned = (
        "CAUTION: This email originated from outside of the organization.\nBe careful.\n\nHello"
    )

    assert visible(warned) == "Hello"


@pytest.mark.parametrize(
    "warned",
    [
        "PRECAUCIÓN: Este correo se originó fuera de la organización.\nNo haga clic en enlaces.",
        "No suele recibir correos de a@b.c. Por qué<https://aka.ms/LearnAboutSenderIdentification>",
    ],
)
def test_words_right_below_a_warning_are_kept(warned):
    assert visible(f"{warned}\nNecesito mi factura.") == "Necesito mi factura."


def test_marks_of_direction_in_her_own_words_are_kept():
    assert visible("\u202bשלום\u202c") == "\u202bשלום\u202c"
