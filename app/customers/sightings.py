"""Whoever looks after somebody is told when she opens the identity paper of a customer."""

from app.core import db
from app.customers.events import PaperSeen
from app.customers.models import Customer
from app.identity import alerts, letters, switch
from app.identity.models import Staff


def tell_of_seen_paper(event: PaperSeen) -> None:
    """The customer by her number alone: a letter is no place for her name."""
    staff = db.session.get(Staff, event.staff_id)
    customer = db.session.get(Customer, event.customer_id)
    if staff is None or customer is None:
        return
    with db.transaction():
        for lead in alerts.supervisors_of(staff):
            letters.write(
                "paper_seen_by",
                lead.email,
                lead.language,
                operator=switch.site().operator,
                name=staff.name,
                customer=customer.reference,
            )
