"""Which identity service we are plugged into. The wiring says so once, at the start."""

from app.customers.port import IdentityService

_plugged: list[IdentityService] = []


class NotPluggedIn(Exception):
    """The wiring has been forgotten: a programming error."""


def plug_in(service: IdentityService) -> None:
    _plugged[:] = [service]


def identity_service() -> IdentityService:
    if not _plugged:
        raise NotPluggedIn
    return _plugged[0]
