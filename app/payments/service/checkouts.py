"""Sending a customer to the gateway's page: a row first, then the gateway, and one key for ever."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.core import db
from app.core.actor import Actor
from app.core.i18n import language as spoken
from app.core.i18n import speaking
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account
from app.payments import queries, returning
from app.payments.errors import GatewayUnavailable, KeyUsedDifferently, NotAUpiAddress
from app.payments.methods import Method, vpa
from app.payments.models import Payment, PaymentStatus
from app.payments.port import Checkout, GatewayDown, GatewayRefused, Order
from app.payments.service import outcomes, purposes, routing
from app.payments.service.asking import ask
from app.payments.service.purposes import Purpose


def start_checkout(
    *,
    by: Actor,
    invoice_id: UUID | None = None,
    line_id: UUID | None = None,
    amount: Money | None = None,
    language: str,
    idempotency_key: str,
    method: Method = Method.CARD,
    payer: str | None = None,
    offer_saving: bool = False,
) -> Payment:
    """A payment of an invoice (all that is due, or a part) or a top-up of a prepaid line.

    The gateway sends the payer back to `returning.address_of` it.
    `payer` is the UPI address to ask; `offer_saving` lets the hosted page ask for consent.

    The same key gives the same payment, and so does an undecided payment of the same invoice.
    When the gateway does not answer it is UNKNOWN without a `hosted_url`: it is read back, and
    asking again uses its first key, so it is never charged twice.
    Raises NothingToPay, AmountOutOfBounds, NotPrepaid, LinePorted, LineDisconnected,
    MethodNotOffered, NotAUpiAddress, KeyUsedDifferently, GatewayUnavailable.
    """
    purposes.check_key(idempotency_key)
    wanted = {"method": method.value, **_payer(method, payer)}
    with db.transaction(), speaking(language):
        payment = purposes.made_with(
            idempotency_key, by=by, invoice_id=invoice_id, line_id=line_id, amount=amount
        )
        if payment is not None and not _is_wanted(payment, wanted):
            raise KeyUsedDifferently
        if payment is None:
            purpose = purposes.purpose_of(by, invoice_id, line_id, amount)
            more = {"offer_saving": offer_saving, **wanted}
            payment = _undecided(purpose, wanted) or _created(purpose, idempotency_key, more, by)
    if _is_to_open(payment):
        return _open(payment)
    return payment


def order_of(payment: Payment) -> Order:
    """The very order that was, or would have been, sent: its key is the payment's id."""
    asked = {**payment.asked, "method": payment.wanted}
    return Order(
        key=str(payment.id),
        reference=str(payment.id),
        amount=payment.money,
        **asked,
    )


def opened(payment: Payment, checkout: Checkout) -> None:
    """Note on a locked payment that the gateway knows it."""
    if payment.provider_reference is None:
        payment.provider_reference = checkout.id
        payment.hosted_url = checkout.url
        payment.expires_at = checkout.expires_at
        payment.action = asdict(checkout.action) if checkout.action else None
    if payment.status in {PaymentStatus.CREATED, PaymentStatus.UNKNOWN}:
        payment.status = PaymentStatus.PENDING


def _created(purpose: Purpose, key: str, more: dict[str, Any], by: Actor) -> Payment:
    account = db.session.get_one(Account, purpose.account_id)
    payment_id = new_id()
    asked = {
        "description": purpose.description,
        "return_url": returning.address_of(payment_id),
        "locale": account.market.locale_for(spoken()),
        "customer": str(account.customer_id),
        **more,
    }
    provider = routing.provider_for(account.market, Method(more["method"]))
    return purposes.created(purpose, key, asked, provider, by=by, payment_id=payment_id)


def _undecided(purpose: Purpose, wanted: dict[str, str]) -> Payment | None:
    """An open payment of the same invoice; whatever it is of, while its outcome is unknown.

    So is a charge of a saved method: nobody can call it off by going elsewhere.
    """
    if purpose.invoice_id is None:
        return None
    for payment in queries.undecided_of_invoice(purpose.invoice_id):
        if (
            payment.status == PaymentStatus.UNKNOWN
            or payment.saved_method_id is not None
            or (payment.money == purpose.amount and _is_wanted(payment, wanted))
        ):
            return payment
    return None


def _is_wanted(payment: Payment, wanted: dict[str, str]) -> bool:
    known = {"method": payment.wanted.value, "payer": payment.asked.get("payer")}
    return known == {"payer": None, **wanted}


def _payer(method: Method, payer: str | None) -> dict[str, str]:
    if method is not Method.UPI_COLLECT:
        return {}
    address = vpa(payer or "")
    if address is None:
        raise NotAUpiAddress
    return {"payer": address}


def _is_to_open(payment: Payment) -> bool:
    """A charge of a saved method has no page to open."""
    waits = payment.provider_reference is None and payment.status in queries.UNDECIDED
    return waits and payment.saved_method_id is None


def _open(payment: Payment) -> Payment:
    """Ask the gateway outside any transaction, and note what it said."""
    checkout, refused = None, False
    try:
        order = order_of(payment)
        checkout = ask(payment.provider, lambda its: its.create_checkout(order))
    except GatewayDown:
        pass  # UNKNOWN, and read back
    except GatewayRefused:
        refused = True
    with db.transaction():
        current = outcomes.locked(payment.id)
        if checkout is not None:
            opened(current, checkout)
        elif current.status == PaymentStatus.CREATED:
            current.status = PaymentStatus.DECLINED if refused else PaymentStatus.UNKNOWN
            current.decline_code = "gateway_refused" if refused else None
    if refused:
        raise GatewayUnavailable
    return current
