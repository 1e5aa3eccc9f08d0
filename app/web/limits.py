"""How often one network, or one client, may try something, counted in Redis."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar, cast

import structlog
from flask import Flask, current_app, request
from redis import RedisError

from app.core.errors import TooMany, Unavailable
from app.web.redis import impatient

log = structlog.get_logger(__name__)
View = TypeVar("View", bound=Callable[..., Any])


def install(app: Flask, redis_url: str) -> None:
    app.extensions["limits"] = impatient(redis_url)


def limited(
    name: str, *, times: int, seconds: int, open_without: bool = False
) -> Callable[[View], View]:
    """At most `times` in a window of `seconds` per network.

    With Redis away the route is closed, or open when `open_without` says so.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            count(f"{name}:{network()}", times=times, seconds=seconds, open_without=open_without)
            return view(*args, **kwargs)

        return cast("View", checked)

    return decorate


def network() -> str:
    """Where the request comes from: one address, or the 64 bits that one household has of IPv6."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    return str(ip_network(f"{address}/64", strict=False) if address.version == 6 else address)


def count(who: str, *, times: int, seconds: int, open_without: bool = False) -> None:
    """Once more for `who`. Raises TooMany, and Unavailable as `limited` says."""
    key = f"limit:{who}"
    try:
        with current_app.extensions["limits"].pipeline() as steps:
            steps.set(key, 0, ex=seconds, nx=True)
            steps.incr(key)
            _, tries = steps.execute()
    except RedisError:
        log.warning("limits_unavailable", key=key)
        if open_without:
            return
        raise Unavailable from None
    if tries > times:
        raise TooMany(retry_after=seconds)
