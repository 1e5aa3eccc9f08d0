"""What usage does when lines, plans and add-ons change. All in the transaction that changes them,
so that what cannot be paid for is not changed."""

from app.catalog.models import Mode
from app.core.errors import Refusal
from app.subscriptions.events import (
    AddOnAdded,
    AddOnCancelled,
    FamilyChanged,
    LineActivated,
    LineClosed,
    LineTransferred,
    PlanChanged,
    PlanSubscribed,
    PromotionRedeemed,
)
from app.usage import queries
from app.usage.events import PeriodStarted, SharedDataChanged, ToppedUp
from app.usage.service import expiry, grant, moving, periods, quota


def line_activated(event: LineActivated) -> None:
    """The first period begins. Of a prepaid line it comes with the SIM: nothing is debited."""
    plan = periods.subscription_of(event.subscription_id)
    if plan.line.mode is Mode.PREPAID:
        periods.begin_paid_period(plan, event.at)
    else:
        periods.begin_month(plan, event.at)


def plan_changed(event: PlanChanged) -> None:
    """The old allowances end, the new begin; a prepaid line pays the new plan's price.

    Raises InsufficientBalance.
    """
    plan = periods.subscription_of(event.to_subscription_id)
    periods.cut_short(event.at, line_id=event.line_id, subscription_id=event.from_subscription_id)
    if plan.line.mode is Mode.PREPAID:
        periods.pay_for(plan, event.at)
        periods.begin_paid_period(plan, event.at)
    else:
        periods.begin_month(plan, event.at)


def plan_subscribed(event: PlanSubscribed) -> None:
    """A line without a plan got one: paid for at once when it is prepaid."""
    plan = periods.subscription_of(event.subscription_id)
    if plan.line.mode is Mode.PREPAID:
        periods.pay_for(plan, event.at)
        periods.begin_paid_period(plan, event.at)
    else:
        periods.begin_month(plan, event.at)


def add_on_cancelled(event: AddOnCancelled) -> None:
    periods.cut_short(event.at, line_id=event.line_id, subscription_id=event.subscription_id)


def period_started(event: PeriodStarted) -> None:
    """What was barred because the plan was over is open again."""
    expiry.unblock_renewed(event.line_id)


def topped_up(event: ToppedUp) -> None:
    """Who waited for credit goes on at once, not at the next round."""
    try:
        expiry.renew_if_covered(event.line_id)
    except Refusal:
        return  # somebody spent it in the meantime; the next round asks again


def promotion_redeemed(event: PromotionRedeemed) -> None:
    """Lines that wait for credit go on, if what they have is enough now."""
    for line_id in queries.waiting_lines(event.account_id):
        try:
            expiry.renew_if_covered(line_id)
        except Refusal:
            continue  # spent in the meantime, as above


def add_on_added(event: AddOnAdded) -> None:
    """What the add-on includes, until it ends or month by month. Raises InsufficientBalance."""
    add_on = periods.subscription_of(event.subscription_id)
    if add_on.line.mode is Mode.PREPAID:
        periods.pay_for(add_on, event.at)
    if add_on.ends_at is not None:
        grant(add_on, event.at, add_on.ends_at)
    else:
        periods.begin_month(add_on, event.at)


def family_changed(event: FamilyChanged) -> None:
    """Who joined has data, who left has only her own, and another cap is another end."""
    quota.look_at([event.line_id])


def shared_data_changed(event: SharedDataChanged) -> None:
    quota.look_at(event.line_ids)


def line_transferred(event: LineTransferred) -> None:
    """Allowances do not travel: there they begin anew, as they are paid for anew. What a prepaid
    line has paid for goes along, as far as its market says."""
    plan = periods.subscription_of(event.subscription_ids[0])
    if plan.line.mode is Mode.PREPAID:
        moving.take_along(event)
        return
    periods.cut_short(event.at, line_id=event.from_line_id)
    for subscription_id in event.subscription_ids:
        periods.begin_month(periods.subscription_of(subscription_id), event.at)


def line_closed(event: LineClosed) -> None:
    periods.cut_short(event.at, line_id=event.line_id)
