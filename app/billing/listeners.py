"""What billing does when a line changes, and when a second person agrees to a credit."""

from app.billing import service
from app.identity.events import ApprovalGranted
from app.subscriptions.events import PlanChanged


def charge_plan_change(event: PlanChanged) -> None:
    """In the transaction of the change: a plan is never changed without being charged."""
    service.charge_plan_change(event)


def carry_out(event: ApprovalGranted) -> None:
    """In the transaction of the decision, so that it happens once, or the decision does not."""
    if event.action == "billing.credit":
        service.credit_approved(event)
