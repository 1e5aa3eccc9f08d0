"""Paying one bill, a part of it, or all that is open, with a way to pay that she had kept."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.billing import access, queries
from app.billing.models import Invoice
from app.conversations.models import Verification
from app.core.errors import Invalid
from app.core.i18n import ngettext
from app.core.ids import as_id
from app.core.money import Money, total
from app.payments import service as payments
from app.payments.amounts import checked
from app.payments.errors import AmountOutOfBounds, NothingToPay
from app.payments.models import Payment, PaymentStatus
from app.payments.queries import payment_of_key
from app.selfservice.asker import Asker
from app.selfservice.errors import ProposalOutdated
from app.selfservice.figures import exact, spoken
from app.selfservice.proposals import charging
from app.selfservice.proposals.bills import hers
from app.selfservice.proposals.kind import Done, Kind, Proposed, read

MOST = 10


class WantedPayment(BaseModel):
    """All open bills unless one is named; a part only of one. Hers by default pays unless told."""

    model_config = ConfigDict(extra="forbid")

    invoice_number: str | None = Field(default=None, max_length=40)
    amount: Decimal | None = Field(default=None, gt=0, lt=10**9)
    method_id: str | None = Field(default=None, max_length=40)


class PayBills(Kind):
    name = "pay_bills"
    permission = "payments.take"
    proof = Verification.IDENTITY
    asks_outside = True

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        said = read(WantedPayment, wanted)
        bills = _bills(asker, said.invoice_number)
        amounts = _amounts(bills, said.amount)
        method = charging.chosen(asker, said.method_id)
        in_all = total(amounts, bills[0].currency)
        facts = {
            "amount": spoken(in_all, asker),
            "method": method.name,
            "numbers": ", ".join(each.number for each in bills),
        }
        sentence = ngettext(
            "%(amount)s of bill %(numbers)s is taken from %(method)s now.",
            "%(amount)s for %(num)s bills (%(numbers)s) is taken from %(method)s now.",
            len(bills),
            **facts,
        )
        terms = {
            "method_id": str(method.id),
            "currency": in_all.currency,
            "bills": [
                {"id": str(bill.id), "amount": exact(amount)}
                for bill, amount in zip(bills, amounts, strict=True)
            ],
        }
        return Proposed(facts["amount"], sentence, terms)

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        """Bill by bill, each under its own key: after a crash none is charged again."""
        method = charging.kept(asker, terms["method_id"])
        wanted = [_one(each, asker, terms) for each in terms["bills"]]
        if any(made is None and amount > bill.payable for bill, amount, _key, made in wanted):
            raise ProposalOutdated
        said, paid = [], True
        for bill, amount, key, made in wanted:
            payment = made or payments.pay_with_saved(
                method.id,
                by=asker.actor,
                invoice_id=bill.id,
                amount=amount,
                idempotency_key=key,
            )
            said.append(charging.outcome(payment, bill.number, None, asker))
            paid = paid and payment.status is PaymentStatus.SUCCEEDED
        return Done(" ".join(said), {"paid": paid})


def _one(
    agreed: Mapping[str, str], asker: Asker, terms: Mapping[str, Any]
) -> tuple[Invoice, Money, str, Payment | None]:
    """A bill, what she agreed to pay of it, its key, and the payment made under it before."""
    bill = access.invoice_for(asker.actor, as_id(agreed["id"]), "payments.take")
    key = f"proposal:{terms['proposal_id']}:{bill.number}"
    amount = Money.of(agreed["amount"], terms["currency"])
    return bill, amount, key, payment_of_key(bill.account_id, key)


def _bills(asker: Asker, number: str | None) -> Sequence[Invoice]:
    if number is not None:
        return [hers(asker, number)]
    found = queries.open_invoices(asker.customer.id)[:MOST]
    if not found:
        raise NothingToPay
    return found


def _amounts(bills: Sequence[Invoice], part: Decimal | None) -> list[Money]:
    """What each is paid by. Raises NothingToPay, AmountOutOfBounds."""
    for bill in bills:
        if not bill.can_be_paid or bill.payable.amount <= 0:
            raise NothingToPay
    if part is None:
        return [bill.payable for bill in bills]
    if len(bills) > 1:
        raise Invalid(field="amount")
    amount = checked(Money(part, bills[0].currency), bills[0].currency)
    if amount > bills[0].payable:
        raise AmountOutOfBounds
    return [amount]
