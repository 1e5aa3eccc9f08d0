"""What the network's domain refuses."""

from app.core.errors import Conflict, Invalid, NotFound, Unavailable
from app.core.i18n import lazy


class NetworkUnavailable(Unavailable):
    code = "network_unavailable"
    message = lazy("The network does not answer right now. Please try again in a moment.")


class OutageNotFound(NotFound):
    code = "outage_not_found"


class PortInOpen(Conflict):
    code = "port_in_open"
    message = lazy("This number is already being moved to us.")


class PortInEndedAlready(Conflict):
    code = "port_in_ended"
    message = lazy("This move has ended already.")


class BadPortDate(Invalid):
    code = "bad_port_date"
    message = lazy("A number moves on a day from tomorrow on, at most 90 days ahead.")
