"""What reports do when others announce something. None of it is on the way of a message."""

from app.conversations.events import ConversationRated
from app.insights import follow_ups, surveys
from app.insights.rollups.rolling import TALK, TICKET, mark_stale
from app.tickets.events import (
    TicketAccepted,
    TicketChanged,
    TicketMerged,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTransferred,
    TicketUnmerged,
)


def ticket_moved(
    event: TicketOpened
    | TicketAccepted
    | TicketChanged
    | TicketTransferred
    | TicketResolved
    | TicketReopened,
) -> None:
    mark_stale(TICKET, [event.ticket_id])
    mark_stale(TALK, [event.conversation_id])


def tickets_merged(event: TicketMerged | TicketUnmerged) -> None:
    """What is merged into another counts as that one."""
    mark_stale(TICKET, [event.ticket_id, event.merged_id])


def ask_how_it_was(event: TicketResolved) -> None:
    surveys.plan(event.ticket_id)


def conversation_rated(event: ConversationRated) -> None:
    mark_stale(TALK, [event.conversation_id])
    follow_ups.open_for_rating(event.conversation_id)
