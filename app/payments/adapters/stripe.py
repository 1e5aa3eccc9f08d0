"""Stripe: Checkout Sessions for who is there, PaymentIntents for saved methods, webhooks."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import requests
import stripe
from pydantic import BaseModel, ValidationError

from app.core import http
from app.core.money import Money
from app.payments.adapters import stripe_events
from app.payments.adapters.stripe_amounts import Unsendable, to_minor
from app.payments.adapters.stripe_bodies import (
    BalanceBody,
    IntentBody,
    RefundBody,
    RefundsBody,
    SessionBody,
)
from app.payments.adapters.stripe_outcomes import of_intent, of_session
from app.payments.methods import Method
from app.payments.port import (
    Callback,
    Charge,
    Checkout,
    GatewayDown,
    GatewayRefused,
    Order,
    Outcome,
    State,
)

T = TypeVar("T", bound=BaseModel)

TIMEOUT = 4.0
_TYPES = {Method.CARD: "card", Method.PIX: "pix"}
_LOCALES = {"es": "es-419", "pt": "pt-BR", "en": "en"}
_DETAILS = "payment_intent.payment_method"
# Whatever becomes of it from here on is told by an event.
_UNDER_WAY = frozenset({"pending", "requires_action", "succeeded"})
_MOST_REFUNDS = 100


class StripeGateway:
    name = "stripe"
    methods = frozenset(_TYPES)

    def __init__(
        self, secret_key: str, *, webhook_secret: str, api_base: str = "", timeout: float = TIMEOUT
    ) -> None:
        """`api_base` is another address than Stripe's own; `timeout` in seconds."""
        session = requests.Session()
        session.trust_env = False  # never a proxy from the environment
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base} if api_base else None,
            max_network_retries=0,
            http_client=stripe.RequestsClient(
                timeout=(min(http.CONNECT_SECONDS, timeout), timeout), session=session
            ),
        )
        self._secret = webhook_secret

    def create_checkout(self, order: Order) -> Checkout:
        if order.method not in _TYPES:
            raise GatewayRefused(f"no {order.method}")
        metadata = {"reference": order.reference, "via": "checkout"}
        wanted: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": order.reference,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        **_money(order.amount),
                        "product_data": {"name": order.description},
                    },
                }
            ],
            "payment_method_types": [_TYPES[order.method]],
            "payment_intent_data": {"metadata": metadata},
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "locale": _LOCALES.get(order.locale[:2], "auto"),
        }
        if order.offer_saving and order.method is Method.CARD:
            # Stripe's page asks for the consent; without it nothing is kept.
            wanted["customer_creation"] = "always"
            wanted["saved_payment_method_options"] = {"payment_method_save": "enabled"}
        sessions = self._client.v1.checkout.sessions
        made = _ask(lambda: sessions.create(wanted, _once(order.key)), SessionBody)  # type: ignore[arg-type]
        if made.url is None:
            raise GatewayDown("a session without an address")
        return Checkout(made.id, made.url)

    def charge(self, charge: Charge) -> Outcome:
        customer, _, method = charge.token.partition(":")
        wanted: dict[str, Any] = {
            **_money(charge.amount, "amount"),
            "customer": customer,
            "payment_method": method,
            "payment_method_types": ["card"],
            "off_session": True,
            "confirm": True,
            "description": charge.description,
            "metadata": {"reference": charge.reference, "via": "charge"},
            "expand": ["payment_method"],
        }
        intents = self._client.v1.payment_intents
        try:
            made = _ask(lambda: intents.create(wanted, _once(charge.key)), IntentBody)  # type: ignore[arg-type]
        except _Declined as declined:
            return Outcome(
                declined.intent,
                charge.reference,
                State.DECLINED,
                charge.amount,
                decline_code=declined.code,
            )
        return of_intent(made)

    def read(self, checkout_id: str) -> Outcome:
        if checkout_id.startswith("pi_"):
            return of_intent(self._intent(checkout_id))
        return of_session(self._session(checkout_id))

    def refund(self, *, key: str, checkout_id: str, amount: Money) -> str:
        intent = checkout_id
        if not checkout_id.startswith("pi_"):
            intent = self._session(checkout_id).intent_id or ""
        made = self._refund_of(intent, key) or self._refund(intent, key, amount)
        if made.status not in _UNDER_WAY:
            raise GatewayRefused(f"refund {made.status}")
        return made.id

    def _refund_of(self, intent: str, key: str) -> RefundBody | None:
        """Made before under our key, which Stripe itself forgets after a day: a refund whose
        answer was lost for longer would be made twice."""
        wanted: Any = {"payment_intent": intent, "limit": _MOST_REFUNDS}
        found = _ask(lambda: self._client.v1.refunds.list(wanted), RefundsBody)
        return next((each for each in found.data if each.key == key), None)

    def _refund(self, intent: str, key: str, amount: Money) -> RefundBody:
        wanted: Any = {
            "payment_intent": intent,
            "amount": _minor(amount),
            "metadata": {"reference": key},
        }
        return _ask(lambda: self._client.v1.refunds.create(wanted, _once(key)), RefundBody)  # type: ignore[arg-type]

    def ping(self) -> None:
        _ask(self._client.v1.balance.retrieve, BalanceBody)

    def read_callback(self, raw: bytes, headers: Mapping[str, str]) -> Callback:
        stripe_events.verify(raw, headers.get("Stripe-Signature", ""), self._secret)
        callback = stripe_events.read(raw)
        outcome = callback.outcome
        if outcome is None or outcome.state is not State.SUCCEEDED:
            return callback
        return stripe_events.with_details(callback, self._details(outcome.checkout_id))

    def _details(self, checkout_id: str) -> Outcome | None:
        """The event does not say with what was paid. It counts without, when nobody answers."""
        try:
            return self.read(checkout_id)
        except (GatewayDown, GatewayRefused):
            return None

    def _session(self, session_id: str) -> SessionBody:
        sessions = self._client.v1.checkout.sessions
        return _ask(lambda: sessions.retrieve(session_id, {"expand": [_DETAILS]}), SessionBody)

    def _intent(self, intent_id: str) -> IntentBody:
        intents = self._client.v1.payment_intents
        return _ask(lambda: intents.retrieve(intent_id, {"expand": ["payment_method"]}), IntentBody)


