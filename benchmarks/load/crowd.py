"""Many clients at once: customers who write, and agents who follow their conversations."""

import asyncio
import itertools
from collections import Counter
from typing import Any

from benchmarks.load.client import Client, Heard, Refused

PATIENCE = 30.0
# Each loopback address has 28,000 ports, and a closed connection keeps its own for a minute.
ADDRESSES = [f"127.0.1.{each}" for each in range(1, 9)]


class Crowd:
    """Whoever is connected. `senders` are the customers whose conversation an agent follows."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._addresses = itertools.cycle(ADDRESSES)
        self.clients: list[Client] = []
        self.senders: list[Client] = []
        self.refusals: Counter[str] = Counter()

    async def enter(
        self,
        url: str,
        origin: str,
        customers: list[str],
        agents: list[dict[str, Any]],
        at_once: int,
    ) -> dict[str, Any]:
        """Let all in, `at_once` at a time: customers by their token, agents by their cookie."""
        self._url, self._origin = url, origin
        waiting = asyncio.Semaphore(at_once)
        begun = asyncio.get_running_loop().time()
        agents_first = [self._agent(waiting, each) for each in agents]
        await asyncio.gather(*agents_first, *(self._customer(waiting, each) for each in customers))
        return {
            "connected": sum(each.connected for each in self.clients),
            "refused": dict(self.refusals.most_common(3)),
            "seconds": round(asyncio.get_running_loop().time() - begun, 2),
        }

    async def _customer(self, waiting: asyncio.Semaphore, token: str) -> None:
        client = await self._let_in(waiting, "/chat", {"token": token}, {})
        if client is not None:
            self.senders.append(client)

    async def _agent(self, waiting: asyncio.Semaphore, agent: dict[str, Any]) -> None:
        client = await self._let_in(waiting, "/desk", {}, {"Cookie": agent["cookie"]})
        if client is None:
            return
        for conversation_id in agent["conversations"]:
            async with waiting:
                asked = {"conversation_id": conversation_id, "after": 0}
                answer = await client.ask("open", asked, PATIENCE)
            if "error" in answer:
                self.refusals[str(answer["error"])] += 1

    async def _let_in(
        self,
        waiting: asyncio.Semaphore,
        namespace: str,
        auth: dict[str, Any],
        headers: dict[str, str],
    ) -> Client | None:
        async with waiting:
            client = Client(namespace, auth, self._heard)
            headers = {"Origin": self._origin, **headers}
            try:
                await client.enter(self._url, headers, next(self._addresses), PATIENCE)
            except (OSError, TimeoutError, Refused) as error:
                self.refusals[f"{type(error).__name__}: {error}"] += 1
                return None
        self.clients.append(client)
        return client

    def leave(self) -> None:
        for client in self.clients:
            client.leave()
        self.clients.clear()
        self.senders.clear()
