"""What a payment gateway is to the rest of the application."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from app.core.money import Money


class GatewayDown(Exception):
    """No usable answer came: nobody knows whether the call had an effect."""


class GatewayRefused(Exception):
    """The gateway understood and will not do it; asking again changes nothing."""


class BadSignature(Exception):
    """The call did not come from the gateway, or it is an old one played again."""


class Malformed(Exception):
    """The call is the gateway's, and makes no sense."""


class State(StrEnum):
    OPEN = "open"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    HUNG = "hung"  # money may have moved; only reading again later will tell


@dataclass(frozen=True, slots=True)
class Order:
    """A checkout to open. The same `key` with the same order opens one checkout, however often."""

    key: str
    reference: str
    amount: Money
    description: str
    return_url: str
    locale: str


@dataclass(frozen=True, slots=True)
class Checkout:
    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gateway says about a checkout. `reference` is the one our order carried."""

    checkout_id: str
    reference: str
    state: State
    amount: Money
    transaction_id: str | None = None
    decline_code: str | None = None
    method: dict[str, Any] | None = None


class DisputeState(StrEnum):
    OPENED = "opened"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Dispute:
    """The payer's bank takes a payment back. `transaction_id` is the payment's."""

    id: str
    transaction_id: str
    state: DisputeState
    amount: Money
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """A verified call. `event_id` is the same in every copy; `payload` is kept as it came.

    With a dispute, `outcome` is the success that it is about, where the gateway tells of it.
    """

    event_id: str
    outcome: Outcome | None
    payload: dict[str, Any]
    dispute: Dispute | None = None


class Gateway(Protocol):
    name: str

    def create_checkout(self, order: Order) -> Checkout:
        """Open a hosted page. Raises GatewayDown, GatewayRefused."""

    def read(self, checkout_id: str) -> Outcome:
        """What became of a checkout. Raises GatewayDown, GatewayRefused."""

    def read_callback(self, raw: bytes, headers: Mapping[str, str]) -> Callback:
        """Verify the signature over the raw bytes and read. Raises BadSignature, Malformed."""

    def refund(self, *, key: str, checkout_id: str, amount: Money) -> str:
        """Give money back once per `key`; returns the gateway's id. Raises as create_checkout."""
