"""Mails that nobody wrote: automatic answers, lists, and what comes back undelivered."""

import logging
import re
from email.message import Message

from flufl.bounce import all_failures

from channels.email import returned
from channels.email.headers import addresses_of, text_of, values_of

_SAYS_SO = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
    "X-Auto-Reply",
    "X-Auto-Reply-From",
    "X-FC-MachineGenerated",
    "X-MS-Exchange-Inbox-Rules-Loop",
    "X-Failed-Recipients",
)
_LISTS = (
    "List-Id",
    "List-Post",
    "List-Unsubscribe",
    "Mailing-List",
    "Feedback-ID",
)
_PRECEDENCE = {"bulk", "list", "junk", "auto_reply", "auto-reply"}
# A mail that went through so many servers goes round.
_MOST_HOPS = 50
_ROBOT = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply"
    r"|no[-_.]?responder|nao[-_.]?respond(?:er?|a)|noresponda"
    r"|mailer[-_]?daemon|postmaster|bounces?|notifications?|alerts?|auto[-_.]?reply)(?:[-_.+=].*)?$",
    re.IGNORECASE,
)
_POSTMAN = re.compile(
    r"^(?:mailer[-_]?daemon|mdaemon|postmaster|mail[-_]?delivery.*|bounces?|ndr"
    r"|microsoftexchange[0-9a-f]{32})$",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^\s*\[?(?:auto(?:matic|mated)?[-_ ]?(?:reply|response|answer)|auto:"
    r"|(?<=\[)auto(?:matically)?[-_ ]generated\]"
    r"|(?:i['’]?\s?a?m (?:currently )?)?(?:out[- ]of[- ](?:the[- ])?office(?! hours)|on vacation)"
    r"|ooo\b|vacation (?:reply|notice|response)|vacation:\s*re:"
    r"|away from (?:my|the) (?:mail|desk|office)"
    r"|(?:respuesta|contestaci[óo]n) autom[áa]tica|auto[- ]?respuesta"
    r"|(?:mensaje|mensagem) autom[áa]tic[ao]\s*(?:[:\-–]|$)"
    r"|(?:estoy )?fuera de (?:la )?oficina"
    r"|ausencia (?:temporal|de la oficina)|ausente de la oficina|estoy de vacaciones"
    r"|resposta autom[áaà]tica|auto[- ]?resposta|(?:estou )?fora do escrit[óo]rio"
    r"|ausente do escrit[óo]rio"
    r"|aus[êe]ncia (?:tempor[áa]ria|do escrit[óo]rio)|estou de f[ée]rias"
    r"|automatische antwort|abwesenheit|abwesend\b|automatisch antwoord|afwezig"
    r"|risposta automatica|fuori ufficio"
    r"|r[ée]ponse automatique|absence du bureau|absence\s?:|autosvar|automatisk svar"
    r"|automaattinen vastaus|automatyczna odpowiedź|automatická odpove|automatická odpověď"
    r"|automatikus válasz|răspuns automat|otomatik yanıt|αυτόματη απάντηση|trả lời tự động"
    r"|автоответ|автоматический ответ|автоматична відповідь|자동 회신|자동 응답|부재중"
    r"|自动回复|自動回覆|自動返信|自動応答)"
    r"|\((?:respuesta|resposta) autom[áa]tica\)\s*$",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"undeliver|delivery status notification|delivery (?:has )?fail|mail delivery failed"
    r"|failure notice|failed delivery|delivery failure|non[- ]?delivery|not delivered"
    r"|returned mail|returned to sender|(?:mail |message )?could not be delivered"
    r"|mail system error|rejected"
    r"|no se (?:pudo|puede|ha podido) entregar|no entregado|correo devuelto|mensaje devuelto"
    r"|error (?:de|en la) entrega|no se ha encontrado la dirección|entrega fallida"
    r"|imposible entregar"
    r"|n[ãa]o (?:foi )?(?:possível entregar|entregue)|falha na entrega|mensagem devolvida"
    r"|e-?mail devolvido|erro na entrega|unzustellbar|nicht zustellbar|zustellung fehlgeschlagen"
    r"|non remis|échec de (?:la )?remise|mancata consegna",
    re.IGNORECASE,
)
_DELAYED = re.compile(r"\bdelay|retras|demora|atras|warning|aviso|\(success|\(éxito", re.IGNORECASE)
# What may become of a mail but to fail (RFC 3464); some servers have words of their own for that.
_NOT_FAILED = {"delayed", "delivered", "relayed", "expanded"}
# The detectors trust what they read, and their library tells of each that fails.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
# The detectors read whole bodies; a notice that is longer is none.
_LONGEST_NOTICE = 300_000


def is_auto(mail: Message) -> bool:
    """Whether a program sent it. Bounces and delays are automatic too."""
    submitted = text_of(mail, "Auto-Submitted").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or any(name in mail for name in (*_SAYS_SO, *_LISTS))
        or text_of(mail, "X-Auto-Response-Suppress").lower() == "all"
        or text_of(mail, "Precedence").lower() in _PRECEDENCE
        or text_of(mail, "Delivered-To").lower() == "autoresponder"
        or text_of(mail, "Return-Path").replace(" ", "") == "<>"
        or bool(_ROBOT.match(_sender(mail)) or _POSTMAN.match(_sender(mail)))
        or bool(_AWAY.search(text_of(mail, "Subject")))
        or _is_report(mail)
        or len(values_of(mail, "Received")) > _MOST_HOPS
    )


def bounced(mail: Message, size: int) -> tuple[bool, tuple[str, ...]]:
    """Whether a mail of ours came back for good, and whom it did not reach. A delay is neither."""
    if not _may_be_notice(mail):
        return False, ()
    actions = set(returned.actions(mail))
    failed_for_good = bool(actions - _NOT_FAILED)
    if actions and not failed_for_good:
        return False, ()
    whom = {each.address for each in addresses_of(mail, "X-Failed-Recipients")}
    if size <= _LONGEST_NOTICE:
        delayed, failed = _detected(mail)
        whom |= {_plain(each) for each in failed}
        if delayed and not failed and not actions:
            return False, ()
    subject = text_of(mail, "Subject")
    said_so = bool(_RETURNED.search(subject)) and not _DELAYED.search(subject)
    by_the_post = bool(_POSTMAN.match(_sender(mail))) or _is_delivery_report(mail)
    if not (whom or failed_for_good or (said_so and by_the_post)):
        return False, ()
    return True, tuple(sorted(whom - {""}))


def _detected(mail: Message) -> tuple[set[object], set[object]]:
    """Whose mail is late, and whose came back, by the notices of many servers."""
    try:
        delayed, failed = all_failures(mail)
    except Exception:  # noqa: BLE001 - a stranger's bytes, and detectors that trust them
        return set(), set()
    return set(delayed), set(failed)


def _may_be_notice(mail: Message) -> bool:
    return (
        _is_report(mail)
        or "X-Failed-Recipients" in mail
        or bool(_POSTMAN.match(_sender(mail)))
        or text_of(mail, "Return-Path").replace(" ", "") == "<>"
        or bool(_RETURNED.match(text_of(mail, "Subject")))
    )


def _is_delivery_report(mail: Message) -> bool:
    return _is_report(mail) and mail.get_param("report-type", "delivery-status") == (
        "delivery-status"
    )


def _is_report(mail: Message) -> bool:
    return mail.get_content_type() == "multipart/report"


def _sender(mail: Message) -> str:
    senders = addresses_of(mail, "From")
    return senders[0].address.split("@")[0] if senders else ""


def _plain(address: object) -> str:
    text = address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)
    return text.strip("<> ")
