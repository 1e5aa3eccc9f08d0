"""What billing can do, by topic."""

from app.billing.service.credits import ask_credit, credit_approved
from app.billing.service.cycle import RunResult, issue_invoice, run_cycle
from app.billing.service.holds import hold, release
from app.billing.service.invoices import credit, settle, take_back
from app.billing.service.overdue import apply_dunning
from app.billing.service.plan_changes import (
    charge_plan_change,
    quote_plan_change,
    take_up_quote,
)

__all__ = [
    "RunResult",
    "apply_dunning",
    "ask_credit",
    "charge_plan_change",
    "credit",
    "credit_approved",
    "hold",
    "issue_invoice",
    "quote_plan_change",
    "release",
    "run_cycle",
    "settle",
    "take_back",
    "take_up_quote",
]
