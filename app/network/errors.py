"""What the network's domain refuses."""

from app.core.errors import NotFound, Unavailable
from app.core.i18n import lazy


class NetworkUnavailable(Unavailable):
    code = "network_unavailable"
    message = lazy("The network does not answer right now. Please try again in a moment.")


class OutageNotFound(NotFound):
    code = "outage_not_found"
