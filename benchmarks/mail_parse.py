"""mail_parse: ordinary mails understood a second, on one core, and a quoted reply of 767 kB.

Reference: the standard library's parser with every part decoded, which knows nothing of quotes,
signatures, charsets in disguise or bounces; the same mails in the same run.
"""

import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage

from benchmarks.figure import Figure
from channels.email.reading import read

DAYS = None  # needs nothing of the stack
SECONDS = 10.0
WORDS = "Hola, desde ayer no tengo señal en mi línea y la factura de este mes subió. ¿Qué pasó?\n"
QUOTED = "> Hola, gracias por escribirnos. Su línea está activa y no tiene bloqueos.\n"
BIG = 767_000


def measure(_: object) -> Iterator[Figure]:
    mails = [_mail(number) for number in range(300)]
    ours = _a_second(read, mails)
    theirs = _a_second(_by_the_standard_library, mails)
    size = sum(map(len, mails)) / len(mails)
    yield Figure(
        "mail_parse",
        ours,
        "mails/s",
        theirs,
        {"mean_size": round(size), "quoted_reply_767_kb_s": round(_took(_big()), 3)},
    )


def _a_second(parse: object, mails: list[bytes]) -> float:
    assert callable(parse)
    done, begun = 0, time.perf_counter()
    while (taken := time.perf_counter() - begun) < SECONDS:
        for each in mails:
            parse(each)
        done += len(mails)
    return done / taken


def _by_the_standard_library(raw: bytes) -> None:
    for part in message_from_bytes(raw).walk():
        part.get_payload(decode=True)


def _took(raw: bytes) -> float:
    begun = time.perf_counter()
    assert read(raw).visible_reply == WORDS.strip()
    return time.perf_counter() - begun


def _mail(number: int) -> bytes:
    """A reply in words and HTML with a quote, every fifth with a picture, every fourth plain."""
    message = EmailMessage()
    message["From"] = f"Lucía Ñáñez {number} <lucia{number}@example.mx>"
    message["To"] = f"reply+token{number}@aurora.example"
    message["Subject"] = f"Re: Señal número {number}"
    message["Message-ID"] = f"<{number}@example.mx>"
    message["References"] = " ".join(f"<{number}.{each}@aurora.example>" for each in range(5))
    message["Date"] = "Mon, 03 Jun 2024 10:22:00 -0600"
    introduction = "El lun, 3 jun 2024 a las 10:22, Aurora (<care@aurora.example>) escribió:"
    message.set_content(f"{WORDS * 3}\n{introduction}\n\n{QUOTED * 20}")
    if number % 4:
        lines = "".join(f"<div>{each[2:]}</div>" for each in (QUOTED * 20).splitlines())
        message.add_alternative(
            f'<div dir="ltr">{WORDS * 3}</div><div class="gmail_quote"><div class="gmail_attr">'
            f'{introduction}</div><blockquote class="gmail_quote">{lines}</blockquote></div>',
            subtype="html",
        )
    if number % 5 == 0:
        message.add_attachment(b"\x89PNG" * 10_000, "image", "png", filename="captura.png")
    return message.as_bytes()


def _big() -> bytes:
    head = "From: a@example.mx\nContent-Type: text/plain; charset=utf-8\n\n"
    quote = QUOTED * (BIG // len(QUOTED.encode()) + 1)
    return f"{head}{WORDS}\nEl 3/6/24 a las 10:22, Aurora escribió:\n{quote}".encode()
