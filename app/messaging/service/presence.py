"""Whether somebody would answer in an inbox now."""

from app.conversations import queries
from app.conversations.models import Inbox
from app.messaging.service.hours import is_open_now


def is_anybody_there(inbox: Inbox) -> bool:
    """It is open by its hours, and one of its people takes conversations."""
    return is_open_now(inbox) and queries.is_anybody_there(inbox.market_code)
