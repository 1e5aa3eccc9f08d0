"""Deposits we hold: taken from an account, given back when its last line is closed."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.billing import service
from app.billing.service.deposits import deposit_for, held_by_market
from app.core.errors import NotFound
from app.core.ids import new_id
from app.customers.access import account_for
from app.customers.queries import account_by_reference
from app.web.fields import amount_field, form_key
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed


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
    actor, amount = current_actor(), amount_field("amount", account.currency)
    account_for(actor, account.id, "deposits.manage")
    confirmed("deposits.take", account.id, amount)
    service.take_deposit(
        account.id,
        amount,
        by=actor,
        effect_key=f"office:{form_key()}",
    )
    return redirect(url_for("backoffice.deposits"), 303)


@bp.post("/deposits/<uuid:deposit_id>/give-back")
@staff_with("deposits.manage")
@takes()
def give_back_deposit(deposit_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = deposit_for(actor, deposit_id)
    confirmed("deposits.give_back", found.id, found.left)
    service.give_back_deposit(found.id, by=actor)
    return redirect(url_for("backoffice.deposits"), 303)
