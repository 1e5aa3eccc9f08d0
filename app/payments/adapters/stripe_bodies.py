"""What Stripe says of sessions, intents, refunds and disputes, checked before it is believed.

Only what we use; field names are Stripe's.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

_Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$")]
_Address = Annotated[str, StringConstraints(max_length=4000, pattern=r"^https?://\S+$")]
_Currency = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]
_Minor = Annotated[int, Field(ge=0, lt=10**14, strict=True)]
_LastFour = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class CardBody(_Body):
    brand: _Text
    last4: _LastFour
    exp_month: Annotated[int, Field(ge=1, le=12)]
    exp_year: Annotated[int, Field(ge=2000, le=2200)]


class PaymentMethodBody(_Body):
    id: _Text
    type: _Text
    card: CardBody | None = None
    customer: _Text | None = None
    allow_redisplay: _Text | None = None


class ErrorBody(_Body):
    code: _Text | None = None
    decline_code: _Text | None = None


class IntentBody(_Body):
    id: _Text
    object: Literal["payment_intent"]
    status: _Text
    amount: _Minor
    currency: _Currency
    metadata: dict[str, str] = Field(default_factory=dict)
    payment_method: PaymentMethodBody | None = None
    last_payment_error: ErrorBody | None = None

    @field_validator("payment_method", mode="before")
    @classmethod
    def expanded(cls, value: Any) -> Any:
        """An id alone says nothing of the method."""
        return None if isinstance(value, str) else value


class SessionBody(_Body):
    id: _Text
    object: Literal["checkout.session"]
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_total: _Minor
    currency: _Currency
    client_reference_id: _Text | None = None
    url: _Address | None = None
    payment_intent: IntentBody | str | None = None

    @property
    def intent(self) -> IntentBody | None:
        return self.payment_intent if isinstance(self.payment_intent, IntentBody) else None

    @property
    def intent_id(self) -> str | None:
        return self.intent.id if self.intent else self.payment_intent  # type: ignore[return-value]


class BalanceBody(_Body):
    object: Literal["balance"]


class RefundBody(_Body):
    id: _Text
    status: Literal["pending", "succeeded", "failed", "canceled", "requires_action"]
    metadata: dict[str, str] | None = None

    @property
    def key(self) -> str | None:
        """Ours, when it was asked for by us."""
        return (self.metadata or {}).get("reference")


class RefundsBody(_Body):
    object: Literal["list"]
    data: list[RefundBody]


class ToldRefundBody(RefundBody):
    """As an event tells of it."""

    amount: _Minor
    currency: _Currency
    payment_intent: _Text | None = None
    failure_reason: _Text | None = None


class DisputeBody(_Body):
    id: _Text
    status: _Text
    amount: _Minor
    currency: _Currency
    payment_intent: _Text
    reason: _Text | None = None


class EventData(_Body):
    object: dict[str, Any]


class EventBody(_Body):
    id: _Text
    type: _Text
    created: int
    data: EventData
