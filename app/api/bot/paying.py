"""What is to pay and how: bills, ways to pay that she had kept, links to the gateway's page."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.bot import bp
from app.api.bot.asking import Answer, body_of, on_behalf
from app.api.bot.bill import told
from app.billing import queries as billing
from app.billing.documents import code_of
from app.billing.models import Invoice
from app.conversations.models import Verification
from app.core.ids import new_id
from app.core.money import Money
from app.payments import queries
from app.payments import service as payments
from app.payments.amounts import checked
from app.payments.errors import GatewayUnavailable, MethodNotOffered, NothingToPay
from app.payments.methods import Method
from app.payments.models import Payment, PaymentStatus
from app.payments.tracing import traced
from app.selfservice.asker import Asker
from app.selfservice.figures import exact, moment_text, spoken
from app.selfservice.proposals.bills import hers
from app.selfservice.proposals.charging import methods_of
from app.selfservice.traced import told as what_became_of

_CODES = {"pix": Method.PIX, "upi": Method.UPI_INTENT}


class WantedLink(BaseModel):
    """`code` asks for what an app reads instead of a page for cards: pix or upi."""

    model_config = ConfigDict(extra="forbid")

    invoice_number: str | None = Field(default=None, max_length=40)
    amount: Decimal | None = Field(default=None, gt=0, lt=10**9)
    code: str | None = Field(default=None, max_length=10)


@bp.get("/conversations/<uuid:conversation_id>/payables")
@on_behalf("billing.read")
def payables(asker: Asker) -> Answer:
    waiting = billing.open_invoices(asker.customer.id)
    owed = billing.owed(asker.customer.id)
    return {
        "owed": exact(owed),
        "owed_text": spoken(owed, asker),
        "bills": [
            {**told(each, asker), "under_way_text": _under_way(each, asker)} for each in waiting
        ],
        "methods": told_methods(asker),
        "codes": codes_of(asker),
        "last_paid": _last_paid(asker),
    }


@bp.post("/conversations/<uuid:conversation_id>/payment-link")
@on_behalf("payments.take")
def payment_link(asker: Asker) -> Answer:
    wanted = body_of(WantedLink)
    invoice = _invoice(asker, wanted.invoice_number)
    amount = amount_in(wanted.amount, invoice.currency)
    payment = begun(asker, wanted.code, invoice_id=invoice.id, amount=amount)
    code = code_text(payment, wanted.code)
    if wanted.code and code is None and amount is None and (printed := code_of(invoice)):
        code = {"kind": printed.kind, "text": printed.text}
    return {
        "url": payment.hosted_url,
        "amount_text": spoken(payment.money, asker),
        "invoice": invoice.number,
        "code": code,
    }


def begun(asker: Asker, code: str | None, **what: Any) -> Payment:
    """A payment at the gateway's page, or by the code that an app reads.

    Raises MethodNotOffered, GatewayUnavailable, and what a checkout does.
    """
    if code is not None and code not in codes_of(asker):
        raise MethodNotOffered
    payment = payments.start_checkout(
        by=asker.actor,
        language=asker.language,
        # An undecided payment of a bill is found and used again.
        idempotency_key=f"bot:{new_id()}",
        method=_CODES[code] if code else Method.CARD,
        # Whoever only holds her telephone keeps no card of theirs in her account.
        offer_saving=asker.conversation.verification is Verification.IDENTITY,
        **what,
    )
    if payment.hosted_url is None:
        raise GatewayUnavailable
    return payment


def code_text(payment: Payment, code: str | None) -> dict[str, str] | None:
    """What the gateway made for this payment, to copy or to open."""
    if code is None or not payment.action:
        return None
    return {"kind": code, "text": str(payment.action["text"])}


def codes_of(asker: Asker) -> list[str]:
    offered = {each.method for each in payments.offered(asker.market)}
    return [name for name, method in _CODES.items() if method in offered]


def told_methods(asker: Asker) -> list[dict[str, str]]:
    return [{"id": str(each.id), "name": each.name} for each in methods_of(asker)]


def amount_in(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else checked(Money(amount, currency), currency)


def _invoice(asker: Asker, number: str | None) -> Invoice:
    """The one named, else the most urgent."""
    if number is not None:
        return hers(asker, number)
    waiting = billing.open_invoices(asker.customer.id)
    if not waiting:
        raise NothingToPay
    return waiting[0]


def _under_way(invoice: Invoice, asker: Asker) -> str | None:
    """A payment that may still take the money by itself: she had better not pay again."""
    found = next(iter(queries.holding(invoice.id)), None)
    return what_became_of(traced(found, invoice.number), asker) if found else None


def _last_paid(asker: Asker) -> Answer | None:
    """Her latest payment of a bill that arrived."""
    found = next(
        (
            each
            for each in queries.payments_of(asker.customer.id, limit=20)
            if each.status is PaymentStatus.SUCCEEDED and each.invoice_id and not each.reversed_at
        ),
        None,
    )
    if found is None:
        return None
    return {
        "amount_text": spoken(found.money, asker),
        "day_text": moment_text(found.settled_at or found.created_at, asker),
        "invoice": _number(found.invoice_id, asker),
    }


def _number(invoice_id: UUID | None, asker: Asker) -> str:
    recent = billing.invoices_of(customer_id=asker.customer.id)
    return next((each.number for each in recent if each.id == invoice_id), "")
