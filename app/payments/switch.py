"""Which gateways are plugged in, and where payers find us. The wiring says so; services ask."""

from collections.abc import Mapping

from app.payments.port import Gateway

_plugged: dict[str, Gateway] = {}
_public = {"url": ""}


def plug_in(provider: Gateway) -> None:
    _plugged[provider.name] = provider


def stand_at(url: str) -> None:
    _public["url"] = url


def public_url() -> str:
    return _public["url"]


def gateway(name: str | None = None) -> Gateway:
    """By name; without one, the first that was plugged in. KeyError for a stranger."""
    return _plugged[name] if name is not None else next(iter(_plugged.values()))


def is_known(name: str) -> bool:
    return name in _plugged


def gateways() -> Mapping[str, Gateway]:
    return _plugged
