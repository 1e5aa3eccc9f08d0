"""What is wondered about a line that is to be blocked, and about the old SIM of one that gets another."""

import re

from actions.plain import CLAUSES, plain
from actions.tasks.question import Answers
from actions.turn import Turn

LONGEST = 25  # words; whoever writes more wants something else
STATEMENTS = re.compile(r"[^.;!?\n]*\?|[.;!\n]+")

# A question, though it be written without its sign: "my own number is working only na".
ASKS = re.compile(
    r"^(?:(?:and|so|but|ok|y|e|entonces|entao|pero|mas|oigan?|a) )*"
    r"(?:can|could|will|would|does|do|is|are|what|p[uo]ed\w+|pod\w+|que pasa|se|si|sera|vai|va|if|da pra)\b"
    r"|\b(?:na|right|correct|verdad|cierto|certo|ne|vdd|huh)$"
)
_OTHERS = (
    r"(?:thie(?:f|ves)|robbers?|he|they|anyone|anybody|someone|somebody|whoever|nobody|no one|ladron\w*"
    r"|rater[oa]s?|alguien|nadie|ellos|quien|ladrao|ladroes|bandidos?|o cara|alguem|ninguem|eles|quem)"
)
_USES = (
    r"(?:us(?:e|es|ing|ar|a|an|am|en|em)|calls?|log ?in|access|open|receiv\w+|read|see|misuse|spend|get"
    r"|llam\w+|entr\w+|recib\w+|receb\w+|acess\w+|lig(?:ar|a|am|ue|uem)|ver|leer|ler|abr\w+|gast\w+)"
)
_CODES = r"(?:codes?|codigos?)"
_ELSEWHERE = r"(?:bank\w*|banco\w*|whats\w*|wpp|upi|pix|nubank|gpay|paytm|verific\w+)"
USED_BY_OTHERS = re.compile(
    rf"\b{_OTHERS}\b(?: \w+){{0,4}} {_USES}\b|\b{_USES}\b(?: \w+){{0,5}} {_OTHERS}\b|\b(?:otps?|sms)\b"
    rf"|\b(?:us\w+|entr\w+|access\w*|acess\w+|clon\w+|hack\w+|log ?in)\b(?: \w+){{0,4}} {_ELSEWHERE}\b"
    rf"|\b{_CODES}\b.{{0,20}}\b{_ELSEWHERE}\b|\b{_ELSEWHERE}\b.{{0,30}}\b(?:safe|segur\w+|{_CODES})\b"
)
_WORKS = (
    r"(?:work\w*|funcion\w+|sig[au]\w*|segu\w+|continu\w+|jal\w+|sirv\w+|servir|activ[oa]|ativ[oa]|active|on"
    r"|ok|fine|safe|touch\w*|affect\w*|afect\w+|afet\w+|block\w*|bloque\w+|stop\w*|cort\w+|normal\w*|va|vai|para)"
)
_LINE = r"(?:lines?|number|numero|linea|linha|sim|chip|phone|telefono|telefone|cel|celular|one)"
_MY = r"(?:my|mi|minha|meu)"
OTHER_LINES = re.compile(
    rf"\b(?:{_MY}|the|el|la|o|a) (?:own|prop(?:io|ia|rio|ria)|other|otr[oa]|outr[oa])(?: {_LINE})?\b.{{0,25}}"
    rf"\b{_WORKS}\b|\b(?:mine|(?:el|la) mi[oa])\b.{{0,25}}\b{_WORKS}\b"
    rf"|\b{_WORKS}\b.{{0,20}}\b(?:mine|(?:el|la) mi[oa]|{_MY} (?:own|other|otr[oa]|outr[oa]))\b"
)
# "Block the other one as well" is a wish.
ALSO = re.compile(r"\b(?:also|too|as well|both|tambien|tambem|tb|ambas|las dos|as duas|los dos|os dois)\b")
HER_LINE = re.compile(
    rf"\b(?:{_MY} {_LINE}|o meu|a minha)\b.{{0,25}}\b{_WORKS}\b"
    rf"|\b{_WORKS}\b.{{0,20}}\b(?:{_MY} {_LINE}|o meu$)\b"
)
_OLD = r"(?:old|current|existing|viej[oa]|velh[oa]|antig[oau]\w*|anterior|actual|atual|present)"
_CARD = r"(?:sim|chip|card|tarjeta|cartao|one)"
_STOPS = (
    r"(?:stop\w*|work\w*|die\w*|dead|cut\w*|off|deactivat\w+|deja\w*|servir|sirv\w+|funcion\w+|jal\w+|muer\w+"
    r"|morr\w+|para\w*|cort\w+|deslig\w+|apag\w+|desactiv\w+|desativ\w+|bloque\w+)"
)
OLD_SIM_STOPS = re.compile(
    rf"\b(?:{_OLD} {_CARD}|{_CARD} (?:que (?:tengo|uso|tenho) )?{_OLD})\b.{{0,25}}\b{_STOPS}\b"
    rf"|\b{_STOPS}\b.{{0,25}}\b(?:{_OLD} {_CARD}|{_CARD} {_OLD})\b"
    r"|\b(?:quedo|quedarme|queda|fico|ficar|vou ficar|be|left|stay)(?: \w+)? (?:sin|sem|without)(?: \w+)? "
    r"(?:linea|linha|line|servicio|servico|service|senal|sinal|signal|numero|number|datos|dados|data|internet"
    r"|celular|telefono|telefone|phone|network)\b"
    r"|\b(?:lose|pierdo|perco|perder)(?: \w+)? (?:signal|service|network|senal|servicio|sinal|servico)\b"
)
IF_FOUND = re.compile(
    r"\b(?:if|si|se)\b.{0,30}\b(?:find\w*|found|turns? up|appears?|shows? up|get it back|encuentr\w+"
    r"|aparec(?:e|er|iera|esse)|aparez\w+|recuper(?:o|ar|ara|asse|armos)|devuelv\w+|ach(?:o|ar|asse|armos)"
    r"|encontr(?:o|ar|ara|asse|armos))\b"
)

