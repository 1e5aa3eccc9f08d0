"""Topping up a prepaid line with a way to pay that she had kept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.catalog.models import Mode
from app.conversations.models import Verification
from app.core.i18n import gettext as _
from app.core.money import Money
from app.payments import service as payments
from app.payments.amounts import checked
from app.payments.errors import AmountOutOfBounds, NotPrepaid
from app.payments.models import PaymentStatus
from app.payments.queries import payment_of_key
from app.selfservice.asker import Asker
from app.selfservice.figures import exact, label, spoken
from app.selfservice.proposals import charging
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.subscriptions.models import Line
from app.usage.queries import balance_of

MOST = 100_000  # of the currency, in one top-up


class WantedTopUp(BaseModel):
    model_config = ConfigDict(extra="forbid")

    line_id: str = Field(max_length=40)
    amount: Decimal = Field(gt=0, lt=10**9)
    method_id: str | None = Field(default=None, max_length=40)


class TopUp(Kind):
    name = "top_up"
    permission = "payments.take"
    proof = Verification.IDENTITY
    asks_outside = True

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        said = read(WantedTopUp, wanted)
        line = prepaid(asker, said.line_id)
        amount = top_up_amount(said.amount, asker)
        method = charging.chosen(asker, said.method_id)
        sentence = _(
            "%(line)s is topped up with %(amount)s from %(method)s now.",
            line=label(line),
            amount=spoken(amount, asker),
            method=method.name,
        )
        terms = {
            "line_id": str(line.id),
            "method_id": str(method.id),
            "amount": exact(amount),
            "currency": amount.currency,
        }
        return Proposed(spoken(amount, asker), sentence, terms)

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        line = prepaid(asker, terms["line_id"])
        key = f"proposal:{terms['proposal_id']}"
        method = charging.kept(asker, terms["method_id"])
        payment = payment_of_key(line.account_id, key) or payments.pay_with_saved(
            method.id,
            by=asker.actor,
            line_id=line.id,
            amount=Money.of(terms["amount"], terms["currency"]),
            idempotency_key=key,
        )
        sentence = charging.outcome(payment, None, line.number, asker)
        paid = payment.status is PaymentStatus.SUCCEEDED
        return Done(f"{sentence} {credit_text(line, asker)}" if paid else sentence, {"paid": paid})


def prepaid(asker: Asker, line_id: object) -> Line:
    """Hers, and with credit of its own. Raises NotFound, NotPrepaid."""
    line = asker.line(line_id)
    if line.mode is not Mode.PREPAID:
        raise NotPrepaid
    return line


def top_up_amount(amount: Decimal, asker: Asker) -> Money:
    """In the market's currency, at its exponent. Raises AmountOutOfBounds."""
    money = checked(Money(amount, asker.market.currency), asker.market.currency)
    if money.amount > MOST:
        raise AmountOutOfBounds
    return money


def credit_text(line: Line, asker: Asker) -> str:
    """How much is on the line now."""
    balance = balance_of(line.id)
    money = balance.money if balance else Money.zero(asker.market.currency)
    return _("Your balance is %(amount)s.", amount=spoken(money, asker))