class _Declined(GatewayRefused):
    """The bank said no to a charge; the intent stays as a record of it."""

    def __init__(self, error: stripe.CardError) -> None:
        super().__init__(str(error.code))
        said = error.error.to_dict() if error.error else {}
        self.intent = str((said.get("payment_intent") or {}).get("id") or "")
        self.code = str(said.get("decline_code") or error.code or "card_declined")


def _ask(call: Callable[[], Any], kind: type[T]) -> T:
    """One call; Stripe's errors become ours. Only what surely had no effect is refused."""
    try:
        answer = call()
    except stripe.CardError as error:
        raise _Declined(error) from error
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise GatewayDown(_shortly(error)) from error
    except stripe.StripeError as error:
        busy = error.http_status == requests.codes.conflict  # the same key is being worked on
        raise (GatewayDown if busy else GatewayRefused)(_shortly(error)) from error
    try:
        return kind.model_validate(answer.to_dict())
    except (ValidationError, AttributeError) as error:
        raise GatewayDown("answered garbage") from error


def _shortly(error: stripe.StripeError) -> str:
    """Without the body: it may name the customer."""
    return f"{type(error).__name__} {error.http_status or ''} {error.code or ''}".strip()


def _once(key: str) -> dict[str, str]:
    return {"idempotency_key": key}


def _money(amount: Money, name: str = "unit_amount") -> dict[str, Any]:
    return {name: _minor(amount), "currency": amount.currency.lower()}


def _minor(amount: Money) -> int:
    try:
        return to_minor(amount)
    except Unsendable as error:
        raise GatewayRefused(str(error)) from error
