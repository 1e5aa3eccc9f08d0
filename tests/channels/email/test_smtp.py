"""Our own mail servers: a real client against servers on the loopback."""

import email
import email.policy
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from channels.email import imap
from channels.email.smtp import PROVIDER
from channels.port import (
    BadSignature,
    Call,
    ChannelDown,
    Media,
    Outbound,
    PassedBy,
    Receipt,
    State,
    Thread,
    Undeliverable,
)
from tests.channels.email.twins import Post, mail_server

SETTINGS = {
    "address": "care@aurora.example",
    "name": "Aurora Atención",
    "smtp_host": "mail.aurora.example",
    "smtp_user": "care",
    "smtp_password": "secret",
    "authserv_id": "mx.aurora.example",
}
HELLO = Outbound(
    "message-1",
    "ana@example.mx",
    "Tu línea ya funciona.\nGracias por esperar.",
    thread=Thread(
        "Sin señal", "tok-1", "<hers@example.mx>", ("<first@example.mx>",), "No tengo señal"
    ),
    by_person=True,
)


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def channel(post):
    with mail_server(post) as base:
        yield PROVIDER.open(SETTINGS, base)


def parsed(post):
    [(_, _, raw)] = post.taken
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_an_answer_is_sent_into_its_thread(channel, post):
    provider_id = channel.send(HELLO)

    mail = parsed(post)
    assert post.taken[0][:2] == ("care@aurora.example", ["ana@example.mx"])
    assert mail["From"] == "Aurora Atención <care@aurora.example>"
    assert mail["Reply-To"] == "reply+tok-1@aurora.example"
    assert mail["Subject"] == "Re: Sin señal"
    assert mail["In-Reply-To"] == "<hers@example.mx>"
    assert mail["References"] == "<first@example.mx> <hers@example.mx>"
    assert mail["Message-ID"] == provider_id
    assert "tok-1" in provider_id
    assert (mail["Auto-Submitted"], mail["List-Unsubscribe"]) == (None, None)
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text == "Tu línea ya funciona.\nGracias por esperar.\n\n> No tengo señal\n"
    assert "Tu línea ya funciona.<br>" in mail.get_body(("html",)).get_content()


def test_long_names_of_mails_stay_as_they_are(channel, post):
    known = tuple(f"<{'x' * 120}{number}@mail.example.mx>" for number in range(40))

    channel.send(
        Outbound("k", "ana@example.mx", "x", thread=Thread("x", "t" * 150, known[-1], known))
    )

    [(_, _, raw)] = post.taken
    assert known[-1].encode() in raw
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert parsed(post)["References"].split() == [known[0], *known[-19:]]


def test_the_same_message_has_the_same_name_however_often_it_is_sent(channel):
    assert channel.send(HELLO) == channel.send(HELLO)


def test_a_file_goes_with_it(channel, post):
    media = Media("application/pdf", "factura ñ.pdf", content=b"%PDF-1")

    channel.send(Outbound("k", "ana@example.mx", "Aquí está", media=(media,)))

    [file] = parsed(post).iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("factura ñ.pdf", b"%PDF-1")


def test_people_on_copy_get_it_once_and_we_never(channel, post):
    thread = Thread("x", copied=("otro@example.mx", "ANA@example.mx", "care@aurora.example"))

    channel.send(Outbound("k", "ana@example.mx", "Hola", thread=thread))

    assert post.taken[0][1] == ["ana@example.mx", "otro@example.mx"]
    assert parsed(post)["Cc"] == "otro@example.mx"


