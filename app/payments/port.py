"""What a payment gateway is to the rest of the application."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from app.core.money import Money
from app.payments.methods import Method


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
    DECLINED = "declined"  # also when its time is over: `decline_code` is `expired`
    HUNG = "hung"  # money may have moved; only reading again later will tell


class ActionKind(StrEnum):
    QR = "qr"  # `text` is what the code says; it may be copied as well
    DEEP_LINK = "deep_link"  # `text` opens an app, or is scanned with one
    APPROVE = "approve"  # `text` is where she was asked: her app says yes or no
    TRANSFER = "transfer"  # `text` is the account or reference to pay into


@dataclass(frozen=True, slots=True)
class Action:
    """What the customer has to do beside the hosted page. None is needed for cards."""

    kind: ActionKind
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """A checkout to open. The same `key` with the same order opens one checkout, however often.

    `payer` is the UPI address to ask. With `offer_saving` the hosted page may ask the customer
    whether she wants the method kept; `customer` is our name for her.
    """

    key: str
    reference: str
    amount: Money
    description: str
    return_url: str
    locale: str
    method: Method = Method.CARD
    payer: str | None = None
    customer: str | None = None
    offer_saving: bool = False


@dataclass(frozen=True, slots=True)
class Checkout:
    id: str
    url: str
    action: Action | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """Money to take with a saved method, nobody being there. One `key`, one charge."""

    key: str
    reference: str
    amount: Money
    description: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A method that the customer agreed to have kept. Card data is never in it."""

    token: str = field(repr=False)
    method: Method
    brand: str | None = None
    last4: str | None = None
    expires: str | None = None  # YYYY-MM


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gateway says about a checkout or a charge. `reference` is the one we gave it."""

    checkout_id: str
    reference: str
    state: State
    amount: Money
    transaction_id: str | None = None
    decline_code: str | None = None
    method: dict[str, Any] | None = None
    saved: Token | None = None


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
class FailedRefund:
    """Money that was on its way back did not reach the payer: the gateway has it again, for us.

    `key` is the one it was asked for under, where the gateway tells it; `transaction_id` is the
    payment's.
    """

    id: str
    key: str | None
    transaction_id: str
    amount: Money
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """A verified call. `event_id` is the same in every copy; `payload` is kept as it came.

    With a dispute or a refund that failed, `outcome` is the success that it is about, where the
    gateway tells of it. Without any of them it is something that we do not act on.
    """

    event_id: str
    outcome: Outcome | None
    payload: dict[str, Any]
    dispute: Dispute | None = None
    failed_refund: FailedRefund | None = None

    @property
    def is_news(self) -> bool:
        return bool(self.outcome or self.dispute or self.failed_refund)


class Gateway(Protocol):
    name: str
    methods: frozenset[Method]

    def create_checkout(self, order: Order) -> Checkout:
        """Open a hosted page. Raises GatewayDown, GatewayRefused."""

    def charge(self, charge: Charge) -> Outcome:
        """Take money with a saved method. Raises as create_checkout."""

    def read(self, checkout_id: str) -> Outcome:
        """What became of a checkout or a charge. Raises GatewayDown, GatewayRefused."""

    def read_callback(self, raw: bytes, headers: Mapping[str, str]) -> Callback:
        """Verify the signature over the raw bytes and read. Raises BadSignature, Malformed."""

    def refund(self, *, key: str, checkout_id: str, amount: Money) -> str:
        """Give money back once per `key`; returns the gateway's id. Raises as create_checkout."""

    def ping(self) -> None:
        """A call without effect, with our key. Raises as create_checkout."""
