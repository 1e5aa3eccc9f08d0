"""Waiting until programs answer."""

import time
from collections.abc import Callable

import httpx
import psycopg

from app.core.http import trust


class NotReady(Exception):
    """A program did not come up in time."""


def answers(url: str) -> bool:
    return httpx.get(url, timeout=3, verify=trust(), trust_env=False).is_success


def wait_until(check: Callable[[], bool], what: str, *, seconds: float) -> None:
    """Ask every 0.2 s. Raises NotReady with what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if check():
                return
        except (httpx.HTTPError, OSError, psycopg.Error, ValueError, KeyError):
            pass
        if time.monotonic() > deadline:
            raise NotReady(what)
        time.sleep(0.2)
