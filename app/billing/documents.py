"""An invoice as data for a page or a paper: labelled and in the reader's language, not laid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.billing.explaining import explain, label
from app.billing.models import Charge, CreditNote, Invoice
from app.billing.queries import credit_notes_of, invoice_with_lines
from app.billing.taxes import halves
from app.core.i18n import language as spoken
from app.core.i18n import speaking
from app.core.money import Money
from app.markets.models import Market


@dataclass(frozen=True, slots=True)
class Row:
    """One charge. `number` is the line's, None for what belongs to the whole account."""

    label: str
    explanation: str
    number: str | None
    period_start: date
    period_end: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Tax:
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CreditRow:
    number: str
    reason: str
    issued_at: datetime
    amount: Money


@dataclass(frozen=True, slots=True)
class Document:
    """Amounts of rows are prices as the market shows them: with the tax when it is inclusive.

    Periods are half-open, in days of the market.
    """

    number: str
    customer_name: str
    account_reference: str
    issued_at: datetime
    due_on: date
    period_start: date
    period_end: date
    rows: Sequence[Row]
    net: Money
    taxes: Sequence[Tax]
    tax_inclusive: bool
    total: Money
    paid: Money
    credits: Sequence[CreditRow]
    due: Money


def document_of(invoice_id: UUID, language: str) -> Document:
    """For a reader of `language` (en, es, pt). Whoever shows it went through access."""
    with speaking(language):
        return _document(invoice_with_lines(invoice_id))


def _document(invoice: Invoice) -> Document:
    account = invoice.account
    market, currency = account.market, invoice.currency
    locale = market.locale_for(spoken())
    return Document(
        number=invoice.number,
        customer_name=account.customer.name,
        account_reference=account.reference,
        issued_at=invoice.issued_at,
        due_on=invoice.due_on,
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        rows=[_row(charge, locale) for charge in invoice.charges],
        net=Money(invoice.net, currency),
        taxes=_taxes(invoice, market),
        tax_inclusive=market.policies_at(invoice.issued_at).tax_inclusive,
        total=invoice.total_money,
        paid=Money(invoice.paid, currency),
        credits=[_credit(note, currency) for note in credit_notes_of(invoice.id)],
        due=invoice.due,
    )


def _row(charge: Charge, locale: str) -> Row:
    return Row(
        label=label(charge),
        explanation=explain(charge, locale),
        number=charge.because.get("number"),
        period_start=charge.period_start,
        period_end=charge.period_end,
        amount=charge.money,
    )


def _taxes(invoice: Invoice, market: Market) -> list[Tax]:
    """Where two authorities share the tax, the market's policies name their parts."""
    tax = Money(invoice.tax, invoice.currency)
    chosen = market.policies_at(invoice.issued_at)
    if not chosen.tax_halves:
        return [Tax(market.tax_name, tax)]
    parts = halves(tax, chosen.money_rounding)
    return [Tax(name, part) for name, part in zip(chosen.tax_halves, parts, strict=True)]


def _credit(note: CreditNote, currency: str) -> CreditRow:
    return CreditRow(note.number, note.reason, note.issued_at, Money(note.amount, currency))
