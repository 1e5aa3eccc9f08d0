"""What closed accounts owe: written off, above a limit by two persons, and taken back."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import asked, bp
from app.billing import reports, service
from app.core import clock
from app.core.money import Money
from app.customers.access import account_for
from app.customers.models import Account
from app.identity import approvals
from app.web.fields import amount_field
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed


@bp.get("/write-offs")
@staff_with("billing.read")
def write_offs() -> ResponseReturnValue:
    market, actor = asked.market(), current_actor()
    limit = approvals.limit_of(market.settings_at(clock.now()), "billing.write_off", actor.roles)
    return render_template(
        "backoffice/write_offs/write_offs.html",
        debtors=reports.debtors(market),
        waiting=approvals.waiting_in(market.code, "billing.write_off"),
        market=market,
        markets=asked.markets(),
        limit=Money(limit, market.currency),
        bad=reports.bad_debt(market),
    )


@bp.post("/accounts/<uuid:account_id>/write-off")
@staff_with("billing.write_off")
@takes("amount", "reason")
def write_off(account_id: UUID) -> ResponseReturnValue:
    """`amount` is what the page said that is owed: nothing else is written off."""
    actor = current_actor()
    account = account_for(actor, account_id, "billing.write_off")
    owed = amount_field("amount", account.currency)
    confirmed("billing.write_off", account.id, owed)
    service.ask_write_off(account.id, owed, request.form.get("reason", ""), by=actor)
    return _back(account)


@bp.post("/accounts/<uuid:account_id>/undo-write-off")
@staff_with("billing.write_off")
@takes("amount", "reason")
def undo_write_off(account_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    account = account_for(actor, account_id, "billing.write_off")
    left = amount_field("amount", account.currency)
    confirmed("billing.undo_write_off", account.id, left)
    service.undo_write_off(account.id, left, request.form.get("reason", ""), by=actor)
    return _back(account)


def _back(account: Account) -> ResponseReturnValue:
    return redirect(url_for("backoffice.write_offs", market=account.market_code), 303)
