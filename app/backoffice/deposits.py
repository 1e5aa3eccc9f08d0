"""Deposits we hold: taken from an account, given back when its last line is closed."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.billing import service
from app.billing.service.deposits import held_by_market
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.money import Money
from app.customers.queries import account_by_reference
from app.web.input import takes
from app.web.login import current_actor, staff_with


@bp.get("/deposits")
@staff_with("deposits.manage")
def deposits() -> ResponseReturnValue:
    return render_template(
        "backoffice/deposits/index.html", held=held_by_market(current_actor()), key=new_id()
    )


@bp.post("/deposits")
@staff_with("deposits.manage")
@takes("account", "amount", "key")
def take_deposit() -> ResponseReturnValue:
    account = account_by_reference(request.form.get("account", "").strip())
    if account is None:
        raise NotFound
    service.take_deposit(
        account.id,
        Money(_amount(), account.currency),
        by=current_actor(),
        effect_key=f"office:{request.form.get('key', '')[:80]}",
    )
    return redirect(url_for("backoffice.deposits"), 303)


@bp.post("/deposits/<uuid:deposit_id>/give-back")
@staff_with("deposits.manage")
@takes()
def give_back_deposit(deposit_id: UUID) -> ResponseReturnValue:
    service.give_back_deposit(deposit_id, by=current_actor())
    return redirect(url_for("backoffice.deposits"), 303)


def _amount() -> Decimal:
    try:
        amount = Decimal(request.form.get("amount", "").strip().replace(",", "."))
    except InvalidOperation:
        raise Invalid(field="amount") from None
    if not amount.is_finite() or not 0 < amount < 10**9:
        raise Invalid(field="amount")
    return amount
