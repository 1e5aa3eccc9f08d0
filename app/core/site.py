"""Where customers find us: the configured address, without a slash at the end.

The wiring says so once, at the start.
"""

_site = {"url": ""}


def open_at(url: str) -> None:
    _site["url"] = url


def url() -> str:
    return _site["url"]
