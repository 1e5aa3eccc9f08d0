"""Measures a trained model on FILE, or on eval/*.jsonl, and prints one JSON line.

A line of FILE is {"text", "lang", "intent"} and, if known, "entities" and "market". Values of entities may be
written as they stand in the text or in normal form; measuring/entities.py says when two are the same.
"""

import argparse
import asyncio
import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
THRESHOLDS = [step / 100 for step in range(80)]


def configured_threshold() -> float:
    import yaml

    pipeline = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return float(next(step["threshold"] for step in pipeline if step["name"] == "FallbackClassifier"))


def thresholds(heard: list[Any]) -> list[dict[str, Any]]:
    """What each threshold would bring: strangers turned away, friends turned away, right in all."""
    from measuring import figures

    wanted = ("out_of_scope_recall", "false_rejections", "accuracy", "wrongly_answered")
    told = [(threshold, figures.of(heard, threshold)) for threshold in THRESHOLDS]
    return [{"threshold": threshold, **{name: each[name] for name in wanted}} for threshold, each in told]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--model", default=str(HERE / "models/dialtone.tar.gz"))
    parser.add_argument("--thresholds", action="store_true", help="also what others would bring")
    parser.add_argument("--mistakes", action="store_true", help="first list every message taken for another")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    import structlog

    from measuring import figures, heard

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

    all_heard = asyncio.run(heard.hear(options.model, heard.read(options.files or heard.OWN)))
    threshold = configured_threshold()
    if options.mistakes:
        for one in all_heard:
            if one.intent != one.taken_for(threshold):
                print(f"{one.confidence:.2f} {one.intent} → {one.guess}: {one.text}")
    result = figures.everything(all_heard, threshold)
    if options.thresholds:
        result["thresholds"] = thresholds(all_heard)
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
