"""Invoices as if a run had issued them, and markets with a running clock for billing tests."""

from datetime import date, timedelta
from decimal import Decimal

import factory

from app.billing.models import Invoice, InvoiceStatus
from app.core import clock
from tests.factories.base import Factory
from tests.factories.customers import AccountFactory


class InvoiceFactory(Factory):
    """Open, of 299.00 with 16 % tax inside."""

    class Meta:
        model = Invoice

    number = factory.Sequence("INV-MX-2019-{:06d}".format)
    account = factory.SubFactory(AccountFactory)
    account_id = factory.SelfAttribute("account.id")
    market_code = factory.SelfAttribute("account.market_code")
    currency = factory.SelfAttribute("account.currency")
    period_start = date(2026, 2, 1)
    period_end = date(2026, 3, 1)
    issued_at = factory.LazyFunction(clock.now)
    due_on = factory.LazyAttribute(lambda made: made.issued_at.date() + timedelta(days=10))
    status = InvoiceStatus.OPEN
    net = Decimal("257.76")
    tax = Decimal("41.24")
    total = Decimal("299.00")
    paid = Decimal(0)
    credited = Decimal(0)
    debited = Decimal(0)
