"""Prepaid: the credit. Postpaid: what is owed now."""

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, Asked, on_behalf
from app.api.bot.wording import day, day_text, exact, label, last_day, spoken
from app.billing import queries as billing
from app.catalog.models import Mode
from app.core.money import Money
from app.subscriptions.models import Line
from app.usage.queries import balance_of


@bp.get("/conversations/<uuid:conversation_id>/balance")
@on_behalf("billing.read")
def balance(asked: Asked) -> Answer:
    line = asked.line(request.args.get("line_id"))
    figures = _credit(asked, line) if line.mode is Mode.PREPAID else _owed(asked)
    return {
        "mode": line.mode.value,
        "line_id": str(line.id),
        "label": label(line),
        "currency": asked.market.currency,
        **figures,
    }


def _credit(asked: Asked, line: Line) -> Answer:
    balance = balance_of(line.id)
    money = balance.money if balance else Money.zero(asked.market.currency)
    ends = last_day(balance.expires_at or balance.paid_until, asked) if balance else None
    return {
        "amount": exact(money),
        "amount_text": spoken(money, asked),
        "expires_on": day(ends),
        "expires_on_text": day_text(ends, asked),
    }


def _owed(asked: Asked) -> Answer:
    owed = billing.owed(asked.customer.id)
    invoices = billing.open_invoices(asked.customer.id)
    due_on = invoices[0].due_on if invoices else None
    return {
        "amount": exact(owed),
        "amount_text": spoken(owed, asked),
        "due_on": day(due_on),
        "due_on_text": day_text(due_on, asked),
        "open_invoices": len(invoices),
    }
