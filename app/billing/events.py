"""What billing announces."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InvoiceIssued:
    invoice_id: UUID
    account_id: UUID
    customer_id: UUID
    number: str
    total: Decimal
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InvoicesIssued:
    """Those that were made together, some hundred at most: for who hears of all at once."""

    invoice_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class InvoicePaid:
    invoice_id: UUID
    account_id: UUID
    customer_id: UUID
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InvoiceReopened:
    """Money for it was given back, so some of it is due again."""

    invoice_id: UUID
    account_id: UUID
    customer_id: UUID
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InvoiceCredited:
    invoice_id: UUID
    credit_note_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class DunningStepTaken:
    """`action` is notice, block_outgoing or disconnect; `template` names the words of the
    market's policy, empty for the usual ones."""

    invoice_id: UUID
    account_id: UUID
    customer_id: UUID
    action: str
    at: datetime
    template: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceDebited:
    """A debit note added to it."""

    invoice_id: UUID
    debit_note_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class InvoiceLineDisputed:
    """Somebody says that a charge of an invoice is wrong by `amount`."""

    dispute_id: UUID
    invoice_id: UUID
    charge_id: UUID
    customer_id: UUID
    number: str
    amount: Decimal
    currency: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DisputeClosed:
    """`state` is upheld, partly, refused or withdrawn; `answer` is what the customer is told."""

    dispute_id: UUID
    invoice_id: UUID
    customer_id: UUID
    state: str
    credited: Decimal
    currency: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """Somebody waits for an invoice as PDF in a language."""

    invoice_id: UUID
    language: str
    edition: str
    sight: str = "all"


@dataclass(frozen=True, slots=True)
class AccountNotBilled:
    """A run could not make its bill; `fault` is a code, or what went wrong."""

    run_id: UUID
    account_id: UUID
    fault: str


@dataclass(frozen=True, slots=True)
class DepositTaken:
    deposit_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class DepositUsed:
    """A final bill, or one before it, took this of a deposit."""

    use_id: UUID
    deposit_id: UUID
    account_id: UUID
    customer_id: UUID
    invoice_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class DebtMoved:
    """An invoice was written off, the writing off undone, or a payment recovered some of it.

    `kind` is written_off, undone or recovered.
    """

    bad_debt_id: UUID
    invoice_id: UUID
    account_id: UUID
    customer_id: UUID
    kind: str
    amount: Decimal
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DepositGivenBack:
    """To be paid out: the deposit and the interest on it."""

    deposit_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    interest: Decimal
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A disconnection was carried out; `dues` is what the account still owes beside what is
    disputed."""

    order_id: UUID
    line_id: UUID
    account_id: UUID
    customer_id: UUID
    reason: str
    dues: Decimal
    currency: str
    at: datetime
