"""Calls of providers to the operator: again until they are heard, in the order they were made."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import httpx

from app.demo.world.accounts import Accounts
from app.demo.world.outgoing import trust
from app.demo.world.sandbox import Reached
from app.demo.world.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    url: str
    body: bytes
    headers: Mapping[str, str]
    not_before: float


class Hooks:
    """One queue for each inbox, so that a receipt never overtakes what it is about."""

    def __init__(self, settings: Settings, accounts: Accounts) -> None:
        self._base = settings.dialtone_url
        self._accounts = accounts
        self._delays = settings.retry_delays
        self._receipts_after = settings.receipts_after
        self._client = httpx.Client(timeout=5, verify=trust(), trust_env=False)
        self._stopping = threading.Event()
        self._line = cache(self._begin)

    def stop(self) -> None:
        self._stopping.set()

    def url(self, inbox: Reached) -> str:
        known = self._accounts.channel_key(inbox.channel, inbox.address)
        return f"{self._base}/hooks/channels/{known or inbox.key}"

    def call(
        self,
        inbox: Reached,
        body: bytes,
        headers: Mapping[str, str],
        *,
        after: float = 0,
        query: str = "",
    ) -> None:
        """`after` so many seconds."""
        url = f"{self.url(inbox)}?{query}" if query else self.url(inbox)
        self._line(inbox.key).put(Letter(url, body, headers, time.monotonic() + after))

    def receipts(self, tell: Callable[[str, float], None]) -> None:
        """Sent at once and delivered a moment later, as telephones do."""
        tell("sent", 0)
        tell("delivered", self._receipts_after)

    def _begin(self, _key: str) -> "queue.Queue[Letter]":
        line: queue.Queue[Letter] = queue.Queue()
        threading.Thread(target=self._deliver, args=(line,), daemon=True).start()
        return line

    def _deliver(self, line: "queue.Queue[Letter]") -> None:
        while not self._stopping.is_set():
            letter = line.get()
            self._stopping.wait(max(0.0, letter.not_before - time.monotonic()))
            for delay in (*self._delays, None):
                if self._heard(letter) or delay is None or self._stopping.wait(delay):
                    break

    def _heard(self, letter: Letter) -> bool:
        try:
            answer = self._client.post(
                letter.url, content=letter.body, headers=dict(letter.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("call to %s failed: %s", letter.url, error)
            return False
        if not answer.is_success:
            log.warning("call to %s was answered %s", letter.url, answer.status_code)
        return answer.status_code < 500 and answer.status_code != 429  # a refusal is an answer
