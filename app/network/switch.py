"""Which network we are plugged into. The wiring says so once, at the start."""

from app.network.port import NetworkProvider

_plugged: list[NetworkProvider] = []


class NotPluggedIn(Exception):
    """The wiring has been forgotten: a programming error."""


def plug_in(provider: NetworkProvider) -> None:
    _plugged[:] = [provider]


def network() -> NetworkProvider:
    if not _plugged:
        raise NotPluggedIn
    return _plugged[0]
