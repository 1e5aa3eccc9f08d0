"""The other side of the gateway: the payer's bank does not take back what the merchant gave."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import csrf
from app.demo.world.callbacks import Postman, event_about
from app.demo.world.checkouts import Checkout, Ledger, Refund

REASON = "expired_or_canceled_card"


def blueprint(ledger: Ledger, postman: Postman) -> Blueprint:
    pages = Blueprint("refunds", __name__, url_prefix="/gateway/refunds")
    csrf.protect(pages)

    @pages.post("/<refund_id>/fail")
    def fail(refund_id: str) -> ResponseReturnValue:
        failed = ledger.fail_refund(refund_id)
        checkout = ledger.find(failed.checkout_id)
        postman.send(checkout.callback_url, event(checkout, failed))
        return redirect(url_for("gateway_pages.checkouts"), 303)

    return pages


def event(checkout: Checkout, failed: Refund) -> dict[str, Any]:
    """It tells of the payment too, so that it is understood whatever was heard before."""
    about = {"id": failed.id, "key": failed.key, "amount": failed.amount, "reason": REASON}
    return {**event_about(checkout, "refund.failed"), "refund": about}
