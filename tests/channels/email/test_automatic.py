"""Mails that nobody wrote."""

import pytest

from channels.email.reading import read

QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<gone@example.mx>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <care@aurora.example>
Message-ID: <ours@aurora.example>
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  gone@example.mx
    550 5.1.1 No Such User Here

Message-ID: <ours@aurora.example>
"""
EXCHANGE = """Your message

  To:      gone@example.mx
  Subject: Hola

did not reach the following recipient(s):

gone@example.mx on Mon, 3 Jun 2024 10:22:00 -0600
    The recipient name is not recognized
"""
GATEWAY = """****** Message from InterScan Messaging Security Suite ******

Sent <<< RCPT TO:<gone@example.mx>
Received >>> 550 5.1.1 unknown user.

Unable to deliver message to <gone@example.mx>.
************************     End of message     **********************
"""
STILL_TRYING = """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

  gone@example.mx
    Delay reason: connection refused
"""
REPORT = """Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain; charset=utf-8

{words}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; gone@example.mx
Action: {action}
Status: {status}

--b
Content-Type: message/rfc822

Message-ID: <ours@aurora.example>
Subject: Hola

x
--b--
"""


def notice(subject, rest, sender="MAILER-DAEMON@mx.example", headers="Return-Path: <>\n"):
    body = rest if rest.startswith("Content-Type") else f"\n{rest}"
    return read(f"From: {sender}\n{headers}Subject: {subject}\n{body}".encode())


def report(words, action="failed", status="5.1.1"):
    return REPORT.format(words=words, action=action, status=status)


MICROSOFT = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@a.example>"
GOOGLE = "Mail Delivery Subsystem <mailer-daemon@googlemail.com>"


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(notice("failure notice", QMAIL), id="qmail"),
        pytest.param(
            notice(
                "Mail delivery failed: returning message to sender",
                EXIM,
                headers="X-Failed-Recipients: gone@example.mx\n",
            ),
            id="Exim",
        ),
        pytest.param(
            notice("Undeliverable: Hola", EXCHANGE, sender="postmaster@corp.example"),
            id="Exchange, long ago",
        ),
        pytest.param(
            notice("No se puede entregar: Hola", report("No se encontró"), sender=MICROSOFT),
            id="Exchange, es",
        ),
        pytest.param(
            notice("Delivery Status Notification (Failure)", report("x"), sender=GOOGLE),
            id="Gmail",
        ),
        pytest.param(notice("Undelivered Mail Returned to Sender", report("x")), id="Postfix"),
        pytest.param(
            notice("Failed mail: too big", report("x", "failure"), "mail@corp.example", ""),
            id="a word of its own for it",
        ),
        pytest.param(
            notice("Mail could not be delivered", GATEWAY, "gateway@corp.example", ""),
            id="a gateway that calls itself nothing known",
        ),
    ],
)
def test_a_mail_that_came_back(seen):
    assert (seen.is_bounce, seen.is_auto, seen.bounced) == (True, True, ("gone@example.mx",))


def test_which_mail_came_back_and_why():
    for seen in (notice("failure notice", QMAIL), notice("Undelivered Mail", report("x"))):
        assert (seen.returned, seen.bounce_code) == (("<ours@aurora.example>",), "5.1.1")


@pytest.mark.parametrize(
    "seen",
    [
        notice("Warning: message 1abc delayed 24 hours", STILL_TRYING),
        notice("Delivery Status Notification (Delay)", report("x", "delayed", "4.4.1")),
        notice("Delivery Status Notification (Success)", report("x", "delivered", "2.0.0")),
        notice("Delivery Status Notification (Relay)", report("x", "relayed", "2.0.0")),
    ],
)
def test_what_may_still_arrive_or_did_is_no_bounce(seen):
    assert (seen.is_bounce, seen.is_auto) == (False, True)


def test_a_receipt_that_it_was_read_is_no_bounce():
    seen = notice(
        "Leído: Hola",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nLeído\n"
        "--b\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; ana@example.mx\nDisposition: manual-action; displayed\n\n--b--\n",
        sender="ana@example.mx",
        headers="",
    )

    assert (seen.is_bounce, seen.is_auto) == (False, True)


def test_a_complaint_about_our_mail_is_a_machines_mail_and_no_bounce():
    seen = notice(
        "complaint about message from 192.0.2.1",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nThis is an email abuse report\n"
        "--b\nContent-Type: message/feedback-report\n\n"
        "Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <Ana@example.mx>\n\n--b--\n",
        sender="staff@provider.example",
    )

    assert (seen.is_bounce, seen.is_auto) == (False, True)


def test_a_person_who_speaks_of_errors_is_no_machine():
    seen = notice(
        "Undelivered mail?", "I got: 550 5.1.1 <x@y.z>: user unknown", "ana@example.mx", ""
    )

    assert (seen.is_bounce, seen.is_auto) == (False, False)


def test_a_bounce_that_a_person_passes_on_is_a_persons_mail():
    seen = notice("Fwd: Mail could not be delivered", GATEWAY, "ana@example.mx", "")

    assert (seen.is_bounce, seen.is_auto) == (False, False)


@pytest.mark.parametrize(("value", "auto"), [("All", True), ("DR, RN, NRN, OOF, AutoReply", False)])
def test_who_wants_no_automatic_answer_may_be_a_person(value, auto):
    head = f"X-Auto-Response-Suppress: {value}\n"

    assert notice("Hola", "x", "ana@example.mx", head).is_auto is auto


@pytest.mark.parametrize(
    ("subject", "away"),
    [
        ("[AUTO GENERATED] Hola", True),
        ("Auto generated bill is wrong", False),
        ("Automatic reply: Hola", True),
        ("Respuesta automática: Hola", True),
        ("Resposta automática: Oi", True),
        ("Fuera de la oficina", True),
        ("Fora do escritório", True),
        ("Abwesenheitsnotiz: Hallo", True),
        ("Ausencia de señal en mi zona", False),
        ("Ausência de sinal", False),
        ("Autopago no funciona", False),
        ("Automatic renewal did not work", False),
        ("Vacation roaming plan?", False),
    ],
)
def test_who_is_away(subject, away):
    assert notice(subject, "x", "ana@example.mx", "").is_auto is away


def test_a_mail_that_goes_round_is_automatic():
    hops = "".join(f"Received: from mx{hop}.example\n" for hop in range(60))

    assert notice("Hola", "x", "ana@example.mx", hops).is_auto


@pytest.mark.parametrize(
    "subject",
    [
        *("Mensaje automático: recibimos su correo", "Re: Caso (respuesta automática)"),
        *("Mensagem automática", "I am out of the office Re: Case", "I'm on vacation Re: Case"),
        *("Vacation: Re: Case", "Abwesend: Fall", "Absence : Dossier", "Automatisk svar: Sak"),
        *("Automatyczna odpowiedź: Sprawa", "Otomatik yanıt: Konu", "Automatická odpověď: Věc"),
    ],
)
def test_subjects_that_only_a_program_writes(subject):
    assert notice(subject, "Vuelvo el lunes.", "ana@example.mx", "").is_auto


@pytest.mark.parametrize(
    "subject",
    [
        *("RE: Respuesta automática: recibimos tu caso", "Re: Automatic reply: your case"),
        *("Out of office hours support?", "Absence de réseau", "Ausencia de señal en mi zona"),
        *("Vacaciones: quiero roaming", "Automatic payment failed", "Undelivered SIM card"),
        *("Pago devuelto", "My card was rejected", "No entregado: mi chip"),
    ],
)
def test_subjects_that_a_person_writes(subject):
    seen = notice(subject, "Quedo en espera.", "ana@example.mx", "")

    assert (seen.is_auto, seen.is_bounce) == (False, False)


def test_a_notice_of_exchange_without_a_report():
    seen = notice("No se puede entregar: Hola", "Error de entrega: gone@example.mx", MICROSOFT, "")

    assert (seen.is_auto, seen.is_bounce) == (True, True)
