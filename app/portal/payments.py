"""Paying: off to the gateway's hosted page, and back to one that shows how it went."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.billing.models import Invoice
from app.core import db, i18n
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.money import Money
from app.payments import access, queries, service
from app.payments.models import Payment, PaymentStatus
from app.portal import bp
from app.portal.bills import invoice_by
from app.portal.me import me
from app.subscriptions import access as lines
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, customer_with

PAGE = "portal/payments/payment.html"
FRAGMENT = "portal/payments/_payment.html"
MOST = Decimal(100_000)


@bp.app_template_global("payment_key")
def payment_key() -> str:
    """A form's own key: sent twice, it pays once."""
    return str(new_id())


@bp.post("/my/bills/<number>/pay")
@customer_with("payments.take")
@takes("key")
def pay_bill(number: str) -> ResponseReturnValue:
    invoice = invoice_by(number)
    payment = service.start_checkout(
        by=current_actor(),
        invoice_id=invoice.id,
        return_url=_outside("portal.paid_bill", number=number),
        language=i18n.language(),
        idempotency_key=_key(),
    )
    return _to_gateway(payment)


@bp.post("/my/lines/<uuid:line_id>/top-up")
@customer_with("payments.take")
@takes("amount", "key")
def top_up(line_id: UUID) -> ResponseReturnValue:
    payment = service.start_checkout(
        by=current_actor(),
        line_id=line_id,
        amount=Money(amount_of(request.form.get("amount", "")), me().market.currency),
        return_url=_outside("portal.topped_up", line_id=line_id),
        language=i18n.language(),
        idempotency_key=_key(),
    )
    return _to_gateway(payment)


@bp.get("/my/bills/<number>/payment")
@customer_with("payments.read")
def paid_bill(number: str) -> ResponseReturnValue:
    """Where the gateway sends her back to."""
    return _to_latest(list(queries.payments_of_invoice(invoice_by(number).id)))


@bp.get("/my/lines/<uuid:line_id>/payment")
@customer_with("payments.read")
def topped_up(line_id: UUID) -> ResponseReturnValue:
    line = lines.line_for(current_actor(), line_id)
    newest_last = reversed(queries.payments_of(current_actor().id))
    return _to_latest([each for each in newest_last if each.line_id == line.id])


@bp.get("/my/payments/<uuid:payment_id>")
@customer_with("payments.read")
def payment(payment_id: UUID) -> ResponseReturnValue:
    """Shows how it went, and asks again by itself while nobody knows."""
    me()
    found = access.payment_for(current_actor(), payment_id)
    invoice = db.session.get(Invoice, found.invoice_id) if found.invoice_id else None
    undecided = found.status in queries.UNDECIDED
    return htmx.show(PAGE, FRAGMENT, payment=found, invoice=invoice, undecided=undecided)


def _to_gateway(payment: Payment) -> ResponseReturnValue:
    """Without a hosted page, its outcome is being found out."""
    if payment.status is PaymentStatus.PENDING and payment.hosted_url:
        return redirect(payment.hosted_url, 303)
    return redirect(url_for("portal.payment", payment_id=payment.id), 303)


def _to_latest(payments: list[Payment]) -> ResponseReturnValue:
    if not payments:
        raise NotFound
    return redirect(url_for("portal.payment", payment_id=payments[-1].id), 303)


def _outside(endpoint: str, **values: Any) -> str:
    public_url: str = current_app.config["DIALTONE"].public_url
    return public_url + url_for(endpoint, **values)


def _key() -> str:
    key = request.form.get("key", "")
    return f"portal:{key}" if key else f"portal:{new_id()}"


def amount_of(text: str) -> Decimal:
    """As people write it. Raises Invalid unless it is above zero and sensible."""
    try:
        amount = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise Invalid(field="amount") from None
    if not amount.is_finite() or not 0 < amount <= MOST:
        raise Invalid(field="amount")
    return amount
