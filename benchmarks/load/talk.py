"""Customers talking at a given rate: how long until the agent's screen has each message."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from benchmarks.load.client import Client
from benchmarks.spread import spread

TEXT = "¿Por qué subió mi factura este mes? No entiendo el cargo."


@dataclass(slots=True)
class Talk:
    """What was said and who heard it. Seconds are from the customer's socket to the agent's."""

    on_its_way: dict[str, float] = field(default_factory=dict)
    heard: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    doubled: int = 0
    late: float = 0.0

    def on_event(self, name: str, data: Any, moment: float) -> None:
        """Agents' events carry the conversation; the customer's own echo does not."""
        if name != "message" or "conversation_id" not in data:
            return
        said = self.on_its_way.pop(data["key"], None)
        if said is None:
            self.doubled += 1
        else:
            self.heard.append(moment - said)

    def say(self, client: Client) -> None:
        key, said = str(uuid4()), time.monotonic()
        self.on_its_way[key] = said

        def answered(answer: Any, moment: float) -> None:
            if "error" in answer:
                self.refused[answer["error"]["code"]] += 1
            else:
                self.acknowledged.append(moment - said)

        client.emit("say", {"key": key, "text": TEXT}, answered)

    async def run(self, senders: Iterator[Client], rate: float, seconds: float) -> None:
        """Say one message each 1/rate seconds, whether or not the earlier ones have arrived."""
        begun = time.monotonic()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            self.late = max(self.late, time.monotonic() - due)
            self.say(next(senders))

    async def hear_out(self, seconds: float) -> None:
        """Wait until everything has arrived, but no longer."""
        end = time.monotonic() + seconds
        while self.on_its_way and time.monotonic() < end:
            await asyncio.sleep(0.05)

    def told(self) -> dict[str, Any]:
        return {
            "sent": len(self.heard) + len(self.on_its_way),
            "lost": len(self.on_its_way),
            "doubled": self.doubled,
            "refused": dict(self.refused),
            "sender_late_ms": round(self.late * 1000, 1),
            "ms": spread(self.heard),
            "acknowledged_ms": spread(self.acknowledged),
        }


def in_turn(senders: list[Client]) -> Iterator[Client]:
    """Each once before anybody again: no conversation waits for itself."""
    return itertools.cycle(senders)
