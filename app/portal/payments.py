"""Paying: off to the gateway's hosted page, and back to one that shows how it went."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.billing.models import Invoice
from app.billing.paying import qr_svg
from app.core import clock, db, i18n
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.payments import access, queries, returning, service
from app.payments.methods import Method
from app.payments.models import Payment, PaymentStatus
from app.payments.port import ActionKind
from app.portal import bp
from app.portal.bills import invoice_by
from app.portal.me import actor, me
from app.portal.speaking import speak
from app.subscriptions import access as lines
from app.web import htmx
from app.web.fields import amount_field, choice, id_of
from app.web.input import takes
from app.web.limits import limited
from app.web.login import current_actor, customer_with, open_to_all

PAGE = "portal/payments/payment.html"
FRAGMENT = "portal/payments/_payment.html"
CHOOSE = "portal/payments/choose.html"
LONGEST_PAYER = 320
MOST = 100_000  # of the currency, in one top-up
SCANNED = (ActionKind.QR, ActionKind.DEEP_LINK)


@bp.app_template_global("payment_key")
def payment_key() -> str:
    """A form's own key: sent twice, it pays once."""
    return str(new_id())


@bp.get("/my/bills/<number>/pay")
@customer_with("payments.take")
def choose_to_pay(number: str) -> ResponseReturnValue:
    """All ways to pay a bill: those kept before, and those of the market."""
    invoice = invoice_by(number)
    if not invoice.can_be_paid:
        return redirect(url_for("portal.bill", number=number), 303)
    action = url_for("portal.pay_bill", number=number)
    return render_template(CHOOSE, invoice=invoice, action=action, **_ways())


@bp.get("/my/lines/<uuid:line_id>/top-up")
@customer_with("payments.take")
def choose_to_top_up(line_id: UUID) -> ResponseReturnValue:
    line = lines.line_for(current_actor(), line_id)
    action = url_for("portal.top_up", line_id=line.id)
    return render_template(CHOOSE, line=line, action=action, **_ways())


@bp.post("/my/bills/<number>/pay")
@customer_with("payments.take")
@takes("key", "way", "payer")
def pay_bill(number: str) -> ResponseReturnValue:
    return _pay(invoice_id=invoice_by(number).id)


@bp.post("/my/lines/<uuid:line_id>/top-up")
@customer_with("payments.take")
@takes("amount", "key", "way", "payer")
def top_up(line_id: UUID) -> ResponseReturnValue:
    amount = amount_field("amount", me().market.currency)
    if amount.amount > MOST:
        raise Invalid(field="amount")
    return _pay(line_id=line_id, amount=amount)


@bp.get("/my/payments/<uuid:payment_id>")
@customer_with("payments.read")
def payment(payment_id: UUID) -> ResponseReturnValue:
    """Shows how it went, and asks again by itself while nobody knows."""
    me()
    found = access.payment_for(current_actor(), payment_id)
    invoice = db.session.get(Invoice, found.invoice_id) if found.invoice_id else None
    here = url_for("portal.payment", payment_id=found.id)
    return _shown(found, here, invoice=invoice, twin=queries.twin_of(found), is_hers=True)


@bp.get("/paid/<payment_token>")
@open_to_all
@limited("paid", times=120, seconds=60, open_without=True)
def paid(payment_token: str) -> ResponseReturnValue:
    """Where the gateway sends a payer back to: how it went, and of whose account nothing."""
    found = returning.payment_behind(payment_token)
    who = actor()
    if who is not None and access.sees_account(who, found.account_id):
        return redirect(url_for("portal.payment", payment_id=found.id), 303)
    speak(found.asked["locale"][:2])
    return _shown(found, url_for("portal.paid", payment_token=payment_token), is_hers=False)


@bp.get("/my/payments/<uuid:payment_id>/code.svg")
@customer_with("payments.read")
def payment_code(payment_id: UUID) -> ResponseReturnValue:
    """What is to be scanned: a Pix code, or a link that opens a UPI app."""
    action = access.payment_for(current_actor(), payment_id).action
    if action is None or action["kind"] not in SCANNED:
        raise NotFound
    return Response(qr_svg(action["text"]), mimetype="image/svg+xml")


def _shown(payment: Payment, here: str, **more: object) -> ResponseReturnValue:
    is_late = payment.expires_at is not None and payment.expires_at <= clock.now()
    undecided = payment.status in queries.UNDECIDED
    return htmx.show(
        PAGE, FRAGMENT, payment=payment, here=here, undecided=undecided, is_late=is_late, **more
    )


def _ways() -> dict[str, Any]:
    customer = me()
    saved = [
        method for method in queries.saved_methods_of(customer.id) if service.is_chargeable(method)
    ]
    offered = [each.method for each in service.offered(customer.market)]
    return {"saved": saved, "offered": offered, "currency": customer.market.currency}


def _pay(**what: Any) -> ResponseReturnValue:
    """With the way that she chose: one kept before, or one of the market. Else by card."""
    kind, _, kept = request.form.get("way", Method.CARD.value).partition(":")
    if kind == "saved":
        payment = service.pay_with_saved(
            id_of(kept, field="way"), by=current_actor(), idempotency_key=_key(), **what
        )
    else:
        payment = service.start_checkout(
            by=current_actor(),
            language=i18n.language(),
            idempotency_key=_key(),
            method=choice(Method, kind, field="way"),
            payer=request.form.get("payer", "")[:LONGEST_PAYER],
            offer_saving=True,
            **what,
        )
    return _to_gateway(payment)


def _to_gateway(payment: Payment) -> ResponseReturnValue:
    """What can be scanned or approved is shown by us; without a page it is being found out."""
    if payment.status is PaymentStatus.PENDING and payment.hosted_url and not payment.action:
        return redirect(payment.hosted_url, 303)
    return redirect(url_for("portal.payment", payment_id=payment.id), 303)


def _key() -> str:
    key = request.form.get("key", "")
    return f"portal:{key}" if key else f"portal:{new_id()}"
