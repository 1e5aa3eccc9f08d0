"""What billing does when a line changes, a second person agrees, or somebody waits for a paper."""

from app.billing import service
from app.billing.events import PaperAsked
from app.billing.sight import Sight
from app.identity.events import ApprovalGranted
from app.subscriptions.events import PlanChanged


def charge_plan_change(event: PlanChanged) -> None:
    """In the transaction of the change: a plan is never changed without being charged."""
    service.charge_plan_change(event)


def build_paper(event: PaperAsked) -> None:
    """By a worker; again gives the same paper."""
    service.build_paper(event.invoice_id, event.language, event.edition, Sight(event.sight))


def carry_out(event: ApprovalGranted) -> None:
    """In the transaction of the decision, so that it happens once, or the decision does not."""
    carried_out_by = {
        "billing.credit": service.credit_approved,
        "billing.debit": service.debit_approved,
        "billing.write_off": service.write_off_approved,
    }
    if event.action in carried_out_by:
        carried_out_by[event.action](event)
