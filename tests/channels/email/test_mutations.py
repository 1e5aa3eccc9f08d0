"""Mails with something broken in them at random: 1,500, or as many as MAIL_MUTATIONS says."""

import contextlib
import os
import random
from email.message import EmailMessage

from channels.email.reading import read
from channels.email.smtp import PROVIDER
from channels.port import Call, Malformed
from tests.channels.email import test_automatic, test_html, test_replies, test_sendgrid

HOW_MANY = int(os.environ.get("MAIL_MUTATIONS", "1500"))
INSERTED = (
    b"\0", b"\r", b"\n", b"\n\n", b"=?utf-8?B?", b"?=", b"boundary=", b"\xff", b"--b\n", b'"', b"<",
    b"Content-Type: multipart/mixed; boundary=b\n\n", b"Content-Type: message/rfc822\n\n",
    b"Content-Transfer-Encoding: base64\n", b"charset=utf-16", b"> ", b"=C3", b"\xe2\x80\xae",
)  # fmt: skip


def whole_mails():
    message = EmailMessage()
    message["From"], message["Subject"] = "José <a@b.c>", "Año nuevo"
    message["References"] = "<a@b> <c@d>"
    message.set_content("Hola\n\nEl 3 jun 2024, Care <c@a.x> escribió:\n> hola\n")
    message.add_alternative(test_html.GMAIL, subtype="html")
    message.add_attachment(b"x" * 99, maintype="a", subtype="b", filename="ñ.bin")
    yield message.as_bytes()
    yield b"From: MAILER-DAEMON@x.y\nReturn-Path: <>\nSubject: failure notice\n" + (
        test_automatic.report("x").encode()
    )
    for html in (test_html.OUTLOOK, test_html.INTERLEAVED, test_html.APPLE):
        yield f"From: a@b.c\nContent-Type: text/html; charset=utf-8\n\n{html}".encode()
    for text in test_replies.INTRODUCTIONS.values():
        yield f"From: a@b.c\nContent-Type: text/plain; charset=utf-8\n\nHola\n\n{text}".encode()


def mutated(whole, dice):
    raw = bytearray(whole)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(raw) + 1)
        match dice.randrange(5):
            case 0:
                raw[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del raw[at : at + dice.randint(1, 40)]
            case 2:
                raw[at:at] = raw[dice.randrange(len(raw) + 1) :][: dice.randint(1, 200)]
            case 3:
                raw[at:at] = dice.choice(INSERTED)
            case _:
                raw[at:at] = dice.choice(INSERTED) * dice.randint(2, 30)
    return bytes(raw)


def test_mutilated_mails_never_break_the_reader():
    dice = random.Random(20241126)
    wholes = list(whole_mails())
    inbox = PROVIDER.open(
        {"address": "care@a.x", "smtp_host": "x", "authserv_id": "mx.a.x"}, "smtp://127.0.0.1:1"
    )

    for _ in range(HOW_MANY):
        raw = mutated(dice.choice(wholes), dice)
        seen = read(raw)
        for text in (seen.subject, seen.text, seen.visible_reply, *seen.references):
            text.encode()
            assert "\0" not in text
        assert "\n" not in seen.subject
        assert len(inbox.read(Call("IMAP", "imap://x", {}, raw))) > 0


def test_mutilated_calls_are_understood_or_malformed():
    dice = random.Random(20241127)
    form = test_sendgrid.form(test_sendgrid.PARSED, test_sendgrid.FILES)
    told = test_sendgrid.events({**test_sendgrid.EVENT, "event": "bounce"}, {"event": "open"})
    channel = test_sendgrid.channel()

    for _ in range(HOW_MANY):
        call = dice.choice((form, told))
        body = mutated(call.body, dice)
        with contextlib.suppress(Malformed):
            channel.read(Call("POST", call.url, call.headers, body))
