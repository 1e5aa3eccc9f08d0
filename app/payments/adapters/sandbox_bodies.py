"""The JSON that the sandbox gateway sends, checked before anything is believed."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.payments.methods import Method
from app.payments.port import ActionKind

_Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
_Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://\S+$")]
# More decimals than the currency has are no nonsense: such a call is kept, and matches no payment.
_Amount = Annotated[Decimal, Field(ge=0, max_digits=24, decimal_places=10)]
_LastFour = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
_Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class ActionBody(_Body):
    kind: ActionKind
    text: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[ -~]+$")]

    @model_validator(mode="after")
    def opens_an_app(self) -> "ActionBody":
        """It becomes a link on our page, so it may lead to a UPI app only."""
        if self.kind is ActionKind.DEEP_LINK and not self.text.startswith("upi://pay?"):
            raise ValueError("not a UPI link")
        return self


class OpenedBody(_Body):
    id: _Text
    url: _Address
    action: ActionBody | None = None
    expires_at: Annotated[float, Field(gt=0)] | None = None


class PingBody(_Body):
    status: Literal["ok"]


class MethodBody(_Body):
    """A brand and the last four digits: more of a card never comes here."""

    kind: _Text
    brand: _Text | None = None
    last4: _LastFour | None = None


class SavedBody(_Body):
    token: _Text
    method: Method
    brand: _Text | None = None
    last4: _LastFour | None = None
    expires: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$")] | None = None


class CheckoutBody(_Body):
    id: _Text
    status: Literal["open", "succeeded", "declined", "hung"]
    reference: _Text
    amount: _Amount
    currency: _Currency
    transaction_id: _Text | None = None
    decline_code: _Text | None = None
    method: MethodBody | None = None


class RefundBody(_Body):
    id: _Text
    status: Literal["succeeded", "failed"]


class ChargebackBody(_Body):
    id: _Text
    amount: _Amount
    reason: _Text


class FailedRefundBody(_Body):
    id: _Text
    key: _Text
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
        "refund.failed",
    ]
    checkout_id: _Text
    reference: _Text
    amount: _Amount
    currency: _Currency
    transaction_id: _Text | None = None
    decline_code: _Text | None = None
    method: MethodBody | None = None
    chargeback: ChargebackBody | None = None
    refund: FailedRefundBody | None = None
    saved: SavedBody | None = None
    created_at: _Text

    @model_validator(mode="after")
    def _tells_what_it_is_about(self) -> Self:
        if self.type.startswith("chargeback.") != (self.chargeback is not None):
            raise ValueError("a chargeback comes with its details, and nothing else does")
        if (self.type == "refund.failed") != (self.refund is not None):
            raise ValueError("a refund that failed comes with its details, and nothing else does")
        return self
