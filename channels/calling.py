"""Calls to providers: bounded in time and size, and what goes wrong on the way is ChannelDown."""

import logging
import ssl
import time
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from channels.payload import Part, load
from channels.port import ChannelDown, Malformed, Undeliverable

CONNECT_SECONDS = 3.0
SECONDS = 15.0
DOWNLOAD_SECONDS = 60.0
LARGEST = 25 * 1024 * 1024
HOPS = 3

# It writes every address into the log, and Telegram's hold the token.
logging.getLogger("httpx").setLevel(logging.WARNING)


@cache
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class Api:
    """One provider's API, with our credentials. `hosts` are those that its files may lie on, and
    `asking` those of them that want to know who we are."""

    def __init__(
        self,
        base: str,
        *,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        hosts: tuple[str, ...] = (),
        asking: tuple[str, ...] = (),
    ) -> None:
        self.base = base.rstrip("/")
        self._hosts = hosts + asking
        self._asking = asking
        self._own: dict[str, Any] = {"headers": headers, "auth": auth}
        self._client = httpx.Client(
            timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS),
            verify=_trust(),
            trust_env=False,
            follow_redirects=False,
        )

    def call(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Whatever the answer is; none at all is ChannelDown."""
        try:
            return self._client.request(method, self.base + path, **{**self._own, **content})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ChannelDown(type(error).__name__) from None

    def download(self, url: str) -> tuple[str, bytes]:
        """A file's type and content. Where it leads on to, nobody is told who we are."""
        until = time.monotonic() + DOWNLOAD_SECONDS
        for hop in range(HOPS):
            self._check_host(url)
            own = self._own if hop == 0 and self._asks(url) else {}
            try:
                with self._client.stream("GET", url, **own) as answer:
                    if not answer.is_redirect:
                        return _media_type(answer), _content(answer, until)
                    url = urljoin(url, answer.headers.get("location", ""))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise ChannelDown(type(error).__name__) from None
        raise Undeliverable("The file leads from address to address.", code="redirects")

    def _is_ours(self, url: str) -> bool:
        return url.startswith(f"{self.base}/")

    def _asks(self, url: str) -> bool:
        return self._is_ours(url) or _is_at(url, self._asking)

    def _check_host(self, url: str) -> None:
        """Files lie with the provider, wherever a message may say they are."""
        if not self._is_ours(url) and not _is_at(url, self._hosts):
            raise Undeliverable("The file is not at the provider's.", code="foreign_host")


def _is_at(url: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    known = any(host == each or host.endswith(f".{each}") for each in hosts)
    return known and parts.scheme == "https"


def _media_type(answer: httpx.Response) -> str:
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _content(answer: httpx.Response, until: float) -> bytes:
    if busy(answer) or answer.status_code == 401:
        raise ChannelDown(f"HTTP {answer.status_code}", retry_after=retry_after(answer))
    if not answer.is_success:
        raise Undeliverable("The file is not there.", code=str(answer.status_code))
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            raise Undeliverable("The file is too large.", code="too_large")
        if time.monotonic() > until:
            raise ChannelDown("The file takes too long.")
    return bytes(content)


def busy(answer: httpx.Response) -> bool:
    return answer.status_code == 429 or answer.status_code >= 500


def retry_after(answer: httpx.Response) -> float | None:
    """In seconds; the header says them, or a date."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def told(answer: httpx.Response) -> Part:
    """The JSON object of an answer; an empty one where it is none."""
    try:
        return load(answer.content)
    except Malformed:
        return Part({})


def in_turn(steps: Iterable[Callable[[], str]]) -> str:
    """Several calls for one message; returns the first id. Once something has left, a failure is
    final: trying all of it again would say that twice."""
    first = ""
    for step in steps:
        try:
            said = step()
        except ChannelDown as error:
            if not first:
                raise
            raise Undeliverable(f"Only a part was sent: {error}", code="partly_sent") from None
        first = first or said
    return first
