"""Outgoing requests: always a timeout, never a proxy from the environment."""

import ssl
from functools import cache

import httpx

CONNECT_SECONDS = 1.0


@cache
def trust() -> ssl.SSLContext:
    """Whom we believe, for every client: the list takes long to read."""
    return httpx.create_ssl_context(trust_env=False)


def client(base_url: str, *, timeout: float, headers: dict[str, str] | None = None) -> httpx.Client:
    """An HTTP client for one partner. `timeout` in seconds covers each read and write."""
    return httpx.Client(
        base_url=base_url,
        headers=headers,
        timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
        verify=trust(),
        trust_env=False,
        follow_redirects=False,
    )
