"""Who wrote her that she must pay, or click, may not have been us."""

import re

from actions import articles, handover
from actions.plain import plain
from actions.turn import Turn

_SENT = (
    r"\b(?:messages?|msg|texts?|sms|e ?mails?|links?|calls?"
    r"|mensaje|mensagem|correo|liga|enlace|llamada|ligacao)\b"
)
_FALSE = r"\b(?:scam\w*|phishing|fraud\w*|fake|golpe|estafa\w*|fraude\w*|fals[oa]|genuine|legit)\b"
_CAME = r"\b(?:got|received|recibi|llego|recebi|chegou|sent me|me (?:mand|envi)\w+)\b"
_THREATENS = (
    r"\b(?:disconnect\w*|deactivat\w*|cut|block\w*|suspen\w+|cort\w+|desconect\w+|deslig\w+|desativ\w+"
    r"|desactiv\w+|blo(?:que|qu?i)\w+|prize|premio)\b"
)
# "Kyc pending, call this no", "son ustedes?": it wants something, or she asks who sent it.
_WANTS = (
    r"\b(?:kyc|(?:call|ring|dial) (?:on )?(?:this|that|a|the) (?:no|num\w*)"
    r"|(?:ligar|llamar|ligue|llame) (?:a|para|pra)"
    r"|(?:actualiz|atualiz|update|updat|verif|confirm)\w* (?:(?:my|mis|meus?|los|os|your|the|o|el) )?"
    r"(?:datos|dados|data|details|cadastro|account|cuenta|conta|sim|pan|aadhaar))\b"
)
_OURS = (
    r"\b(?:(?:is|was) (?:this|it|that) (?:really )?(?:from )?(?:u|you)|(?:did|do) (?:u|you) (?:people )?send"
    r"|(?:son|fueron) (?:de )?(?:ustedes|uds)|es de (?:ustedes|uds)"
    r"|(?:e|eh) (?:de|da) (?:voces|vcs|vc)|(?:foi|foram|sao) (?:voces|vcs|vc))\b"
)
_GOT = (
    r"\b(?:got|get(?:s|ting)?|receiv\w+|recib\w+|lleg\w+|receb\w+|cheg\w+|me (?:mand|envi)\w+)\b"
    r".{0,20}\b(?:messages?|msg|texts?|sms|e ?mails?|mensaje|mensagem|correo)\b"
)
# She let them into her telephone, or told them her code: a person guards her line.
_CODE = r"(?:(?:the|my|an?|el|mi|un|o|meu|minha|a) )?(?:otp|code|pin|codigo|nip|senha)"
FELL_FOR_IT = re.compile(
    r"\b(?:install\w*|instal\w+|download\w*|baix\w+|descarg\w+)\b.*"
    r"\b(?:any ?desk|team ?viewer|quick ?support|rust ?desk)\b"
    rf"|\b(?:gave|told|sent) (?:them|him|her) {_CODE}\b|\bles (?:di|dio|dije|pase|mande) {_CODE}\b"
    rf"|\b(?:passei|dei|mandei|falei|passou|deu|mandou) {_CODE} (?:pra|para|a) (?:eles?|ela|o cara|um cara)\b"
)
DOUBTED = re.compile(f"{_SENT}.*{_FALSE}|{_FALSE}.*{_SENT}")
THREATENED = re.compile(f"(?=.*{_GOT})(?=.*{_THREATENS})(?=.*(?:{_WANTS}|{_OURS}))")
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
    return bool(DOUBTED.search(said) or CAME_WITH_A_LINK.match(said) or THREATENED.match(said))


def fell_for_it(turn: Turn) -> bool:
    """Whether, by what she says, somebody has her code or her telephone by now."""
    return (
        not turn.pressed_a_button
        and not turn.memory("work")
        and FELL_FOR_IT.search(plain(turn.text)) is not None
    )


async def guard(turn: Turn) -> None:
    """A person looks at the line at once."""
    turn.heard_as = "report_lost_sim"
    await handover.hand_over(turn, "asked", "utter_handover_fraud")


async def warn(turn: Turn) -> None:
    """How to know one."""
    await articles.look_up(turn, ABOUT[turn.language])
