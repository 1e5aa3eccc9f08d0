"""Headers and parts that no standard allows, and that arrive all the same."""
# ruff: noqa: E501 - mails read better unbroken

import base64
import struct

import pytest
from asn1crypto import cms

from channels.email.mail import Address
from channels.email.reading import read


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            b"From: a@b.c\nSubject : Hola\nTo: x@y.z\n\nbody", id="a blank before a colon"
        ),
        pytest.param(b"From: a@b.c\nX-A: b\nodd\nSubject: Hola\n\nbody", id="an odd line"),
        pytest.param(b"From: a@b.c\r\r\nSubject: Hola\r\r\n\r\r\nbody", id="doubled returns"),
        pytest.param(b"From: a@b.c\rSubject: Hola\r\rbody\r", id="returns alone"),
        pytest.param(b"\xef\xbb\xbfFrom: a@b.c\nSubject: Hola\n\nbody", id="a byte order mark"),
        pytest.param(b"\r\n\r\nFrom: a@b.c\r\nSubject: Hola\r\n\r\nbody", id="empty lines above"),
        pytest.param(b"From a@b.c Mon Jan 1\nFrom: a@b.c\nSubject: Hola\n\nbody", id="of an mbox"),
        pytest.param(b"From: a@b.c\nSubject: Hola\nbody", id="no empty line below"),
    ],
)
def test_broken_headers(raw):
    seen = read(raw)

    assert (seen.sender, seen.subject, seen.text) == (Address("", "a@b.c"), "Hola", "body")


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        ("foo@bar.com (Foo Bar)", Address("Foo Bar", "foo@bar.com")),
        ('"Foo, Bar" <foo@bar.com>', Address("Foo, Bar", "foo@bar.com")),
        ("Foo <foo@bar.com", Address("Foo", "foo@bar.com")),
        ("=?utf-8?Q?Foo_=3Cfoo=40bar.com=3E?=", Address("Foo", "foo@bar.com")),
        ("foo@bar.com (foo@bar.com)", Address("", "foo@bar.com")),
        ("Foo (foo@bar.com)", Address("Foo", "foo@bar.com")),
        ("foo@bar.com (x@y.z)", Address("x@y.z", "foo@bar.com")),
        ("Foo [foo@bar.com]", Address("Foo", "foo@bar.com")),
        ("Foo <foo @\n bar.com>", Address("Foo", "foo@bar.com")),
        ("Foo <<foo@bar.com>>", Address("Foo", "foo@bar.com")),
        ("'Foo' <foo@bar.com>", Address("Foo", "foo@bar.com")),
        ("\"'Foo' via Bar\" <foo@bar.com>", Address("'Foo' via Bar", "foo@bar.com")),
        ('Foo <"foo bar"@bar.com>', Address("Foo", '"foo bar"@bar.com')),
        ('"foo <x@y.z>" <foo@bar.com>', Address("foo <x@y.z>", "foo@bar.com")),
        ("Foo Bar", None),
        ("undisclosed-recipients:;", None),
    ],
)
def test_senders(raw, sender):
    seen = read(f"From: {raw}\n\nx".encode())

    assert (seen.sender, seen.problems) == (sender, ())


@pytest.mark.parametrize("raw", ["A <a@b.c> B <x@y.z>", "a@b.c x@y.z"])
def test_two_senders_without_a_comma_are_two(raw):
    assert "several_senders" in read(f"From: {raw}\n\nx".encode()).problems


