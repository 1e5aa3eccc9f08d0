"""What people read for the values that the domains store: by kind of value, then by value."""

from typing import Any

from app.workspace.words.bills import BILLS
from app.workspace.words.lines import LINES
from app.workspace.words.payments import PAYMENTS
from app.workspace.words.people import PEOPLE
from app.workspace.words.reports import REPORTS
from app.workspace.words.talks import TALKS
from app.workspace.words.trail import TRAIL

LABELS: dict[str, dict[str, Any]] = {
    **TALKS, **PEOPLE, **LINES, **BILLS, **PAYMENTS, **REPORTS, **TRAIL,
}  # fmt: skip
