"""The books: sums of accounts, never changed."""

from app.core.personal import BOOKS, Keep, Part, Personal

PART = Part(
    tables=(
        Personal("ledger_difference", {"account_id": "account"}, Keep(BOOKS)),
        Personal("ledger_leg", {"account_id": "account"}, Keep(BOOKS)),
    ),
    exempt={
        "ledger_entry": "entries of the books; whose they are is on their legs",
        "ledger_proof": "that the books agree",
        "ledger_sum": "what each book holds in a market",
    },
)