def test_a_notice_carries_the_way_to_be_left_in_peace(channel, post):
    leave = "https://care.example/leave?m=1"
    channel.send(Outbound("k", "ana@example.mx", "Oferta", notice=True, unsubscribe=leave))

    mail = parsed(post)
    assert mail["List-Unsubscribe"] == f"<{leave}>, <mailto:care@aurora.example?subject=STOP>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "field", ["subject", "message_id", "references", "name", "unsubscribe", "file"]
)
def test_no_line_break_reaches_a_header(post, field):
    evil = "x\r\nBcc: victim@example.mx\r\n\r\nEvil"
    thread = Thread(
        evil if field == "subject" else "x",
        "",
        f"<{evil}@x>" if field == "message_id" else "",
        (f"<{evil}@x>",) if field == "references" else (),
    )
    settings = {**SETTINGS, "name": evil} if field == "name" else SETTINGS
    media = (Media(evil, evil, content=b"x"),) if field == "file" else ()
    with mail_server(post) as base:
        PROVIDER.open(settings, base).send(
            Outbound(
                "k",
                "ana@example.mx",
                "Hola",
                media=media,
                thread=thread,
                notice=True,
                unsubscribe=f"https://x/{evil}" if field == "unsubscribe" else "",
            )
        )

    [(_, receivers, raw)] = post.taken
    assert receivers == ["ana@example.mx"]
    assert not [line for line in raw.split(b"\r\n") if line.startswith((b"Bcc", b"Evil"))]


@pytest.mark.parametrize(
    "address", ["", "x", "a@b..c", "a@b\r\nBcc: c@d", "a@b, c@d", "<a@b>", "a b@c"]
)
def test_who_is_no_address_is_not_written_to(channel, post, address):
    with pytest.raises(Undeliverable):
        channel.send(Outbound("k", address, "Hola"))
    assert post.taken == []


@pytest.mark.parametrize(
    ("address", "receiver"),
    [
        ("a..b.@example.mx", "a..b.@example.mx"),
        ("o'brien+x@example.mx", "o'brien+x@example.mx"),
        ("ñandú@example.mx", "ñandú@example.mx"),
        ("ana@señal.example", "ana@xn--seal-hqa.example"),
    ],
)
def test_addresses_that_no_standard_allows_are_written_to_all_the_same(
    channel, post, address, receiver
):
    channel.send(Outbound("k", address, "Hola"))

    assert post.taken[0][1] == [receiver]


@pytest.mark.parametrize(
    ("verb", "refusal", "error"),
    [
        ("RCPT", "550 5.1.1 no such user", Undeliverable),
        ("RCPT", "451 4.7.1 greylisted", ChannelDown),
        ("MAIL", "452 4.3.1 full", ChannelDown),
        ("DATA", "554 5.7.1 spam", Undeliverable),
        ("AUTH", "535 5.7.8 wrong", Undeliverable),
        ("EHLO", "421 4.3.2 closing", ChannelDown),
    ],
)
def test_refusals_by_their_class(channel, post, verb, refusal, error):
    post.refuses[verb] = refusal
    if verb == "EHLO":
        post.refuses["HELO"] = refusal

    with pytest.raises(error) as raised:
        channel.send(Outbound("k", "refused@example.mx", "Hola"))

    if error is Undeliverable:
        assert raised.value.code == refusal[:3]


def test_a_mail_that_only_those_on_copy_got_did_not_arrive(channel, post):
    post.gone = {"ana@example.mx"}
    thread = Thread("x", copied=("otro@example.mx",))

    with pytest.raises(Undeliverable) as raised:
        channel.send(Outbound("k", "ana@example.mx", "Hola", thread=thread))

    assert (raised.value.code, post.taken[0][1]) == ("550", ["otro@example.mx"])


def test_a_server_that_is_not_there_is_asked_later(post):
    with mail_server(post) as base:
        channel = PROVIDER.open(SETTINGS, base)
    with pytest.raises(ChannelDown):
        channel.send(HELLO)
    with pytest.raises(ChannelDown):
        list(channel.new_calls(""))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "224.0.0.1", "2130706433", "0x7f.1"),
        *("::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fec0::1"),
    ],
)
def test_no_setting_reaches_into_our_own_network(host):
    channel = PROVIDER.open({**SETTINGS, "smtp_host": host, "smtp_tls": "none"}, None)

    with pytest.raises(ChannelDown, match="no public address"):
        channel.check()


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for 127.0.0.1 that the client believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "twin")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(pem))
    paths[1].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(paths[0]))
    return str(paths[0]), str(paths[1])


