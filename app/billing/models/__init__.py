"""Charges, invoices and what is done about them: notes, disputes, dunning, deposits, runs."""

from app.billing.models.bad_debts import BadDebt, BadDebtKind, BadDebtSum
from app.billing.models.deposits import Deposit, DepositUse
from app.billing.models.disputes import Dispute, DisputeState
from app.billing.models.dunning import DunningHold, DunningStep
from app.billing.models.invoices import Charge, ChargeKind, Invoice, InvoicePaper, InvoiceStatus
from app.billing.models.notes import (
    NEVER_MORE_THAN_THE_INVOICE,
    AccountCredit,
    CreditNote,
    DebitNote,
)
from app.billing.models.quotes import PlanChangeQuote
from app.billing.models.runs import BillRun, BillRunBatch, BillRunFailure, RunState

__all__ = [
    "NEVER_MORE_THAN_THE_INVOICE",
    "AccountCredit",
    "BadDebt",
    "BadDebtKind",
    "BadDebtSum",
    "BillRun",
    "BillRunBatch",
    "BillRunFailure",
    "Charge",
    "ChargeKind",
    "CreditNote",
    "DebitNote",
    "Deposit",
    "DepositUse",
    "Dispute",
    "DisputeState",
    "DunningHold",
    "DunningStep",
    "Invoice",
    "InvoicePaper",
    "InvoiceStatus",
    "PlanChangeQuote",
    "RunState",
]
