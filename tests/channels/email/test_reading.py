"""Mails as they are met in the wild, understood."""

import time
from email.message import EmailMessage

import pytest

from channels.email.mail import Address
from channels.email.reading import read


def mail(head, body=b"", **headers):
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return head.encode() + more.encode() + b"\n" + body


def test_an_ordinary_mail_is_understood_whole():
    message = EmailMessage()
    message["Subject"] = "Factura de mayo: ¿por qué subió?"
    message["From"] = "Lucía Ñáñez <lucia@example.mx>"
    message["To"] = "care@aurora.example"
    message["Cc"] = '"Pérez, Ana" <ana@example.mx>, otro@example.mx'
    message["Message-ID"] = "<one@example.mx>"
    message["In-Reply-To"] = "<zero@aurora.example>"
    message["References"] = "<first@aurora.example> <zero@aurora.example>"
    message["Date"] = "Mon, 03 Jun 2024 10:22:00 -0600"
    message.set_content("Hola, no entiendo el cargo.\n")
    message.add_alternative("<p>Hola, no entiendo el <b>cargo</b>.</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="mayo ñ.pdf")

    seen = read(message.as_bytes())

    assert seen.subject == "Factura de mayo: ¿por qué subió?"
    assert seen.sender == Address("Lucía Ñáñez", "lucia@example.mx")
    assert [each.address for each in seen.to] == ["care@aurora.example"]
    assert seen.cc == (Address("Pérez, Ana", "ana@example.mx"), Address("", "otro@example.mx"))
    assert (seen.text, seen.visible_reply) == ("Hola, no entiendo el cargo.",) * 2
    assert [(a.name, a.content, a.inline) for a in seen.attachments] == [
        ("mayo ñ.pdf", b"%PDF-", False)
    ]
    assert seen.message_id == "<one@example.mx>"
    assert seen.references == ("<first@aurora.example>", "<zero@aurora.example>")
    assert seen.sent_at.isoformat() == "2024-06-03T16:22:00+00:00"
    assert (seen.is_auto, seen.is_bounce, seen.problems) == (False, False, ())


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        pytest.param("=?utf-8?B?w6E=?= =?utf-8?Q?b?=", "áb", id="neighbours lose their space"),
        pytest.param("=?utf-8?Q?=C3?=\n =?utf-8?Q?=A9?=", "é", id="a letter cut in two words"),
        pytest.param("=?ISO-8859-1?Q?Fatura_n=BA?= 7", "Fatura nº 7", id="beside plain words"),
        pytest.param("=?utf-8?B?SG9sYQ?=", "Hola", id="base64 without its padding"),
        pytest.param("=?x-unknown?Q?Hola?=", "Hola", id="a charset nobody knows"),
        pytest.param("=?iso-8859-1?Q?caf=93?=", "caf“", id="Windows letters called Latin-1"),
        pytest.param("Açaí e pão", "Açaí e pão", id="no encoding at all"),
        pytest.param("a\r\n\tb", "a b", id="folded"),
        pytest.param(
            "=?utf-8?Q?a=0D=0ABcc:_x@y.z?=", "a Bcc: x@y.z", id="line breaks hidden in it"
        ),
    ],
)
def test_subjects(raw, subject):
    assert read(mail(f"From: a@b.c\nSubject: {raw}\n")).subject == subject


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("iso-8859-1", "¿Señal?".encode("latin-1")),
        ("us-ascii", "¿Señal?".encode()),
        ("windows-1252", "¿Señal?".encode("cp1252")),
        ("utf8mb4", "¿Señal?".encode()),
        ("", "¿Señal?".encode()),
        ("no-such-thing", "¿Señal?".encode()),
        ("unicode_escape", "¿Señal?".encode()),
        ("hex", "¿Señal?".encode()),
        ("utf-8", "¿Señal? no tengo señal en mi teléfono, ¿qué pasó?".encode("latin-1")),
    ],
)
def test_words_in_the_wrong_charset_are_still_words(charset, raw):
    head = f"From: a@b.c\nContent-Type: text/plain; charset={charset}\n"
    assert read(mail(head + "Content-Transfer-Encoding: 8bit\n", raw)).text.startswith("¿Señal?")


def test_two_senders_are_believed_in_neither():
    assert "several_senders" in read(mail("From: a@b.c\nFrom: x@y.z\n")).problems
    assert "several_senders" in read(mail("From: a@b.c, x@y.z\n")).problems


def test_a_display_name_is_no_address():
    seen = read(mail('From: "ceo@aurora.example" <thief@elsewhere.example>\n'))

    assert seen.sender == Address("ceo@aurora.example", "thief@elsewhere.example")


def test_an_html_mail_is_read_without_its_quote():
    html = (
        "<style>p{}</style><div>No me llega la factura.<br>Gracias</div>"
        '<div class="gmail_quote"><div>El lun, 3 jun 2024 Aurora escribió:</div>'
        "<blockquote>¿En qué te ayudo?</blockquote></div>"
    )

    seen = read(mail("From: a@b.c\nContent-Type: text/html; charset=utf-8\n", html.encode()))

    assert seen.visible_reply == "No me llega la factura.\nGracias"
    assert "¿En qué te ayudo?" in seen.text
    assert "p{}" not in seen.text


def test_a_picture_in_the_text_is_told_from_a_file():
    message = EmailMessage()
    message["From"] = "a@b.c"
    message.set_content('<img src="cid:logo">', subtype="html")
    message.add_related(b"GIF89a", "image", "gif", cid="<logo>", filename="logo.gif")

    [logo] = read(message.as_bytes()).attachments

    assert (logo.inline, logo.content_id) == (True, "logo")


