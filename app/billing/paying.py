"""What a bill's code says to a payment app: UPI in India, PIX in Brazil. No session, no clock."""

import io
import re
import unicodedata
from urllib.parse import quote, urlencode

import segno

from app.core.money import Money
from app.markets import policies

_NOTHING_SAID = "***"

# What a market sets: where apps pay to, and how its bills look.
policies.declare("upi", lambda to: [str(to[name]) for name in ("address", "name")])
policies.declare("pix", lambda to: [str(to[name]) for name in ("key", "name", "city")])
policies.declare("operator", str)
policies.declare("mask_other_party", bool)


def upi_address(payee: str, name: str, amount: Money, number: str) -> str:
    """NPCI's deep link; `payee` is a virtual payment address such as aurora@okbank."""
    asked = {
        "pa": payee,
        "pn": name,
        "am": f"{amount.amount:.2f}",
        "cu": amount.currency,
        "tr": number,
        "tn": number,
    }
    return f"upi://pay?{urlencode(asked, quote_via=quote, safe='@')}"


def pix_code(key: str, name: str, city: str, amount: Money | None, reference: str) -> str:
    """The static BR Code of the Banco Central: EMV fields, length before value, CRC at the end.

    `reference` is cut to the 25 letters and digits that may stand there.
    """
    told = re.sub("[^A-Za-z0-9]", "", reference)[-25:] or _NOTHING_SAID
    fields = [
        _field("00", "01"),
        _field("26", _field("00", "br.gov.bcb.pix") + _field("01", key)),
        _field("52", "0000"),
        _field("53", "986"),
        _field("54", f"{amount.amount:.2f}") if amount else "",
        _field("58", "BR"),
        _field("59", _plain(name)[:25]),
        _field("60", _plain(city)[:15]),
        _field("62", _field("05", told)),
        "6304",
    ]
    code = "".join(fields)
    return f"{code}{crc16(code):04X}"


def crc16(text: str) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, from FFFF."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return crc


def qr_svg(text: str) -> bytes:
    """The code as a picture that scales, dark on white with its quiet zone."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False
    )
    return picture.getvalue()


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"


def _plain(text: str) -> str:
    """Without accents: not every bank's application reads them."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
