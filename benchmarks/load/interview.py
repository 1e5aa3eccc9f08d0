"""One customer asking the bot, one question at a time."""

import asyncio
import time
from typing import Any
from uuid import uuid4

from benchmarks.load.client import Client

# An answer may be several bubbles; the next question waits until they are all here, and nobody
# asks so fast that we would take her for a flood.
BREATH_SECONDS = 0.5


class Interview:
    """How long each question waited for the bot's first bubble; None when none came in time."""

    def __init__(self) -> None:
        self._answered: asyncio.Future[float] | None = None

    def on_event(self, name: str, data: Any, moment: float) -> None:
        waiting = self._answered is not None and not self._answered.done()
        if waiting and name == "message" and data["author"]["kind"] == "bot":
            self._answered.set_result(moment)

    async def run(self, client: Client, texts: list[str], patience: float) -> list[float | None]:
        return [await self._ask(client, text, patience) for text in texts]

    async def _ask(self, client: Client, text: str, patience: float) -> float | None:
        self._answered = asyncio.get_running_loop().create_future()
        said = time.monotonic()
        client.emit("say", {"key": str(uuid4()), "text": text}, lambda _answer, _moment: None)
        try:
            heard = await asyncio.wait_for(self._answered, patience)
        except TimeoutError:
            return None
        await asyncio.sleep(BREATH_SECONDS)
        return heard - said
