"""Testing a line."""

from uuid import UUID

from app.core.actor import Actor
from app.network import switch
from app.network.errors import NetworkUnavailable
from app.network.port import Diagnosis, NetworkDown, OrderRefused
from app.subscriptions.access import line_for


def diagnose(line_id: UUID, *, by: Actor) -> Diagnosis:
    """Ask the network how the line does now. Raises NetworkUnavailable within a few seconds."""
    line = line_for(by, line_id, "network.read")
    try:
        return switch.network().diagnose(line.number, service=line.service.value)
    except (NetworkDown, OrderRefused) as error:
        raise NetworkUnavailable from error
