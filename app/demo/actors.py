"""Who does things in the demo's past, besides the system itself."""

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor, Kind
from app.customers.models import Customer
from app.identity.models import Staff
from app.identity.permissions import CUSTOMER


def colleague(first_name: str) -> Actor:
    """One of operator.COLLEAGUES."""
    query = select(Staff).where(Staff.email == f"{first_name}@aurora.example")
    return db.session.scalars(query).one().as_actor()


def herself(customer: Customer) -> Actor:
    return Actor(Kind.CUSTOMER, customer.id, customer.name, CUSTOMER)


def named(email: str) -> Customer:
    """Somebody of the cast or of a household."""
    return db.session.scalars(select(Customer).where(Customer.email == email)).one()
