"""The training data: nothing that the evaluation asks, nothing twice, enough of everything."""

import json
import re
from pathlib import Path

import pytest
import yaml

BOT = Path(__file__).parents[1]
LANGUAGES = ("en", "es", "pt")
SMALL_TALK = {"greet", "goodbye", "thank", "affirm", "deny", "stop_flow", "bot_challenge"}


def known(text: str) -> str:
    """What a text is known by, whatever its case and signs; signs alone are known by themselves."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text


def examples(language: str) -> dict[str, list[str]]:
    found = {}
    for file in sorted((BOT / "data" / "nlu" / language).glob("*.yml")):
        (block,) = yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        assert block["metadata"] == {"language": language}
        found[block["intent"]] = [line[2:] for line in block["examples"].splitlines()]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_the_evaluation_is_learnt(language):
    files = (BOT / "eval").glob(f"*{language}.jsonl")
    asked = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    judged = {known(json.loads(line)["text"]) for line in asked}

    assert [t for texts in examples(language).values() for t in texts if known(t) in judged] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_means_two_things(language):
    texts = [text.casefold() for each in examples(language).values() for text in each]

    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_enough_of_every_intent(language):
    for intent, texts in examples(language).items():
        assert len(texts) >= (400 if intent == "out_of_scope" else 60 if intent in SMALL_TALK else 120), (
            intent
        )
