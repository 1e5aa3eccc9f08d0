"""Which post codes and letters go out with, where people find us, and the operator's own sign-on.

The wiring says so once, at the start.
"""

from dataclasses import dataclass

from app.identity.port import CodePost, SignOn

_plugged: list[CodePost] = []
_sites: list["Site"] = []
_sign_on: list[SignOn] = []


class NotPluggedIn(Exception):
    """The wiring has been forgotten: a programming error."""


@dataclass(frozen=True, slots=True)
class Site:
    """The configured address, without a slash at the end, and the operator's name."""

    url: str
    operator: str


def plug_in(post: CodePost) -> None:
    _plugged[:] = [post]


def post() -> CodePost:
    if not _plugged:
        raise NotPluggedIn
    return _plugged[0]


def open_at(site: Site) -> None:
    _sites[:] = [site]


def site() -> Site:
    if not _sites:
        raise NotPluggedIn
    return _sites[0]


def plug_in_sign_on(provider: SignOn | None) -> None:
    _sign_on[:] = [] if provider is None else [provider]


def sign_on() -> SignOn | None:
    """None where the operator has none."""
    return _sign_on[0] if _sign_on else None
