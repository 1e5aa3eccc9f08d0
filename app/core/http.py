"""Outgoing requests: always a timeout, never a proxy from the environment."""

import httpx

CONNECT_SECONDS = 1.0


def client(base_url: str, *, timeout: float, headers: dict[str, str] | None = None) -> httpx.Client:
    """An HTTP client for one partner. `timeout` in seconds covers each read and write."""
    return httpx.Client(
        base_url=base_url,
        headers=headers,
        timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
        trust_env=False,
        follow_redirects=False,
    )
