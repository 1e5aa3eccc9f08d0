"""Whether a plan's price is for each line: one that is shared has one price for all."""

import re
from collections.abc import Sequence

from actions.app_client import Answer
from actions.plain import plain
from actions.turn import Turn

FAMILY = re.compile(r"\bfamil\w+")
FOR_WHOM = re.compile(
    r"\b(?:(?:for |per |para |por )?(?:each|cada (?:un[oa]?|um|uma|linea|linha|persona|pessoa))"
    r"|per (?:person|line|head)|for (?:both|all|the two)|por (?:persona|pessoa|linea|linha|cabeza|cabeca)"
    r"|(?:para|por|entre) (?:los|las|os|as) (?:dos|dois|duas)|(?:pros|pras|pelos|pelas) (?:dois|duas)"
    r"|together|in total|junt[oa]s|how many (?:people|lines)"
    r"|(?:cuant|quant)[ao]s (?:personas|pessoas|lineas|linhas))\b"
)
LONGEST = 15  # words
ONE_PRICE = {
    "en": "{price} for {plan} is one price for all: up to five lines share its data, on one bill.",
    "es": "{price} por {plan} es un solo precio para todos: hasta cinco líneas comparten sus datos, en una"
    " sola factura.",
    "pt": "{price} pelo {plan} é um só preço para todos: até cinco linhas dividem os dados, em uma só"
    " fatura.",
}


def asks_about_it(turn: Turn) -> bool:
    said = plain(turn.text)
    fits = not turn.pressed_a_button and len(said.split()) <= LONGEST and FOR_WHOM.search(said)
    asks = "?" in turn.text or turn.does("asks_price")
    return bool(fits) and asks and (FAMILY.search(said) or _figures(said)) is not None


def tell(turn: Turn, plans: Sequence[Answer]) -> bool:
    """Of the shared plan that she names, by its name or its price; False where she names none."""
    said = plain(turn.text)
    shared = [each for each in plans if FAMILY.search(plain(each["name"]))]
    named = [
        each for each in shared if FAMILY.search(said) or each["price"].partition(".")[0] in _figures(said)
    ]
    if not named:
        return False
    sentence = ONE_PRICE[turn.language].format(price=named[0]["price_text"], plan=named[0]["name"])
    turn.say("utter_told", sentence=sentence)
    return True


def _figures(said: str) -> list[str]:
    return re.findall(r"\b\d{2,4}\b", said)
