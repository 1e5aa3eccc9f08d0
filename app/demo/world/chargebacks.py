"""The other side of the gateway: the payer's bank takes a payment back, and decides about it."""

import secrets
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import csrf
from app.demo.world.callbacks import Postman, event_about
from app.demo.world.checkouts import Checkout, Ledger
from app.demo.world.refusals import Refusal
from app.demo.world.store import Store

TABLE = "chargebacks"
STATES = ("opened", "won", "lost")
REASON = "fraudulent"


def blueprint(ledger: Ledger, postman: Postman, store: Store) -> Blueprint:
    pages = Blueprint("chargebacks", __name__, url_prefix="/gateway/chargebacks")
    csrf.protect(pages)

    @pages.post("/<checkout_id>")
    def change(checkout_id: str) -> ResponseReturnValue:
        state = request.form.get("state", "")
        checkout = ledger.find(checkout_id)
        row = _changed(store, checkout, state)
        postman.send(checkout.callback_url, event(checkout, row))
        return redirect(url_for("gateway_pages.checkouts"), 303)

    return pages


def states(store: Store) -> dict[str, str]:
    """How the chargeback of each checkout stands, where there is one."""
    return {str(row["checkout_id"]): str(row["state"]) for row in store.rows(TABLE)}


def event(checkout: Checkout, row: dict[str, Any]) -> dict[str, Any]:
    """It tells of the payment too, so that it is understood whatever was heard before."""
    return {
        **event_about(checkout, f"chargeback.{row['state']}"),
        "method": {"kind": "card", "brand": checkout.brand, "last4": checkout.last4},
        "chargeback": {"id": row["id"], "amount": checkout.amount, "reason": REASON},
    }


def _changed(store: Store, checkout: Checkout, state: str) -> dict[str, Any]:
    """Opened once, decided once; only of what was paid."""
    with store.changing():
        row = store.get(TABLE, checkout.id)
        before = row["state"] if row else None
        follows = {"opened": None, "won": "opened", "lost": "opened"}
        if checkout.status != "succeeded" or state not in STATES or follows[state] != before:
            raise Refusal(409, "not_possible", "This chargeback cannot be that now.")
        row = row or {"id": f"cbk_{secrets.token_hex(12)}", "checkout_id": checkout.id}
        row["state"] = state
        store.put(TABLE, checkout.id, row)
        return row
