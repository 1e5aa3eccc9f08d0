"""All payments, found by what they are, and those that need a person."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core import clock, db
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.payments import access, search, service
from app.payments.models import Chargeback, PaymentStatus, Refund, RefundTo
from app.payments.search import Wanted
from app.web import fields, htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

CHANGED = "matters-changed"


@bp.get("/payments")
@staff_with("ledger.read")
def payments() -> ResponseReturnValue:
    page = search.payments(current_actor(), _wanted(), after=request.args.get("after"))
    asked = {name: request.args.get(name, "") for name in FILTERS}
    return htmx.show(
        "backoffice/payments/payments.html",
        "backoffice/payments/_payments.html",
        found=page,
        accounts=search.accounts_of(page.items),
        asked=asked,
        statuses=list(PaymentStatus),
        providers=search.providers(),
    )


@bp.get("/payments/attention")
@staff_with("ledger.read")
def attention() -> ResponseReturnValue:
    return htmx.show(
        "backoffice/payments/attention.html",
        "backoffice/payments/_attention.html",
        matters=search.matters(current_actor()),
        now=clock.now(),
    )


@bp.get("/payments/<uuid:payment_id>/resolve")
@staff_with("payments.reconcile")
def ask_resolve(payment_id: UUID) -> ResponseReturnValue:
    payment = access.payment_for(current_actor(), payment_id, "payments.reconcile")
    return render_template("backoffice/payments/_resolve.html", payment=payment)


@bp.post("/payments/<uuid:payment_id>/check")
@staff_with("payments.reconcile")
@takes()
def check_again(payment_id: UUID) -> ResponseReturnValue:
    """Ask the gateway once more, now."""
    access.payment_for(current_actor(), payment_id, "payments.reconcile")
    payment = service.check(payment_id)
    known = payment.status in {PaymentStatus.SUCCEEDED, PaymentStatus.DECLINED}
    text = _("The gateway has told.") if known else _("The gateway does not know yet.")
    return htmx.told(text, changed=CHANGED)


@bp.post("/payments/<uuid:payment_id>/resolve")
@staff_with("payments.reconcile")
@takes("how", "transaction_id", "why")
def resolve(payment_id: UUID) -> ResponseReturnValue:
    """Found at the gateway, found and to be given back, or not found."""
    actor = current_actor()
    payment = access.payment_for(actor, payment_id, "payments.reconcile")
    how, why = request.form.get("how", ""), request.form.get("why", "")
    if how not in {"found", "refund", "not_found"}:
        raise Invalid(field="how")
    if how == "refund":
        actor.must("payments.refund")
    confirmed("payments.reconcile", payment.id, payment.money)
    if how == "not_found":
        service.not_found(payment.id, by=actor, why=why)
        return htmx.told(_("The payment is reversed."), changed=CHANGED)
    number = request.form.get("transaction_id", "")
    service.found_at_gateway(payment.id, by=actor, transaction_id=number, why=why)
    if how == "refund":
        service.ask_refund(
            payment.id, by=actor, amount=payment.money, reason=why, goes_to=RefundTo.METHOD
        )
    return htmx.told(_("The payment counts."), changed=CHANGED)


@bp.post("/refunds/<uuid:refund_id>/transfer")
@staff_with("payments.reconcile")
@takes("transaction_id", "done")
def note_transfer(refund_id: UUID) -> ResponseReturnValue:
    """Sent under this number, or not to be sent: then what was taken off is put back."""
    refund = db.session.get(Refund, refund_id)
    if refund is None:
        raise NotFound
    access.payment_for(current_actor(), refund.payment_id, "payments.reconcile")
    number = request.form.get("transaction_id", "").strip() or None
    done = request.form.get("done", "")
    if done not in {"sent", "not_sent"} or (done == "sent") != (number is not None):
        raise Invalid(field="transaction_id")
    confirmed("payments.reconcile", refund.id, refund.money)
    service.note_transfer(refund.id, by=current_actor(), transaction_id=number)
    return htmx.told(_("The transfer is noted."), changed=CHANGED)


@bp.post("/chargebacks/<uuid:chargeback_id>/represent")
@staff_with("payments.reconcile")
@takes("evidence")
def represent(chargeback_id: UUID) -> ResponseReturnValue:
    if db.session.get(Chargeback, chargeback_id) is None:
        raise NotFound
    service.represent(chargeback_id, by=current_actor(), evidence=request.form.get("evidence", ""))
    return htmx.told(_("The evidence is noted."), changed=CHANGED)


FILTERS = ("status", "provider", "on", "amount", "customer")


def _wanted() -> Wanted:
    """Raises Invalid for a filter that makes no sense."""
    asked = {name: request.args.get(name, "").replace("\0", "").strip()[:200] for name in FILTERS}
    try:
        return Wanted(
            status=PaymentStatus(asked["status"]) if asked["status"] else None,
            provider=asked["provider"] or None,
            on=fields.day(asked["on"], field="on"),
            amount=fields.decimal(asked["amount"], field="amount"),
            customer=asked["customer"] or None,
        )
    except ValueError:
        raise Invalid(field="status") from None
