"""Lines that are to become hers: she agrees, proving that it is she, or refuses."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.billing import service as billing
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.customers.queries import accounts_of_all
from app.portal import bp
from app.portal.me import me
from app.subscriptions import queries
from app.subscriptions.models import LineTransfer
from app.subscriptions.service import transfers as service
from app.web.input import takes
from app.web.login import current_actor, customer_with
from app.web.step_up import confirmed


@bp.get("/my/transfers")
@customer_with("customers.read")
def transfers() -> ResponseReturnValue:
    return render_template("portal/transfers.html", transfers=coming(me().id), mine=me().id)


@bp.post("/my/transfers/<uuid:transfer_id>/agree")
@customer_with("subscriptions.change")
@takes()
def agree_transfer(transfer_id: UUID) -> ResponseReturnValue:
    transfer = _coming(transfer_id)
    confirmed("subscriptions.transfer", transfer.id)
    billing.agree_transfer(transfer.id, by=current_actor())
    return redirect(url_for("portal.transfers"), 303)


@bp.post("/my/transfers/<uuid:transfer_id>/refuse")
@customer_with("subscriptions.change")
@takes()
def refuse_transfer(transfer_id: UUID) -> ResponseReturnValue:
    transfer = _coming(transfer_id)
    service.end_transfer(transfer.id, by=current_actor(), why=_("The customer does not want it"))
    return redirect(url_for("portal.transfers"), 303)


def coming(customer_id: UUID) -> list[LineTransfer]:
    """To her accounts, or from them."""
    return queries.transfers_of([each.id for each in accounts_of_all([customer_id])])


def _coming(transfer_id: UUID) -> LineTransfer:
    """What she does not pay from then on is not hers to decide."""
    transfer = service.transfer_for(current_actor(), transfer_id)
    if transfer.to_account.customer_id != me().id:
        raise NotFound
    return transfer
