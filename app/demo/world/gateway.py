"""The payment gateway's door for machines: checkouts and refunds over a small JSON protocol."""

import hmac
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import bodies, ways
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
        return jsonify(
            id=checkout.id,
            url=page,
            status="open",
            action=checkout.action,
            expires_at=checkout.expires_at or None,
        ), 201

    @api.post("/charges")
    def charge() -> ResponseReturnValue:
        body = bodies.read_json()
        token = bodies.text(body, "token")
        made = ledger.charge(_charged(body), token, body=body, key=_idempotency_key())
        return jsonify(shown(made)), 201

    @api.get("/ping")
    def ping() -> ResponseReturnValue:
        return jsonify(status="ok")

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
        "method": None if checkout.status == "open" else method_of(checkout),
    }


def method_of(checkout: Checkout) -> dict[str, Any]:
    """A brand and the last four digits, of cards alone."""
    if checkout.method != "card":
        return {"kind": checkout.method, "brand": None, "last4": None}
    return {"kind": "card", "brand": checkout.brand, "last4": checkout.last4}


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
        method_hint=bodies.choice({"method_hint": "card", **body}, "method_hint", ways.METHODS),
        return_url=bodies.web_address(body, "return_url"),
        callback_url=bodies.web_address(body, "callback_url"),
        locale=bodies.text(body, "locale", longest=20, default="en"),
        payer=bodies.text(body, "payer", default=""),
        customer=bodies.text(body, "customer", default=""),
        offer_saving=body.get("offer_saving") is True,
    )


def _charged(body: bodies.Body) -> Wanted:
    """Nobody is there, so nobody is sent anywhere."""
    return Wanted(
        reference=bodies.text(body, "reference"),
        amount=bodies.amount(body),
        currency=bodies.currency(body),
        description=bodies.text(body, "description", default=""),
        method_hint="card",
        return_url="",
        callback_url="",
        locale="en",
    )
