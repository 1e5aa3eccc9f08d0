"""Which gateways are plugged in. The wiring plugs; the services ask."""

from collections.abc import Mapping

from app.payments.port import Gateway

_plugged: dict[str, Gateway] = {}


def plug_in(provider: Gateway) -> None:
    _plugged[provider.name] = provider


def gateway(name: str | None = None) -> Gateway:
    """By name; without one, the first that was plugged in. KeyError for a stranger."""
    return _plugged[name] if name is not None else next(iter(_plugged.values()))


def is_known(name: str) -> bool:
    return name in _plugged


def gateways() -> Mapping[str, Gateway]:
    return _plugged
