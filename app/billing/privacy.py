"""What bills say of a person: kept as the law wants, without words of hers."""

from app.core.personal import BOOKS, SERVICE, Blank, Delete, Keep, Part, Personal

PART = Part(
    tables=(
        Personal("account_credit", {"account_id": "account"}, Keep(BOOKS)),
        Personal("bad_debt", {"account_id": "account"}, Keep(BOOKS)),
        Personal("bill_run_failure", {"account_id": "account"}, Keep(BOOKS)),
        Personal("charge", {"account_id": "account"}, Keep(BOOKS)),
        Personal("credit_note", {"invoice_id": "invoice"}, Keep(BOOKS)),
        Personal("debit_note", {"invoice_id": "invoice"}, Keep(BOOKS)),
        Personal("deposit", {"account_id": "account"}, Keep(BOOKS)),
        Personal("deposit_use", {"invoice_id": "invoice"}, Keep(BOOKS)),
        Personal("dispute", {"invoice_id": "invoice"}, Blank(reason="", answer=None)),
        Personal("dunning_hold", {"invoice_id": "invoice"}, Blank(reason="")),
        Personal("dunning_step", {"invoice_id": "invoice"}, Keep(BOOKS)),
        Personal("invoice", {"account_id": "account"}, Keep(BOOKS)),
        Personal("invoice_paper", {"invoice_id": "invoice"}, Delete()),
        Personal("plan_change_quote", {"line_id": "line"}, Keep(SERVICE)),
    ),
    exempt={
        "bad_debt_sum": "what is written off in a market",
        "bill_run": "runs over whole markets",
        "bill_run_batch": "ids of accounts, gone with the run",
    },
)
