"""Which search index is plugged in."""

from kb.search.port import SearchIndex

_plugged: list[SearchIndex] = []


def plug_in(chosen: SearchIndex) -> None:
    """Use this index from now on. Wiring calls it once, at the start."""
    _plugged[:] = [chosen]


def index() -> SearchIndex:
    if not _plugged:
        raise RuntimeError("no search index is plugged in")
    return _plugged[0]
