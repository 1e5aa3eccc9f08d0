"""What mediation does when something happens: reading files that were handed in."""

from dataclasses import replace

from app.core.actor import SYSTEM
from app.mediation import service
from app.mediation.events import FileHandedIn


def read_file(event: FileHandedIn) -> None:
    """In transactions of its own, chunk by chunk; begun again, it goes on where it stopped."""
    service.read(event.file_id, by=replace(SYSTEM, markets=frozenset(event.markets)))
