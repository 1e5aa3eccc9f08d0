"""A bill beside the one before it: both read, and what changed in the words of its reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.billing.comparing import Billed, Cause, Change, changes
from app.billing.models import Charge, ChargeKind, Invoice
from app.billing.queries import invoice_before, invoice_with_lines
from app.core import clock
from app.core.i18n import gettext as _
from app.core.money import Money
from app.subscriptions import msisdn
from app.usage.queries import charged_abroad


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is below zero when the bill is lower; the changes sum to it."""

    before: Invoice
    difference: Money
    changes: list[Change]


def comparison_of(invoice: Invoice) -> Comparison | None:
    """None for an account's first bill."""
    earlier = invoice_before(invoice)
    if earlier is None:
        return None
    now, before = _billed(invoice), _billed(earlier)
    difference = invoice.total_money - earlier.total_money
    return Comparison(earlier, difference, changes(now, before))


def told(change: Change) -> str:
    """The cause in a few words, without its amount."""
    words: dict[str, Any] = {
        "line": msisdn.for_people(change.number) if change.number else "",
        "name": change.names[-1] if change.names else "",
        "old": change.names[0] if change.names else "",
    }
    if change.cause in {Cause.OVERAGE, Cause.ROAMING, Cause.LATE_USAGE}:
        return _of_usage(change, words)
    return _of_terms(change, words)


def _of_terms(change: Change, words: dict[str, Any]) -> str:
    sentences = {
        Cause.NEW_LINE: _("%(line)s is new on the bill", **words),
        Cause.LINE_GONE: _("%(line)s is no longer on the bill", **words),
        Cause.PLAN_CHANGED: _(
            "The plan of %(line)s changed from %(old)s to %(name)s, reckoned by days", **words
        ),
        Cause.PRICE: _("The price of %(name)s changed", **words),
        Cause.PART: _("%(name)s for a part of the month", **words),
        Cause.ADD_ON: _("Add-on %(name)s", **words),
        Cause.DISCOUNT_LOST: _("The discount %(name)s is no longer there, or is less", **words),
        Cause.DISCOUNT_NEW: _("Discount %(name)s", **words),
        Cause.CREDIT: _("Credits"),
        Cause.TAX: _("Tax"),
    }
    return sentences[change.cause]


def _of_usage(change: Change, words: dict[str, Any]) -> str:
    kind = change.names[0]
    if change.cause is Cause.LATE_USAGE:
        return _("Usage of an earlier period that reached us late, on %(line)s", **words)
    beyond = {
        "data": _("Data beyond the allowance on %(line)s", **words),
        "voice": _("Calls beyond the allowance on %(line)s", **words),
        "sms": _("Messages beyond the allowance on %(line)s", **words),
    }
    abroad = {
        "data": _("Data used abroad on %(line)s", **words),
        "voice": _("Calls made abroad on %(line)s", **words),
        "sms": _("Messages sent abroad on %(line)s", **words),
    }
    return (abroad if change.cause is Cause.ROAMING else beyond)[kind]


def _billed(invoice: Invoice) -> Billed:
    charges = invoice_with_lines(invoice.id).charges
    used = [each for each in charges if each.kind is ChargeKind.USAGE and each.line_id]
    return Billed(charges, invoice.total, _abroad(used, invoice))


def _abroad(used: Sequence[Charge], invoice: Invoice) -> dict[Any, Any]:
    """Of the time that its charges for usage are of."""
    if not used:
        return {}
    timezone = invoice.account.market.timezone
    sums = charged_abroad(
        [each.line_id for each in used if each.line_id],
        clock.midnight(min(each.period_start for each in used), timezone),
        clock.midnight(max(each.period_end for each in used), timezone),
    )
    return {key: Money(cost, invoice.currency).rounded().amount for key, cost in sums.items()}
