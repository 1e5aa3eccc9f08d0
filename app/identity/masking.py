"""Fields that not everybody needs to see: who sees them whole, and what the others see. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.core.secrets import masked, masked_address

SHOWN_OF_A_NUMBER = 2


@dataclass(frozen=True, slots=True)
class Field:
    """Whole for who holds `permission`; `hidden` is what is left of it for the others."""

    permission: str
    hidden: Callable[[str], str]


def _number(value: str) -> str:
    return masked(value, shown=SHOWN_OF_A_NUMBER)


FIELDS: Mapping[str, Field] = {
    "customer.email": Field("customers.contacts", masked_address),
    "kyc.number": Field("kyc.view", masked),
    "customer.phone": Field("customers.contacts", _number),
    "payment.reference": Field("payments.references", masked),
    "usage.other_party": Field("usage.detail", _number),
    "invoice.lines": Field("customers.contacts", _number),
    "invoice.calls": Field("usage.detail", _number),
}
