"""Which search engine is plugged in, if any, and whose data it may hold."""

from dataclasses import dataclass

from app.search.port import SearchEngine


@dataclass(frozen=True, slots=True)
class Plugged:
    """`regions` are those whose persons it may hold; none named mean all."""

    engine: SearchEngine
    regions: frozenset[str] = frozenset()


_plugged: list[Plugged] = []


def plug_in(chosen: SearchEngine | None, *, regions: frozenset[str] = frozenset()) -> None:
    """Use this engine from now on, or none. Wiring calls it once, at the start."""
    _plugged[:] = [Plugged(chosen, regions)] if chosen else []


def plugged() -> Plugged | None:
    return _plugged[0] if _plugged else None
