"""What a trained model made of messages whose meaning is known."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.finding import Setting
from measuring.entities import Named, expected_in, found_in

HERE = Path(__file__).parents[1]
OWN = sorted((HERE / "eval").glob("*.jsonl"))
REJECTED = ("out_of_scope", "nlu_fallback")


@dataclass(frozen=True)
class Heard:
    """One message: what it means, what the model took it for, how sure it was, and how long it took."""

    text: str
    language: str
    intent: str
    guess: str
    confidence: float
    milliseconds: float = 0.0
    expected: set[Named] | None = None  # entities; None when nobody said which there are
    found: set[Named] = field(default_factory=set)

    def taken_for(self, threshold: float) -> str:
        """Its intent in the end: what is not sure enough is turned away like what is out of scope."""
        sure = self.confidence >= threshold and self.guess not in REJECTED
        return self.guess if sure else "out_of_scope"


def read(files: list[Path]) -> list[dict[str, Any]]:
    """Lines with a text and an intent; whatever else a line lacks is missing only there."""
    return [line for file in files for line in _lines(file) if line.get("text") and line.get("intent")]


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8-sig").splitlines():
        if line.strip():
            yield json.loads(line)


async def hear(model: str, asked: list[dict[str, Any]]) -> list[Heard]:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    agent = Agent.load(model)
    heard = []
    for line in asked:
        message = UserMessage(str(line["text"]), metadata={"market": line.get("market") or ""})
        started = time.perf_counter()
        parsed = await agent.processor.parse_message(message)
        heard.append(_heard(line, parsed, (time.perf_counter() - started) * 1000))
    return heard


def _heard(line: dict[str, Any], parsed: dict[str, Any], milliseconds: float) -> Heard:
    ranking = [each for each in parsed.get("intent_ranking") or [] if each["name"] != "nlu_fallback"]
    best = ranking[0] if ranking else {"name": "nlu_fallback", "confidence": 0.0}
    return Heard(
        text=line["text"],
        language=str(line.get("lang") or "unknown"),
        intent=line["intent"],
        guess=best["name"],
        confidence=best["confidence"],
        milliseconds=milliseconds,
        expected=expected_in(line, Setting.of(line)),
        found=found_in(parsed),
    )
