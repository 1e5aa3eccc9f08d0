"""Where in a mail's lines the mail that it answers begins, as programs in many languages write it.

Each line is looked at a bounded number of times and in a bounded length, so that no mail is slow.
"""

import re
from collections.abc import Sequence
from enum import Enum

# "On …, … wrote:" is broken into several lines by some programs.
_LONGEST_INTRODUCTION = 5
_LONGEST_LINE = 600
_LONGEST_OPENING = 200
_LONGEST_END = 400
_MOST_WORDS_OF_A_NAME = 7


class Mark(Enum):
    """What a line says of what follows it."""

    WROTE = "wrote"  # "On …, … wrote:": what follows is quoted
    REPLIED = "replied"  # "---Original Message---", or From, Sent, To, Subject
    FORWARDED = "forwarded"  # what follows is what the sender wants us to read


_VERBS = (
    r"wrote|writes|sent|escribi[óo]|escribe|escreveu|a écrit|schrieb|ha scritto|schreef|geschreven"
    r"|skrev|napisał(?:\(a\)|a)?|pisze|kirjoitti|написал(?:\(а\)|а)?|пишет|napsal(?:\(a\)|a)?|yazdı"
    r"|כתב(?:/ה|ה)?|كتب"
)
_WROTE = re.compile(
    rf"(?:\b(?:{_VERBS})\b[^:：]{{0,200}}"
    r"|(?:写道|寫道|のメッセージ|のメール|さんは書きました|が書きました|작성))\s*[:：]\s*$",
    re.IGNORECASE,
)
_ENDS_WITH_ADDRESS = re.compile(
    r"[<\[(]\s*[^<>\s]+@[^<>\s]+\s*[>\])]+\s*[^\s:：]{0,10}\s*[:：]\s*$"
)
_DATE_AND_ADDRESS = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.*<[^<>\s]+@[^<>\s]+>$")
_ENDS_WITH_VERB = re.compile(rf"\b(?:{_VERBS})\s?:?$", re.IGNORECASE)
_DAYS = (
    r"mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[ée]|jue|vie|s[áa]b|dom|seg|ter|qua|qui|sex"
    r"|jan|feb|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|mai|set|out|dez"
)
_OPENERS = (
    r"on|el|em|no dia|a las|le|am|il|in data|op|den|på|w dniu|dnia|pe|dne|at|em data de|в"
    r"|от|在|於|于"
    r"|ב|بتاريخ|في"
)
_OPENS = re.compile(
    rf"^(?:(?:{_OPENERS})(?:\b|(?<=[^\x00-\x7f])).*\d"
    r"|\d{1,4}\s?[-/.年년 ]\s?\d{1,2}\s?[-/.月월 ]\s?\d{1,4}.*|\d{1,2} (?:de )?[^\W\d]{3,12}\.? .*"
    rf"|(?:{_DAYS})[^\W\d]*\.?,? .*\d|(?:пн|вт|ср|чт|пт|сб|вс)[^\W\d]*, .*\d"
    rf"|.{{1,60}}\b(?:{_VERBS})\s*[:：]\s*$)",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d|@")
# Behind her words on the same line.
_BEHIND = re.compile(
    rf"(?:(?<=\s)|-{{2,}}\s?)((?:on|el|em|le) (?:{_DAYS}|\d{{1,2}}[ /])"
    rf".{{5,200}}\b(?:{_VERBS})\s?:)\s*$",
    re.IGNORECASE,
)
_ORIGINAL = (
    r"original (?:message|appointment|email)|reply message|mensaje original|mensaje citado"
    r"|mensagem original|message d['’]origine|message original|message initial"
    r"|ursprüngliche nachricht|originalnachricht|original-nachricht|antwort nachricht"
    r"|messaggio originale|oorspronkelijk bericht|oprindelig (?:meddelelse|besked)"
    r"|ursprungligt meddelande|opprinnelig melding|wiadomość oryginalna|oryginalna wiadomość"
    r"|исходное сообщение|原始邮件|原始郵件|元のメッセージ|원본 메시지|previous replies"
    r"|reply above this line|responda acima desta linha|responde arriba de esta línea"
)
_PASSED_ON = (
    r"forwarded message|forwarded by|mensaje reenviado|mensagem encaminhada|mensagem reencaminhada"
    r"|message transféré|message transmis|weitergeleitete nachricht|messaggio inoltrato"
    r"|doorgestuurd bericht|vidarebefordrat meddelande|videresendt besked|пересылаемое сообщение"
    r"|пересланное сообщение|转发的邮件|轉寄郵件|転送されたメッセージ|전달된 메시지"
)
_REPLIED = re.compile(
    rf"(?:{_ORIGINAL})(?!\w)"
    r"|(?:please )?(?:type your reply|reply above|escribe tu respuesta|digite sua resposta)",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    rf"(?:{_PASSED_ON})(?!\w)",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"^(?:begin forwarded message|inicio del mensaje reenviado|comienzo del mensaje reenviado"
    r"|início da mensagem (?:encaminhada|reencaminhada)|début du message transféré"
    r"|anfang der weitergeleiteten nachricht|inizio messaggio inoltrato"
    r"|начало переадресованного сообщения)\s*:\s*$",
    re.IGNORECASE,
)
_FROM = r"from|de|von|da|van|fra|från|od|lähettäjä|от|差出人|发件人|寄件者|寄件人|보낸 사람|מאת|من"
_SENT = (
    r"sent|enviado(?: el| em)?|enviada(?: em)?|gesendet|envoyé|inviato|verzonden|sendt|skickat"
    r"|wysłano|lähetetty|отправлено|送信日時|发送时间|寄件日期|傳送時間|보낸 날짜|נשלח"
)
_DATE = r"date|fecha|data|datum|dato|дата|日期|日付|날짜"
_SUBJECT = (
    r"subject|asunto|assunto|betreff|objet|oggetto|onderwerp|emne|ämne|temat|aihe|тема|件名|主题|主旨"
    r"|제목|נושא"
)
_OTHERS = (
    r"to|cc|bcc|cco|reply-to|para|an|à|a|aan|til|till|do|kopie|kopi|copie|vastaanottaja|кому|копия"
    r"|responder a|importance|importancia|importância|priority|attachments|adjuntos|anexos"
    r"|when|where"
    r"|宛先|收件人|收件者|抄送|副本|받는 사람|אל"
)


def _label(words: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{words})\s?\*{{0,2}}\s?[:：]", re.IGNORECASE)


_FIRST = _label(f"{_FROM}|{_DATE}|{_SENT}")
_ANY = _label(f"{_FROM}|{_DATE}|{_SENT}|{_SUBJECT}|{_OTHERS}")
_TELLING = _label(f"{_SENT}|{_SUBJECT}")
_FROM_LABEL = _label(_FROM)
# The whole block on one line, as some programs make text of HTML.
_TO_INSIDE = re.compile(r" (?:to|para|an|à)\s?:", re.IGNORECASE)
_SUBJECT_INSIDE = re.compile(rf" (?:{_SUBJECT})\s?:", re.IGNORECASE)
_LINES = "-‐–—_=*#"
_AROUND = f"{_LINES}>| \t\u00a0"


def is_quoted(lines: Sequence[str], at: int) -> bool:
    """By a mark at its start, which is no bracket that the line before left open, nor an arrow."""
    line = lines[at].lstrip()
    if line[:1] != ">":
        return False
    before = lines[at - 1][:_LONGEST_LINE] if at else ""
    if before.rfind("<http") > before.rfind(">"):
        return False
    return not line.startswith(">>> >>>")


def introduction(lines: Sequence[str], at: int) -> tuple[int, Mark] | None:
    """How many lines from here on say that another mail follows, and how; None when they do not."""
    line = lines[at][:_LONGEST_LINE].strip()
    if line[:1] in _LINES and (found := _below_line(lines, at, line)):
        return found
    if _BEGINS.match(line):
        return 1, Mark.FORWARDED
    if _is_header_block(lines, at):
        return 1, Mark.REPLIED
    length = _wrote(lines, at)
    return (length, Mark.WROTE) if length else None


def _below_line(lines: Sequence[str], at: int, line: str) -> tuple[int, Mark] | None:
    """What a drawn line says by the words in it, or below it."""
    words = line.strip(_AROUND)
    drawn = len(line) - len(words) >= 2
    if not words:
        below = _below_rule(lines, at) if len(line) >= 3 else 0
        return (below - at + 1, Mark.REPLIED) if below else None
    if not drawn:
        return None
    if _FORWARDED.match(words):
        return 1, Mark.FORWARDED
    if _REPLIED.match(words):
        return 1, Mark.REPLIED
    both = line.startswith("--") and line.endswith("--")
    return (1, Mark.WROTE) if both and _ENDS_WITH_VERB.search(words[-40:]) else None


def words_before(line: str, *, quoted_below: bool) -> str | None:
    """Her words on the line that ends with the introduction of the quote."""
    if line.rstrip()[-1:] != ":" or len(line) > _LONGEST_LINE:
        return None
    found = _BEHIND.search(line)
    if found is None or not line[: found.start()].strip():
        return None
    return line[: found.start()].rstrip() if "@" in found[1] or quoted_below else None


def quote_follows(lines: Sequence[str], at: int) -> bool:
    for number in range(at, min(at + 4, len(lines))):
        if lines[number].strip():
            return is_quoted(lines, number)
    return False


def _below_rule(lines: Sequence[str], at: int) -> int:
    """The first line of the header block under a rule; 0 without one."""
    for number in range(at + 1, min(at + 4, len(lines))):
        if lines[number].strip():
            return number if _is_header_block(lines, number) else 0
    return 0


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """From, Sent, To, Subject … as some programs put them above what they quote: three of them,
    and one that nobody writes over a list of her own, or a mail address."""
    line = _bare(lines[at])
    if (":" not in line[:60] and "：" not in line[:60]) or not _FIRST.match(line):
        return False
    if (to := _TO_INSIDE.search(line)) and _SUBJECT_INSIDE.search(line, to.end()):
        return True
    near = [_bare(each) for each in lines[at + 1 : at + 14] if each.strip()][:8]
    labels = [line, *(each for each in near if _ANY.match(each))]
    return (
        len(labels) >= 3
        and any(_FROM_LABEL.match(each) for each in labels)
        and any(_TELLING.match(each) or "@" in each for each in labels)
    )


def _bare(line: str) -> str:
    return line[:_LONGEST_LINE].lstrip(_AROUND)


def _wrote(lines: Sequence[str], at: int) -> int:
    """How many lines "On …, … wrote:" takes: up to the first that ends with a colon."""
    if lines[at].rstrip()[-1:] == ">" and quote_follows(lines, at + 1):
        return int(bool(_DATE_AND_ADDRESS.match(lines[at].strip()[:_LONGEST_LINE])))
    last = next(
        (
            number
            for number in range(at, min(at + _LONGEST_INTRODUCTION, len(lines)))
            if not lines[number].strip() or lines[number].rstrip()[-1:] in {":", "："}
        ),
        None,
    )
    if last is None or not lines[last].strip() or not _opens(_bare(lines[at])[:_LONGEST_OPENING]):
        return 0
    whole = " ".join(" ".join(each[:_LONGEST_LINE].split()) for each in lines[at : last + 1])
    end = whole[-_LONGEST_END:]
    if not (_WROTE.search(end) or _ENDS_WITH_ADDRESS.search(end)):
        return 0
    return last - at + 1 if _DATED.search(whole) or quote_follows(lines, last + 1) else 0


def _opens(line: str) -> bool:
    """By a preposition, a day or a date, or a mail address among the first words."""
    if "@" in line and line.count(" ", 0, line.index("@")) <= _MOST_WORDS_OF_A_NAME:
        return True
    return bool(_OPENS.match(line))
