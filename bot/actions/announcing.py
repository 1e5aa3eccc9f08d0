"""Who only says that there is something to say: "tengo un problema largo de explicar", "ayuda por favor"."""

import re

from actions.plain import plain, words
from actions.turn import NOT_UNDERSTOOD, Turn

LONGEST = 12  # words
ANNOUNCES = re.compile(
    r"\b(?:tengo|traigo|have|ve got|got|tenho|estou com|to com)"
    r" (?:(?:un|una|a|an|um|uma|otro|otra|another|outro|outra|big|gran|grande) )*"
    r"(?:\w+ )?(?:problem\w*|issue|question|doubt|query|asunto|tema|duda|consulta|assunto|duvida|pergunta)\b"
)
HELP = re.compile(
    r"(?:(?:hi|hello|hey|hola|oi|ola|buenas|please|pls|por ?fa\w*|un|una|me|can you|i need|necesito"
    r"|preciso(?: de)?|pueden|podem|pode) )*(?:help(?: me)?|ayuda\w*|ajud\w+|auxilio|socorro|urgent\w*)"
    r"(?: (?:please|pls|por ?fa\w*|por favor|urgent\w*|me|aqui|here))*"
)
# Whoever asks for somebody is passed on, and "with my bill" is a matter.
SOMEBODY = words(
    "persona alguien humano humana agente asesor asesora ejecutivo operador operadora supervisor gente hablar"
    " llamar llamen marcar marcame comunicame pasame person people someone somebody human agent advisor"
    " representative supervisor manager talk speak call ring pessoa alguem atendente falar ligar liga ligue"
)
NOTHING_ELSE = ("talk_to_agent", *NOT_UNDERSTOOD)


def announces(turn: Turn) -> bool:
    """Nobody is asked for, and what it is about will come."""
    if turn.pressed_a_button or (turn.intent not in NOTHING_ELSE and not turn.is_unsure):
        return False
    hers = words(turn.text)
    said = plain(turn.text)
    says_so = ANNOUNCES.search(said) is not None or HELP.fullmatch(said) is not None
    return says_so and len(turn.text.split()) <= LONGEST and not hers & SOMEBODY
