"""What AutoPay has to pay: found, written down once and announced to the customer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.billing.models import Invoice, InvoiceStatus
from app.core import clock, db, events
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account
from app.payments import autopay_days, upi_windows
from app.payments.events import AutoPayAnnounced, AutoPayNeedsCustomer
from app.payments.methods import UPI
from app.payments.models import AutoPayDebit, AutoPayKind, AutoPayMandate, DebitStatus
from app.subscriptions import queries as subscriptions
from app.subscriptions.models import Line, LineStatus
from app.usage.models import Balance

AT_ONCE = 500
RENEWAL_LOOKS_AHEAD = timedelta(hours=24)
_LIVE = (DebitStatus.PLANNED, DebitStatus.CHARGING, DebitStatus.DONE)


def plan() -> int:
    """Everything that has become due for AutoPay, each written down once; returns how many."""
    return _all_of(_bills) + _all_of(_top_ups)


def _all_of(some: Callable[[], int]) -> int:
    """Some hundred make one transaction."""
    planned = found = some()
    while found >= AT_ONCE:
        found = some()
        planned += found
    return planned


def _bills() -> int:
    query = (
        select(AutoPayMandate, Invoice)
        .join(Invoice, Invoice.account_id == AutoPayMandate.account_id)
        .outerjoin(AutoPayDebit, AutoPayDebit.invoice_id == Invoice.id)
        .where(
            AutoPayMandate.kind == AutoPayKind.BILLS,
            _is_active(),
            Invoice.status == InvoiceStatus.OPEN,
            AutoPayDebit.id.is_(None),
        )
        .options(joinedload(AutoPayMandate.saved_method), joinedload(Invoice.account))
        .order_by(Invoice.due_on, Invoice.id)
        .limit(AT_ONCE)
    )
    planned = 0
    with db.transaction():
        for mandate, invoice in db.session.execute(query).all():
            planned += _plan_bill(mandate, invoice)
    return planned


def _plan_bill(mandate: AutoPayMandate, invoice: Invoice) -> bool:
    now, timezone = clock.now(), invoice.account.market.timezone
    day = autopay_days.day_of(invoice.due_on, mandate.day)
    at = autopay_days.first_try(day, announced_at=now, timezone=timezone, is_upi=_is_upi(mandate))
    return _write_down(mandate, invoice.due, at, invoice.account, now=now, invoice_id=invoice.id)


def _top_ups() -> int:
    planned = 0
    with db.transaction():
        for mandate, balance in db.session.execute(_low_balances()).all():
            amount = _needed(mandate, balance)
            account = db.session.get_one(Account, mandate.account_id)
            if amount is not None and _fits_in_day(mandate, amount, account):
                now = clock.now()
                at = now
                if _is_upi(mandate):
                    at = upi_windows.next_time(now + upi_windows.NOTICE)
                planned += _write_down(mandate, amount, at, account, now=now)
    return planned


def _low_balances() -> Select[AutoPayMandate, Balance]:
    """Lines below their threshold, or about to be renewed; none that is being topped up."""
    under_way = exists().where(
        AutoPayDebit.mandate_id == AutoPayMandate.id,
        AutoPayDebit.status.in_((DebitStatus.PLANNED, DebitStatus.CHARGING)),
    )
    soon = clock.now() + RENEWAL_LOOKS_AHEAD
    return (
        select(AutoPayMandate, Balance)
        .join(Balance, Balance.line_id == AutoPayMandate.line_id)
        .join(Line, Line.id == Balance.line_id)
        .where(
            AutoPayMandate.kind == AutoPayKind.TOP_UP,
            _is_active(),
            Line.status == LineStatus.ACTIVE,
            or_(
                Balance.amount < AutoPayMandate.threshold,
                and_(AutoPayMandate.renews, Balance.paid_until <= soon),
            ),
            ~under_way,
        )
        .options(joinedload(AutoPayMandate.saved_method))
        .order_by(AutoPayMandate.id)
        .limit(AT_ONCE)
    )


def _needed(mandate: AutoPayMandate, balance: Balance) -> Money | None:
    """The larger of what the threshold and what the renewal ask for."""
    wanted = []
    if mandate.threshold is not None and balance.amount < mandate.threshold:
        wanted.append(mandate.top_up_amount or Decimal(0))
    if mandate.renews and balance.paid_until is not None:
        line = db.session.get_one(Line, balance.line_id)
        price = subscriptions.current_plan(line).version.price
        is_soon = balance.paid_until <= clock.now() + RENEWAL_LOOKS_AHEAD
        wanted.append(price - balance.amount if is_soon else Decimal(0))
    amount = max(wanted, default=Decimal(0))
    return Money(amount, mandate.currency).rounded() if amount > 0 else None


def _fits_in_day(mandate: AutoPayMandate, amount: Money, account: Account) -> bool:
    today = clock.today(account.market.timezone)
    query = select(func.coalesce(func.sum(AutoPayDebit.amount), 0)).where(
        AutoPayDebit.mandate_id == mandate.id,
        AutoPayDebit.day == today,
        AutoPayDebit.status.in_(_LIVE),
    )
    spent = Decimal(db.session.scalars(query).one())
    return mandate.daily_cap is not None and spent + amount.amount <= mandate.daily_cap


def _write_down(
    mandate: AutoPayMandate,
    amount: Money,
    at: datetime,
    account: Account,
    *,
    now: datetime,
    invoice_id: UUID | None = None,
) -> bool:
    """Announce it `now`. False when somebody else did at the same time."""
    reason = forbidden(mandate, amount)
    statement = insert(AutoPayDebit).values(
        id=new_id(),
        mandate_id=mandate.id,
        invoice_id=invoice_id,
        amount=amount.amount,
        currency=amount.currency,
        status=DebitStatus.ASKING if reason else DebitStatus.PLANNED,
        reason=reason,
        announced_at=now,
        day=clock.today(account.market.timezone),
        next_at=at,
        attempts=0,
        created_at=now,
        decided_at=now if reason else None,
    )
    made = db.session.scalar(statement.on_conflict_do_nothing().returning(AutoPayDebit.id))
    if made is None:
        return False
    whose = (made, mandate.account_id, account.customer_id, invoice_id)
    if reason:
        events.announce(AutoPayNeedsCustomer(*whose, amount.amount, amount.currency, reason))
    else:
        line = mandate.line_id
        events.announce(AutoPayAnnounced(*whose, line, amount.amount, amount.currency, at))
    return True


def forbidden(mandate: AutoPayMandate, amount: Money) -> str | None:
    """Why this amount may not be taken without the customer: a code, or None."""
    if amount > mandate.most:
        return "over_limit"
    if _is_upi(mandate) and upi_windows.needs_second_factor(amount):
        return "second_factor"
    return None


def _is_upi(mandate: AutoPayMandate) -> bool:
    return mandate.saved_method.method in UPI


def _is_active() -> ColumnElement[bool]:
    return and_(AutoPayMandate.paused_at.is_(None), AutoPayMandate.revoked_at.is_(None))
