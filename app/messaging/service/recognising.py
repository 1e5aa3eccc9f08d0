"""Who writes: known by an address that is vouched for, never by what she calls herself."""

from app.conversations.models import Inbox
from app.customers import queries as customers
from app.customers.models import Customer
from app.subscriptions import queries as lines
from channels.port import Inbound

# Channels whose address is a telephone number that the network or the provider stands for.
BY_NUMBER = frozenset({"sms", "ussd", "voice", "whatsapp"})


def customer_of(inbox: Inbox, event: Inbound) -> Customer | None:
    """By a verified address of the channel, or as the user of the active line of that number.

    A number or mail address that a customer merely wrote down proves nothing.
    """
    if not event.vouched:
        return None
    return known(inbox.channel, event.sender, inbox.market_code)


def known(channel: str, address: str, market_code: str) -> Customer | None:
    found = customers.by_verified_address(channel, address)
    if found is None and channel in BY_NUMBER:
        found = lines.user_of_number(address)
    return found if found is not None and found.market_code == market_code else None