_LOCATE = (
    r"(?:track\w*|trace|locate|find|see|know|tell|rastre\w+|ubic\w+|localiz\w+|encontr\w+|saber|ver|achar)"
)
WHERE_IT_IS = re.compile(
    rf"\b{_LOCATE}(?: \w+){{0,2}} (?:where|donde|onde|aonde)\b"
    r"(?!.*\b(?:recoj\w+|recog\w+|retir\w+|compr\w+|pick|buy|chip|sim|tienda|loja|store|shop)\b)"
    r"|\b(?:can|could|tem como|da (?:pra|para)|p[uo]ed\w+|pod\w+|hay (?:forma|modo|manera)(?: de)?)"
    r"(?: \w+){0,2} (?:track|trace|locate|find|rastre\w+|ubic\w+|localiz\w+|encontr\w+)\b"
)

BLOCKED_FOR_ALL = {
    "en": "Nobody can call, use data or receive codes with that line now. What the phone opens over Wi-Fi,"
    " such as a bank's app, only the bank can block.",
    "es": "Con esa línea ya nadie puede llamar, usar datos ni recibir códigos. Lo que el teléfono abra por"
    " Wi-Fi, como la app del banco, solo lo puede bloquear el banco.",
    "pt": "Com essa linha ninguém mais consegue ligar, usar dados nem receber códigos. O que o aparelho abrir"
    " por Wi-Fi, como o app do banco, só o banco pode bloquear.",
}
UNTIL_IT_IS_BLOCKED = {
    "en": "Until the line is blocked, whoever has the SIM can receive its codes. Once it is, nobody can.",
    "es": "Mientras no se bloquee, quien tenga el chip puede recibir sus códigos. Ya bloqueada, nadie.",
    "pt": "Enquanto não for bloqueada, quem está com o chip pode receber os códigos. Depois, ninguém.",
}
SIM_IS_FINE = {
    "en": "Then your line needs nothing: put the SIM into another phone and it works there. I block only what"
    " is lost or stolen.",
    "es": "Entonces tu línea no necesita nada: pon el chip en otro teléfono y ahí funciona. Solo bloqueo lo"
    " perdido o robado.",
    "pt": "Então sua linha não precisa de nada: ponha o chip em outro aparelho e lá ele funciona. Só bloqueio"
    " o que foi perdido ou roubado.",
}
ONLY_THIS_LINE = {
    "en": "It is only about that line. Every other line of yours goes on as always.",
    "es": "Es solo esa línea. Tus otras líneas siguen como siempre.",
    "pt": "É só essa linha. Suas outras linhas continuam como sempre.",
}
OLD_SIM_GOES_ON = {
    "en": "Nothing stops right now: your old SIM works until a person has checked that it is you and given"
    " you the new one. Only then it stops for good.",
    "es": "Nada se corta ahora: tu chip viejo funciona hasta que una persona compruebe que eres tú y te dé el"
    " nuevo. Solo entonces deja de servir.",
    "pt": "Nada para agora: seu chip antigo funciona até uma pessoa confirmar que é você e entregar o novo."
    " Só então ele para de vez.",
}
OLD_SIM_STAYS_BLOCKED = {
    "en": "The old SIM is blocked already and stays so; your number works again with the new one.",
    "es": "El chip viejo ya está bloqueado y así se queda; tu número vuelve a funcionar con el nuevo.",
    "pt": "O chip antigo já está bloqueado e continua assim; seu número volta a funcionar com o novo.",
}
NOT_SEEN_FROM_HERE = {
    "en": "I can't see where a phone is. Its own search shows that on another device while it is switched"
    " on: Find My of Apple, or Google's Find My Device.",
    "es": "Desde aquí no veo dónde está un teléfono. Mientras esté encendido, eso lo muestra su propio"
    " buscador desde otro equipo: Buscar, de Apple, o Encontrar mi dispositivo, de Google.",
    "pt": "Daqui não vejo onde está um aparelho. Enquanto estiver ligado, o buscador dele mostra isso em"
    " outro aparelho: o Buscar, da Apple, ou o Encontre Meu Dispositivo, do Google.",
}
FOUND_LATER = {
    "en": "If it turns up, tell me: a person checks that it is you and lifts the block. Your number stays"
    " yours until then.",
    "es": "Si aparece, avísame: una persona comprueba que eres tú y quita el bloqueo. Mientras tanto tu"
    " número sigue siendo tuyo.",
    "pt": "Se ele aparecer, me avise: uma pessoa confirma que é você e tira o bloqueio. Até lá seu número"
    " continua seu.",
}


