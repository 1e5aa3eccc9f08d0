"""What somebody wrote in this mail: without the mail it answers, and without the signature.

One pass over the lines, so that no mail can make it slow. In English, Spanish and Portuguese, and
for the quote lines of a few other languages that customers' phones speak.
"""

import re
from collections.abc import Sequence

# More is never shown whole.
LONGEST = 1_000_000
# "On …, … wrote:" is broken into several lines by some programs.
_LONGEST_INTRODUCTION = 4
_LONGEST_LINE = 600

_WROTE = re.compile(
    r"(?:\b(?:wrote|writes|sent|escribió|escribio|escreveu|a écrit|schrieb|ha scritto)\b[^:]{0,200}"
    r"|<[^<>\s]+@[^<>\s]+>\s*)[:：]\s*$",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"^(?:on|el|em|no dia|a|le|am|il|op)\b.*\d|^\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}.*"
    r"|^(?:\S+ ){0,6}\S*<?[\w.+-]+@[\w.-]+>?.*|^.{1,60}\b(?:wrote|escribió|escreveu)\s*:$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"^[\s>*_]*-{2,}\s*(?:original message|forwarded message|mensaje original|mensaje reenviado"
    r"|mensagem original|mensagem encaminhada|message d'origine|message original"
    r"|ursprüngliche nachricht|weitergeleitete nachricht|reply message|original appointment"
    r"|messaggio originale|reply above this line|responda acima desta linha"
    r"|responde arriba de esta línea)\b.*$"
    r"|^\s*(?:begin forwarded message|inicio del mensaje reenviado"
    r"|início da mensagem encaminhada)\s*:\s*$"
    r"|^\s*#{2,}-?.*(?:reply above|type your reply|escribe tu respuesta|digite sua resposta).*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^[\s>*]*(?:from|sent|to|subject|date|cc|reply-to|importance|when|where|required|attachments"
    r"|de|enviado(?: el| em| por)?|enviada(?: em)?|enviado|para|asunto|assunto|fecha|data"
    r"|responder a"
    r"|importancia|importância|von|gesendet|an|betreff|envoyé|à|objet|a|oggetto)\**\s*:\**\s*\S?",
    re.IGNORECASE,
)
_SENDER_HEADER = re.compile(r"^[\s>*]*(?:from|de|von|da)\**\s*:\**\s*\S", re.IGNORECASE)
_RULE = re.compile(r"^\s*[_\-=]{10,}\s*$")
_SIGNATURE = re.compile(r"^\s*(?:--|__|—)\s*$")
_SENT_WITH = re.compile(
    r"^\s*[<\[]?(?:sent (?:from|via|with|using) |get outlook for "
    r"|enviado desde |enviado do |enviado a partir d"
    r"|enviado (?:por|pelo|via|com|con) (?:el |mi |meu |o )?(?:samsung|iphone|ipad|outlook|yahoo"
    r"|gmail|correo|móvil|celular|android|blackberry|proton|email)"
    r"|obtener outlook para|obter o outlook para|baixe o outlook"
    r"|descargar outlook|mandado desde mi |do meu (?:iphone|celular)|envoyé de mon|von meinem).*$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"^\s*(?:(?:best|kind|warm|kindest|with kind|with best|many)?\s*regards"
    r"|yours (?:sincerely|faithfully|truly)"
    r"|sincerely(?: yours)?|(?:un |muchos )?(?:cordial(?:es)? )?saludos?(?: cordiales)?"
    r"|atentamente|cordialmente"
    r"|(?:muy )?atte|un abrazo|abraços?|abs|att|atenciosamente|cordiais saudações|cumprimentos"
    r"|(?:com os )?melhores cumprimentos)\s*[,.!]*\s*$",
    re.IGNORECASE,
)
# After a farewell there is a name, a post, a number: short lines, and few of them.
_MOST_AFTER_FAREWELL = 10
_LONGEST_AFTER_FAREWELL = 80
_BLANKS = re.compile(r"\n{3,}")


def visible(text: str) -> str:
    """The new words. When everything looks like a quote, everything is given."""
    lines = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    own = _without_signature(_without_quotes(lines))
    found = _BLANKS.sub("\n\n", "\n".join(own)).strip()
    return found or text[:LONGEST].strip()


def has_quote(text: str) -> bool:
    """Whether some of it is the mail that is answered."""
    lines = text[:LONGEST].split("\n")
    return len(_without_quotes(lines)) < len([line for line in lines if line.strip()])


def _without_quotes(lines: Sequence[str]) -> list[str]:
    own: list[str] = []
    at = 0
    while at < len(lines):
        if _is_quoted(lines[at]):
            at += 1
            continue
        length = _introduction(lines, at)
        if length == 0:
            own.append(lines[at].rstrip())
            at += 1
        elif _answers_between(lines, at + length):
            at += length
        else:
            break
    return own


def _is_quoted(line: str) -> bool:
    return line.lstrip()[:1] == ">"


def _introduction(lines: Sequence[str], at: int) -> int:
    """How many lines from here on say that a quote follows; 0 when they do not."""
    line = lines[at]
    if not line.strip():
        return 0
    if _SEPARATOR.match(line[:_LONGEST_LINE]):
        return 1
    if _RULE.match(line[:_LONGEST_LINE]):
        following = next(
            (i for i in range(at + 1, min(at + 4, len(lines))) if lines[i].strip()), at
        )
        return following - at + 1 if following > at and _is_header_block(lines, following) else 0
    if _is_header_block(lines, at):
        return 1
    return _wrote(lines, at)


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """From, To, Subject … as some programs put them above what they quote."""
    if not _SENDER_HEADER.match(lines[at][:_LONGEST_LINE]):
        return False
    near = [line for line in lines[at + 1 : at + 12] if line.strip()][:6]
    return sum(bool(_HEADER.match(line[:_LONGEST_LINE])) for line in near) >= 2


def _wrote(lines: Sequence[str], at: int) -> int:
    first = lines[at].strip()[:_LONGEST_LINE]
    if not _INTRODUCES.match(first):
        return 0
    whole = ""
    for length in range(1, _LONGEST_INTRODUCTION + 1):
        if at + length > len(lines) or not lines[at + length - 1].strip():
            return 0
        whole = f"{whole} {lines[at + length - 1].strip()[:_LONGEST_LINE]}".strip()
        if _WROTE.search(whole):
            return length if re.search(r"\d|@", whole) or _quote_follows(lines, at + length) else 0
    return 0


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 4] if line.strip()), "")
    return _is_quoted(following)


def _answers_between(lines: Sequence[str], at: int) -> bool:
    """Whether the quote is marked line by line, so that answers may stand between and below."""
    return _quote_follows(lines, at)


def _without_signature(lines: list[str]) -> list[str]:
    """Up to a signature's mark, "Sent from my …", or a farewell with a name below."""
    for at, line in enumerate(lines):
        short = line[:_LONGEST_LINE]
        if at and (_SIGNATURE.match(short) or _ends_with_farewell(lines, at)):
            return lines[:at]
        if _SENT_WITH.match(short) and len(short) < 200:
            rest = [each for each in lines[at + 1 :] if each.strip()]
            return lines[:at] + (lines[at + 1 :] if rest and at == 0 else [])
    return lines


def _ends_with_farewell(lines: Sequence[str], at: int) -> bool:
    if not _FAREWELL.match(lines[at][:_LONGEST_LINE]):
        return False
    below = [line.strip() for line in lines[at + 1 : at + 40] if line.strip()]
    short = all(len(line) <= _LONGEST_AFTER_FAREWELL and "?" not in line for line in below)
    return short and len(below) <= _MOST_AFTER_FAREWELL
