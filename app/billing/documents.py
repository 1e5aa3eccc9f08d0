"""An invoice as data for a page or a paper: labelled and in the reader's language, not laid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.billing.explaining import explain, explain_dispute, label
from app.billing.models import Charge, CreditNote, DebitNote, Dispute, Invoice
from app.billing.paying import pix_code, upi_address
from app.billing.queries import (
    credit_notes_of,
    debit_notes_of,
    disputes_of,
    invoice_with_lines,
)
from app.billing.taxes import halves
from app.core import clock
from app.core.i18n import language as spoken
from app.core.i18n import speaking
from app.core.money import Money
from app.markets.models import Market
from app.markets.policies import Policies


@dataclass(frozen=True, slots=True)
class Row:
    """One charge. `number` is the line's, None for what belongs to the whole account."""

    charge_id: UUID
    label: str
    explanation: str
    number: str | None
    period_start: date
    period_end: date
    amount: Money
    dispute: Dispute | None
    dispute_text: str


@dataclass(frozen=True, slots=True)
class Tax:
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A credit or debit note."""

    number: str
    reason: str
    issued_at: datetime
    amount: Money


@dataclass(frozen=True, slots=True)
class Code:
    """What a payment app reads: `kind` is upi or pix."""

    kind: str
    text: str


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
    credits: Sequence[NoteRow]
    debits: Sequence[NoteRow]
    due: Money
    code: Code | None

    @property
    def last_day(self) -> date:
        return self.period_end - timedelta(days=1)


def document_of(invoice_id: UUID, language: str) -> Document:
    """For a reader of `language` (en, es, pt). Whoever shows it went through access."""
    with speaking(language):
        return _document(invoice_with_lines(invoice_id))


def _document(invoice: Invoice) -> Document:
    account = invoice.account
    market, currency = account.market, invoice.currency
    locale = market.locale_for(spoken())
    disputes = {each.charge_id: each for each in disputes_of(invoice.id)}
    return Document(
        number=invoice.number,
        customer_name=account.customer.name,
        account_reference=account.reference,
        issued_at=invoice.issued_at,
        due_on=invoice.due_on,
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        rows=[_row(charge, locale, disputes.get(charge.id)) for charge in invoice.charges],
        net=Money(invoice.net, currency),
        taxes=_taxes(invoice, market),
        tax_inclusive=_chosen(invoice, market).tax_inclusive,
        total=invoice.total_money,
        paid=Money(invoice.paid, currency),
        credits=[_note(note, currency) for note in credit_notes_of(invoice.id)],
        debits=[_note(note, currency) for note in debit_notes_of(invoice.id)],
        due=invoice.payable,
        code=code_of(invoice),
    )


def code_of(invoice: Invoice) -> Code | None:
    """Where the market's policies name an address that apps can pay to, and something is due."""
    market = invoice.account.market
    if not invoice.is_open or not invoice.due:
        return None
    settings = market.settings_at(clock.now())
    if (upi := settings.get("upi")) and invoice.currency == "INR":
        text = upi_address(upi["address"], upi["name"], invoice.due, invoice.number)
        return Code("upi", text)
    if (pix := settings.get("pix")) and invoice.currency == "BRL":
        text = pix_code(pix["key"], pix["name"], pix["city"], invoice.due, invoice.number)
        return Code("pix", text)
    return None


def _row(charge: Charge, locale: str, dispute: Dispute | None) -> Row:
    return Row(
        charge_id=charge.id,
        label=label(charge),
        explanation=explain(charge, locale),
        number=charge.because.get("number"),
        period_start=charge.period_start,
        period_end=charge.period_end,
        amount=charge.money,
        dispute=dispute,
        dispute_text=explain_dispute(dispute, locale) if dispute else "",
    )


def _taxes(invoice: Invoice, market: Market) -> list[Tax]:
    """Where two authorities share the tax, the market's policies name their parts."""
    tax = Money(invoice.tax, invoice.currency)
    chosen = _chosen(invoice, market)
    if not chosen.tax_halves:
        return [Tax(market.tax_name, tax)]
    parts = halves(tax, chosen.money_rounding)
    return [Tax(name, part) for name, part in zip(chosen.tax_halves, parts, strict=True)]


def _chosen(invoice: Invoice, market: Market) -> Policies:
    """What the bill was made by."""
    return market.policies_at(clock.midnight(invoice.period_end, market.timezone))


def _note(note: CreditNote | DebitNote, currency: str) -> NoteRow:
    return NoteRow(note.number, note.reason, note.issued_at, Money(note.amount, currency))