def test_an_address_that_goes_on_at_the_start_of_the_next_line():
    seen = read(b"From: a@b.c\nTo: Foo <foo@bar.com>, Bar <bar@\nbar.com>\n\nbody")

    assert seen.to == (Address("Foo", "foo@bar.com"), Address("Bar", "bar@bar.com"))


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8"])
def test_letters_that_nobody_encoded_between_and_inside_encoded_words(charset):
    raw = f"From: =?{charset}?Q?Peña?= <a@b.c>\nSubject: Señal =?{charset}?Q?año=20?= caída\n\nx"

    seen = read(raw.encode(charset))

    assert (seen.sender.name, seen.subject) == ("Peña", "Señal año caída")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"charset=iso-2022-jp\n\n\x1b$BF|K\\8l\x1b(B", "日本語"),
        (b"charset=gb2312\n\n" + "自动―".encode("gb18030"), "自动―"),
        (b"charset=shift_jis\n\n" + "①日本語".encode("cp932"), "①日本語"),
        (b"charset=koi8-r\n\n" + "Привет".encode("koi8-r"), "Привет"),
        (b"\n\n" + "Привет, как дела".encode("cp1251"), "Привет, как дела"),
        (b"\n\n" + "¿Señal?".encode("latin-1"), "¿Señal?"),
        (b"charset=utf-8\nContent-Transfer-Encoding: quoted-printable; \n\nse=C3=B1al", "señal"),
        (b"charset=utf-8\nContent-Transfer-Encoding: Base-64\n\nc2XDsWFs", "señal"),
        (b"charset=utf-8\nContent-Transfer-Encoding: quoted-printable  \n\nse=C3=B1al", "señal"),
        (b"charset=utf-8\nContent-Transfer-Encoding: 7-bit\n\nx", "x"),
        (b"charset=utf-8\nContent-Transfer-Encoding: base64\n\nc2XDsWFs\n\n-- \na footer, plain\n", "señal"),
        (b"charset=utf-8\nContent-Transfer-Encoding: base64\n\nc2XDsWE=\nbCB5\n", "señal y"),
        (b"charset=utf-8\nContent-Transfer-Encoding: base64\n\nhola, nada\n", "hola, nada"),
        (b"charset=latin-1\nContent-Transfer-Encoding: base64\n\nsin se\xf1al\n", "sin señal"),
        (b"charset=utf-8\n\nse\xc3\xb1al y a\xc3\xb1o, ca\xc3\xadda \xc3", "señal y año, caída \ufffd"),
        (b"charset=euc-kr\n\n" + "자동 응답".encode("cp949") + b"\xb0", "자동 응답\ufffd"),
        (b"format=flowed\n\nhello this \nis one\n> a quoted \n> line", "hello this is one\n> a quoted line"),
        (b"format=flowed; delsp=yes\n\nse \n\xc3\xb1al\n-- \nAna", "señal\n-- \nAna"),
    ],
)  # fmt: skip
def test_words(raw, text):
    assert read(b"From: a@b.c\nContent-Type: text/plain; " + raw).text == text


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('Content-Disposition: attachment; filename="señal.pdf"', "señal.pdf"),
        ('Content-Type: application/pdf; name="señal.pdf"', "señal.pdf"),
        (
            "Content-Disposition: attachment; filename=a.pdf; filename*=UTF-8''a%C3%B1o.pdf",
            "año.pdf",
        ),
        ('Content-Type: application/pdf; name="año.pdf\nX-A: b', "año.pdf"),
        ('Content-Type: "application/pdf"; name=a.pdf', "a.pdf"),
        ("Content-Type: application/pdf", "attachment.pdf"),
        ("Content-Type: application/x-nobody-knows", "attachment"),
    ],
)
def test_names_of_files(head, name):
    top = "From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"

    [file] = read(f"{top}{head}\n\nx\n--b--\n".encode()).attachments

    assert (file.name, '"' in file.content_type) == (name, False)


def test_html_says_its_charset_itself():
    raw = b"Content-Type: text/html\n\n<meta charset=windows-1251><p>" + "Привет".encode("cp1251")

    assert read(raw).text == "Привет"


@pytest.mark.parametrize(
    "head",
    ["multipart/mixed", "multipart/mixed; boundary=zzz", "foo", "text", "text/plain; charset"],
)
def test_types_that_make_no_sense(head):
    assert read(f"From: a@b.c\nContent-Type: {head}\n\nseñal".encode()).text == "señal"


def test_a_charset_with_a_nul_in_a_notice():
    raw = b"From: MAILER-DAEMON@x.y\nContent-Type: text/plain; charset=a\0b\n\nse\xc3\xb1al"

    assert read(raw).text == "señal"


