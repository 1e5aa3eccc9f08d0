"""Payments as if a customer had been sent to the gateway's page."""

from datetime import timedelta
from decimal import Decimal

import factory

from app.core import clock, secrets
from app.core.ids import new_id
from app.payments.consent import CURRENT
from app.payments.methods import Method
from app.payments.models import AutoPayKind, AutoPayMandate, Payment, PaymentStatus, SavedMethod
from tests.factories.base import Factory
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import CustomerFactory


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


class SavedMethodFactory(Factory):
    """A card, kept with consent: `SavedMethodFactory(customer_id=…)`."""

    class Meta:
        model = SavedMethod

    class Params:
        upi = factory.Trait(method=Method.UPI_INTENT, brand=None, last4=None, expires=None)

    customer_id = factory.LazyFunction(lambda: CustomerFactory().id)
    provider = "sandbox"
    method = Method.CARD
    token = factory.LazyFunction(lambda: f"tok_{new_id().hex}")
    token_hash = factory.LazyAttribute(lambda made: secrets.token_hash(made.token))
    brand = "visa"
    last4 = "4242"
    expires = "2031-08"
    consented_at = factory.LazyFunction(clock.now)


class MandateFactory(Factory):
    """AutoPay for the bills of an account: `MandateFactory(account=…)`."""

    class Meta:
        model = AutoPayMandate
        exclude = ("account",)

    kind = AutoPayKind.BILLS
    account_id = factory.LazyAttribute(lambda made: made.account.id)
    saved_method = factory.LazyAttribute(
        lambda made: SavedMethodFactory(customer_id=made.account.customer_id)
    )
    saved_method_id = factory.LazyAttribute(lambda made: made.saved_method.id)
    max_amount = Decimal("20000.00")
    currency = factory.LazyAttribute(lambda made: made.account.currency)
    consent_version = CURRENT
    consented_at = factory.LazyFunction(clock.now)
