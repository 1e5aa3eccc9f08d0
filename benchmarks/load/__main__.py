"""`python -m benchmarks.load`: the load generator. One JSON command a line in, one answer a line
out: enter, talk, interview, consult, leave; see the methods of Generator."""

import asyncio
import json
import resource
import sys
from typing import Any

from benchmarks.load.consultation import Consultation
from benchmarks.load.crowd import Crowd
from benchmarks.load.interview import Interview
from benchmarks.load.talk import Talk, in_turn


class Generator:
    def __init__(self) -> None:
        self._listening: Talk | Interview | Consultation = Talk()
        self._crowd = Crowd(self._on_event)

    def _on_event(self, name: str, data: Any, moment: float) -> None:
        self._listening.on_event(name, data, moment)

    async def enter(self, **wanted: Any) -> dict[str, Any]:
        """Connect everybody and have the agents open their conversations."""
        told = await self._crowd.enter(**wanted)
        self._senders = in_turn(self._crowd.senders)
        return told

    async def talk(self, rate: float, seconds: float, patience: float) -> dict[str, Any]:
        """Talk for so long, then wait at most `patience` seconds for what is on its way."""
        talk = self._listening = Talk()
        await talk.run(self._senders, rate, seconds)
        await talk.hear_out(patience)
        return talk.told() | {"dropped": self._dropped()}

    async def interview(self, texts: list[str], patience: float) -> dict[str, Any]:
        """The only customer asks the bot all this."""
        interview = self._listening = Interview()
        return {"seconds": await interview.run(next(self._senders), texts, patience)}

    async def consult(
        self, texts: list[str], rate: float, seconds: float, patience: float
    ) -> dict[str, Any]:
        """All customers ask the bot, so many questions a second."""
        consultation = self._listening = Consultation()
        return await consultation.run(self._crowd.senders, texts, rate, seconds, patience)

    async def leave(self) -> dict[str, Any]:
        dropped = self._dropped()
        self._crowd.leave()
        return {"dropped": dropped}

    def _dropped(self) -> int:
        return sum(not each.connected for each in self._crowd.clients)


async def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    generator = Generator()
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)
        told = await getattr(generator, command.pop("do"))(**command)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
