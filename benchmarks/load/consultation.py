"""Many customers asking the bot at a given rate: how long until each has its first bubble."""

import asyncio
import itertools
import time
from functools import partial
from typing import Any
from uuid import uuid4

from benchmarks.load.client import Client
from benchmarks.spread import spread


class Consultation:
    """Nobody asks again before she is answered, as people do."""

    def __init__(self) -> None:
        self._asked: dict[Client, float] = {}
        self._waited: list[float] = []
        self._refused = 0
        self._crowded = 0

    def on_event(self, name: str, data: Any, moment: float) -> None:
        """Events come to each customer's own ear, see `run`."""

    async def run(
        self, clients: list[Client], texts: list[str], rate: float, seconds: float, patience: float
    ) -> dict[str, Any]:
        for client in clients:
            client.heard = partial(self._hear, client)
        words, around = itertools.cycle(texts), itertools.cycle(clients)
        begun = time.monotonic()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            self._ask(next(around), next(words))
        end = time.monotonic() + patience
        while self._asked and time.monotonic() < end:
            await asyncio.sleep(0.02)
        return {
            "rate": rate,
            "answered": len(self._waited),
            "unanswered": len(self._asked),
            "refused": self._refused,
            "still_waiting_when_due": self._crowded,
            "per_second": round(len(self._waited) / (time.monotonic() - begun), 1),
            "ms": spread(self._waited),
        }

    def _ask(self, client: Client, text: str) -> None:
        if client in self._asked:
            self._crowded += 1
            return
        self._asked[client] = time.monotonic()
        client.emit("say", {"key": str(uuid4()), "text": text}, self._acknowledged)

    def _acknowledged(self, answer: Any, _moment: float) -> None:
        self._refused += "error" in answer

    def _hear(self, client: Client, name: str, data: Any, moment: float) -> None:
        if name == "message" and data["author"]["kind"] == "bot" and client in self._asked:
            self._waited.append(moment - self._asked.pop(client))
