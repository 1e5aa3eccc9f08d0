"""What the gateway knows: checkouts, what became of them, and refunds. Every call happens once."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.demo.world.refusals import Refusal
from app.demo.world.store import Store

DECLINE_CODES = (
    "card_declined",
    "insufficient_funds",
    "expired_card",
    "suspected_fraud",
    "issuer_unavailable",
)
CARDS = {"visa": "4242", "mastercard": "5454", "amex": "0005"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a merchant asks for. `amount` is a decimal string in `currency`."""

    reference: str
    amount: str
    currency: str
    description: str
    method_hint: str
    return_url: str
    callback_url: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout(Wanted):
    """A hung one was paid, but says so only at `reveals_at` (Unix seconds)."""

    id: str
    created_at: str
    status: str = "open"
    transaction_id: str | None = None
    decline_code: str | None = None
    brand: str = "visa"
    reveals_at: float = 0

    @property
    def last4(self) -> str:
        return CARDS[self.brand]

    def now(self) -> "Checkout":
        """As it is seen at this moment: a hung payment comes to light after a while."""
        revealed = self.status == "hung" and time.time() >= self.reveals_at
        return replace(self, status="succeeded") if revealed else self


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    checkout_id: str
    amount: str
    currency: str
    created_at: str
    status: str = "succeeded"


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Ledger:
    def __init__(self, store: Store, *, hung_for: float) -> None:
        self._store = store
        self._hung_for = hung_for

    def open(self, wanted: Wanted, *, body: dict[str, Any], key: str) -> Checkout:
        """The same key with the same body gives the same checkout; with another body, 409."""

        def make() -> str:
            checkout = Checkout(**asdict(wanted), id=_new("chk"), created_at=moment())
            self._store.put("checkouts", checkout.id, asdict(checkout))
            return checkout.id

        return self.find(self._once("checkout", key, body, make))

    def find(self, checkout_id: str) -> Checkout:
        row = self._store.get("checkouts", checkout_id)
        if row is None:
            raise Refusal(404, "not_found", "There is no such checkout.")
        return Checkout(**row).now()

    def latest(self, count: int = 50) -> list[Checkout]:
        return [Checkout(**row).now() for row in self._store.rows("checkouts")[: -count - 1 : -1]]

    def approve(self, checkout_id: str, *, brand: str) -> Checkout | None:
        return self._decide(
            checkout_id, status="succeeded", brand=brand, transaction_id=_new("txn")
        )

    def decline(self, checkout_id: str, *, brand: str, code: str) -> Checkout | None:
        return self._decide(checkout_id, status="declined", brand=brand, decline_code=code)

    def hang(self, checkout_id: str, *, brand: str) -> Checkout | None:
        """The money is taken, and nobody is told until somebody asks late enough."""
        return self._decide(
            checkout_id,
            status="hung",
            brand=brand,
            transaction_id=_new("txn"),
            reveals_at=time.time() + self._hung_for,
        )

    def refund(self, body: dict[str, Any], *, key: str, **wanted: str) -> Refund:
        """Never more in all than was paid; the same key pays back once."""

        def make() -> str:
            self._check_refund(**wanted)
            refund = Refund(id=_new("ref"), created_at=moment(), **wanted)
            self._store.put("refunds", refund.id, asdict(refund))
            return refund.id

        return Refund(**self._store.row("refunds", self._once("refund", key, body, make)))

    def _decide(self, checkout_id: str, **outcome: Any) -> Checkout | None:
        """None when somebody decided before."""
        with self._store.changing():
            checkout = self.find(checkout_id)
            if checkout.status != "open":
                return None
            decided = replace(checkout, **outcome)
            self._store.put("checkouts", checkout_id, asdict(decided))
            return decided

    def _check_refund(self, *, checkout_id: str, amount: str, currency: str) -> None:
        checkout = self.find(checkout_id)
        if checkout.status != "succeeded":
            raise Refusal(409, "not_paid", "This checkout was not paid.")
        if currency != checkout.currency:
            raise Refusal(422, "wrong_currency", f"It was paid in {checkout.currency}.")
        earlier = [row for row in self._store.rows("refunds") if row["checkout_id"] == checkout_id]
        given_back = sum((Decimal(row["amount"]) for row in earlier), Decimal(amount))
        if given_back > Decimal(checkout.amount):
            raise Refusal(422, "refund_too_large", "More than was paid cannot be given back.")

    def _once(self, kind: str, key: str, body: dict[str, Any], make: Callable[[], str]) -> str:
        body_print = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        with self._store.changing():
            seen = self._store.get("keys", f"{kind}:{key}")
            if seen is None:
                seen = {"print": body_print, "id": make()}
                self._store.put("keys", f"{kind}:{key}", seen)
            if seen["print"] != body_print:
                raise Refusal(409, "key_reused", "This key was used with another body.")
            return str(seen["id"])


def _new(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"
