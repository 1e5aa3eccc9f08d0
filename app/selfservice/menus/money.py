"""Balance, usage, bills and topping up."""

from collections.abc import Sequence
from datetime import datetime

from app.billing import queries as billing
from app.billing.models import Invoice, InvoiceStatus
from app.catalog.models import Mode, UsageKind
from app.core.errors import Refusal
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.core.money import Money
from app.customers import notices
from app.payments import service as payments
from app.payments.errors import GatewayUnavailable, NothingToPay
from app.payments.service import vouchers
from app.selfservice.menus.page import Choice, Page
from app.selfservice.talk import Talk
from app.usage.queries import Quota, balance_of, quota_of
from channels.dialogue import Ask


def balance_text(talk: Talk) -> str:
    """Prepaid: the credit and how long the plan is paid. Postpaid: what is owed."""
    line, words = talk.own, talk.words
    if line.mode is Mode.PREPAID:
        balance = balance_of(line.id)
        money = balance.money if balance else Money.zero(talk.market.currency)
        told = _("Your balance is %(amount)s.", amount=words.money(money))
        until: datetime | None = balance.paid_until if balance else None
        return (
            f"{told} " + _("Plan paid until %(day)s.", day=words.last_day(until)) if until else told
        )
    owed = billing.owed(talk.customer.id)
    if not owed:
        return _("You owe nothing. Thank you!")
    told = _("You owe %(amount)s.", amount=words.money(owed))
    waiting = billing.open_invoices(talk.customer.id)
    return f"{told} " + _("To be paid by %(day)s.", day=words.day(waiting[0].due_on))


def usage_text(talk: Talk) -> str:
    quotas = quota_of(talk.own.id)
    if not quotas:
        return _("You have no allowances now: what you use is charged by your plan's prices.")
    parts = [_left(talk, each) for each in quotas]
    ends = talk.words.last_day(min(each.ends_at for each in quotas))
    return "\n".join(
        [
            _("You still have until %(day)s:", day=ends),
            "\n".join(parts) if not talk.aloud else ", ".join(parts) + ".",
        ]
    )


def bill_text(talk: Talk) -> str:
    bill, words = talk.bill, talk.words
    if bill is None:
        return _("There is no bill yet.")
    total = words.money(bill.total_money)
    if not _is_due(bill):
        return _("Your last bill was %(amount)s. Nothing is left to pay.", amount=total)
    due = words.money(bill.due)
    if bill.due == bill.total_money:
        return _(
            "Your bill is %(amount)s, to be paid by %(day)s.",
            amount=total,
            day=words.day(bill.due_on),
        )
    return _(
        "Your bill is %(amount)s. %(due)s is to be paid by %(day)s.",
        amount=total,
        due=due,
        day=words.day(bill.due_on),
    )


def top_up(talk: Talk, code: str) -> str:
    """What a voucher added, said. The same step again adds nothing. In no transaction of its own:
    a wrong code stays counted."""
    added = vouchers.redeem_once(code, talk.own.id, by=talk.actor)
    told = _("%(amount)s was added.", amount=talk.words.money(added))
    return f"{told} {balance_text(talk)}"


def pay_link(talk: Talk) -> tuple[str, Money, str]:
    """The gateway's page for the bill to pay, its amount and the bill's number.

    Raises NothingToPay, GatewayUnavailable and what a checkout does.
    """
    bill = talk.bill
    if bill is None or not _is_due(bill):
        raise NothingToPay
    payment = payments.start_checkout(
        by=talk.actor,
        invoice_id=bill.id,
        language=talk.language,
        idempotency_key=talk.step,
    )
    if payment.hosted_url is None:
        raise GatewayUnavailable
    return payment.hosted_url, payment.money, bill.number


def _left(talk: Talk, quota: Quota) -> str:
    if quota.left is None:
        return {
            UsageKind.DATA: _("unlimited data"),
            UsageKind.VOICE: _("unlimited calls"),
            UsageKind.SMS: _("unlimited SMS"),
        }[quota.kind]
    left = talk.words.quantity(quota.kind.value, quota.left)
    size = talk.words.quantity(quota.kind.value, quota.size or 0)
    return _("%(left)s of %(size)s", left=left, size=size)


def _is_due(bill: Invoice) -> bool:
    return bill.status is InvoiceStatus.OPEN and bool(bill.due)


def _pay_choice(talk: Talk) -> Sequence[Choice]:
    bill = talk.bill
    if bill is None or not _is_due(bill):
        return ()
    words = ("pay", "link", "pagar", "liga", "enlace")
    return (Choice(lazy("Send me a link to pay"), "pay", words),)


def _send_link(talk: Talk) -> str:
    """On choosing it: the page at the gateway, by SMS to this very line's owner."""
    url, amount, number = pay_link(talk)
    notices.notify(
        talk.customer.id,
        "payment_link",
        by=talk.actor,
        effect_key=talk.step,
        amount=amount,
        number=number,
        url=url,
    )
    return _("We send you an SMS with the link to pay %(amount)s.", amount=talk.words.money(amount))


def _hear_bill(talk: Talk, _chosen: str) -> str:
    talk.slots["said"] = _send_link(talk)
    return "done"


def _hear_code(talk: Talk, code: str) -> str:
    try:
        talk.slots["said"] = top_up(talk, code)
    except Refusal as refusal:
        talk.slots["said"] = str(refusal.message)
    return "done"


def _ask_code(talk: Talk) -> str:
    if talk.aloud:
        return _("Enter the sixteen digits of your voucher, then the hash key.")
    return _("Enter the digits of your voucher:")


PAGES = {
    "balance": Page(balance_text),
    "usage": Page(usage_text),
    "bill": Page(bill_text, _pay_choice, _hear_bill),
    "topup": Page(_ask_code, hear=_hear_code, ask=Ask.DIGITS, guarded=True, secret=True),
}
