"""The ways to pay, and which of them a currency has. Pure."""

import re
from enum import StrEnum
from typing import Any

from app.core.i18n import lazy


class Method(StrEnum):
    CARD = "card"  # on the gateway's own page only
    UPI_INTENT = "upi_intent"  # a link or a QR code opens the customer's UPI app
    UPI_COLLECT = "upi_collect"  # her UPI app asks her, under the address she gave
    WALLET = "wallet"
    PIX = "pix"  # a dynamic code, to scan or to copy
    BANK_TRANSFER = "bank_transfer"  # to an account or reference made for this payment


NAMES: dict[str, Any] = {
    "card": lazy("Card"),
    "upi_intent": lazy("UPI app"),
    "upi_collect": lazy("UPI request"),
    "wallet": lazy("Wallet"),
    "pix": lazy("Pix"),
    "bank_transfer": lazy("Bank transfer"),
}

# The decline code of what nobody paid in time.
EXPIRED = "expired"

UPI = frozenset({Method.UPI_INTENT, Method.UPI_COLLECT})

_OF_CURRENCY = {
    "INR": (Method.UPI_INTENT, Method.UPI_COLLECT, Method.CARD, Method.WALLET),
    "BRL": (Method.PIX, Method.CARD, Method.WALLET),
    "MXN": (Method.CARD, Method.BANK_TRANSFER, Method.WALLET),
}

# name@handle, as NPCI allows it: the handle is a bank's or an app's, and has no dot.
_VPA = re.compile(r"[a-z0-9][a-z0-9.\-_]{1,254}@[a-z][a-z0-9]{2,63}", re.ASCII)


def usual(currency: str) -> tuple[Method, ...]:
    """What people of this currency pay with, the most usual first."""
    return _OF_CURRENCY.get(currency, (Method.CARD,))


def vpa(text: str) -> str | None:
    """A UPI address (virtual payment address) in its one spelling; None when it is none."""
    spelt = text.strip().lower()
    return spelt if _VPA.fullmatch(spelt) else None
