"""Days of the line's life that nobody sees on a screen: usage, bills, dunning, AutoPay, porting.

Each function runs in a process of its own (`Travelling.live`), begins at `now` and returns when
it ended. The services do it all, under a moved clock.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from app.billing import service as billing
from app.billing import tasks
from app.billing.models import Invoice, InvoiceStatus
from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.customers import queries as found
from app.customers.models import Customer
from app.identity import passwords
from app.payments import service as payments
from app.subscriptions import queries
from app.subscriptions.models import Block, Line
from app.usage import service as usage
from app.usage.records import NewRecord

GB = 1024**3
DAILY = GB // 4
DAY = timedelta(days=1)
MOST = 260


def until_bill(now: datetime, email: str, number: int, password: str) -> datetime:
    """She uses her line and pays every bill but the last of so many, which came yesterday."""
    with clock.moved_to(now), db.transaction():
        db.session.get_one(Customer, _customer(email)).password_hash = passwords.hashed(password)
    for day in _days(now):
        with clock.moved_to(day):
            _use(email)
            _bill()
            bills = _bills(email)
            last = bills[0] if len(bills) == number else None
            _pay_all_but(last)
            if last is not None:
                return day + DAY
    raise AssertionError("the bills did not come")


def until_blocked(now: datetime, email: str) -> datetime:
    """She trusts AutoPay; the others pay."""
    for day in _days(now):
        with clock.moved_to(day):
            _bill()
            payments.run_autopay()
            _pay_all_but(*_bills(email))
            if _is_dunned(_line(email)):
                return day
    raise AssertionError("nobody was blocked")


def until_it_is_gone(now: datetime) -> datetime:
    """What another operator asked for is answered, and done when its day has come."""
    later = now + 4 * DAY
    for moment in (now, later):
        with clock.moved_to(moment):
            tasks.port_out()
    return later


def _days(now: datetime) -> Iterator[datetime]:
    """Evenings in Mexico, from tomorrow on."""
    first = now.replace(hour=23, minute=0, second=0, microsecond=0) + DAY
    for count in range(MOST):
        yield first + count * DAY
        db.session.expunge_all()


def _use(email: str) -> None:
    record = NewRecord(
        _line(email).id, UsageKind.DATA, clock.now() - timedelta(hours=6), DAILY, source="journey"
    )
    usage.ingest([record], by=SYSTEM)


def _bill() -> None:
    today = clock.today("America/Mexico_City")
    billing.run_cycle("MX", today, by=SYSTEM)
    billing.apply_dunning("MX", today, by=SYSTEM)


def _pay_all_but(*kept: Invoice | None) -> None:
    query = select(Invoice).where(Invoice.status == InvoiceStatus.OPEN, Invoice.total > 0)
    for invoice in db.session.scalars(query).all():
        if invoice not in kept:
            payments.record_payment(
                invoice.id,
                by=SYSTEM,
                method={"kind": "bank_transfer"},
                transaction_id=f"BT{invoice.number}",
                at=clock.now(),
            )


def _is_dunned(line: Line) -> bool:
    query = select(Block).where(Block.line_id == line.id, Block.reason.startswith("dunning:"))
    return db.session.scalar(query.limit(1)) is not None


def _customer(email: str):
    customer = found.by_email(email)
    assert customer is not None
    return customer.id


def _line(email: str) -> Line:
    return queries.lines_of(_customer(email))[0]


def _bills(email: str) -> list[Invoice]:
    query = (
        select(Invoice)
        .where(Invoice.account_id == found.accounts_of(_customer(email))[0].id)
        .order_by(Invoice.issued_at.desc())
    )
    return list(db.session.scalars(query))
