"""The commands of phones without data: `BAL`, `TOPUP <voucher>`, `BLOQUEAR <PIN>`. Pure.

A command is the whole message: "my bal is wrong" is none.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

VOUCHER_DIGITS = 16
_LONGEST = 60


class Keyword(StrEnum):
    BALANCE = "balance"
    USAGE = "usage"
    BILL = "bill"
    PAY = "pay"
    PLAN = "plan"
    TOP_UP = "top_up"
    BLOCK = "block"
    CODE = "code"
    HELP = "help"


WORDS = {
    **dict.fromkeys(("BAL", "BALANCE", "SALDO"), Keyword.BALANCE),
    **dict.fromkeys(("USAGE", "CONSUMO", "USO"), Keyword.USAGE),
    **dict.fromkeys(("BILL", "FACTURA", "FATURA"), Keyword.BILL),
    **dict.fromkeys(("PAY", "PAGAR"), Keyword.PAY),
    **dict.fromkeys(("PLAN", "PLANO"), Keyword.PLAN),
    **dict.fromkeys(("TOPUP", "TOP UP", "RECARGA", "RECARGAR", "RECARREGAR"), Keyword.TOP_UP),
    **dict.fromkeys(("BLOCK", "BLOQUEAR"), Keyword.BLOCK),
    **dict.fromkeys(("CODE", "CODIGO"), Keyword.CODE),
    **dict.fromkeys(("HELP", "AYUDA", "AJUDA"), Keyword.HELP),
}
_TAKE_DIGITS = {Keyword.TOP_UP, Keyword.BLOCK}
_SHAPE = re.compile(r"([A-Z]+(?: UP)?)((?:[ -]*[0-9])*)[ .!]*")


@dataclass(frozen=True, slots=True)
class Command:
    """`voucher` and `proof` (a PIN, or the code of an SMS) are digits, empty when not given."""

    keyword: Keyword
    voucher: str = ""
    proof: str = ""


def parse(text: str) -> Command | None:
    """None for what is no command, whatever it is."""
    if len(text) > _LONGEST:
        return None
    shape = _SHAPE.fullmatch(_folded(text))
    keyword = WORDS.get(shape.group(1)) if shape else None
    if shape is None or keyword is None:
        return None
    digits = re.sub("[^0-9]", "", shape.group(2))
    if keyword not in _TAKE_DIGITS:
        return None if digits else Command(keyword)
    if keyword is Keyword.BLOCK:
        return Command(keyword, proof=digits)
    return Command(keyword, digits[:VOUCHER_DIGITS], digits[VOUCHER_DIGITS:])


def without_secrets(text: str) -> str:
    """The command as it may be kept: what could be a PIN or a voucher is covered."""
    command = parse(text)
    if command is None or not (command.voucher or command.proof):
        return text
    return re.sub("[0-9]", "•", text)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(each for each in apart if not unicodedata.combining(each))
    return " ".join(plain.upper().split())
