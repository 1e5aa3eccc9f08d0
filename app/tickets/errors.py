"""What tickets refuse."""

from app.core.errors import Conflict, Invalid
from app.core.i18n import lazy


class AlreadyAccepted(Conflict):
    """Somebody was faster; the message names them."""

    code = "already_accepted"

    def __init__(self, name: str) -> None:
        super().__init__(lazy("%(name)s took it.", name=name), name=name)


class TicketNotOpen(Conflict):
    code = "ticket_not_open"
    message = lazy("This ticket is not open any more.")


class TicketNotYours(Conflict):
    code = "ticket_not_yours"
    message = lazy("This ticket belongs to somebody else.")


class TicketStillOpen(Conflict):
    code = "ticket_still_open"
    message = lazy("This ticket is open already.")


class TicketClosed(Conflict):
    code = "ticket_closed"
    message = lazy("This ticket is closed for good. Please open a new one.")


class CannotTakeTickets(Invalid):
    code = "cannot_take_tickets"
    message = lazy("This person cannot take this ticket.")
