"""What can be done to balances, allowances and usage records."""

from app.usage.service import charging
from app.usage.service.balances import debit, top_up
from app.usage.service.bulk import ingest_file
from app.usage.service.closing import close, hold
from app.usage.service.exchange import set_exchange_rate
from app.usage.service.ingest import ingest
from app.usage.service.periods import grant, make_months, paid_for, renew

__all__ = [
    "charging",
    "close",
    "debit",
    "grant",
    "hold",
    "ingest",
    "ingest_file",
    "make_months",
    "paid_for",
    "renew",
    "set_exchange_rate",
    "top_up",
]
