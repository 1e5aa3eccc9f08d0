"""What leaving would cost, and what she could have instead."""

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.billing import queries as billing
from app.billing.leaving import closes_on
from app.catalog.models import Mode, OfferKind, OfferVersion
from app.catalog.queries import allowances_text, offers
from app.core import clock
from app.core.money import Money, total
from app.selfservice.asker import Asker
from app.selfservice.figures import day_text, label, moment_text, spoken
from app.subscriptions.eligible import hindrances
from app.subscriptions.models import Line, LineStatus
from app.subscriptions.queries import current_plan, effect_in_force, leaving_of
from app.usage.queries import balance_of


@bp.get("/conversations/<uuid:conversation_id>/leaving")
@on_behalf("billing.read")
def leaving(asker: Asker) -> Answer:
    """`smaller` is the next cheaper plan that she may have; `can_pause`, another way to stay."""
    line = asker.line(request.args.get("line_id"))
    order = leaving_of([line.id]).get(line.id)
    today = clock.today(asker.market.timezone)
    last = closes_on(today, None, asker.market.policies_at(clock.now()).closure_days)
    dues = dues_told(line, asker)
    contract = line.contract_until
    bound = contract is not None and contract > today
    return {
        "line_id": str(line.id),
        "label": label(line),
        "mode": line.mode.value,
        "plan": current_plan(line).version.offer.name,
        "last_day_text": day_text(last, asker),
        "leaves_on_text": moment_text(order.due_at, asker) if order else None,
        "contract_until_text": day_text(contract, asker) if bound else None,
        "owed_text": spoken(dues, asker) if dues else None,
        "deposit_text": _deposit(line, asker),
        "credit_text": _credit(line, asker),
        "can_pause": line.status is LineStatus.ACTIVE and effect_in_force(line) is None,
        "smaller": _smaller(line, asker),
    }


def dues_told(line: Line, asker: Asker) -> Money:
    """What is owed and not disputed, to her who pays: an employee is not told her company's
    bills."""
    if line.account.customer_id != asker.customer.id:
        return Money.zero(asker.market.currency)
    return billing.dues_of(line.account_id) - billing.disputed_of(line.account_id)


def _deposit(line: Line, asker: Asker) -> str | None:
    """What comes back to her who left it when the account's last line has left."""
    if line.account.customer_id != asker.customer.id:
        return None
    kept = [
        each.left for each in billing.deposits_of([line.account_id]) if each.returned_at is None
    ]
    money = total(kept, asker.market.currency)
    return spoken(money, asker) if money else None


def _credit(line: Line, asker: Asker) -> str | None:
    """Prepaid credit, which is not paid out."""
    balance = balance_of(line.id) if line.mode is Mode.PREPAID else None
    money = balance.money if balance else Money.zero(asker.market.currency)
    return spoken(money, asker) if money else None


def _smaller(line: Line, asker: Asker) -> Answer | None:
    now = current_plan(line).version
    found = [
        each
        for each in offers(
            line.market_code, service=line.service, mode=line.mode, kind=OfferKind.PLAN
        )
        if each.price < now.price and each.offer_id != now.offer_id
    ]
    against = hindrances([line.account_id], found)
    fitting = [each for each in found if (line.account_id, each.id) not in against]
    return _told(fitting[-1], asker) if fitting else None


def _told(version: OfferVersion, asker: Asker) -> Answer:
    return {
        "code": version.offer.code,
        "name": version.offer.name,
        "price_text": spoken(version.price_money, asker),
        "allowances_text": allowances_text(version, asker.language, asker.locale),
    }
