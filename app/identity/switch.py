"""Which post codes go out with. The wiring says so once, at the start."""

from app.identity.port import CodePost

_plugged: list[CodePost] = []


class NotPluggedIn(Exception):
    """The wiring has been forgotten: a programming error."""


def plug_in(post: CodePost) -> None:
    _plugged[:] = [post]


def post() -> CodePost:
    if not _plugged:
        raise NotPluggedIn
    return _plugged[0]
