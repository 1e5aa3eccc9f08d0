"""Sentence vectors: what means the same is near, and nothing a customer writes hurts the engine."""

import numpy as np
import pytest

from components.vectors import encoder, legible


def test_what_means_the_same_is_nearer_than_what_does_not():
    ours = encoder(None).vectors(["how much data is left", "cuántos gigas me quedan", "cancel my line"])

    near = ours @ ours.T
    assert near[0, 1] > near[0, 2]
    assert near[0, 1] > near[1, 2]


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


def test_a_ligature_is_spelt_out_before_the_engine_sees_it():
    assert legible("\ufdfa").count(" ") == 3


def test_who_shouts_is_read_as_if_she_spoke():
    assert legible("NO SIGNAL SINCE MORNING") == "no signal since morning"
    assert legible("Mi PUK, por favor") == "Mi PUK, por favor"
