"""Prepaid: the credit. Postpaid: what is owed now."""

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.billing import queries as billing
from app.catalog.models import Mode
from app.core.money import Money
from app.selfservice.asker import Asker
from app.selfservice.figures import day, day_text, exact, label, last_day, spoken
from app.subscriptions.models import Line
from app.usage.queries import balance_of


@bp.get("/conversations/<uuid:conversation_id>/balance")
@on_behalf("billing.read")
def balance(asker: Asker) -> Answer:
    line = asker.line(request.args.get("line_id"))
    figures = _credit(asker, line) if line.mode is Mode.PREPAID else _owed(asker)
    return {
        "mode": line.mode.value,
        "line_id": str(line.id),
        "label": label(line),
        "currency": asker.market.currency,
        **figures,
    }


def _credit(asker: Asker, line: Line) -> Answer:
    balance = balance_of(line.id)
    money = balance.money if balance else Money.zero(asker.market.currency)
    ends = last_day(balance.paid_until, asker) if balance else None
    return {
        "amount": exact(money),
        "amount_text": spoken(money, asker),
        "expires_on": day(ends),
        "expires_on_text": day_text(ends, asker),
    }


def _owed(asker: Asker) -> Answer:
    owed, disputed = billing.owed(asker.customer.id), billing.disputed(asker.customer.id)
    invoices = billing.open_invoices(asker.customer.id)
    due_on = invoices[0].due_on if invoices else None
    return {
        "amount": exact(owed),
        "amount_text": spoken(owed, asker),
        "disputed_text": spoken(disputed, asker) if disputed else None,
        "due_on": day(due_on),
        "due_on_text": day_text(due_on, asker),
        "open_invoices": len(invoices),
    }
