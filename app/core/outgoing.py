"""Requests to addresses that somebody typed in: never into our own network, never for long.

The name is looked up here and the connection goes to the address that was looked at, so a second
answer of the DNS changes nothing. Redirects are not followed.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import httpcore

# For all of it: looking up, connecting, sending, and the last byte of the answer.
SECONDS = 10.0
LARGEST_ANSWER = 5 * 1024 * 1024
_TRANSLATED = IPv6Network("64:ff9b::/96")
# All that was ever given out of IPv6 for the public (RFC 4291, 2.4).
_GIVEN_OUT = IPv6Network("2000::/3")
# Where clouds answer their own machines, though Python takes it for public.
_OF_CLOUDS = (IPv4Network("192.0.0.0/24"), IPv4Network("168.63.129.16/32"))


class NotAllowed(Exception):
    """The address leads into our own network, or is none."""


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the public internet, and none leads on from it inside."""
    found = ip_address(address.partition("%")[0])
    if found.version == 6 and not (found in _GIVEN_OUT or found in _TRANSLATED):
        return False
    within = [found, *_embedded(found)]
    if any(each in network for each in within for network in _OF_CLOUDS):
        return False
    return all(each.is_global and not each.is_multicast for each in within)


def _embedded(found: IPv4Address | IPv6Address) -> Iterator[IPv4Address]:
    """Where translators and tunnels of IPv6 would carry it on to."""
    if isinstance(found, IPv4Address):
        return
    if found in _TRANSLATED:
        yield IPv4Address(int(found) & 0xFFFFFFFF)
    yield from (each for each in (found.sixtofour, *(found.teredo or ())) if each is not None)


def checked_url(url: str) -> str:
    """http or https, with a host and without a password. Raises NotAllowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed(url) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise NotAllowed(url)
    if parts.username or parts.password or not url.isascii() or not url.isprintable():
        raise NotAllowed(url)
    return url


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that came back. Raises NotAllowed, or OSError when nobody answers in time."""
    checked_url(url)
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    try:
        with (
            httpcore.ConnectionPool(network_backend=_Outside(time.monotonic() + SECONDS)) as pool,
            pool.stream("POST", url, headers=sent, content=body) as answer,
        ):
            _read_at_most(answer.iter_stream())
            return int(answer.status)
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise OSError(str(error) or type(error).__name__) from error


def _read_at_most(parts: Iterable[bytes]) -> None:
    length = 0
    for part in parts:
        length += len(part)
        if length > LARGEST_ANSWER:
            raise OSError("the answer is too long")


def _left(ends_at: float) -> float:
    """Seconds; raises ReadTimeout when none are."""
    left = ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("it takes too long")
    return left


class _Outside(httpcore.NetworkBackend):
    """Connects to public addresses alone, and until a moment of the monotonic clock."""

    def __init__(self, ends_at: float) -> None:
        self._real = httpcore.SyncBackend()
        self._ends_at = ends_at

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:  # a name that no DNS takes
            raise NotAllowed(host) from None
        addresses = [str(each[4][0]) for each in found]
        if not addresses or not all(is_outside(each) for each in addresses):
            raise NotAllowed(host)
        left = _left(self._ends_at)
        made = self._real.connect_tcp(addresses[0], port, left, local_address, socket_options)
        return _Hurried(made, self._ends_at)


class _Hurried(httpcore.NetworkStream):
    """Ends when its time is over, however many bytes still drip."""

    def __init__(self, real: httpcore.NetworkStream, ends_at: float) -> None:
        self._real = real
        self._ends_at = ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._real.read(max_bytes, _left(self._ends_at))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._real.write(buffer, _left(self._ends_at))

    def close(self) -> None:
        self._real.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._ends_at)
        made = self._real.start_tls(ssl_context, server_hostname, left)
        return _Hurried(made, self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)
