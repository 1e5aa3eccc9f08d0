"""Companies, their departments and employees: who is above whom, and who decides there."""

from uuid import UUID

from app.audit import service as audit
from app.core import db
from app.core.actor import Actor
from app.core.turns import take_turn
from app.customers import access, queries
from app.customers.errors import NotAbove
from app.customers.models import Customer, CustomerKind


def place_under(
    customer_id: UUID, parent_id: UUID | None, *, by: Actor, is_manager: bool = False
) -> Customer:
    """Put a department or employee under a company or department; None takes her out of it.

    A manager decides on requests from there and below; only a person can be one. Raises NotAbove
    for a person above somebody, another market, or somebody above herself.
    """
    with db.transaction():
        take_turn("customers.hierarchy")  # two rows alone do not tell whether a ring closes
        customer = access.customer_for(by, customer_id, "customers.update", lock=True)
        parent = None
        if parent_id is not None:
            parent = access.customer_for(by, parent_id, "customers.update", lock=True)
            _check(customer, parent)
        before = customer.parent_id and db.session.get_one(Customer, customer.parent_id).reference
        customer.parent_id = parent_id
        person = customer.kind is CustomerKind.PERSON and parent_id is not None
        customer.is_manager = is_manager and person
        audit.record(
            by,
            "customer.placed",
            "customer",
            customer.id,
            parent=(before, parent and parent.reference),
            manager=customer.is_manager,
        )
    return customer


def _check(customer: Customer, parent: Customer) -> None:
    company = parent.kind is CustomerKind.COMPANY and parent.market_code == customer.market_code
    if not company or customer.id in {parent.id, *queries.above(parent.id)}:
        raise NotAbove
