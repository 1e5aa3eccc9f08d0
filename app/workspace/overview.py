"""A customer at a glance: lines with plans, cards, blocks and allowances, and what is owed.

A constant number of statements, however many lines and invoices there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.billing import queries as billing
from app.billing.models import Invoice
from app.core import clock
from app.core.actor import Actor
from app.core.money import Money, total
from app.core.volumes import quantity_text
from app.customers.models import Customer
from app.subscriptions import access, msisdn
from app.subscriptions import queries as subscriptions
from app.subscriptions.models import (
    Block,
    BlockEffect,
    Disconnection,
    Line,
    LineStatus,
    ScheduledChange,
    Sim,
    Subscription,
)
from app.usage import queries as usage
from app.usage.models import Balance, Bucket
from app.web.locale import locale

_LOW = 0.15
# A company may have thousands; the next ones are a click away.
LINES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """An allowance as a bar of what is left. `left` is None when it is unlimited."""

    kind: str
    left: str | None
    granted: str
    percent: int
    is_low: bool
    bucket: Bucket


@dataclass(frozen=True, slots=True)
class LineView:
    line: Line
    number: str
    plan: Subscription
    add_ons: list[Subscription]
    sim: Sim | None
    blocks: list[Block]
    effect: BlockEffect | None
    bars: list[Bar]
    balance: Balance | None
    scheduled: ScheduledChange | None
    leaving: Disconnection | None
    is_for_managers: bool

    @property
    def is_active(self) -> bool:
        return self.line.status is LineStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Overview:
    customer: Customer
    lines: list[LineView]
    next_line: int | None
    invoices: Sequence[Invoice]
    owed: Money | None
    overdue: int


def overview_of(customer: Customer, by: Actor, *, invoices: int = 6) -> Overview:
    """What `by` may see of it: without billing.read no bills, without usage.read no allowances."""
    bills = billing.invoices_of(customer_id=customer.id, limit=invoices) if _sees_bills(by) else []
    today = clock.today(customer.market.timezone)
    unpaid = [each.due for each in bills if each.is_open]
    lines, next_line = some_lines(customer, by)
    return Overview(
        customer=customer,
        lines=lines,
        next_line=next_line,
        invoices=bills,
        owed=total(unpaid, customer.market.currency) if _sees_bills(by) else None,
        overdue=sum(each.is_overdue(today) for each in bills),
    )


def _sees_bills(by: Actor) -> bool:
    return by.may("billing.read")


def some_lines(
    customer: Customer, by: Actor, *, start: int = 0
) -> tuple[list[LineView], int | None]:
    """The lines from the `start`-th on, and where the next ones start; None at the end."""
    found = subscriptions.lines_of(customer.id, limit=LINES_AT_ONCE + 1, offset=start)
    lines, more = found[:LINES_AT_ONCE], len(found) > LINES_AT_ONCE
    everything = [line.id for line in lines]
    ids = everything if by.may("usage.read") else []
    buckets, balances = usage.buckets_of(ids), usage.balances_of(ids)
    waiting = subscriptions.waiting_of(everything)
    views = [
        _view_of(
            line,
            buckets.get(line.id, []),
            balances.get(line.id),
            *waiting[line.id],
            access.is_for_managers(by, line.account),
        )
        for line in lines
    ]
    return views, start + LINES_AT_ONCE if more else None


def _view_of(
    line: Line,
    buckets: Sequence[Bucket],
    balance: Balance | None,
    scheduled: ScheduledChange | None,
    leaving: Disconnection | None,
    is_for_managers: bool,
) -> LineView:
    plan = subscriptions.current_plan(line)
    return LineView(
        line=line,
        number=msisdn.for_people(line.number) if line.service == "mobile" else line.number,
        plan=plan,
        add_ons=subscriptions.add_ons_in_force(line),
        sim=subscriptions.current_sim(line),
        blocks=[each for each in line.blocks if each.lifted_at is None],
        effect=subscriptions.effect_in_force(line),
        bars=[_bar(each) for each in buckets],
        balance=balance,
        scheduled=scheduled,
        leaving=leaving,
        is_for_managers=is_for_managers,
    )


def _bar(bucket: Bucket) -> Bar:
    kind = bucket.kind.value
    if bucket.size is None or bucket.left is None:
        return Bar(kind, None, "", 100, False, bucket)
    share = bucket.left / bucket.size if bucket.size else 0
    return Bar(
        kind=kind,
        left=quantity_text(kind, bucket.left, locale()),
        granted=quantity_text(kind, bucket.size, locale()),
        percent=round(share * 100),
        is_low=share < _LOW,
        bucket=bucket,
    )
