"""The learning curve: how well a part of the training data would do. In bot/: python -m measuring.curve"""

import json
from pathlib import Path

import numpy as np
import yaml

from components.features import IntentModel
from components.vectors import encoder
from measuring.heard import HERE, OWN, read

PARTS = (0.05, 0.1, 0.25, 0.5, 1.0)
STRENGTH = 20.0


def examples() -> list[tuple[str, str, str]]:
    return [pair for file in sorted((HERE / "data/nlu").rglob("*.yml")) for pair in _in(file)]


def _in(file: Path) -> list[tuple[str, str, str]]:
    blocks = yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
    return [
        (line[2:], block["intent"], block["metadata"]["language"])
        for block in blocks
        for line in block["examples"].splitlines()
    ]


def main() -> None:
    learnt, asked = examples(), read(OWN)
    texts, intents, spoken = (list(column) for column in zip(*learnt))
    vectors = encoder(None).vectors(texts)
    questions = [line["text"] for line in asked]
    asked_vectors = encoder(None).vectors(questions)
    expected = np.array([line["intent"] for line in asked])
    languages = np.array([line["lang"] for line in asked])
    order = np.random.default_rng(42).permutation(len(texts))
    for part in PARTS:
        some = order[: int(len(texts) * part)]
        part_of = ([each[i] for i in some] for each in (intents, spoken))
        model = IntentModel(STRENGTH).fit([texts[i] for i in some], vectors[some], *part_of)
        right = model.intents[model.chances(questions, asked_vectors).argmax(1)] == expected
        told = {lang: round(float(right[languages == lang].mean()), 4) for lang in sorted(set(languages))}
        print(json.dumps({"lines": len(some), **told, "all": round(float(right.mean()), 4)}), flush=True)


if __name__ == "__main__":
    main()