def test_starttls_before_anything_is_said(post, certificate):
    post.certificate = certificate
    with mail_server(post) as base:
        PROVIDER.open({**SETTINGS, "smtp_tls": "starttls"}, base).send(HELLO)

    assert (post.secured, len(post.taken)) == (1, 1)


def test_a_server_that_is_not_who_it_says_gets_nothing(post, certificate, monkeypatch):
    post.certificate = certificate
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(post) as base, pytest.raises(ChannelDown):
        PROVIDER.open({**SETTINGS, "smtp_tls": "starttls"}, base).send(HELLO)

    assert post.taken == []


def test_new_mails_come_once_in_their_order(channel, post):
    post.mails = {3: b"Subject: c\r\n\r\nx", 5: b"Subject: e\r\n\r\nx"}
    post.seen = {3}

    [(mark, call)] = channel.new_calls("")
    assert (mark, call.method, call.body) == ("7.5", "IMAP", post.mails[5])
    assert channel.admit(call) is None

    assert list(channel.new_calls(mark)) == []
    post.mails |= {6: b"Subject: f\r\n\r\nx", 9: b"Subject: i\r\n\r\nx"}
    assert [each for each, _ in channel.new_calls(mark)] == ["7.6", "7.9"]


def test_a_mailbox_made_anew_is_read_from_its_start(channel, post):
    post.mails = {1: b"Subject: a\r\n\r\nx"}

    assert [mark for mark, _ in channel.new_calls("6.900")] == ["7.1"]


def test_of_a_giant_only_the_headers_are_fetched(channel, post, monkeypatch):
    monkeypatch.setattr(imap, "_LARGEST", 100)
    post.mails = {1: b"From: a@b.c\r\nSubject: big\r\n\r\n" + b"x" * 1000}

    [(_, call)] = channel.new_calls("")

    assert call.body == b"From: a@b.c\r\nSubject: big\r\n\r\n"


def test_a_wrong_password_is_said(channel, post):
    post.password = "another"

    with pytest.raises(Undeliverable) as raised:
        channel.check()
    assert raised.value.code == "imap_login"


def test_checking_changes_nothing(channel, post):
    post.mails = {1: b"Subject: a\r\n\r\nx"}

    channel.check()

    assert (post.taken, post.seen) == ([], set())


def test_nobody_else_may_bring_mail(channel):
    with pytest.raises(BadSignature):
        channel.admit(Call("POST", "https://care.example/hooks/1", {}, b"From: a@b.c\n\n"))


def fetched(raw):
    return Call("IMAP", "imap://x/INBOX;UID=1", {}, raw)


def test_an_answer_finds_its_thread_by_the_address_or_by_what_it_answers(channel):
    sent = channel.send(HELLO)

    for head in (
        "To: reply+tok-1@aurora.example",
        "To: x@y.z\nDelivered-To: reply+tok-1@aurora.example",
        f"In-Reply-To: {sent}",
        f"References: <a@b> {sent} <c@d>",
    ):
        [said] = channel.read(fetched(f"From: Ana <Ana@Example.MX>\n{head}\n\nSí\n".encode()))
        assert (said.thread, said.sender, said.name) == ("tok-1", "ana@example.mx", "Ana")

    [said] = channel.read(fetched(b"From: ana@example.mx\nSubject: [tok-1] #tok-1\n\nhola\n"))
    assert said.thread is None


def test_a_mail_without_words_says_its_subject(channel):
    [said] = channel.read(fetched(b"From: ana@example.mx\nSubject: STOP\n\n"))

    assert said.text == "STOP"


def test_our_own_mail_that_comes_back_to_us_is_passed_by(channel):
    sent = channel.send(HELLO)
    mail = f"From: care@aurora.example\nMessage-ID: {sent}\n\nx".encode()

    assert channel.read(fetched(mail)) == (PassedBy("own"),)


