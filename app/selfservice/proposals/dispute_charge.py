"""Saying that a charge of a bill is wrong: looked into by a person, not dunned for meanwhile."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.billing import access, queries, service
from app.billing.errors import DisputeTooLarge
from app.billing.explaining import label as name_of
from app.billing.models import Charge, Dispute, Invoice
from app.conversations.models import Verification
from app.core import db
from app.core.i18n import gettext as _
from app.core.ids import as_id
from app.core.money import Money
from app.selfservice.asker import Asker
from app.selfservice.errors import ProposalOutdated
from app.selfservice.figures import exact, moment_text, spoken
from app.selfservice.proposals.bills import hers
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.tickets.queries import ticket_of_dispute


class WantedDispute(BaseModel):
    """Without an amount the whole charge is wrong."""

    model_config = ConfigDict(extra="forbid")

    invoice_number: str = Field(max_length=40)
    charge_id: str = Field(max_length=40)
    amount: Decimal | None = Field(default=None, gt=0, lt=10**9)
    reason: str = Field(default="", max_length=500)


class DisputeCharge(Kind):
    name = "dispute_charge"
    permission = "billing.dispute"
    proof = Verification.ADDRESS

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        said = read(WantedDispute, wanted)
        invoice = hers(asker, said.invoice_number)
        charge_id = as_id(said.charge_id)
        amount = None if said.amount is None else Money(said.amount, invoice.currency)
        amount = service.check_dispute(invoice.id, charge_id, amount, by=asker.actor)
        name = name_of(db.session.get_one(Charge, charge_id))
        sentence = _(
            "You dispute %(amount)s for %(name)s on bill %(number)s, and a person looks into it. "
            "Until that is decided you need not pay this amount.",
            amount=spoken(amount, asker),
            name=name,
            number=invoice.number,
        )
        terms = {
            "invoice_id": str(invoice.id),
            "charge_id": str(charge_id),
            "amount": exact(amount),
            "currency": amount.currency,
            "reason": said.reason.strip() or _("Disputed in the chat."),
        }
        return Proposed(title=name, sentence=sentence, terms=terms)

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        invoice = access.invoice_for(asker.actor, as_id(terms["invoice_id"]))
        charge_id = as_id(terms["charge_id"])
        opened = _open_one(invoice, charge_id) or _opened(invoice, charge_id, asker, terms)
        amount = spoken(opened.money, asker)
        ticket = ticket_of_dispute(asker.customer.id, opened.id)
        if ticket is None:
            told = _(
                "We look into %(amount)s of bill %(number)s, and you need not pay that amount "
                "until we have answered you.",
                amount=amount,
                number=invoice.number,
            )
            return Done(told)
        told = _(
            "Your case is %(ticket)s. We look into %(amount)s of bill %(number)s, and you need "
            "not pay that amount until we have answered you: by %(day)s at the latest.",
            ticket=ticket.reference,
            amount=amount,
            number=invoice.number,
            day=moment_text(ticket.resolve_by, asker),
        )
        return Done(told, {"ticket": ticket.reference})


def _open_one(invoice: Invoice, charge_id: UUID) -> Dispute | None:
    """Disputed in another way meanwhile: hers all the same, and told as it is."""
    mine = (each for each in queries.disputes_of(invoice.id) if each.charge_id == charge_id)
    return next((each for each in mine if each.is_open), None)


def _opened(invoice: Invoice, charge_id: UUID, asker: Asker, terms: Mapping[str, Any]) -> Dispute:
    amount = Money.of(terms["amount"], terms["currency"])
    try:
        return service.dispute(invoice.id, charge_id, amount, terms["reason"], by=asker.actor)
    except DisputeTooLarge:
        raise ProposalOutdated from None
