"""Cards, eSIM profiles and numbers that wait for new customers in each market of the demo."""

import hashlib

from app.core.actor import SYSTEM
from app.subscriptions import iccid, msisdn
from app.subscriptions.service import stock

EACH = 300
# Beyond the cards and numbers that the demo's population has.
_FIRST_SERIAL = 500_000_000
_HEADINGS = {"sim": "iccid,puk", "esim": "iccid,puk", "number": "number"}
_NUMBERS = {"MX": "+5256{:08d}", "BR": "+552199{:07d}", "IN": "+9199{:08d}"}


def take_in(market_code: str) -> None:
    country = msisdn.country_code(market_code)
    lists = {
        "sim": [_card(country, _FIRST_SERIAL + n) for n in range(EACH)],
        "esim": [_card(country, 2 * _FIRST_SERIAL + n) for n in range(EACH)],
        "number": [_NUMBERS[market_code].format(7_000_000 + n) for n in range(EACH)],
    }
    for holds, rows in lists.items():
        stock.import_batch(
            by=SYSTEM,
            market_code=market_code,
            holds=holds,
            name=f"{holds}-{market_code.lower()}-001.csv",
            rows="\n".join([_HEADINGS[holds], *rows]),
            count=EACH,
        )


def _card(country: int, serial: int) -> str:
    """As makers deliver them: the card and its PUK, here the same in every demo."""
    digest = hashlib.sha256(f"{country}:{serial}".encode()).digest()
    return f"{iccid.numbered(country, serial)},{int.from_bytes(digest[:6], 'big') % 10**8:08d}"
