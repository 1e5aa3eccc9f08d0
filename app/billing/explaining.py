"""Why a charge is what it is, as a sentence in the language spoken."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from app.billing.models import Charge, ChargeKind, Dispute
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.money import Money


def label(charge: Charge) -> str:
    """What is charged: the name of a plan or add-on, or the kind of usage."""
    named = {
        "data": _("Data beyond the allowance"),
        "voice": _("Calls beyond the allowance"),
        "sms": _("Messages beyond the allowance"),
        "carried_on": _("Credit carried over to the next bill"),
        "carried_over": _("Credit from the last bill"),
        "given_back": _("Credited on earlier bills"),
        "goodwill": _("Credit for a disturbance"),
    }
    return named.get(charge.description, charge.description)


def explain(charge: Charge, locale: str) -> str:
    """The rule and its inputs; money and dates as in `locale`, words in the language spoken."""
    if charge.kind is ChargeKind.DISCOUNT:
        return _discount(charge, locale)
    return _caused(charge, locale)


def _caused(charge: Charge, locale: str) -> str:
    because = charge.because
    match because["rule"]:
        case "month" | "part" | "unused" | "blocked" | "once" as rule:
            return _of_a_price(rule, _facts(charge, locale))
        case "overage":
            return _overage(because, charge.currency, locale)
        case "goodwill":
            began = format_date(charge.period_start, "long", locale=locale)
            return _("Given back for the disturbance that began on %(day)s.", day=began)
        case "given_back":
            return _("What was paid in advance was credited when the last line was closed.")
        case _:
            return _("A bill is never below zero; the rest waits for the next one.")


def _of_a_price(rule: str, facts: dict[str, Any]) -> str:
    sentences = {
        "month": _("%(price)s a month, in advance for %(from)s to %(until)s.", **facts),
        "part": _(
            "%(price)s a month, for %(days)s of %(of)s days: %(from)s to %(until)s.", **facts
        ),
        "unused": _("Back for %(days)s of %(of)s days not used, at %(price)s a month.", **facts),
        "blocked": _(
            "Back for %(days)s of %(of)s days on which the line was blocked, at %(price)s a month:"
            " %(from)s to %(until)s.",
            **facts,
        ),
        "once": _("%(price)s once.", **facts),
    }
    return sentences[rule]


def explain_dispute(dispute: Dispute, locale: str) -> str:
    """How far the dispute of a charge is, and what came of it."""
    facts = {
        "amount": dispute.money.format(locale),
        "credited": dispute.credited_money.format(locale),
        "answer": dispute.answer or "",
        "reason": dispute.reason,
    }
    sentence = {
        "open": _("%(amount)s of it is disputed: “%(reason)s” We are looking into it.", **facts),
        "upheld": _("%(credited)s of it was given back after a dispute: %(answer)s", **facts),
        "partly": _(
            "%(credited)s of %(amount)s disputed was given back: %(answer)s",
            **facts,
        ),
        "refused": _("It was disputed and stays as it is: %(answer)s", **facts),
        "withdrawn": _("It was disputed, and the dispute was withdrawn."),
    }
    return sentence[dispute.state.value]


def _discount(charge: Charge, locale: str) -> str:
    because = charge.because
    if because["rule"] == "discount_back":
        return _(
            "%(plan)s ended early: the discount on %(days)s of %(of)s days is taken back.",
            plan=because["plan"],
            days=because["days"],
            of=because["of"],
        )
    of = Money.of(because["of"], charge.currency).format(locale)
    if "percent" in because:
        percent = format_decimal(Decimal(because["percent"]), locale=locale)
        return _(
            "%(percent)s %% off %(plan)s at %(of)s.", percent=percent, plan=because["plan"], of=of
        )
    amount = (-charge.money).format(locale)
    return _("%(amount)s off %(plan)s at %(of)s.", amount=amount, plan=because["plan"], of=of)


def _overage(because: dict[str, Any], currency: str, locale: str) -> str:
    """All that was rated, less all that was billed: of a closed bill's period it is prior."""
    if "rated" not in because:
        return _prior() if because["prior"] else _("Used in this period.")
    facts = {
        "rated": Money.of(because["rated"], currency).format(locale),
        "billed": Money.of(because["billed"], currency).format(locale),
    }
    if because["prior"]:
        return (
            _prior()
            + " "
            + _("%(rated)s rated up to this period, less %(billed)s billed before.", **facts)
        )
    return ngettext(
        "Used in this period: one record beyond the allowance. %(rated)s rated up to its end,"
        " less %(billed)s up to its beginning.",
        "Used in this period: %(num)s records beyond the allowance. %(rated)s rated up to its end,"
        " less %(billed)s up to its beginning.",
        because["records"],
        **facts,
    )


def _prior() -> str:
    return _("Used in a prior period; it reached us after that bill was closed.")


def _facts(charge: Charge, locale: str) -> dict[str, Any]:
    price = charge.because["price"]
    return {
        "price": Money.of(price["amount"], price["currency"]).format(locale),
        "days": charge.because.get("days"),
        "of": charge.because.get("of"),
        "from": _day(charge.period_start, locale),
        "until": _day(charge.period_end - timedelta(days=1), locale),
    }


def _day(day: date, locale: str) -> str:
    """Without the dot of an abbreviated month: it may end a sentence."""
    return format_skeleton("MMMd", day, locale=locale).removesuffix(".")
