"""The JSON that the sandbox gateway sends, checked before anything is believed."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

_Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
_Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://\S+$")]
_Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=3)]
_Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class OpenedBody(_Body):
    id: _Text
    url: _Address


class CheckoutBody(_Body):
    id: _Text
    status: Literal["open", "succeeded", "declined", "hung"]
    reference: _Text
    amount: _Amount
    currency: _Currency
    transaction_id: _Text | None = None
    decline_code: _Text | None = None


class RefundBody(_Body):
    id: _Text
    status: Literal["succeeded"]


class MethodBody(_Body):
    """A brand and the last four digits: more of a card never comes here."""

    kind: _Text
    brand: _Text | None = None
    last4: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = None


class ChargebackBody(_Body):
    id: _Text
    amount: _Amount
    reason: _Text


class CallbackBody(_Body):
    event_id: _Text
    type: Literal[
        "checkout.succeeded",
        "checkout.declined",
        "chargeback.opened",
        "chargeback.won",
        "chargeback.lost",
    ]
    checkout_id: _Text
    reference: _Text
    amount: _Amount
    currency: _Currency
    transaction_id: _Text | None = None
    decline_code: _Text | None = None
    method: MethodBody | None = None
    chargeback: ChargebackBody | None = None
    created_at: _Text

    @model_validator(mode="after")
    def _tells_what_it_is_about(self) -> Self:
        if self.type.startswith("chargeback.") != (self.chargeback is not None):
            raise ValueError("a chargeback comes with its details, and nothing else does")
        return self
