"""Moving a line to another account: asked for by staff, with what the two sides said."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.billing import service as billing
from app.catalog.models import Mode
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.customers.access import account_for
from app.customers.queries import account_by_reference
from app.subscriptions import access
from app.subscriptions.models import TransferStatus
from app.subscriptions.msisdn import for_people
from app.subscriptions.service import transfers
from app.web.fields import day
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed
from app.workspace import bp

PERMISSION = transfers.PERMISSION
CHANGED = "customer-changed"


@bp.get("/desk/lines/<uuid:line_id>/transfer")
@staff_with(PERMISSION)
def ask_line_transfer(line_id: UUID) -> ResponseReturnValue:
    line = access.line_for(current_actor(), line_id, PERMISSION)
    return render_template(
        "workspace/lines/_transfer.html",
        line=line,
        number=for_people(line.number),
        pending=transfers.pending_of(line.id),
        along=transfers.rule_of_prepaid(line) if line.mode is Mode.PREPAID else None,
    )


@bp.post("/desk/lines/<uuid:line_id>/transfer")
@staff_with(PERMISSION)
@takes("account", "on", "giver_proof", "taker_proof")
def transfer_line(line_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    line = access.line_for(actor, line_id, PERMISSION)
    account = account_by_reference(request.form.get("account", "").strip())
    if account is None:
        raise NotFound
    account_for(actor, account.id, PERMISSION)
    on = day(request.form.get("on", ""), field="on")
    confirmed("subscriptions.transfer", f"{line.id}:{account.id}")
    made = billing.ask_transfer(
        line.id,
        account.id,
        by=actor,
        giver_proof=request.form.get("giver_proof", ""),
        taker_proof=request.form.get("taker_proof", ""),
        on=on,
    )
    said = {
        TransferStatus.DONE: _("The line has moved."),
        TransferStatus.AGREED: _("The line moves on its day."),
    }
    return told(said.get(made.status, _("The other customer is asked to agree.")), changed=CHANGED)


@bp.post("/desk/transfers/<uuid:transfer_id>/cancel")
@staff_with(PERMISSION)
@takes("why")
def cancel_line_transfer(transfer_id: UUID) -> ResponseReturnValue:
    transfers.end_transfer(transfer_id, by=current_actor(), why=request.form.get("why", ""))
    return told(_("The line stays."), changed=CHANGED)
