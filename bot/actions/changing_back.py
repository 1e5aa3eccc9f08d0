"""Whether what is about to be changed may be changed back: that is another change, open at any time."""

import re

from actions.plain import plain
from actions.turn import Turn

_IF = r"(?:if|what if|can i|could i|may i|si|puedo|podria|se puede|se|posso|poderia|consigo|da (?:pra|para))"
_NOT_TO_DO = r"(?! a \w+[aei]r\b)"  # "volver a decir" is to say again
_BACK = (
    r"(?:(?:switch|change|go|move|come|get|revert|return)(?:ing)? (?:it )?(?:back|again)"
    rf"|regres(?:o|ar|arme)|(?:vuelvo|volver|volverme|volto|voltar){_NOT_TO_DO}"
    r"|(?:volver|voltar) a (?:cambi|mud|troc|ten|ter)\w*"
    r"|(?:cambi|mud|troc)\w+ (?:otra vez|de nuevo|de novo|outra vez))"
)
# "And if I want to go back later?", "se eu me arrepender".
LATER = re.compile(rf"\b{_IF}\b.{{0,40}}\b{_BACK}\b|\b(?:si|se|if)\b.{{0,12}}\b(?:arrepi\w+|regret\w*)\b")


def asks_to_change_back(turn: Turn) -> bool:
    return not turn.pressed_a_button and LATER.search(plain(turn.text)) is not None
