"""A customer as the bot meets her: Valeria, one postpaid and one prepaid line, and her talk."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from app.catalog.models import Mode, UsageKind
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import GIB, OfferFactory, OfferVersionFactory
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory

NOW = datetime(2026, 11, 16, 18, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Valeria:
    account: object
    line: object
    talk: object


def plan(code, name, price, mode=Mode.POSTPAID, **more):
    offer = OfferFactory(code=code, name=name, mode=mode)
    return OfferVersionFactory(offer=offer, price=Decimal(price), **more)


def plans():
    return SimpleNamespace(
        starter=plan("starter-5gb", "Starter 5GB", "199.00"),
        plus=plan("plus-20gb", "Plus 20GB", "299.00"),
        most=plan("max-unlimited", "Max Unlimited", "499.00", includes={UsageKind.DATA: None}),
    )


def valeria(version=None, **line):
    account = AccountFactory()
    made = line_with_plan(version or plans().plus, account=account, **line)
    return Valeria(account, made, ConversationFactory(customer=account.customer))


def prepaid_line(valeria, amount="152.40", **line):
    version = plan("starter-pre", "Starter 5GB", "99.00", Mode.PREPAID, validity_days=30)
    made = line_with_plan(version, account=valeria.account, **line)
    BalanceFactory(
        line=made, amount=Decimal(amount), paid_until=datetime(2026, 12, 21, 6, tzinfo=UTC)
    )
    return made


def with_buckets(line):
    BucketFactory(line=line, granted=20 * GIB, used=7_945_689_498)
    BucketFactory(line=line, kind=UsageKind.VOICE, granted=None, used=5400)


def with_invoice(valeria, **more):
    return InvoiceFactory(account=valeria.account, **more)
