"""The one place that knows every part: adapters are built here and listeners listed here."""

from collections.abc import Callable

from app.core import events, portable
from app.portal import sockets as portal_sockets
from app.wiring import adapters, channels, privacy
from app.wiring.reactions import ERRANDS, IN_TRANSACTION, REACTIONS
from app.wiring.screens import SCREENS
from app.wiring.sections import SECTIONS
from app.workspace import sockets as workspace_sockets
from config import Config


def wire(
    config: Config, *, wake: Callable[[list[int]], None], screens: events.Table = SCREENS
) -> None:
    """Plug in the adapters and connect the tables. `wake` is told of fresh outbox rows."""
    events.connect(
        in_transaction=IN_TRANSACTION,
        reactions=REACTIONS,
        errands=ERRANDS,
        screens=screens,
        wake=wake,
    )
    portable.plug_in(SECTIONS)
    adapters.plug_in(config)
    channels.plug_in(config)
    privacy.plug_in()


def open_namespaces(config: Config) -> None:
    """What the sockets process serves."""
    portal_sockets.register(config)
    workspace_sockets.register(config)
