"""`make bot-release`: trains, measures, compares, and only then lets a new model answer customers.

FORCE="why" releases one that is worse, and keeps the reason.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.demo import botroom, keys, swapping, verdict
from app.demo.stack import BOT_PYTHON, ROOT, Stack

MODELS = ROOT / "var" / "bot"
# What the last release of this repository measured, for whoever has released nothing yet.
RECORDED = ROOT / "bot" / "released.json"
QUESTIONS = ROOT / "bot" / "eval"
STATE = ROOT / "var" / "demo"
KEPT = ("messages", "threshold", "accuracy", "macro_f1", "out_of_scope_recall", "false_rejections")
Measure = Callable[[Path], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of a model on the questions whose fingerprint is `questions`."""

    model: str
    questions: str
    figures: dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--force", metavar="REASON", default="", help="release it though it is worse"
    )
    options = parser.parse_args()
    botroom.install()
    model = botroom.train()
    stack = Stack(STATE, int(os.environ.get("PORT", "8000")), keys.load(STATE))
    return release(model, stack, force=options.force.strip(), measure=measured)


def release(
    model: Path, stack: Stack, *, force: str, measure: Measure, models: Path = MODELS
) -> int:
    """0 when the model is released. One that is refused stays trained, and nothing else changes."""
    after = evaluation_of(model, measure)
    before = _released(models, after.questions, measure)
    told = verdict.checks(before.figures, after.figures)
    print(f"{before.model or 'nothing'} → {after.model}")
    print(verdict.table(told))
    if before.questions and before.questions != after.questions:
        print("The former was measured on other questions, and its model is gone.")
    if not all(check.holds for check in told) and not force:
        print('Not released: it understands customers worse. FORCE="why" releases it anyway.')
        return 1
    if swapping.is_running(stack):
        swapping.swap(stack, model)
        print("The running bot answers with it.")
    else:
        print("No bot is running here; the next start takes it.")
    _record(models, after, force)
    return 0


def evaluation_of(model: Path, measure: Measure) -> Evaluation:
    """Kept beside the model; measured again when the questions changed."""
    beside = model.with_name(model.name.removesuffix(".tar.gz") + ".json")
    asked = fingerprint()
    if beside.exists():
        known = Evaluation(**json.loads(beside.read_text()))
        if known.questions == asked:
            return known
    found = measure(model)
    fresh = Evaluation(model.name, asked, {name: found[name] for name in KEPT if name in found})
    _write(beside, asdict(fresh))
    return fresh


def measured(model: Path) -> dict[str, Any]:
    """By the bot's own evaluation, in the bot's own Python."""
    print("Measuring it on messages that nobody learnt from: a minute or two.", flush=True)
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    told = subprocess.run(
        [str(BOT_PYTHON), str(ROOT / "bot" / "evaluate.py"), "--model", str(model)],
        env=os.environ | quiet,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def fingerprint() -> str:
    """Of the questions: figures of others cannot be compared."""
    digest = hashlib.sha256()
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _released(models: Path, asked: str, measure: Measure) -> Evaluation:
    """Of what is released now, measured on the same questions where its model is still there."""
    record = models / "released.json"
    source = record if record.exists() else RECORDED
    if not source.exists():
        return Evaluation("", "", {})
    told = json.loads(source.read_text())
    known = Evaluation(told["model"], told["questions"], told["figures"])
    model = models / known.model
    if known.questions != asked and model.exists():
        return evaluation_of(model, measure)
    return known


def _record(models: Path, after: Evaluation, reason: str) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    _write(models / "released.json", asdict(after) | {"at": at, "forced": reason})


def _write(path: Path, content: dict[str, Any]) -> None:
    """Whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
