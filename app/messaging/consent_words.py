"""Stop, start and help as people write them: a whole message, in three languages. Pure.

The words of carriers' rules for short messages, and what customers of Latin America write.
"""

import re
import unicodedata
from enum import StrEnum


class Said(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


_WORDS = {
    Said.STOP: (
        "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT OPTOUT REVOKE "
        "ALTO PARAR PARE PARA BAJA CANCELAR SALIR DETENER FIN "
        "SAIR DESCADASTRAR DESINSCREVER REMOVER"
    ),
    Said.START: "START UNSTOP OPTIN INICIAR COMENZAR ALTA VOLTAR CADASTRAR SUSCRIBIR INSCREVER",
    Said.HELP: "HELP INFO AYUDA AJUDA",
}
_KNOWN = {word: said for said, words in _WORDS.items() for word in words.split()}
_LONGEST = 40


def said(text: str) -> Said | None:
    """What the whole of a message asks for; None when it says anything else besides.

    Case, accents, punctuation and spaces do not count.
    """
    if len(text) > _LONGEST:
        return None
    return _KNOWN.get(_folded(text))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return re.sub(
        r"[\W_]+", "", "".join(s for s in decomposed if not unicodedata.combining(s))
    ).upper()
