"""Topping up a prepaid line: what is usual, a link to the gateway's page, a voucher."""

from decimal import Decimal

from flask import request
from pydantic import BaseModel, ConfigDict, Field

from app.api.bot import bp
from app.api.bot.asking import Answer, body_of, on_behalf
from app.api.bot.paying import begun, code_text, codes_of, told_methods
from app.core import clock
from app.core.i18n import gettext as _
from app.core.money import Money
from app.payments.policies import top_up_amounts
from app.payments.service import vouchers
from app.selfservice.asker import Asker
from app.selfservice.figures import exact, label, spoken
from app.selfservice.proposals.top_up import credit_text, prepaid, top_up_amount
from app.subscriptions.models import Line
from app.subscriptions.queries import current_plan
from app.usage.prices import price_of
from app.usage.queries import balance_of


class WantedTopUp(BaseModel):
    model_config = ConfigDict(extra="forbid")

    line_id: str = Field(max_length=40)
    amount: Decimal = Field(gt=0, lt=10**9)
    code: str | None = Field(default=None, max_length=10)


class Voucher(BaseModel):
    model_config = ConfigDict(extra="forbid")

    line_id: str = Field(max_length=40)
    code: str = Field(max_length=100)


@bp.get("/conversations/<uuid:conversation_id>/top-up")
@on_behalf("usage.read")
def top_up(asker: Asker) -> Answer:
    """`?line_id=`; refused with not_prepaid for a line that is paid by the month."""
    line = prepaid(asker, request.args.get("line_id"))
    currency = asker.market.currency
    usual = top_up_amounts(asker.market.settings_at(clock.now()), currency)
    return {
        "line_id": str(line.id),
        "label": label(line),
        "balance_text": credit_text(line, asker),
        "amounts": [_amount(Money(each, currency), asker) for each in usual],
        "missing": _missing(line, asker),
        "methods": told_methods(asker),
        "codes": codes_of(asker),
    }


@bp.post("/conversations/<uuid:conversation_id>/top-up-link")
@on_behalf("payments.take")
def top_up_link(asker: Asker) -> Answer:
    wanted = body_of(WantedTopUp)
    line = prepaid(asker, wanted.line_id)
    amount = top_up_amount(wanted.amount, asker)
    payment = begun(asker, wanted.code, line_id=line.id, amount=amount)
    return {
        "url": payment.hosted_url,
        "amount_text": spoken(payment.money, asker),
        "label": label(line),
        "code": code_text(payment, wanted.code),
    }


@bp.post("/conversations/<uuid:conversation_id>/voucher")
@on_behalf("payments.take")
def voucher(asker: Asker) -> Answer:
    """Adds its value once; the same code again on the same line only says so again."""
    said = body_of(Voucher)
    line = prepaid(asker, said.line_id)
    added = vouchers.redeem_once(said.code, line.id, by=asker.actor)
    sentence = _("%(amount)s was added.", amount=spoken(added, asker))
    return {"sentence": f"{sentence} {credit_text(line, asker)}", "amount": exact(added)}


def _amount(money: Money, asker: Asker) -> Answer:
    return {"amount": exact(money), "amount_text": spoken(money, asker)}


def _missing(line: Line, asker: Asker) -> Answer | None:
    """What the next period of her plan still needs."""
    balance = balance_of(line.id)
    money = balance.money if balance else Money.zero(asker.market.currency)
    price = price_of(line, current_plan(line).version, clock.now()).due
    if price.currency != money.currency or price <= money:
        return None
    return _amount(price - money, asker)
