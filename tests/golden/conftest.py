"""The rules of BILLING.md, tried through the services as an operator would meet them.

Each file is a section; what is proven elsewhere is not proven again. Figures that are not in the
section's own table are arithmetic from its rule, worked out beside them.
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.billing import queries
from app.core import clock
from tests.billing.conftest import hearing
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory

__all__ = ["hearing"]  # a fixture of another folder


@pytest.fixture
def wired(database, hearing):
    """Billing hears plan changes, in the rolled-back session."""


def market(code="MX", **chosen):
    """A market with these policies; what is a column of its own is named as such."""
    columns = {
        name: chosen.pop(name) for name in ("currency", "timezone", "tax_rate") if name in chosen
    }
    return MarketFactory(code=code, policies=chosen, **columns)


def account(home, billing_day=1):
    return AccountFactory(customer=CustomerFactory(market=home), billing_day=billing_day)


def at(day, home, hour=12, minute=0):
    """A moment of a day by the market's clock."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(home.timezone))


def on(day, home, hour=12, minute=0):
    """A block at that moment."""
    return clock.moved_to(at(day, home, hour, minute))


def bills(payer):
    """The account's invoices with their charges, the oldest first."""
    found = queries.invoices_of(account_ids=[payer.id])
    return [queries.invoice_with_lines(each.id) for each in reversed(found)]
