"""Words and files that are not where MIME has them."""

import base64
import binascii
import struct
from random import Random

import pytest
from compressed_rtf import compress

from channels.email.reading import read

PLAIN = b"From: a@b.c\nContent-Type: text/plain; charset=%s\n\n%s"
FILE = bytes(Random(4).randrange(256) for _ in range(300))
RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss Arial;}}\pard\f0 Buenos d\'edas,\par\par "
    rb"No tengo se\'f1al.\par}"
)
CYRILLIC = (
    rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Arial;}}\uc1\f0 \'cd\'e5\'f2 \u8364?}"
)
OF_HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <html><body>}\pard{\*\htmltag148 <p>}"
    rb"\htmlrtf {\htmlrtf0 Buenos d\'edas,{\*\htmltag156 </p>}\htmlrtf\par}\htmlrtf0 "
    rb"{\*\htmltag148 <p>}\htmlrtf {\htmlrtf0 No {\*\htmltag84 <b>}tengo{\*\htmltag92 </b>} "
    rb"se\'f1al.{\*\htmltag156 </p>}\htmlrtf\par}\htmlrtf0 }"
)


def winmail(rtf, kind="application/ms-tnef", *, packed=True):
    body = compress(rtf, compressed=packed)
    props = struct.pack("<IHHII", 1, 0x102, 0x1009, 1, len(body)) + body + b"\0" * (-len(body) % 4)
    told = b"".join(
        struct.pack("<BII", level, what, len(content)) + content + b"\0\0"
        for level, what, content in (
            (1, 0x00069003, props),
            (2, 0x00069002, b"\0" * 14),
            (2, 0x00018010, b"mayo.pdf\0"),
            (2, 0x0006800F, b"%PDF-"),
        )
    )
    wrapped = base64.encodebytes(struct.pack("<IH", 0x223E9F78, 1) + told)
    head = f"From: a@b.c\nContent-Type: {kind}; name=winmail.dat\n"
    return f"{head}Content-Transfer-Encoding: base64\n\n".encode() + wrapped


@pytest.mark.parametrize(
    ("rtf", "words"),
    [
        (RTF, "Buenos días,\n\nNo tengo señal."),
        (CYRILLIC, "Нет €"),
        (OF_HTML, "Buenos días,\n\nNo tengo señal."),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_words_that_outlook_wrapped_as_rtf_alone(rtf, words, packed):
    seen = read(winmail(rtf, packed=packed))

    assert (seen.visible_reply, [each.name for each in seen.attachments]) == (words, ["mayo.pdf"])


def test_what_outlook_wrapped_is_known_without_its_type():
    seen = read(winmail(RTF, "application/octet-stream"))

    assert [each.name for each in seen.attachments] == ["mayo.pdf"]


def test_what_cannot_be_read_is_kept_wrapped():
    seen = read(winmail(b"no RTF at all " * 20_000, packed=False))

    assert [each.name for each in seen.attachments] == ["mayo.pdf", "winmail.dat"]


def test_properties_that_are_not_there_are_not_looked_for():
    claimed = struct.pack("<IH", 0x223E9F78, 1)
    claimed += struct.pack("<BIII", 1, 0x00069003, 4, 2**32 - 1) + b"\0\0" + b"\0" * 20
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\n"

    seen = read(head + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(claimed))

    assert [each.name for each in seen.attachments] == ["winmail.dat"]


@pytest.mark.parametrize(
    "rtf",
    [
        rb"{\rtf1{\fonttbl" + rb"{\f1\fcharset1" * 6_000,
        rb"{\rtf1 " + rb'{\field{\*\fldinst{HYPERLINK "x" ' * 3_000,
        rb"{\rtf1\fromhtml1 " + rb"\htmlrtf " * 10_000,
    ],
    ids=["fonts", "links", "tags"],
)
def test_rtf_that_never_ends_is_read_to_its_end(rtf):
    assert read(winmail(rtf, packed=False)).attachments


def uuencoded(name, content):
    lines = (binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return b"begin 644 %s\n%s`\nend\n" % (name, b"".join(lines))


def yencoded(name, content):
    signs = {0, 10, 13, 61}
    plus = (byte + 42 & 255 for byte in content)
    coded = [b"=%c" % (byte + 64 & 255) if byte in signs else b"%c" % byte for byte in plus]
    lines = b"\n".join(b"".join(coded[at : at + 128]) for at in range(0, len(coded), 128))
    size = len(content)
    return b"=ybegin line=128 size=%d name=%s\n%s\n=yend size=%d\n" % (size, name, lines, size)


@pytest.mark.parametrize("written", [uuencoded, yencoded])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_files_among_the_words_are_files(written, ends):
    body = b"Va la foto.\n\n" + written(b"mi foto.jpg", FILE) + b"\nGracias, se\xf1ores.\n"

    seen = read(PLAIN.replace(b"\n", ends) % (b"latin-1", body.replace(b"\n", ends)))

    [file] = seen.attachments
    assert (file.name, file.content_type, file.content) == ("mi foto.jpg", "image/jpeg", FILE)
    assert seen.visible_reply == "Va la foto.\n\nGracias, señores."


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 es lo que sale en pantalla\ny luego end",
        "Va la foto\nbegin 644 x.jpg\nM no es un archivo\nend\ngracias",
        "begin 644 x\nend",
        "=ybegin line=128 size=3 name=x\nabcd\n=yend size=9",
    ],
)
def test_what_only_looks_like_a_file_is_words(text):
    seen = read(PLAIN % (b"utf-8", text.encode()))

    assert (seen.text, seen.attachments) == (text, ())


def test_words_that_were_signed_are_words():
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNo me llega\n\n- -- \nAna\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n=abcd\n-----END PGP SIGNATURE-----\n"
    )

    assert read(PLAIN % (b"utf-8", signed.encode())).visible_reply == "No me llega"


def parted(*parts):
    return (
        b"From: 5512345678@mms.example\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"".join(b"--b\n%s\n" % part for part in (*parts, b""))
    )


NOTE = b"Content-Type: text/plain; name=text_0.txt\nContent-Disposition: attachment\n\nSin red\n"
PICTURE = b"Content-Type: image/jpeg; name=a.jpg\n\nx\n"


def test_the_words_of_a_picture_message_are_in_a_file():
    seen = read(parted(PICTURE, NOTE))

    assert seen.visible_reply == "Sin red"
    assert [each.name for each in seen.attachments] == ["a.jpg", "text_0.txt"]


def test_a_file_of_words_beside_words_is_a_file():
    seen = read(parted(b"Content-Type: text/plain\n\nVa el archivo\n", NOTE))

    assert seen.visible_reply == "Va el archivo"


def test_a_type_with_a_blank_for_its_semicolon():
    assert read(b"Content-Type: text/plain charset=utf-8\n\nse\xc3\xb1al").text == "señal"
