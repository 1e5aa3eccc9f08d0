"""This month's bill is to be paid now, and those to come by themselves: two requests, one after the other."""

import re
from typing import Any

from actions.amounts import folded
from actions.plain import plain
from actions.turn import Turn

PARTS = re.compile(r"[.,;!\n]+|\b(?:and|then|aur|phir|y|e|luego|despues|depois)\b")
THIS_ONE = re.compile(
    r"\b(?:this|is|este|esta|esse|essa|current|actual|atual)"
    r" (?:months?|mahin[ae]|mes|bill|one|factura|fatura|recibo|conta|boleto)\b"
)
PAYS = re.compile(
    r"\b(?:pay|charge|debit|take|cut|bhar\w*|kaat\w*|le l[oe]|pag\w+|cobr\w+|debit\w+|quit\w+|pass[ae]\w*)\b"
)
AUTO = re.compile(r"\b(?:auto\w*|domicili\w+|debito em conta|by itself|sol[oa]s?|sozinh[oa]s?)\b")
FROM_NEXT = re.compile(
    r"\b(?:next|agle|following|proxim[oa]s?|siguientes?|seguintes?|(?:mes|fatura) que (?:vem|viene)"
    r"|(?:otro|outro) mes|then on|ahi en adelante|dai (?:em|pra|para) (?:diante|frente))\b"
)
# What she has paid, or pays elsewhere.
NOT_NOW = re.compile(
    r"\b(?:already|paid|myself|later|i ll|(?:ya|ja) (?:l[oa] )?pag\w+|pague|paguei|pagad[oa]|pagamos|yo|eu"
    r"|diya|no|not|nao|don t|mat|nahi)\b"
)
FOR_THIS_ONE = ("payment_method", "currency", "language", "invoice_number")


def two_requests(turn: Turn) -> list[dict[str, Any]]:
    """The payment, then what is to be taken by itself, where she wants both; else nothing."""
    whole = plain(turn.text)
    if turn.pressed_a_button or "?" in turn.text or not (AUTO.search(whole) and FROM_NEXT.search(whole)):
        return []
    parts = [each.strip() for each in PARTS.split(folded(turn.said)) if plain(each)]
    now = [each for each in parts if _is_paid_now(plain(each))]
    if not now:
        return []
    later = [each for each in parts if each not in now]
    found = [{**each, "start": None, "end": None} for each in turn.message.get("entities") or []]
    of_now = [each for each in found if each["entity"] in FOR_THIS_ONE]
    return [_request("make_payment", now, of_now), _request("set_up_autopay", later, found)]


def _is_paid_now(part: str) -> bool:
    said = all(each.search(part) for each in (THIS_ONE, PAYS))
    return said and not (AUTO.search(part) or NOT_NOW.search(part))


def _request(intent: str, parts: list[str], entities: list[dict[str, Any]]) -> dict[str, Any]:
    return {"text": ", ".join(parts), "intent": {"name": intent, "confidence": 1.0}, "entities": entities}
