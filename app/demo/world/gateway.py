"""The payment gateway's door for machines: checkouts and refunds over a small JSON protocol."""

import hmac
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import bodies
from app.demo.world.checkouts import Checkout, Ledger, Wanted
from app.demo.world.refusals import Refusal
from app.demo.world.settings import Settings


def blueprint(ledger: Ledger, settings: Settings) -> Blueprint:
    api = Blueprint("gateway_api", __name__, url_prefix="/gateway/v1")

    @api.before_request
    def check_key() -> None:
        _check_key(settings.gateway_api_key)

    @api.post("/checkouts")
    def open_checkout() -> ResponseReturnValue:
        body = bodies.read_json()
        checkout = ledger.open(_wanted(body), body=body, key=_idempotency_key())
        page = f"{settings.world_url}/gateway/pay/{checkout.id}"
        return jsonify(id=checkout.id, url=page, status="open"), 201

    @api.get("/checkouts/<checkout_id>")
    def show_checkout(checkout_id: str) -> ResponseReturnValue:
        return jsonify(shown(ledger.find(checkout_id)))

    @api.post("/refunds")
    def refund() -> ResponseReturnValue:
        body = bodies.read_json()
        refund = ledger.refund(
            body,
            key=_idempotency_key(),
            checkout_id=bodies.text(body, "checkout_id"),
            amount=bodies.amount(body),
            currency=bodies.currency(body),
        )
        return jsonify(id=refund.id, status=refund.status), 201

    return api


def shown(checkout: Checkout) -> dict[str, Any]:
    """A hung payment keeps its transaction to itself until it comes to light."""
    return {
        "id": checkout.id,
        "status": checkout.status,
        "reference": checkout.reference,
        "amount": checkout.amount,
        "currency": checkout.currency,
        "transaction_id": None if checkout.status == "hung" else checkout.transaction_id,
        "decline_code": checkout.decline_code,
    }


def _check_key(expected: str) -> None:
    if not expected:
        raise Refusal(503, "not_configured", "The gateway was started without GATEWAY_API_KEY.")
    sent = request.headers.get("Authorization", "")
    if not hmac.compare_digest(sent.encode(), f"Bearer {expected}".encode()):
        raise Refusal(401, "wrong_key", "The API key is missing or wrong.")


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= 255:
        raise Refusal(400, "key_missing", "Send an Idempotency-Key of 1 to 255 characters.")
    return key


def _wanted(body: bodies.Body) -> Wanted:
    return Wanted(
        reference=bodies.text(body, "reference"),
        amount=bodies.amount(body),
        currency=bodies.currency(body),
        description=bodies.text(body, "description", default=""),
        method_hint=bodies.text(body, "method_hint", default="card"),
        return_url=bodies.web_address(body, "return_url"),
        callback_url=bodies.web_address(body, "callback_url"),
        locale=bodies.text(body, "locale", longest=20, default="en"),
    )
