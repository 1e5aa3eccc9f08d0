"""What a customer scans, opens or pays into, by method: made as the schemes prescribe."""

from urllib.parse import quote, urlencode

METHODS = ("card", "upi_intent", "upi_collect", "wallet", "pix", "bank_transfer")
# Only these can be charged again when nobody is there.
SAVED = ("card", "upi_intent", "upi_collect", "wallet")
# Seconds to pay in; the others have all day. A little before merchants usually ask again.
TIME_TO_PAY = {"upi_intent": 880, "upi_collect": 280, "pix": 880, "bank_transfer": 7100}
MERCHANT, UPI_ADDRESS, PIX_KEY = "AURORA MOVIL", "aurora@sandbox", "pix@aurora.example"


def action(
    method: str, *, txid: str, amount: str, currency: str, description: str, payer: str
) -> dict[str, str] | None:
    if method == "pix":
        return {"kind": "qr", "text": br_code(txid, amount)}
    if method == "upi_intent":
        return {"kind": "deep_link", "text": upi_link(txid, amount, currency, description)}
    if method == "upi_collect":
        return {"kind": "approve", "text": payer}
    if method == "bank_transfer":
        return {"kind": "transfer", "text": clabe(txid)}
    return None


def upi_link(txid: str, amount: str, currency: str, description: str) -> str:
    """NPCI's linking specification: `upi://pay` with payee, amount and our reference."""
    fields = {
        "pa": UPI_ADDRESS,
        "pn": MERCHANT.title(),
        "tr": txid,
        "tn": description[:50],
        "am": amount,
        "cu": currency,
    }
    return "upi://pay?" + urlencode(fields, quote_via=quote, safe="@")


def br_code(txid: str, amount: str) -> str:
    """The Brazilian QR code of the Central Bank's manual: EMV fields, then a checksum."""
    account = _field("00", "br.gov.bcb.pix") + _field("01", PIX_KEY)
    text = "".join(
        (
            _field("00", "01"),
            _field("01", "12"),  # good once
            _field("26", account),
            _field("52", "0000"),
            _field("53", "986"),
            _field("54", amount),
            _field("58", "BR"),
            _field("59", MERCHANT),
            _field("60", "SAO PAULO"),
            _field("62", _field("05", txid[:25])),
            "6304",
        )
    )
    return f"{text}{crc16(text.encode()):04X}"


def clabe(txid: str) -> str:
    """A Mexican account number made for this payment: 17 digits and their check digit."""
    account = int(txid, 16) % 10**11 if txid else 0
    digits = f"646180{account:011d}"
    weighed = sum(int(digit) * (3, 7, 1)[at % 3] % 10 for at, digit in enumerate(digits))
    return f"{digits}{(10 - weighed % 10) % 10}"


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return crc


def _field(number: str, value: str) -> str:
    return f"{number}{len(value):02d}{value}"
