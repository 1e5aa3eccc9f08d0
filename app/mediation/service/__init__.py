"""What can be done with usage from outside: take it in, describe it, decide on what is odd."""

from app.mediation.service.files import finish_abandoned, read
from app.mediation.service.inbox import take_folder
from app.mediation.service.layouts import add_layout, change_layout, try_layout
from app.mediation.service.messages import Message, take_messages
from app.mediation.service.missing import flag_missing_parts
from app.mediation.service.receiving import receive
from app.mediation.service.review import (
    ACCEPTABLE,
    UNCORRECTABLE,
    accept,
    accept_all,
    clear_customer,
    correct,
    flag_customer,
    reject,
    reject_all,
)
from app.mediation.service.taking import Taken, take

__all__ = [
    "ACCEPTABLE",
    "UNCORRECTABLE",
    "Message",
    "Taken",
    "accept",
    "accept_all",
    "add_layout",
    "change_layout",
    "clear_customer",
    "correct",
    "finish_abandoned",
    "flag_customer",
    "flag_missing_parts",
    "read",
    "receive",
    "reject",
    "reject_all",
    "take",
    "take_folder",
    "take_messages",
    "try_layout",
]
