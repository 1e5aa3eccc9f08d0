"""What billing can do, by topic."""

from app.billing.service.cycle import RunResult, issue_invoice, run_cycle
from app.billing.service.disputes import decide, dispute, withdraw
from app.billing.service.holds import hold, release
from app.billing.service.invoices import credit, debit, settle, take_back
from app.billing.service.overdue import apply_dunning
from app.billing.service.papers import ask_paper, build_paper, paper_of
from app.billing.service.plan_changes import (
    charge_plan_change,
    quote_plan_change,
    take_up_quote,
)
from app.billing.service.runs import (
    discard_run,
    plan_run,
    retry_failures,
    start_run,
    stop_run,
    work_off,
)
from app.billing.service.simulation import simulate

__all__ = [
    "RunResult",
    "apply_dunning",
    "ask_paper",
    "build_paper",
    "charge_plan_change",
    "credit",
    "debit",
    "decide",
    "discard_run",
    "dispute",
    "hold",
    "issue_invoice",
    "paper_of",
    "plan_run",
    "quote_plan_change",
    "release",
    "retry_failures",
    "run_cycle",
    "settle",
    "simulate",
    "start_run",
    "stop_run",
    "take_back",
    "take_up_quote",
    "withdraw",
    "work_off",
]
