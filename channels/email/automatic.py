"""Mails that nobody wrote: automatic answers, lists, and what comes back undelivered."""

import re
from email.message import Message

from flufl.bounce import all_failures

from channels.email.headers import addresses_of, text_of

_SAYS_SO = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
)
_LISTS = ("List-Id", "List-Unsubscribe", "Feedback-ID", "X-Auto-Response-Suppress")
_PRECEDENCE = {"bulk", "list", "junk", "auto_reply", "auto-reply"}
_ROBOT = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply"
    r"|no[-_.]?responder|nao[-_.]?respond[ae]|noresponda"
    r"|mailer[-_]?daemon|postmaster|bounces?|notifications?|alerts?|auto[-_.]?reply)(?:[-_.+=].*)?$",
    re.IGNORECASE,
)
_POSTMAN = re.compile(
    r"^(?:mailer[-_]?daemon|postmaster|mail[-_]?delivery.*|bounces?)$", re.IGNORECASE
)
_AWAY = re.compile(
    r"^\s*(?:auto(?:matic)?[- ]?(?:reply|response|answer)|out of (?:the )?office"
    r"|ooo\b|autoreply|vacation"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|ausente|ausencia"
    r"|resposta autom[áa]tica|fora do escrit[óo]rio|aus[êe]ncia|automatische antwort|abwesend"
    r"|réponse automatique|absence du bureau)",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"undeliver|delivery status notification|delivery (?:has )?fail|mail delivery failed"
    r"|failure notice"
    r"|returned mail|returned to sender|could not be delivered|no se (?:pudo|ha podido) entregar"
    r"|no entregado|n[ãa]o (?:foi )?entregue|falha na entrega|delivery failure",
    re.IGNORECASE,
)
_DELAYED = re.compile(r"\bdelay|retras|atras|warning|aviso", re.IGNORECASE)
# The detectors read whole bodies; a notice that is longer is none.
_LONGEST_NOTICE = 300_000


def is_auto(mail: Message) -> bool:
    """Whether a program sent it. Bounces and delays are automatic too."""
    submitted = text_of(mail, "Auto-Submitted").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or any(name in mail for name in (*_SAYS_SO, *_LISTS))
        or text_of(mail, "Precedence").lower() in _PRECEDENCE
        or text_of(mail, "Return-Path").replace(" ", "") == "<>"
        or bool(_ROBOT.match(_sender(mail)))
        or bool(_AWAY.match(text_of(mail, "Subject")))
        or _is_report(mail)
    )


def bounced(mail: Message, size: int) -> tuple[bool, tuple[str, ...]]:
    """Whether a mail of ours came back for good, and whom it did not reach. A delay is neither."""
    if not _may_be_notice(mail):
        return False, ()
    whom: set[str] = set()
    if size <= _LONGEST_NOTICE:
        delayed, failed = all_failures(mail)
        whom = {_plain(each) for each in failed}
        if delayed and not failed:
            return False, ()
    subject = text_of(mail, "Subject")
    returned = "X-Failed-Recipients" in mail or bool(_RETURNED.search(subject))
    by_the_post = bool(_POSTMAN.match(_sender(mail))) or _is_report(mail)
    if not whom and not (returned and by_the_post and not _DELAYED.search(subject)):
        return False, ()
    whom |= {each.address for each in addresses_of(mail, "X-Failed-Recipients")}
    return True, tuple(sorted(whom))


def _may_be_notice(mail: Message) -> bool:
    return (
        _is_report(mail)
        or "X-Failed-Recipients" in mail
        or bool(_POSTMAN.match(_sender(mail)))
        or text_of(mail, "Return-Path").replace(" ", "") == "<>"
    )


def _is_report(mail: Message) -> bool:
    return mail.get_content_type() == "multipart/report"


def _sender(mail: Message) -> str:
    senders = addresses_of(mail, "From")
    return senders[0].address.split("@")[0] if senders else ""


def _plain(address: object) -> str:
    text = address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)
    return text.strip("<> ")
