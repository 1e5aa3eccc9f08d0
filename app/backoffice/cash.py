"""Money that reached the bank without saying what for: imported, allocated, sent back."""

from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.backoffice import bp
from app.billing.models import Invoice
from app.core import db
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.identity.models import ApprovalRequest
from app.markets.queries import market, markets_of
from app.payments import search
from app.payments.service import cash as service
from app.payments.service.suggestions import suggestions
from app.web import htmx, sheets
from app.web.exports import confirmed_export
from app.web.fields import amount_field
from app.web.filters import money
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

CHANGED = "cash-changed"
LARGEST_STATEMENT = 5 * 1024 * 1024
HEADER = ("received", "amount", "left", "currency", "payer", "reference", "transaction")


@bp.get("/payments/cash")
@staff_with("ledger.read")
def cash() -> ResponseReturnValue:
    actor = current_actor()
    return htmx.show(
        "backoffice/cash/cash.html",
        "backoffice/cash/_cash.html",
        waiting=search.unallocated(actor),
        markets=markets_of(actor),
    )


@bp.post("/payments/cash.csv")
@staff_with("data.export")
@takes()
def cash_sheet() -> ResponseReturnValue:
    with confirmed_export("cash"):
        found = search.unallocated(current_actor(), limit=10_000)
    rows = [
        (
            each.received_at.date(),
            each.money.rounded().amount,
            each.left.rounded().amount,
            each.currency,
            each.payer,
            each.reference,
            each.transaction_id,
        )
        for each in found
    ]
    return sheets.download("unallocated.csv", HEADER, rows)


@bp.post("/payments/cash/import")
@staff_with("payments.reconcile")
@takes("market", "statement")
def import_statement() -> ResponseReturnValue:
    sent = request.files.get("statement")
    content = sent.read(LARGEST_STATEMENT + 1) if sent else b""
    if not content or len(content) > LARGEST_STATEMENT:
        raise Invalid(field="statement")
    made = service.import_statement(request.form.get("market", ""), content, by=current_actor())
    text = _(
        "%(sum)s taken in: %(paid)s paid a bill, %(waiting)s wait, %(known)s were known.",
        sum=money(made.sum),
        paid=made.paid,
        waiting=made.waiting,
        known=made.known,
    )
    return htmx.told(text, changed=CHANGED)


@bp.get("/payments/cash/<uuid:cash_id>")
@staff_with("payments.reconcile")
def one_cash(cash_id: UUID) -> ResponseReturnValue:
    found = service.cash_for(current_actor(), cash_id)
    g.timezone = market(found.market_code).timezone
    return render_template(
        "backoffice/cash/_one.html",
        cash=found,
        suggestions=suggestions(found, by=current_actor()),
    )


@bp.post("/payments/cash/<uuid:cash_id>/allocate")
@staff_with("payments.reconcile")
@takes("invoice", "amount")
def allocate_cash(cash_id: UUID) -> ResponseReturnValue:
    found = service.cash_for(current_actor(), cash_id)
    amount = amount_field("amount", found.currency)
    number = request.form.get("invoice", "").strip()[:100]
    invoice_id = db.session.scalar(select(Invoice.id).where(Invoice.number == number))
    if invoice_id is None:
        raise NotFound(_("There is no bill of this number."))
    service.allocate(found.id, invoice_id, amount, by=current_actor())
    return htmx.told(_("The money is allocated."), changed=CHANGED)


@bp.post("/payments/cash/<uuid:cash_id>/return")
@staff_with("payments.reconcile")
@takes("amount", "reason")
def return_cash(cash_id: UUID) -> ResponseReturnValue:
    found = service.cash_for(current_actor(), cash_id)
    amount = amount_field("amount", found.currency)
    confirmed("cash.return", found.id, amount)
    made = service.ask_return(
        found.id, amount, by=current_actor(), reason=request.form.get("reason", "")
    )
    if isinstance(made, ApprovalRequest):
        return htmx.told(_("The refund waits for a second person."), changed=CHANGED)
    return htmx.told(_("The money is to be sent back."), changed=CHANGED)
