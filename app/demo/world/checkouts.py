"""What the gateway knows: checkouts, what became of them, and refunds. Every call happens once."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.demo.world import ways
from app.demo.world.refusals import Refusal
from app.demo.world.store import Store

DECLINE_CODES = (
    "card_declined",
    "insufficient_funds",
    "expired_card",
    "suspected_fraud",
    "stolen_card",
    "issuer_unavailable",
    "declined_by_payer",
)
# What becomes of charges of a saved method: set on the gateway's page.
BEHAVIOURS = ("approve", "hang", *DECLINE_CODES)
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
    payer: str = ""
    customer: str = ""
    offer_saving: bool = False


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
    expires_at: float = 0
    token: str | None = None

    @property
    def method(self) -> str:
        return self.method_hint

    @property
    def action(self) -> dict[str, str] | None:
        return ways.action(
            self.method,
            txid=self.id.partition("_")[2],
            amount=self.amount,
            currency=self.currency,
            description=self.description,
            payer=self.payer,
        )

    @property
    def last4(self) -> str:
        return CARDS[self.brand]

    def now(self) -> "Checkout":
        """As it is seen at this moment: a hung payment comes to light, an open one expires."""
        moment = time.time()
        if self.status == "open" and 0 < self.expires_at <= moment:
            return replace(self, status="declined", decline_code="expired")
        revealed = self.status == "hung" and moment >= self.reveals_at
        return replace(self, status="succeeded") if revealed else self


@dataclass(frozen=True, slots=True)
class Saved:
    """A method that a customer agreed to have kept, and how its charges end."""

    token: str
    customer: str
    method: str
    brand: str
    last4: str
    expires: str
    behaviour: str = "approve"


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    checkout_id: str
    amount: str
    currency: str
    created_at: str
    status: str = "succeeded"
    key: str = ""  # the merchant's own


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Ledger:
    def __init__(self, store: Store, *, hung_for: float, time_to_pay: Mapping[str, float]) -> None:
        self._store = store
        self._hung_for = hung_for
        self._time_to_pay = time_to_pay

    def open(self, wanted: Wanted, *, body: dict[str, Any], key: str) -> Checkout:
        """The same key with the same body gives the same checkout; with another body, 409."""

        def make() -> str:
            allowed = self._time_to_pay.get(wanted.method_hint)
            expires_at = time.time() + allowed if allowed else 0
            checkout = Checkout(
                **asdict(wanted), id=_new("chk"), created_at=moment(), expires_at=expires_at
            )
            self._store.put("checkouts", checkout.id, asdict(checkout))
            return checkout.id

        return self.find(self._once("checkout", key, body, make))

    def charge(self, wanted: Wanted, token: str, *, body: dict[str, Any], key: str) -> Checkout:
        """With a saved method; it ends as its behaviour says. One key, one charge."""

        def make() -> str:
            saved = self.saved(token)
            hangs, pays = saved.behaviour == "hang", saved.behaviour == "approve"
            charge = Checkout(
                **{**asdict(wanted), "method_hint": saved.method},
                id=_new("chg"),
                created_at=moment(),
                status="hung" if hangs else "succeeded" if pays else "declined",
                transaction_id=_new("txn") if hangs or pays else None,
                decline_code=None if hangs or pays else saved.behaviour,
                brand=saved.brand,
                reveals_at=time.time() + self._hung_for,
            )
            self._store.put("checkouts", charge.id, asdict(charge))
            return charge.id

        return self.find(self._once("charge", key, body, make))

    def saved(self, token: str) -> Saved:
        row = self._store.get("tokens", token)
        if row is None:
            raise Refusal(404, "not_found", "There is no such saved method.")
        return Saved(**row)

    def all_saved(self) -> list[Saved]:
        return [Saved(**row) for row in self._store.rows("tokens")]

    def behave(self, token: str, behaviour: str) -> None:
        with self._store.changing():
            saved = replace(self.saved(token), behaviour=behaviour)
            self._store.put("tokens", token, asdict(saved))

    def save(self, checkout: Checkout) -> Saved:
        """The customer agreed on the page."""
        saved = Saved(
            token=_new("tok"),
            customer=checkout.customer,
            method=checkout.method,
            brand=checkout.brand if checkout.method == "card" else "",
            last4=checkout.last4 if checkout.method == "card" else "",
            expires="2031-08" if checkout.method == "card" else "",
        )
        self._store.put("tokens", saved.token, asdict(saved))
        return saved

    def find(self, checkout_id: str) -> Checkout:
        row = self._store.get("checkouts", checkout_id)
        if row is None:
            raise Refusal(404, "not_found", "There is no such checkout.")
        return Checkout(**row).now()

    def latest(self, count: int = 50) -> list[Checkout]:
        return [Checkout(**row).now() for row in self._store.rows("checkouts")[: -count - 1 : -1]]

    def approve(self, checkout_id: str, *, brand: str, save: bool = False) -> Checkout | None:
        with self._store.changing():
            open_one = self.find(checkout_id)
            saves = save and open_one.offer_saving and open_one.status == "open"
            saved = self.save(replace(open_one, brand=brand)) if saves else None
            return self._decide(
                checkout_id,
                status="succeeded",
                brand=brand,
                transaction_id=_new("txn"),
                token=saved.token if saved else None,
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
            refund = Refund(id=_new("ref"), created_at=moment(), key=key, **wanted)
            self._store.put("refunds", refund.id, asdict(refund))
            return refund.id

        return Refund(**self._store.row("refunds", self._once("refund", key, body, make)))

    def refunds(self) -> dict[str, list[Refund]]:
        """Of each checkout, the oldest first."""
        found: dict[str, list[Refund]] = {}
        for row in self._store.rows("refunds"):
            found.setdefault(row["checkout_id"], []).append(Refund(**row))
        return found

    def fail_refund(self, refund_id: str) -> Refund:
        """The payer's bank did not take it: the money is the merchant's again."""
        with self._store.changing():
            row = self._store.get("refunds", refund_id)
            if row is None:
                raise Refusal(404, "not_found", "There is no such refund.")
            if row["status"] != "succeeded":
                raise Refusal(409, "not_possible", "This refund has failed before.")
            failed = replace(Refund(**row), status="failed")
            self._store.put("refunds", refund_id, asdict(failed))
            return failed

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
        earlier = [each for each in self.refunds().get(checkout_id, ()) if each.status != "failed"]
        given_back = sum((Decimal(each.amount) for each in earlier), Decimal(amount))
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
