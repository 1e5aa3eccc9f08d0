"""What customers' papers wait for: an errand asks the identity service."""

from app.customers import kyc
from app.customers.events import IdentityCheckAsked


def ask_about_paper(event: IdentityCheckAsked) -> None:
    kyc.ask(event.check_id)