def statements(text: str) -> list[str]:
    """What is no question, sentence by sentence."""
    return [each for each in STATEMENTS.split(text) if plain(each) and not ASKS.search(plain(each))]


def told_beside(turn: Turn, answers: Answers) -> str:
    """The sentence that answers what she wonders; empty where there is none."""
    said = plain(turn.text)
    kind, _ = turn.reply
    asks = (
        "?" in turn.text
        or kind.startswith("asks_")
        or any(map(ASKS.search, map(plain, CLAUSES.split(turn.text))))
    )
    if turn.pressed_a_button or not asks or len(said.split()) > LONGEST:
        return ""
    told = _of_the_line(said, answers, _has_others(turn))
    return told[turn.language] if told else ""


def _has_others(turn: Turn) -> bool:
    """Whether she chose this line among several, as far as is known."""
    work = turn.memory("work")
    return not work or len((work.get("offered") or {}).get("line_id") or []) > 1


def is_blocked(answers: Answers) -> bool:
    """This very line: she may have gone on to another."""
    return "line_id" in answers and answers.get("blocked") == answers["line_id"]


def _of_the_line(said: str, answers: Answers, has_others: bool) -> dict[str, str] | None:
    """An old SIM goes on until there is another, but for one that is blocked."""
    blocked, is_replaced = is_blocked(answers), answers.get("missing") == "broken"
    if not is_replaced and IF_FOUND.search(said):
        return FOUND_LATER
    if not is_replaced and "missing" in answers and WHERE_IT_IS.search(said):
        return NOT_SEEN_FROM_HERE
    if (blocked or is_replaced) and OLD_SIM_STOPS.search(said):
        return OLD_SIM_STAYS_BLOCKED if blocked else OLD_SIM_GOES_ON
    if OTHER_LINES.search(said) or (has_others and HER_LINE.search(said)):
        return None if ALSO.search(said) else ONLY_THIS_LINE
    if is_replaced or "missing" not in answers or not USED_BY_OTHERS.search(said):
        return None
    return BLOCKED_FOR_ALL if blocked else UNTIL_IT_IS_BLOCKED
