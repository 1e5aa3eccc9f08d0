"""What AutoPay has to pay: found, written down once and announced to the customer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.billing.models import Invoice, InvoiceStatus
from app.core import clock, db, events
from app.core.ids import new_id
from app.core.money import Money
from app.core.sweeps import together
from app.customers.models import Account
from app.payments import autopay_days, upi_windows
from app.payments.events import AutoPayAnnounced, AutoPayNeedsCustomer
from app.payments.methods import UPI
from app.payments.models import AutoPayDebit, AutoPayKind, AutoPayMandate, DebitStatus
from app.subscriptions import queries as subscriptions
from app.subscriptions.models import Line, LineStatus
from app.usage.models import Balance
from app.usage.prices import price_of

AT_ONCE = 500
RENEWAL_LOOKS_AHEAD = timedelta(hours=24)
_LIVE = (DebitStatus.PLANNED, DebitStatus.CHARGING, DebitStatus.DONE)


def plan() -> int:
    """Everything that has become due for AutoPay, each written down once; returns how many."""
    return _bills() + _top_ups()


def _bills() -> int:
    """Some hundred make one transaction; what is written down is not found again."""
    planned = found = _some_bills()
    while found >= AT_ONCE:
        found = _some_bills()
        planned += found
    return planned


def _some_bills() -> int:
    query = (
        select(AutoPayMandate.id, Invoice.id)
        .join(Invoice, Invoice.account_id == AutoPayMandate.account_id)
        .outerjoin(AutoPayDebit, AutoPayDebit.invoice_id == Invoice.id)
        .where(
            AutoPayMandate.kind == AutoPayKind.BILLS,
            _is_active(),
            Invoice.status == InvoiceStatus.OPEN,
            AutoPayDebit.id.is_(None),
        )
        .order_by(Invoice.due_on, Invoice.id)
        .limit(AT_ONCE)
    )
    with db.transaction():
        found = [(row[0], row[1]) for row in db.session.execute(query)]
    return together(_plan_bills, found)


def _plan_bills(pairs: Sequence[tuple[UUID, UUID]]) -> int:
    query = (
        select(AutoPayMandate, Invoice)
        .join(Invoice, Invoice.account_id == AutoPayMandate.account_id)
        .where(tuple_(AutoPayMandate.id, Invoice.id).in_(pairs))
        .options(joinedload(AutoPayMandate.saved_method), joinedload(Invoice.account))
        .order_by(Invoice.due_on, Invoice.id)
        .execution_options(populate_existing=True)
    )
    with db.transaction():
        return sum(_plan_bill(mandate, invoice) for mandate, invoice in db.session.execute(query))


def _plan_bill(mandate: AutoPayMandate, invoice: Invoice) -> bool:
    now, timezone = clock.now(), invoice.account.market.timezone
    day = autopay_days.day_of(invoice.due_on, mandate.day)
    at = autopay_days.first_try(day, announced_at=now, timezone=timezone, is_upi=_is_upi(mandate))
    return _write_down(mandate, invoice.due, at, invoice.account, now=now, invoice_id=invoice.id)


def _top_ups() -> int:
    """Some hundred after the others: lines whose day has no room left keep no others waiting."""
    planned, after = 0, UUID(int=0)
    while True:
        with db.transaction():
            found = db.session.scalars(_low_balances(after)).all()
        planned += together(_plan_top_ups, found)
        if len(found) < AT_ONCE:
            return planned
        after = found[-1]


def _plan_top_ups(mandate_ids: Sequence[UUID]) -> int:
    query = (
        select(AutoPayMandate, Balance)
        .join(Balance, Balance.line_id == AutoPayMandate.line_id)
        .where(AutoPayMandate.id.in_(mandate_ids))
        .options(joinedload(AutoPayMandate.saved_method))
        .order_by(AutoPayMandate.id)
        .execution_options(populate_existing=True)
    )
    with db.transaction():
        found = db.session.execute(query).all()
        return sum(_plan_top_up(mandate, balance) for mandate, balance in found)


def _plan_top_up(mandate: AutoPayMandate, balance: Balance) -> bool:
    amount = _needed(mandate, balance)
    account = db.session.get_one(Account, mandate.account_id)
    if amount is None or not _fits_in_day(mandate, amount, account):
        return False
    now = at = clock.now()
    if _is_upi(mandate):
        at = upi_windows.next_time(now + upi_windows.NOTICE)
    return _write_down(mandate, amount, at, account, now=now)


def _low_balances(after: UUID) -> Select[UUID]:
    """Lines below their threshold, or about to be renewed; none that is being topped up."""
    under_way = exists().where(
        AutoPayDebit.mandate_id == AutoPayMandate.id,
        AutoPayDebit.status.in_((DebitStatus.PLANNED, DebitStatus.CHARGING)),
    )
    soon = clock.now() + RENEWAL_LOOKS_AHEAD
    return (
        select(AutoPayMandate.id)
        .join(Balance, Balance.line_id == AutoPayMandate.line_id)
        .join(Line, Line.id == Balance.line_id)
        .where(
            AutoPayMandate.kind == AutoPayKind.TOP_UP,
            AutoPayMandate.id > after,
            _is_active(),
            Line.status == LineStatus.ACTIVE,
            or_(
                Balance.amount < AutoPayMandate.threshold,
                and_(AutoPayMandate.renews, Balance.paid_until <= soon),
            ),
            ~under_way,
        )
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
        plan = subscriptions.current_plan(line).version
        price = price_of(line, plan, balance.paid_until).due.amount
        is_soon = balance.paid_until <= clock.now() + RENEWAL_LOOKS_AHEAD
        wanted.append(price - balance.amount if is_soon else Decimal(0))
    amount = max(wanted, default=Decimal(0))
    return _rounded_up(amount, mandate.currency) if amount > 0 else None


def _rounded_up(amount: Decimal, currency: str) -> Money:
    """A balance may hold fractions of a cent: less than what it misses would not do."""
    step = Money(amount, currency).rounded().amount
    return Money(amount.quantize(step, rounding=ROUND_UP), currency)


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
