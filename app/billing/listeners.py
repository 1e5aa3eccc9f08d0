"""What billing does when a line changes, and when somebody waits for a paper."""

from app.billing import service
from app.billing.events import PaperAsked
from app.subscriptions.events import PlanChanged


def charge_plan_change(event: PlanChanged) -> None:
    """In the transaction of the change: a plan is never changed without being charged."""
    service.charge_plan_change(event)


def build_paper(event: PaperAsked) -> None:
    """By a worker; again gives the same paper."""
    service.build_paper(event.invoice_id, event.language, event.edition)
