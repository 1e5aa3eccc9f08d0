"""Headers and parts that no standard allows, and that arrive all the same."""
# ruff: noqa: E501 - mails read better unbroken

import base64

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
        ("Foo Bar", None),
        ("undisclosed-recipients:;", None),
    ],
)
def test_senders(raw, sender):
    assert read(f"From: {raw}\n\nx".encode()).sender == sender


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
        (b"charset=utf-8\nContent-Transfer-Encoding: 7-bit\n\nx", "x"),
        (b"format=flowed\n\nhello this \nis one\n> a quoted \n> line", "hello this is one\n> a quoted line"),
        (b"format=flowed; delsp=yes\n\nse \n\xc3\xb1al\n-- \nAna", "señal\n-- \nAna"),
    ],
)  # fmt: skip
def test_words(raw, text):
    assert read(b"From: a@b.c\nContent-Type: text/plain; " + raw).text == text


def test_html_says_its_charset_itself():
    raw = b"Content-Type: text/html\n\n<meta charset=windows-1251><p>" + "Привет".encode("cp1251")

    assert read(raw).text == "Привет"


@pytest.mark.parametrize(
    "head",
    ["multipart/mixed", "multipart/mixed; boundary=zzz", "foo", "text", "text/plain; charset"],
)
def test_types_that_make_no_sense(head):
    assert read(f"From: a@b.c\nContent-Type: {head}\n\nhola".encode()).text == "hola"


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
        ("In-Reply-To:", ()),
    ],
)
def test_what_it_answers(head, references):
    assert read(f"From: a@b.c\n{head}\n\nx".encode()).references == references


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
