"""Payments as if a customer had been sent to the gateway's page."""

from datetime import timedelta
from decimal import Decimal

import factory

from app.core import clock
from app.core.ids import new_id
from app.payments.models import Payment, PaymentStatus
from tests.factories.base import Factory
from tests.factories.billing import InvoiceFactory


class PaymentFactory(Factory):
    """Pending, of all that its invoice has: `PaymentFactory(invoice=…)`."""

    class Meta:
        model = Payment
        exclude = ("invoice",)

    invoice = factory.LazyFunction(InvoiceFactory)
    account_id = factory.LazyAttribute(lambda made: made.invoice.account_id)
    invoice_id = factory.LazyAttribute(lambda made: made.invoice.id)
    amount = Decimal("299.00")
    currency = "MXN"
    status = PaymentStatus.PENDING
    provider = "sandbox"
    provider_reference = factory.LazyFunction(lambda: f"chk_{new_id().hex}")
    hosted_url = "https://gateway.test/pay"
    idempotency_key = factory.LazyFunction(lambda: new_id().hex)
    asked = factory.LazyFunction(
        lambda: {"description": "Invoice", "return_url": "https://shop.test/", "locale": "es_MX"}
    )
    created_at = factory.LazyFunction(clock.now)
    check_at = factory.LazyFunction(lambda: clock.now() + timedelta(minutes=1))
