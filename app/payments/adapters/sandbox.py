"""The sandbox payment gateway of the demo, over its JSON protocol."""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from app.core import clock, http, secrets
from app.core.money import Money
from app.payments.adapters.sandbox_bodies import (
    CallbackBody,
    CheckoutBody,
    OpenedBody,
    PingBody,
    RefundBody,
)
from app.payments.methods import Method
from app.payments.port import (
    Action,
    BadSignature,
    Callback,
    Charge,
    Checkout,
    Dispute,
    DisputeState,
    FailedRefund,
    GatewayDown,
    GatewayRefused,
    Malformed,
    Order,
    Outcome,
    State,
    Token,
)

TIMEOUT = 4.0
# Copies and repeats are signed afresh, so an old signature is an old call played again.
FRESH_FOR = 300
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)
_STATES = {"checkout.succeeded": State.SUCCEEDED, "checkout.declined": State.DECLINED}


class SandboxGateway:
    name = "sandbox"
    methods = frozenset(Method)

    def __init__(
        self,
        url: str,
        *,
        api_key: str,
        webhook_secret: str,
        callback_url: str,
        timeout: float = TIMEOUT,
    ) -> None:
        """`callback_url` is where the gateway reaches us; `timeout` in seconds."""
        authorization = {"Authorization": f"Bearer {api_key}"}
        self._client = http.client(url, timeout=timeout, headers=authorization)
        self._secret = webhook_secret
        self._callback_url = callback_url

    def create_checkout(self, order: Order) -> Checkout:
        body = {
            "reference": order.reference,
            **_money(order.amount),
            "description": order.description,
            "method_hint": order.method.value,
            "payer": order.payer,
            "customer": order.customer,
            "offer_saving": order.offer_saving,
            "return_url": order.return_url,
            "callback_url": self._callback_url,
            "locale": order.locale,
        }
        opened = self._ask("POST", "/gateway/v1/checkouts", OpenedBody, key=order.key, body=body)
        action = opened.action and Action(opened.action.kind, opened.action.text)
        expires_at = opened.expires_at and datetime.fromtimestamp(opened.expires_at, UTC)
        return Checkout(opened.id, opened.url, action, expires_at)

    def charge(self, charge: Charge) -> Outcome:
        body = {
            "token": charge.token,
            "reference": charge.reference,
            **_money(charge.amount),
            "description": charge.description,
        }
        made = self._ask("POST", "/gateway/v1/charges", CheckoutBody, key=charge.key, body=body)
        return _outcome(made)

    def ping(self) -> None:
        self._ask("GET", "/gateway/v1/ping", PingBody)

    def read(self, checkout_id: str) -> Outcome:
        found = self._ask(
            "GET", f"/gateway/v1/checkouts/{quote(checkout_id, safe='')}", CheckoutBody
        )
        return _outcome(found)

    def refund(self, *, key: str, checkout_id: str, amount: Money) -> str:
        body = {"checkout_id": checkout_id, **_money(amount)}
        done = self._ask("POST", "/gateway/v1/refunds", RefundBody, key=key, body=body)
        if done.status == "failed":
            raise GatewayRefused("the refund failed")
        return str(done.id)

    def read_callback(self, raw: bytes, headers: Mapping[str, str]) -> Callback:
        self._verify(raw, headers.get("Gateway-Signature", ""))
        try:
            body = _reader(CallbackBody).validate_json(raw)
        except ValidationError as error:
            raise Malformed(str(error)) from error
        outcome = Outcome(
            checkout_id=body.checkout_id,
            reference=body.reference,
            state=_STATES.get(body.type, State.SUCCEEDED),
            amount=Money(body.amount, body.currency),
            transaction_id=body.transaction_id,
            decline_code=body.decline_code,
            method=body.method.model_dump() if body.method else None,
            saved=Token(**body.saved.model_dump()) if body.saved else None,
        )
        payload = body.model_dump(mode="json", exclude_none=True, exclude={"saved": {"token"}})
        return Callback(body.event_id, outcome, payload, _dispute(body), _failed_refund(body))

    def _verify(self, raw: bytes, header: str) -> None:
        sent = _SIGNATURE.fullmatch(header)
        if sent is None:
            raise BadSignature("no signature")
        expected = secrets.signature(self._secret, sent[1].encode() + b"." + raw)
        if not hmac.compare_digest(expected, sent[2]):
            raise BadSignature("wrong signature")
        if abs(clock.now().timestamp() - int(sent[1])) > FRESH_FOR:
            raise BadSignature("old signature")

    def _ask(
        self,
        method: str,
        path: str,
        kind: type[Any],
        *,
        key: str | None = None,
        body: dict[str, Any] | None = None,
    ) -> Any:
        headers = {"Idempotency-Key": key} if key else None
        try:
            answer = self._client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise GatewayDown(str(error)) from error
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            raise GatewayDown(f"answered {answer.status_code}")
        if answer.is_client_error:
            raise GatewayRefused(f"answered {answer.status_code}: {answer.text[:200]}")
        try:
            return _reader(kind).validate_json(answer.content)
        except ValidationError as error:
            raise GatewayDown("answered garbage") from error


def _dispute(body: CallbackBody) -> Dispute | None:
    if body.chargeback is None:
        return None
    return Dispute(
        id=body.chargeback.id,
        transaction_id=body.transaction_id or "",
        state=DisputeState(body.type.removeprefix("chargeback.")),
        amount=Money(body.chargeback.amount, body.currency),
        reason=body.chargeback.reason,
    )


def _failed_refund(body: CallbackBody) -> FailedRefund | None:
    if body.refund is None:
        return None
    return FailedRefund(
        id=body.refund.id,
        key=body.refund.key,
        transaction_id=body.transaction_id or "",
        amount=Money(body.refund.amount, body.currency),
        reason=body.refund.reason,
    )


def _outcome(body: CheckoutBody) -> Outcome:
    return Outcome(
        checkout_id=body.id,
        reference=body.reference,
        state=State(body.status),
        amount=Money(body.amount, body.currency),
        transaction_id=body.transaction_id,
        decline_code=body.decline_code,
        method=body.method.model_dump() if body.method else None,
    )


def _money(amount: Money) -> dict[str, str]:
    return {"amount": str(amount.rounded().amount), "currency": amount.currency}


def _reader(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
