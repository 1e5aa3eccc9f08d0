"""Which network we are plugged into. The wiring says so once, at the start."""

from app.network.port import ClearingHouse, NetworkProvider

_plugged: list[NetworkProvider] = []
_house: list[ClearingHouse] = []


class NotPluggedIn(Exception):
    """The wiring has been forgotten: a programming error."""


def plug_in(provider: NetworkProvider) -> None:
    _plugged[:] = [provider]


def network() -> NetworkProvider:
    if not _plugged:
        raise NotPluggedIn
    return _plugged[0]


def plug_in_house(house: ClearingHouse) -> None:
    _house[:] = [house]


def clearing_house() -> ClearingHouse:
    if not _house:
        raise NotPluggedIn
    return _house[0]
