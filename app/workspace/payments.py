"""A payment with its whole story, and giving it back."""

from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.audit import views
from app.billing.models import Invoice
from app.core import clock, db
from app.core.i18n import gettext as _
from app.core.money import Money
from app.customers.models import Account
from app.identity import approvals
from app.identity.models import ApprovalRequest
from app.ledger import queries as ledger
from app.payments import access, queries, service
from app.payments.models import Payment, PaymentStatus, Refund, RefundStatus, RefundTo
from app.web.fields import amount_field, choice_field
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed
from app.workspace import bp

CHANGED = "payment-changed"


@bp.get("/desk/payments/<uuid:payment_id>")
@staff_with("payments.read")
def payment(payment_id: UUID) -> ResponseReturnValue:
    """What happened to it: callbacks, readings back, refunds, chargebacks, and the books."""
    found, account = _payment(payment_id)
    actor = current_actor()
    views.seen(actor, "payments", account.customer_id)
    return render_template(
        "workspace/payments/payment.html",
        payment=found,
        account=account,
        invoice=db.session.get(Invoice, found.invoice_id) if found.invoice_id else None,
        left=queries.left_of(found),
        can_refund=_can_refund(found),
        needs_person=found.status == PaymentStatus.UNKNOWN and found.check_at is None,
        refunds=queries.refunds_of(found.id),
        chargebacks=queries.chargebacks_of(found.id),
        calls=queries.calls_about(found.id),
        waiting=approvals.waiting_about(found.id),
        entries=ledger.entries_of_payment(found.id) if actor.may("ledger.read") else None,
    )


@bp.get("/desk/payments/<uuid:payment_id>/refund")
@staff_with("payments.refund")
def ask_refund(payment_id: UUID) -> ResponseReturnValue:
    found, account = _payment(payment_id)
    policies = account.market.settings_at(clock.now())
    return render_template(
        "workspace/payments/_refund.html",
        payment=found,
        customer_id=account.customer_id,
        left=queries.left_of(found),
        ways=_ways(found),
        limit=Money(
            approvals.limit_of(policies, "payments.refund", current_actor().roles), found.currency
        ),
    )


@bp.post("/desk/payments/<uuid:payment_id>/refund")
@staff_with("payments.refund")
@takes("amount", "goes_to", "reason")
def refund(payment_id: UUID) -> ResponseReturnValue:
    """At once within what the agent may do alone; else it waits for a second person."""
    found, _account = _payment(payment_id)
    amount = amount_field("amount", found.currency)
    goes_to = choice_field("goes_to", RefundTo)
    confirmed("payments.refund", found.id, amount)
    made = service.ask_refund(
        found.id,
        by=current_actor(),
        amount=amount,
        reason=request.form.get("reason", ""),
        goes_to=goes_to,
    )
    if isinstance(made, ApprovalRequest):
        return told(_("The refund waits for a second person."), changed=CHANGED)
    return told(_became_of(made), changed=CHANGED)


def _became_of(refund: Refund) -> str:
    if refund.status == RefundStatus.SUCCEEDED:
        return _("The refund is made.")
    if refund.status == RefundStatus.REFUSED:
        return _("The payment service refused the refund. Nothing was given back.")
    return _("The refund is on its way.")


def _can_refund(found: Payment) -> bool:
    is_paid = found.status == PaymentStatus.SUCCEEDED and found.reversed_at is None
    return is_paid and queries.left_of(found).amount > 0 and current_actor().may("payments.refund")


def _ways(found: Payment) -> list[RefundTo]:
    return [RefundTo.BANK] if found.provider == "bank" else list(RefundTo)


def _payment(payment_id: UUID) -> tuple[Payment, Account]:
    found = access.payment_for(current_actor(), payment_id)
    account = db.session.get_one(Account, found.account_id)
    g.timezone = account.market.timezone
    return found, account
