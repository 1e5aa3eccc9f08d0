"""What billing can do, by topic."""

from app.billing.service.blocked import credit_blocked_days
from app.billing.service.credits import (
    ask_credit,
    ask_debit,
    credit_approved,
    debit_approved,
)
from app.billing.service.cycle import RunResult, issue_invoice, run_cycle
from app.billing.service.deposits import give_back_deposit, take_deposit
from app.billing.service.disputes import check_decision, check_dispute, decide, dispute, withdraw
from app.billing.service.holds import hold, release
from app.billing.service.invoices import (
    checked_credit,
    checked_debit,
    credit,
    debit,
    settle,
    take_back,
)
from app.billing.service.leaving import (
    carry_out_disconnection,
    carry_out_disconnections,
    close_deceased,
    disconnect_line,
    revive,
    sweep_inactive,
)
from app.billing.service.overdue import apply_dunning
from app.billing.service.papers import ask_paper, build_paper, paper_of
from app.billing.service.period_end import schedule_plan_change
from app.billing.service.plan_changes import (
    charge_plan_change,
    quote_plan_change,
    take_up_quote,
)
from app.billing.service.porting_out import (
    ask_port_code,
    cancel_port_out,
    expire_codes,
    hand_over_due,
    port_out_rules,
    show_port_code,
    take_requests,
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
from app.billing.service.transfers import (
    agree_transfer,
    ask_transfer,
    carry_out_transfer,
    carry_out_transfers,
)
from app.billing.service.write_offs import ask_write_off, undo_write_off, write_off_approved

__all__ = [
    "RunResult",
    "agree_transfer",
    "apply_dunning",
    "ask_credit",
    "ask_debit",
    "ask_paper",
    "ask_port_code",
    "ask_transfer",
    "ask_write_off",
    "build_paper",
    "cancel_port_out",
    "carry_out_disconnection",
    "carry_out_disconnections",
    "carry_out_transfer",
    "carry_out_transfers",
    "charge_plan_change",
    "check_decision",
    "check_dispute",
    "checked_credit",
    "checked_debit",
    "close_deceased",
    "credit",
    "credit_approved",
    "credit_blocked_days",
    "debit",
    "debit_approved",
    "decide",
    "discard_run",
    "disconnect_line",
    "dispute",
    "expire_codes",
    "give_back_deposit",
    "hand_over_due",
    "hold",
    "issue_invoice",
    "paper_of",
    "plan_run",
    "port_out_rules",
    "quote_plan_change",
    "release",
    "retry_failures",
    "revive",
    "run_cycle",
    "schedule_plan_change",
    "settle",
    "show_port_code",
    "simulate",
    "start_run",
    "stop_run",
    "sweep_inactive",
    "take_back",
    "take_deposit",
    "take_requests",
    "take_up_quote",
    "undo_write_off",
    "withdraw",
    "work_off",
    "write_off_approved",
]
