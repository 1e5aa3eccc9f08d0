"""What can be done to balances, allowances and usage records."""

from app.usage.service import charging
from app.usage.service.balances import debit, top_up
from app.usage.service.ingest import ingest
from app.usage.service.periods import grant, renew

__all__ = ["charging", "debit", "grant", "ingest", "renew", "top_up"]
