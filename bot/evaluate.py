"""Measures the trained model on eval/*.jsonl and prints one JSON line. Run in bot/: python evaluate.py"""

import argparse
import asyncio
import json
import logging
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LANGUAGES = ("en", "es", "pt")
REJECTED = ("out_of_scope", "nlu_fallback")
THRESHOLDS = [step / 100 for step in range(5, 80)]


@dataclass(frozen=True)
class Heard:
    """One message: what it means, what the model took it for, and how sure it was."""

    language: str
    intent: str
    guess: str
    confidence: float

    def taken_for(self, threshold: float) -> str:
        return self.guess if self.confidence >= threshold else "nlu_fallback"


def read() -> list[dict[str, str]]:
    lines = [line for lang in LANGUAGES for line in (HERE / f"eval/{lang}.jsonl").open(encoding="utf-8")]
    return [json.loads(line) for line in lines]


async def hear(model: str, asked: list[dict[str, str]]) -> list[Heard]:
    from rasa.core.agent import Agent

    agent = Agent.load(model)
    heard = []
    for message in asked:
        parsed = await agent.parse_message(message["text"])
        best = next(e for e in parsed["intent_ranking"] if e["name"] != "nlu_fallback")
        heard.append(Heard(message["lang"], message["intent"], best["name"], best["confidence"]))
    return heard


def figures(heard: list[Heard], threshold: float) -> dict[str, float]:
    """Accuracy and macro-F1 with rejections counted; how many strangers and friends were turned away."""
    from sklearn.metrics import f1_score

    expected = [one.intent for one in heard]
    taken = [one.taken_for(threshold) for one in heard]
    merged = ["out_of_scope" if name in REJECTED else name for name in taken]
    strange = [name for one, name in zip(heard, merged) if one.intent == "out_of_scope"]
    known = [name for one, name in zip(heard, merged) if one.intent != "out_of_scope"]
    right = sum(a == b for a, b in zip(expected, merged))
    forced = sum(one.intent == one.guess for one in heard)
    return {
        "messages": len(heard),
        "accuracy": round(right / len(heard), 4),
        "accuracy_without_threshold": round(forced / len(heard), 4),
        "macro_f1": round(f1_score(expected, merged, labels=sorted(set(expected)), average="macro"), 4),
        "out_of_scope_recall": round(strange.count("out_of_scope") / len(strange), 4),
        "false_rejections": round(known.count("out_of_scope") / len(known), 4),
        "wrongly_answered": round(_wrongly_answered(heard, threshold) / len(heard), 4),
    }


def _wrongly_answered(heard: list[Heard], threshold: float) -> int:
    return sum(one.taken_for(threshold) not in (one.intent, *REJECTED) for one in heard)


def worth(heard: list[Heard], threshold: float) -> float:
    """A right answer is worth 1, a wrong one costs 1, asking back is worth nothing."""
    total = 0.0
    for one in heard:
        taken = one.taken_for(threshold)
        if taken == one.intent or (one.intent == "out_of_scope" and taken in REJECTED):
            total += 1
        elif taken not in REJECTED:
            total -= 1
    return total / len(heard)


def tuned(heard: list[Heard]) -> dict[str, Any]:
    """The best threshold on every second message, and what it is worth on the others."""
    chosen_on, judged_on = heard[::2], heard[1::2]
    best = max(THRESHOLDS, key=lambda threshold: worth(chosen_on, threshold))
    return {"threshold": best, "on_the_other_half": figures(judged_on, best)}


def configured_threshold() -> float:
    import yaml

    pipeline = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return float(next(step["threshold"] for step in pipeline if step["name"] == "FallbackClassifier"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=str(HERE / "models/dialtone.tar.gz"))
    parser.add_argument("--tune", action="store_true", help="also find the best threshold")
    parser.add_argument("--mistakes", action="store_true", help="list every message taken for another")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)

    asked = read()
    started = time.perf_counter()
    heard = asyncio.run(hear(options.model, asked))
    threshold = configured_threshold()
    if options.mistakes:
        for message, one in zip(asked, heard):
            if one.intent != one.guess:
                print(f"{one.confidence:.2f} {one.intent} → {one.guess}: {message['text']}")
    result: dict[str, Any] = {"threshold": threshold, "seconds": round(time.perf_counter() - started, 1)}
    result["all"] = figures(heard, threshold)
    for language in LANGUAGES:
        result[language] = figures([one for one in heard if one.language == language], threshold)
    if options.tune:
        result["tuned"] = tuned(heard)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
