"""What comes after the last of a pack for abroad: data stops there, or is charged as the plan says."""

import re

from actions.plain import plain
from actions.tasks.question import Answers
from actions.turn import Turn

USED_UP = re.compile(
    r"\b(?:(?:me|se|te) (?:\w+ )?(?:acab\w+|termin\w+|agot\w+)"
    r"|(?:acab|esgot|agot|termin)(?:ar?|ou|o|arem?|e)\b|gast\w+ (?:tudo|todo\w*|los|os)|(?:lo|la) gast\w+"
    r"|runs? out|ran out|use(?:s|d)? (?:\w+ ){0,3}(?:up|all)|use all|finish(?:es|ed)?|gets? over|exhaust\w*"
    r"|exceed\w*|(?:pas|ultrapass|exced)\w+ (?:\w+ )?(?:limite?|gigas?|gb))"
)
WHAT_THEN = re.compile(
    r"\b(?:charg\w+|cobr\w+|cuest\w+|cost\w*|cust\w+|pag\w+|pay|stops?|par[ao]|cort\w+|cai|bloque\w+|block\w*"
    r"|what happens|(?:que|o que|q) (?:pas\w+|acontece\w*)|se (?:me |le )?va|fic\w+ sem|(?:qued|dej)\w+ sin"
    r"|extra|automatic\w*|still works?|slow\w*|lent\w)\b"
)
LONGEST = 22  # words
STOPS = {
    "en": "With {plan} data works in {country} only while you have a pack: when it is used up, data"
    " stops until you take another.",
    "es": "Con {plan} solo hay datos en {country} mientras tengas un paquete: cuando se acaba, los datos"
    " se detienen hasta que tomes otro.",
    "pt": "Com o {plan} só há dados em {country} enquanto você tem um pacote: quando ele acaba, os dados"
    " param até você pegar outro.",
}
CHARGED = {
    "en": "When the pack is used up, data in {country} goes on with {plan}: {price}.",
    "es": "Cuando el paquete se acaba, los datos en {country} siguen con {plan}: {price}.",
    "pt": "Quando o pacote acaba, os dados em {country} seguem pelo {plan}: {price}.",
}


def asks_about_it(turn: Turn) -> bool:
    said = plain(turn.text)
    asks = USED_UP.search(said) and WHAT_THEN.search(said) and len(said.split()) <= LONGEST
    return bool(asks) and not turn.pressed_a_button


async def answers(turn: Turn, known: Answers) -> bool:
    """Of one for the country that is `known`: whether it was asked."""
    country, line = known.get("country"), known.get("line_id")
    if not (country and line) or not asks_about_it(turn):
        return False
    told = await turn.app.roaming(line, country)
    price = told["prices"].get("data")
    if told["at_home"] or told["as_home"]:
        return False
    sentence = (CHARGED if price else STOPS)[turn.language]
    words = {"plan": told["plan"], "country": told["country_text"], "price": price}
    turn.say("utter_told", sentence=sentence.format(**words))
    return True