def test_parts_without_a_word_on_what_parts_them():
    raw = b"Content-Type: multipart/mixed\n\n--b\nContent-Type: text/plain\n\nhola\n--b--\n"

    assert read(raw).text == "hola"


def test_right_to_left_words_stay_as_they_were_written():
    raw = "Content-Type: text/plain; charset=utf-8\n\nשלום 123 عربي\n".encode()

    assert read(raw).text == "שלום 123 عربي"


@pytest.mark.parametrize(
    ("head", "references"),
    [
        (
            "References: <a@b.c>\nReferences: <d@e.f>, <broken\nIn-Reply-To: <d@e.f>",
            ("<a@b.c>", "<d@e.f>"),
        ),
        ("In-Reply-To: reply+x@aurora.example", ("reply+x@aurora.example",)),
        ("In-Reply-To: <d3b8@0c28@f473e@37signals.com>", ("<d3b8@0c28@f473e@37signals.com>",)),
        ("References: <a@b.c> <d@\n e.f> < g@h.i >", ("<a@b.c>", "<d@e.f>", "<g@h.i>")),
        ("References: <>", ()),
        ("In-Reply-To:", ()),
    ],
)
def test_what_it_answers(head, references):
    assert read(f"From: a@b.c\n{head}\n\nx".encode()).references == references


@pytest.mark.parametrize(
    ("raw", "message_id"),
    [
        ("<a@b.c> (added by x@y.z)", "<a@b.c>"),
        ("< a@b.c >", "<a@b.c>"),
        ("a@b.c", "a@b.c"),
        ("20240603.1", "20240603.1"),
        ("<>", None),
        ("", None),
    ],
)
def test_its_own_id(raw, message_id):
    assert read(f"From: a@b.c\nMessage-ID: {raw}\n\nx".encode()).message_id == message_id


def enveloped(kind, content):
    return base64.b64encode(cms.ContentInfo({"content_type": kind, "content": content}).dump())


def test_what_is_signed_in_an_envelope_is_read():
    inner = b"Content-Type: text/plain; charset=utf-8\n\nse\xc3\xb1al\n"
    content = {
        "version": "v1",
        "digest_algorithms": [],
        "encap_content_info": {"content_type": "data", "content": inner},
        "signer_infos": [],
    }
    head = b"From: a@b.c\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"

    seen = read(head + enveloped("signed_data", content))

    assert (seen.text, seen.attachments) == ("señal", ())


def test_what_outlook_wrapped_is_unwrapped():
    def told(level, what, content):
        return struct.pack("<BII", level, what, len(content)) + content + b"\0\0"

    winmail = struct.pack("<IH", 0x223E9F78, 1)
    winmail += told(1, 0x0002800C, b"No me llega\0") + told(2, 0x00069002, b"\0" * 14)
    winmail += told(2, 0x00018010, b"mayo.pdf\0") + told(2, 0x0006800F, b"%PDF-")
    head = b"From: a@b.c\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"

    seen = read(head + base64.b64encode(winmail))

    [file] = seen.attachments
    assert (seen.text, file.name, file.content_type, file.content) == (
        "No me llega",
        "mayo.pdf",
        "application/pdf",
        b"%PDF-",
    )


def test_what_is_encrypted_is_a_file():
    head = b"From: a@b.c\nContent-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"

    seen = read(head + base64.b64encode(b"whatever"))

    assert (seen.text, [each.name for each in seen.attachments]) == ("", ["smime.p7m"])


def test_a_signature_beside_the_words_is_a_file():
    raw = (
        b"From: a@b.c\nContent-Type: multipart/signed; protocol=x; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nhola\n"
        b"--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n--b--\n"
    )

    seen = read(raw)

    assert (seen.text, [each.name for each in seen.attachments]) == ("hola", ["smime.p7s"])


def test_an_invitation_is_a_file():
    raw = (
        b"From: a@b.c\nContent-Type: multipart/alternative; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nReunion\n"
        b"--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n"
    )

    seen = read(raw)

    assert (seen.text, [each.name for each in seen.attachments]) == ("Reunion", ["invite.ics"])
