"""The load generator's process, as the benchmarks command it."""

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


class TooSlow(Exception):
    """The generator gave no answer in time, or ended."""


@dataclass(frozen=True, slots=True)
class LoadGenerator:
    process: "subprocess.Popen[bytes]"

    def enter(self, url: str, origin: str, everybody: dict[str, Any]) -> dict[str, Any]:
        """Connect everybody; raises TooSlow unless all are in."""
        told = self._ask("enter", 600, url=url, origin=origin, at_once=32, **everybody)
        wanted = len(everybody["customers"]) + len(everybody["agents"])
        if told["connected"] != wanted or told["refused"]:
            raise TooSlow(f"{told['connected']} of {wanted} came in: {told['refused']}")
        return told

    def talk(self, rate: float, seconds: float, patience: float = 5) -> dict[str, Any]:
        return self._ask(
            "talk", seconds * 5 + patience + 30, rate=rate, seconds=seconds, patience=patience
        )

    def interview(self, texts: list[str], patience: float = 5) -> list[float | None]:
        told = self._ask("interview", len(texts) * (patience + 1), texts=texts, patience=patience)
        return list(told["seconds"])

    def consult(
        self, texts: list[str], rate: float, seconds: float, patience: float = 5
    ) -> dict[str, Any]:
        return self._ask(
            "consult", seconds * 5 + 60, texts=texts, rate=rate, seconds=seconds, patience=patience
        )

    def leave(self) -> dict[str, Any]:
        return self._ask("leave", 30)

    def _ask(self, do: str, seconds: float, /, **details: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": do, **details}).encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise TooSlow(do)
        return dict(json.loads(line))


@contextmanager
def load_generator() -> Iterator[LoadGenerator]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield LoadGenerator(process)
    finally:
        process.kill()
        process.wait()