def test_a_mail_in_our_own_name_is_a_machines(channel):
    [said] = channel.read(fetched(b"From: care@aurora.example\nMessage-ID: <x@y>\n\nhello"))

    assert (said.automatic, said.vouched) == (True, False)


BOUNCE = """From: MAILER-DAEMON@mx.example
Return-Path: <>
Subject: Undelivered Mail Returned to Sender
Date: Mon, 03 Jun 2024 10:22:00 -0600
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; gone@example.mx
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <gone@example.mx>: unknown user

--b
Content-Type: {kind}

Message-ID: {sent}
From: care@aurora.example
Subject: Hola

--b--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back_is_the_end_of_that_message(channel, kind):
    sent = channel.send(HELLO)

    [told] = channel.read(fetched(BOUNCE.format(kind=kind, sent=sent).encode()))

    assert told == Receipt(
        State.FAILED,
        sent,
        recipient="gone@example.mx",
        at=datetime(2024, 6, 3, 16, 22, tzinfo=UTC),
        code="5.1.1",
        reason="550 5.1.1 <gone@example.mx>: unknown user",
    )


def test_a_mail_of_somebody_else_that_came_back_is_a_machines_mail(channel):
    [said] = channel.read(fetched(BOUNCE.format(kind="message/rfc822", sent="<x@y>").encode()))

    assert said.automatic


OURS = "Authentication-Results: mx.aurora.example"


@pytest.mark.parametrize(
    ("head", "vouched"),
    [
        (f"{OURS};\n dmarc=pass (p=none) header.from=example.mx", True),
        (f"{OURS}; dmarc=fail header.from=example.mx; spf=pass smtp.mailfrom=a@example.mx", False),
        (f"{OURS}; dkim=pass header.d=example.mx header.i=@example.mx", True),
        (f"{OURS}; dkim=pass header.d=mail.example.mx", True),
        (f"{OURS}; dkim=pass header.d=evil.example", False),
        (f"{OURS}; dkim=pass header.d=notexample.mx", False),
        (f"{OURS}; spf=pass smtp.mailfrom=bounce@m.example.mx", True),
        (f"{OURS}; spf=softfail smtp.mailfrom=ana@example.mx", False),
        (f"{OURS}; dkim=pass header.d=evil.example; dkim=pass header.d=example.mx", True),
        (f"{OURS} 1; dkim=none", False),
        (f"{OURS}; none", False),
        ("Authentication-Results: mx.evil.example; dmarc=pass header.from=example.mx", False),
        (f"{OURS}; spf=none\nReceived: x\n{OURS}; dmarc=pass header.from=example.mx", False),
        (f"{OURS}; x=y (dmarc=pass header.from=example.mx)", False),
        (f"{OURS}; dmarc=pass header.from=example.mx\nFrom: x@evil.example", False),
        ("X-A: b", False),
    ],
)
def test_who_is_vouched_for(channel, head, vouched):
    [said] = channel.read(fetched(f"{head}\nFrom: ana@example.mx\n\nhola".encode()))

    assert said.vouched is vouched


def test_without_a_name_of_our_server_nobody_is_believed(post):
    with mail_server(post) as base:
        channel = PROVIDER.open({**SETTINGS, "authserv_id": ""}, base)
    head = b"Authentication-Results: mx.aurora.example; dmarc=pass header.from=example.mx\n"

    [said] = channel.read(fetched(head + b"From: ana@example.mx\n\nhola"))

    assert not said.vouched


def test_several_senders_are_named_as_a_problem(channel):
    [said] = channel.read(fetched(f"{OURS}; dmarc=pass\nFrom: a@b.mx, c@d.mx\n\nx".encode()))

    assert (said.vouched, said.problems) == (False, ("several_senders",))


def test_a_mail_of_nobody_is_passed_by(channel):
    assert channel.read(fetched(b"Subject: x\n\ny")) == (PassedBy("no_sender"),)
