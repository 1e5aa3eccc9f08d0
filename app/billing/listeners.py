"""What billing does when a line changes."""

from app.billing import service
from app.subscriptions.events import PlanChanged


def charge_plan_change(event: PlanChanged) -> None:
    """In the transaction of the change: a plan is never changed without being charged."""
    service.charge_plan_change(event)
