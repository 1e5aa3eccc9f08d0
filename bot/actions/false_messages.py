"""Who wrote her that she must pay, or click, may not have been us."""

import re

from actions import articles
from actions.plain import plain
from actions.turn import Turn

_SENT = (
    r"\b(?:messages?|msg|texts?|sms|e ?mails?|links?|calls?"
    r"|mensaje|mensagem|correo|liga|enlace|llamada|ligacao)\b"
)
_FALSE = r"\b(?:scam\w*|phishing|fraud\w*|fake|golpe|estafa\w*|fraude\w*|fals[oa]|genuine|legit)\b"
_CAME = r"\b(?:got|received|recibi|llego|recebi|chegou|sent me|me (?:mand|envi)\w+)\b"
_THREATENS = (
    r"\b(?:disconnect\w*|cut|block\w*|suspen\w+|cort\w+|desconect\w+|deslig\w+|bloque\w+|prize|premio)\b"
)
DOUBTED = re.compile(f"{_SENT}.*{_FALSE}|{_FALSE}.*{_SENT}")
CAME_WITH_A_LINK = re.compile(rf"(?=.*\b(?:link|liga|enlace)\b)(?=.*{_CAME})(?=.*{_THREATENS})")
ABOUT = {
    "en": "scams, false messages in our name",
    "es": "estafas, mensajes falsos en nuestro nombre",
    "pt": "golpes, mensagens falsas em nosso nome",
}


def doubted(turn: Turn) -> bool:
    """Whether she doubts such a message."""
    if turn.pressed_a_button or turn.memory("work"):
        return False
    said = plain(turn.text)
    return bool(DOUBTED.search(said) or CAME_WITH_A_LINK.match(said))


async def warn(turn: Turn) -> None:
    """How to know one."""
    await articles.look_up(turn, ABOUT[turn.language])
