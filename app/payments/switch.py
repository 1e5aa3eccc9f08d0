"""Which gateway is plugged in. The wiring plugs; the services ask."""

from app.payments.port import Gateway

_plugged: dict[str, Gateway] = {}


def plug_in(provider: Gateway) -> None:
    _plugged["gateway"] = provider


def gateway() -> Gateway:
    return _plugged["gateway"]
