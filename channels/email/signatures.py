"""What stands below somebody's words and is none of them: signatures, what phones and virus
scanners add, footers of lists and lawyers. In English, Spanish and Portuguese, and what phones say
elsewhere."""

import re
from collections.abc import Sequence
from itertools import takewhile

_LONGEST_LINE = 600
_MARK = re.compile(r"^\s*--\s*$")
# Others draw a line too; below it is a signature when that is short.
_DRAWN = re.compile(r"^\s*(?:[-_—–=*~]{2,}|—)\s*$")
_MACHINES = (
    r"samsung|galaxy|iphone|ipad|outlook|yahoo|gmail|correo|correio|e-?mail|móvil|celular|android"
    r"|blackberry|proton|tuta|bluemail|huawei|xiaomi|motorola|nokia|windows|smartphone|aol|zoho"
    r"|titan|mailbird"
)
_PROGRAM = re.compile(rf"\b(?:{_MACHINES})|https?:", re.IGNORECASE)
_MOST_OF_MACHINES, _MOST_NAMING_ONE = 8, 12
_OUTCRY = re.compile(r"[!?;](?:\s|$)")
_SENT_WITH = re.compile(
    r"^\s*[<\[(*_]{0,3}(?:sent (?:wirelessly )?(?:from|via|with|using|by) "
    r"|from my (?:i?phone|ipad|mobile|android|samsung|blackberry|cell)\b"
    r"|(?:get|obtener|obtén|obtenga|obter|obtenha|baixe|baixar|descargar|descarga|télécharger|obtenir"
    r"|scarica|download|hol(?:en)?(?: sie sich)?|downloaden) (?:o |le |el )?"
    r"\[?(?:outlook|bluemail)\b(?! \w+ (?:on|en|no|em) )"
    r"|outlook für (?:android|ios)\b"
    r"|yahoo mail: \w|enviado desde "
    r"|enviado (?:do|de|da) (?:meu|minha|mi|correo|email|e-mail|yahoo|outlook|samsung)"
    r"|enviado (?:a partir d|através d)"
    rf"|enviado (?:por|pelo|pela|via|com|con|usando) (?:\S+ ){{0,3}}(?:{_MACHINES})"
    r"|mandado desde mi |do meu (?:iphone|celular|smartphone)\b"
    r"|envoyé (?:de|depuis|à partir d|avec|sans fil)|von meinem .{1,40}gesendet"
    r"|gesendet (?:von|mit) |diese nachricht wurde von meinem|inviato d"
    r"|verzonden (?:vanaf|met|via) "
    r"|verstuurd vanaf |skickat från m|sendt fra m|wysłane z |lähetetty |отправлено (?:с|из) "
    r"|从我的|發自我的|发自我的|從我的|傳自我的|נשלח מה|나의 \S+에서 보냄).*$"
    r"|^\s*\S+(?:から送信|에서 보냄)\s*$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"^\s*(?:[^/\n]{1,30} / )?"
    r"(?:(?:(?:best|kind|warm|kindest|with kind|with best|many|warmest)\s+)?regards"
    r"|thanks (?:&|and) regards|yours (?:sincerely|faithfully|truly)"
    r"|sincerely(?: yours)?|best wishes|cheers|all the best"
    r"|(?:un |muchos |mis |reciba un )?(?:cordial(?:es)? )?saludos?(?: cordial(?:es)?)?"
    r"|atentamente|cordialmente|(?:muy )?atte|(?:un )?abrazos?|abraços?|abs|att|atenciosamente"
    r"|grat[oa]"
    r"|cordiais saudações|(?:com os (?:meus )?)?(?:melhores )?cumprimentos"
    r"|(?:bien )?cordialement|bien à vous|mit freundlichen grüßen|(?:viele|beste|liebe) grüße|mfg"
    r"|cordiali saluti|distinti saluti|met vriendelijke groet(?:en)?|с уважением)\s*[,.!]*\s*$",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^[\s*_]*(?:you (?:received|are receiving) this (?:message|e-?mail) because you"
    r"|to unsubscribe (?:from this|send)|para (?:cancelar|anular) (?:la|tu|su) suscripción"
    r"|(?:libre de|sin) virus\b|virus[- ]free\b|livre de vírus|não contém vírus|vírus? grátis"
    r"|this e-?mail (?:has been|was) (?:checked|scanned)|el software de antivirus avast"
    r"|este correo electrónico ha sido (?:comprobado|analizado)"
    r"|este e-?mail foi (?:verificado|escaneado)"
    r"|(?:confidentiality|legal|privacy) notice|disclaimer\b|notice of confidentiality"
    r"|aviso (?:de confidenciali?dad|legal|de privacidad|de confidencialidade)"
    r"|(?:nota|cláusula) de confidenci"
    r"|(?:el contenido de este|o conteúdo d)\b.{0,80}\b(?:confidencia|destina)"
    r"|diese (?:e-?mail|nachricht)\b.{0,80}\b(?:vertraulich|bestimmt)"
    r"|ce (?:message|courriel|mail)\b.{0,80}\b(?:confidenti|destin)"
    r"|este (?:mensaje|correo)\b.{0,80}\b(?:confidencial|adjuntos|anexos)"
    r"|esta mensagem\b.{0,80}\b(?:confidencia|anexos|destina)|este e-?mail\b.{0,60}\bconfidencia"
    r"|the information (?:contained )?in this|this (?:e-?mail|message|communication)\b.{0,80}"
    r"\b(?:confidential|intended (?:only|solely|for)|privileged|attachments)"
    r"|la información contenida en este|as informações contidas n"
    r"|antes de imprimir|please consider the environment|p\.? ?antes de imprimir)",
    re.IGNORECASE,
)
_WARNING = re.compile(
    r"^[\s*\[(]*(?:caution|warning|external(?: e-?mail)?|precaución|advertencia|atenção|cuidado"
    r"|correo externo|e-?mail externo)\b.{0,40}"
    r"(?:this (?:e-?mail|message)|originated|external (?:e-?mail|sender|source)"
    r"|outside (?:of )?(?:the|our|your|my) \w+"
    r"|este (?:correo|mensaje|e-?mail)|(?:correo|e-?mail|remitente) externo"
    r"|(?:fuera de|fora d)(?: ?la|a| nuestra| su) (?:organiza|empresa|compañía|red|rede))",
    re.IGNORECASE,
)
# How it goes on, and what Outlook says of senders that it sees for the first time.
_WARNS = re.compile(
    r"\b(?:click|links?|attachments?|sender|enlaces?|adjuntos?|remitente|clique|anexos?|origin\w*"
    r"|organi[sz]a\w*|haga clic|be (?:careful|cautious)|(?:tenga|tome|ten) cuidado)\b",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"\b(?:external|outside|extern[oa]|fuera de|fora d[ae])\b", re.IGNORECASE)
_STRANGER = "aka.ms/LearnAboutSenderIdentification"
_INITIAL = re.compile(r"^\s*[-–—] ?[A-ZÁÉÍÓÚÑÇ]\w*(?: [A-ZÁÉÍÓÚÑÇ][\w.]*){0,2}\s*$|^-[a-z]{2,20}$")
# After a farewell or a line there is a name, a post, a number: short lines, and few of them.
_MOST_AFTER = 16
_LONGEST_AFTER = 80
_POINT = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s+\w")
_FEWEST_WORDS = 5
_FARTHEST = 60
_FARTHEST_FROM_END = 400


def without_signature(lines: list[str]) -> list[str]:
    """Up to where the first of these begins; the first line itself is always somebody's words,
    but for what a phone or a warning puts there."""
    lines = _without_warning(lines)
    divided = False
    for at, line in enumerate(lines):
        if not line or line.isspace():
            continue
        short = line[:_LONGEST_LINE].strip()
        if _is_machines(short) and _stands_alone(lines, at):
            return lines[:at]
        if at and (_MARK.match(short) or _FOOTER.match(short)):
            return lines[:at]
        is_drawn = bool(_DRAWN.match(short))
        if at and not (is_drawn and divided) and _ends_here(lines, at, short):
            return lines[:at]
        divided = divided or is_drawn
    return lines


def _is_machines(line: str) -> bool:
    """Whether a program put it there. What is longer, or built of parts, is somebody's sentence;
    of those that name a program a little more is a program's."""
    if len(line) >= 200 or not _SENT_WITH.match(line) or _OUTCRY.search(line):
        return False
    names_one = bool(_PROGRAM.search(line))
    most, parts = (_MOST_NAMING_ONE, 2) if names_one else (_MOST_OF_MACHINES, 0)
    return len(line.split()) <= most and line.count(",") <= parts


def _ends_here(lines: Sequence[str], at: int, line: str) -> bool:
    if _DRAWN.match(line):
        return _is_short(lines, at) and not _encloses(lines, at)
    if _FAREWELL.match(line):
        return _is_short(lines, at)
    return bool(_INITIAL.match(line)) and _is_last(lines, at) and not _in_list(lines, at)


def _is_short(lines: Sequence[str], at: int) -> bool:
    if len(lines) - at > _FARTHEST_FROM_END:
        return False
    below = [line.strip() for line in lines[at + 1 : at + _FARTHEST] if line.strip()]
    hers = list(takewhile(lambda line: not _FOOTER.match(line[:_LONGEST_LINE]), below))
    return len(hers) <= _MOST_AFTER and not any(_is_said(line) for line in hers)


def _encloses(lines: Sequence[str], at: int) -> bool:
    """Whether the line is the first of two around something, with more words below."""
    below = [line.strip() for line in lines[at + 1 : at + _FARTHEST] if line.strip()]
    drawn = next((number for number, line in enumerate(below) if _DRAWN.match(line)), len(below))
    return 0 < drawn < len(below) - 1 and not _FOOTER.match(below[drawn + 1][:_LONGEST_LINE])


def _is_said(line: str) -> bool:
    """Whether it is a sentence, a question or a point of a list, as nobody's signature has."""
    if len(line) > _LONGEST_AFTER or "?" in line or _POINT.match(line):
        return True
    # The point behind "S.A. de C.V." or "Col. Centro." ends no sentence.
    words = line.rstrip(".!").split()
    return line[-1] in ".!" and len(words) >= _FEWEST_WORDS and not words[-1][0].isupper()


def _is_last(lines: Sequence[str], at: int) -> bool:
    return not any(line.strip() for line in lines[at + 1 : at + _FARTHEST])


def _in_list(lines: Sequence[str], at: int) -> bool:
    before = next((line for line in reversed(lines[max(0, at - 3) : at]) if line.strip()), "")
    return before.lstrip()[:1] in {"-", "–", "—", "*", "•"}


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    """After an empty line, or at the end: in the middle of a paragraph it is somebody's words."""
    return at == 0 or not lines[at - 1].strip() or _ends(lines, at)


def _ends(lines: Sequence[str], at: int) -> bool:
    return (
        at + 1 >= len(lines)
        or not lines[at + 1].strip()
        or bool(_SENT_WITH.match(lines[at + 1][:_LONGEST_LINE]))
    )


def _without_warning(lines: list[str]) -> list[str]:
    """What the receiving company's server puts on top of mails from outside."""
    first = next((at for at, line in enumerate(lines[:10]) if line.strip()), 0)
    if not lines or not _warns(lines[first]):
        return lines
    end = first + 1
    while end < len(lines) and _WARNS.search(lines[end][:_LONGEST_LINE]):
        end += 1
    return lines[end:] if any(line.strip() for line in lines[end:]) else lines


def _warns(line: str) -> bool:
    line = line[:_LONGEST_LINE]
    about_mails = _WARNS.search(line) or _OUTSIDE.search(line)
    return _STRANGER in line or bool(_WARNING.match(line) and about_mails)
