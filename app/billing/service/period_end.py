"""Changing the plan when what is paid for has run out: nothing is pro-rated, nothing is lost."""

from datetime import datetime
from uuid import UUID

from app.billing.periods import period_containing
from app.catalog.models import Mode
from app.core import clock
from app.core.actor import Actor
from app.markets.queries import market as market_of
from app.subscriptions import access as lines
from app.subscriptions import service as subscriptions
from app.subscriptions.models import Line, ScheduledChange
from app.usage.queries import balance_of


def schedule_plan_change(
    line_id: UUID, offer_version_id: UUID, *, by: Actor, effect_key: str
) -> ScheduledChange:
    """Change the plan at the end of the period. Raises what subscriptions.schedule_plan does."""
    line = lines.line_for(by, line_id, "subscriptions.change")
    return subscriptions.schedule_plan(
        line.id, offer_version_id, period_end_of(line), by=by, effect_key=effect_key
    )


def period_end_of(line: Line) -> datetime:
    """The midnight after which the next month is charged; prepaid, when the plan's days are over.

    A prepaid plan that is over already ends now, which scheduling refuses as past.
    """
    now = clock.now()
    if line.mode is Mode.PREPAID:
        balance = balance_of(line.id)
        return balance.paid_until if balance and balance.paid_until else now
    timezone = market_of(line.market_code).timezone
    today = clock.today(timezone)
    return clock.midnight(period_containing(today, line.account.billing_day).end, timezone)