def test_names_of_files_cannot_leave_their_folder():
    message = EmailMessage()
    message["From"] = "a@b.c"
    message.set_content("x")
    message.add_attachment(b"x", maintype="a", subtype="b", filename="../../etc/pass\u202ewd.txt")

    [found] = read(message.as_bytes()).attachments

    assert found.name == "_.._etc_pass_wd.txt"


def test_a_mail_within_a_mail_is_a_file():
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"], inner["From"] = "Old", "x@y.z"
    inner.set_content("inside")
    outer["From"] = "a@b.c"
    outer.set_content("See below")
    outer.add_attachment(inner)

    seen = read(outer.as_bytes())

    assert seen.text == "See below"
    [found] = seen.attachments
    assert (found.name, found.content_type) == ("Old.eml", "message/rfc822")
    assert b"inside" in found.content


@pytest.mark.parametrize(
    "line", [b"Date: Thu\x1c10:30", b"Subject: se\xc3\xb1al", b"X-A: a\xff" * 90]
)
def test_a_mail_within_a_mail_is_kept_as_it_came(line):
    inner = line + b"\nFrom: x@y.z\n\ninside \xff\n"

    seen = read(b"From: a@b.c\nContent-Type: message/rfc822\n\n" + inner)

    assert (seen.problems, [each.content for each in seen.attachments]) == ((), [inner])


@pytest.mark.parametrize(
    ("headers", "auto"),
    [
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Auto_Submitted": "no"}, False),
        ({"Precedence": "bulk"}, True),
        ({"Return_Path": "<>"}, True),
        ({"Subject": "Respuesta automática: vacaciones"}, True),
        ({"Subject": "Resposta automática: férias"}, True),
        ({"Subject": "Out of office"}, True),
        ({"Subject": "Automático no funciona mi pago"}, False),
        ({"List_Id": "<news.example>"}, True),
        ({}, False),
    ],
)
def test_who_is_no_person(headers, auto):
    assert read(mail("From: a@b.c\n", **headers)).is_auto is auto


def test_robots_by_their_name():
    assert read(mail("From: No Reply <no-reply@bank.example>\n")).is_auto
    assert not read(mail("From: Norberto Replica <norberto@example.mx>\n")).is_auto


REPORT = """From: MAILER-DAEMON@mx.example
Return-Path: <>
Subject: {subject}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

About your mail.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; gone@example.mx
Action: {action}
Status: {status}
--b--
"""


def test_a_mail_that_came_back_is_a_bounce():
    text = REPORT.format(subject="Undeliverable", action="failed", status="5.1.1")

    seen = read(text.encode())

    assert (seen.is_bounce, seen.is_auto, seen.bounced) == (True, True, ("gone@example.mx",))


def test_a_delay_is_automatic_and_no_bounce():
    text = REPORT.format(subject="Delayed", action="delayed", status="4.4.1")

    seen = read(text.encode())

    assert (seen.is_bounce, seen.is_auto) == (False, True)


def nested(depth):
    head = "From: a@b.c\nSubject: Deep\n"
    for level in range(depth):
        head += f'Content-Type: multipart/mixed; boundary="boundary{level}"\n\n--boundary{level}\n'
    return head.encode()


POISON = {
    "a thousand nested parts": nested(1000),
    "two hundred thousand references": b"From: a@b.c\nReferences: "
    + b"<a@b.c>\n " * 200_000
    + b"\n",
    "five megabytes of text": mail("From: a@b.c\n", b"hola que tal\n" * 400_000),
    "five megabytes of quotes": mail("From: a@b.c\n", b"> hola que tal\n" * 330_000),
    "five megabytes in one line": mail("From: a@b.c\n", b"x" * 5_000_000),
    "tags without end": mail("From: a@b.c\nContent-Type: text/html\n", b"<div>" * 400_000),
    "blanks without end": mail("From: a@b.c\nContent-Type: text/html\n", b"<p> </p>" * 250_000),
    "headers without end": b"X-A: b\n" * 200_000 + b"\nbody",
    "names without end": b"From: " + b'"a" <a@b.c>, ' * 100_000 + b"\n\n",
    "quotes that never close": b'From: "' * 50_000 + b"\n\n",
    "brackets that never close": b"".join(
        name + (b"<" + b"@" * 999) * 19 + b"\n" for name in (b"To: ", b"Cc: ", b"Reply-To: ") * 20
    ),
    "blanks called base64": mail(
        "From: a@b.c\nContent-Transfer-Encoding: base64\n", b" " * 4_000_000 + b"!"
    ),
    "lines without end": mail("From: a@b.c\n", b"x\n" * 10_000_000),
    "lines without end in many parts": nested(90).replace(b"boundary=", b"BOUNDARY=")
    + b"\nhola\n" * 1_000_000,
    "parts without end": mail(
        "From: a@b.c\nContent-Type: multipart/digest; boundary=b\n", b"--b\n\nA: b\n\n" * 500_000
    ),
    "a report without end": mail(
        "From: a@b.c\nContent-Type: message/delivery-status\n", b"A: b\r\n\r\n" * 1_000_000
    ),
    "NUL": mail("From: a@b.c\nSubject: a\0b\n", b"a\0b"),
    "nothing": b"",
    "no mail": bytes(range(256)) * 100,
}


@pytest.mark.parametrize("name", POISON)
def test_poison_is_passed_by(name):
    begun = time.process_time()

    seen = read(POISON[name])

    assert time.process_time() - begun < 2
    for text in (seen.subject, seen.text, seen.visible_reply, *seen.references):
        assert "\0" not in text
        text.encode()


def test_what_is_nested_too_deep_still_says_who_wrote():
    seen = read(POISON["a thousand nested parts"])

    assert (seen.subject, seen.sender.address, seen.problems) == ("Deep", "a@b.c", ("too_deep",))
