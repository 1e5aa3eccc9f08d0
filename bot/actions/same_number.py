"""Whether she asks if her number stays hers, which is no wish to take it away."""

import re

from actions.plain import plain
from actions.turn import Turn

_VERB = (
    r"(?:per[cd]\w+|pierd\w+|los\w+|keep\w*|mud\w+|cambi\w+|chang\w+|conserv\w+|mant\w+|mism\w|mesm\w|same)"
)
_STAYS = (
    r"(?:queda|fica|muda|cambia|stays?|changes?|remains?|permanece"
    r"|(?:continua|sigue) (?:con|com|igual|siendo|sendo|o mesmo|el mismo|\d+))"
)
SAME_NUMBER = re.compile(
    rf"\b{_VERB}(?: (?:o|el|mi|meu|my|de|the|este|esse|con|com|with)){{0,3}}"
    r" (?:numero|number|telefono|telefone)\b"
    rf"|\b(?:numero|number|ddd|lada|area code) (?:(?:se|me|will|does) )?{_STAYS}\b"
    rf"|\b(?:will|does) (?:my|the) number {_STAYS}\b"
    # "El número no me lo cambian", "number will be the same".
    r"|\b(?:numero|number) (?:(?:will|would|does|do|is|se|vai|vao|van|a|me|lo|le) )*(?:no|not|nao|\w+n t)"
    r" (?:(?:will|se|vai|vao|van|a|me|lo|le|get|be) )*(?:cambi\w+|mud\w+|troc\w+|chang\w+)\b"
    r"|\bnumber (?:\w+ ){0,3}same\b|\bnumero (?:\w+ ){0,2}(?:el mismo|o mesmo)\b"
)
_WANTS = r"\b(?:want|need|give me|send me|get me|quiero|necesito|dame|mand\w+|quero|preciso|me da|me ve)\b"
_NEW_SIM = (
    r"\b(?:(?:new|another|replacement|otr[oa]|outro|nov[oa]|nuev[oa]) (?:\w+ )?(?:sim|chip)"
    r"|(?:sim|chip) (?:nuev[oa]|nov[oa]))\b"
)
_SAME = r"\b(?:same number|my number|mismo numero|mi numero|mesmo numero|meu numero)\b"
BACK = re.compile(rf"(?=.*{_WANTS})(?=.*{_NEW_SIM}).*{_SAME}")
SENTENCE = re.compile(r"[.;!?\n]+")
LONGEST = 14  # words; whoever writes more wants something else


def asks_for_the_same(turn: Turn) -> bool:
    """Asked, or told as a fear: "y pierdo mi número?", "no quiero perder mi número"."""
    said = map(plain, SENTENCE.split(turn.text))
    asks = any(len(each.split()) <= LONGEST and SAME_NUMBER.search(each) for each in said)
    return asks and not turn.pressed_a_button


def wants_it_back(turn: Turn) -> bool:
    """ "I want the same number back in a new SIM", which is no SIM to activate."""
    said = map(plain, SENTENCE.split(turn.text))
    sentences = zip(said, [*SENTENCE.findall(turn.text), ""])
    return not turn.pressed_a_button and any(BACK.search(each) and "?" not in end for each, end in sentences)
