"""Asking for money back: people decide, and she is told by when. Nothing is paid out here."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.conversations.models import Verification
from app.core import turns
from app.core.actor import SYSTEM
from app.core.i18n import gettext as _
from app.core.ids import as_id
from app.core.money import Money
from app.payments import access, queries
from app.payments.amounts import checked
from app.payments.errors import NotRefundable, RefundTooLarge
from app.payments.models import Payment, PaymentStatus
from app.selfservice.asker import Asker
from app.selfservice.figures import exact, moment_text, spoken
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.tickets import queries as tickets
from app.tickets import service, triage
from app.tickets.models import Ticket, Topic


class Why(StrEnum):
    TWICE = "twice"
    OUTAGE = "outage"
    OTHER = "other"


class WantedRefund(BaseModel):
    """Of a payment of hers, all that is left of it unless told; or of no payment, as when the
    service was out."""

    model_config = ConfigDict(extra="forbid")

    payment_id: str | None = Field(default=None, max_length=40)
    amount: Decimal | None = Field(default=None, gt=0, lt=10**9)
    why: Why = Why.OTHER
    reason: str = Field(default="", max_length=500)


class RequestRefund(Kind):
    name = "request_refund"
    permission = "payments.read"
    proof = Verification.ADDRESS

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        said = read(WantedRefund, wanted)
        payment = _payment(asker, said.payment_id)
        amount = _amount(asker, payment, said.amount)
        title = spoken(amount, asker) if amount else _("A credit")
        terms = {
            "payment_id": str(payment.id) if payment else None,
            "amount": exact(amount) if amount else None,
            "currency": asker.market.currency,
            "why": said.why.value,
            "reason": said.reason.strip(),
        }
        sentence = _(
            "We ask our billing team to give back %(what)s. They decide, and answer you; nothing "
            "is paid out before.",
            what=_what(payment, amount, said.why, asker),
        )
        return Proposed(title, sentence, terms)

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        """The same money is asked for once: asked again, it is the case that is open."""
        payment = _payment(asker, terms["payment_id"])
        turns.take_turn(f"refund:{asker.customer.id}")
        about = str(payment.id) if payment else terms["why"]
        ticket = tickets.open_refund_ticket(asker.customer.id, about)
        ticket = ticket or _opened(asker, payment, terms)
        sentence = _(
            "Your case is %(ticket)s. You have our answer by %(day)s.",
            ticket=ticket.reference,
            day=moment_text(ticket.resolve_by, asker),
        )
        return Done(sentence, {"ticket": ticket.reference})


def _opened(asker: Asker, payment: Payment | None, terms: Mapping[str, Any]) -> Ticket:
    customer = asker.customer
    amount = Money.of(terms["amount"], terms["currency"]) if terms["amount"] else None
    what = _what(payment, amount, Why(terms["why"]), asker)
    return service.open(
        by=SYSTEM,
        subject=triage.subject_of("request_refund", asker.language),
        topic=Topic.BILLING,
        priority=triage.priority_of("request_refund", customer.segment),
        customer_id=customer.id,
        language=asker.language,
        summary=f"{what}. {terms['reason']}".strip(),
        context={
            "intent": "request_refund",
            "refund_of": terms["payment_id"] or terms["why"],
            "conversation_id": str(asker.conversation.id),
            **{name: terms[name] for name in ("payment_id", "amount", "currency", "why")},
        },
    )


def _payment(asker: Asker, payment_id: str | None) -> Payment | None:
    """Hers, and booked. Raises NotFound, NotRefundable."""
    if payment_id is None:
        return None
    payment = access.payment_for(asker.actor, as_id(payment_id))
    if payment.status is not PaymentStatus.SUCCEEDED or payment.reversed_at is not None:
        raise NotRefundable
    return payment


def _amount(asker: Asker, payment: Payment | None, part: Decimal | None) -> Money | None:
    """Never more than is left of the payment. Raises AmountOutOfBounds, RefundTooLarge."""
    wanted = None
    if part is not None:
        wanted = checked(Money(part, asker.market.currency), asker.market.currency)
    if payment is None:
        return wanted
    left = queries.left_of(payment)
    if not left or (wanted is not None and wanted > left):
        raise RefundTooLarge
    return wanted or left


def _what(payment: Payment | None, amount: Money | None, why: Why, asker: Asker) -> str:
    if payment is None and amount is None:
        if why is Why.OUTAGE:
            return _("something for the time without service")
        return _("what you have told us about")
    if payment is None or amount is None:
        return spoken(amount, asker) if amount else ""
    return _(
        "%(amount)s of your payment of %(day)s",
        amount=spoken(amount, asker),
        day=moment_text(payment.settled_at or payment.created_at, asker),
    )
