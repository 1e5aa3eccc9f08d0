"""The address that a gateway sends a payer back to. It opens for whoever holds it: who pays from a
talk, an SMS or a call is signed in nowhere."""

from uuid import UUID

from app.core import db, signed_ids, site
from app.core.errors import NotFound
from app.payments.models import Payment

_PLACE = "payment"


def address_of(payment_id: UUID) -> str:
    return f"{site.url()}/paid/{signed_ids.token_of(_PLACE, payment_id)}"


def payment_behind(token: str) -> Payment:
    """Raises NotFound for what we have not signed."""
    payment = db.session.get(Payment, signed_ids.id_in(_PLACE, token))
    if payment is None:
        raise NotFound
    return payment
