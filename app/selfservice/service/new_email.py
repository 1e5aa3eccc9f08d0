"""Another e-mail address of a customer: it counts once she has read a code that went there."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from app.customers import access, contact
from app.customers import service as customers
from app.customers.models import Customer
from app.identity import codes
from app.identity.models import OneTimeCode

PURPOSE = "new_email"


def send_code(customer_id: UUID, email: str, *, by: Actor) -> OneTimeCode:
    """To the new address. Whose it is now is not said: who cannot read there learns nothing.

    Raises Invalid, TooManyCodes.
    """
    customer = access.customer_for(by, customer_id, "customers.read")
    address = contact.email_address(email).lower()
    return codes.issue(customer.id, PURPOSE, customer.id, by=by, channel="email", address=address)


def confirm(customer_id: UUID, code_id: UUID, code: str, *, by: Actor) -> Customer:
    """The address that the code went to is hers from now on. Raises WrongCode, EmailTaken."""
    codes.attempt(code_id, code, owner_id=by.id, purpose=PURPOSE, object_id=customer_id)
    with db.transaction():
        codes.spend(code_id)
        query = select(OneTimeCode.address).where(OneTimeCode.id == code_id)
        address = db.session.scalars(query).one()
        return customers.change_contact(customer_id, by=by, email=address)
