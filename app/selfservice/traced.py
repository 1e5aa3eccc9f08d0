"""What became of her money, in words: what is known, and what happens next."""

from collections.abc import Mapping
from typing import Any

from app.core.i18n import gettext as _
from app.payments import declines
from app.payments.tracing import Stage, Traced
from app.selfservice.asker import Asker
from app.selfservice.figures import moment_text, spoken
from app.subscriptions import msisdn


def told(traced: Traced, asker: Asker) -> str:
    """Nothing is said that nobody knows: an open end is told as one."""
    words: dict[str, Any] = {
        "amount": spoken(traced.money, asker),
        "what": _what(traced),
        "day": moment_text(traced.at, asker),
        "since": moment_text(traced.settled_at or traced.at, asker),
        "reason": _reason(traced.code),
    }
    return _sentences(words)[traced.stage]


def _sentences(words: Mapping[str, Any]) -> dict[Stage, str]:
    return {
        Stage.BOOKED: _("%(amount)s for %(what)s arrived on %(since)s and is booked.", **words),
        Stage.AT_THE_PAGE: _(
            "%(amount)s for %(what)s was begun on %(day)s at the payment page, and no payment has "
            "been reported to us.",
            **words,
        ),
        Stage.BEING_FOUND_OUT: _(
            "How %(amount)s for %(what)s of %(day)s ended is not known yet. We keep asking the "
            "payment service by ourselves, for two hours at most. It is not charged again.",
            **words,
        ),
        Stage.WITH_PEOPLE: _(
            "How %(amount)s for %(what)s of %(day)s ended could not be found out automatically, so "
            "a person must look. It is not charged again.",
            **words,
        ),
        Stage.DECLINED: _(
            "%(amount)s for %(what)s was declined on %(since)s. %(reason)s If your bank shows it "
            "all the same, it is only reserved, and released by your bank.",
            **words,
        ),
        Stage.GIVEN_BACK: _("%(amount)s for %(what)s of %(day)s was given back to you.", **words),
        Stage.SENT_BACK: _(
            "%(amount)s for %(what)s came on %(since)s when nothing was to be paid with it any "
            "more, so it goes back to you.",
            **words,
        ),
        Stage.TAKEN_BACK: _(
            "Your bank has taken back %(amount)s for %(what)s of %(day)s, so it is not paid.",
            **words,
        ),
        Stage.CALLED_OFF: _("%(amount)s for %(what)s of %(day)s was called off.", **words),
        Stage.VOUCHER: _("A voucher added %(amount)s to %(what)s on %(since)s.", **words),
        Stage.UNALLOCATED: _(
            "A transfer of %(amount)s reached us on %(day)s and is not booked yet: a person must "
            "say what it is for.",
            **words,
        ),
    }


def _what(traced: Traced) -> str:
    if traced.invoice:
        return _("bill %(number)s", number=traced.invoice)
    if traced.line is None:
        return ""
    line = msisdn.for_people(traced.line)
    if traced.stage is Stage.VOUCHER:
        return line
    return _("the top-up of %(line)s", line=line)


def _reason(code: str | None) -> str:
    """The bank's reason in words; a code that nobody has put in words is not shown."""
    return str(declines.WORDS.get(code or "") or _("The bank gave no reason."))
