"""What a model has learnt survives being written down."""

import numpy as np
import pytest

from components.features import IntentModel
from components.graphs import products
from components.language import language_model
from components.learnt import LinearModel
from components.neighbours import Neighbours

TEXTS = [
    "how much is my bill",
    "pay my bill",
    "quanto devo",
    "pagar a fatura",
    "cuanto debo",
    "pagar la factura",
]
INTENTS = ["view_bill", "make_payment", "out_of_scope"] * 2
LANGUAGES = ["en", "en", "pt", "pt", "es", "es"]


ASKED = ["quero pagar minha fatura", "bill?", ""]


@pytest.mark.parametrize("languages", [LANGUAGES, ["en", "en", "pt", "pt", "pt", "pt"]])
def test_a_linear_model_says_what_scikit_learn_would(languages):
    trained = language_model().fit(TEXTS, languages)

    ours = LinearModel.of(trained)

    assert list(ours.classes) == list(trained.classes_)
    told = [ours.chances(text) for text in ASKED]
    np.testing.assert_allclose(told, trained.predict_proba(ASKED), atol=1e-5)


def test_a_restored_language_model_answers_as_the_trained_one(tmp_path):
    trained = LinearModel.of(language_model().fit(TEXTS, LANGUAGES))
    trained.save(tmp_path / "model.npz")

    restored = LinearModel.restored(language_model(), tmp_path / "model.npz")

    assert list(restored.classes) == list(trained.classes)
    for text in ASKED:
        np.testing.assert_array_equal(restored.chances(text), trained.chances(text))


def test_a_restored_intent_model_answers_as_the_trained_one(tmp_path):
    numbers = np.random.default_rng(7)
    trained = IntentModel(20.0).fit(TEXTS, numbers.normal(3, 2, (len(TEXTS), 8)), INTENTS, LANGUAGES)
    trained.save(tmp_path)

    restored = IntentModel(20.0).restore(tmp_path)

    vectors = numbers.normal(3, 2, (len(ASKED), 8))
    assert list(restored.intents) == list(trained.intents)
    np.testing.assert_allclose(restored.chances(ASKED, vectors), trained.chances(ASKED, vectors), atol=1e-6)


def test_the_vector_counts_where_the_words_say_nothing():
    near = np.eye(3)
    texts = ["one two", "two one", "one two one"] * 2
    model = IntentModel(20.0).fit(texts, np.vstack([near, near]), ["bill", "pay", "stop"] * 2, ["en"] * 6)

    assert list(model.chances([""] * 3, near).argmax(1)) == [0, 1, 2]


def test_a_wary_model_turns_more_away():
    vectors = np.random.default_rng(7).normal(3, 2, (len(TEXTS), 8))
    strange = sorted(set(INTENTS)).index("out_of_scope")

    easy, wary = (
        IntentModel(1.0, w).fit(TEXTS, vectors, INTENTS, LANGUAGES).chances(ASKED, vectors[:3])
        for w in (1, 3)
    )

    odds = [chances[:, strange] / (1 - chances[:, strange]) for chances in (easy, wary)]
    np.testing.assert_allclose(odds[1], 3 * odds[0], rtol=1e-3)


def test_an_example_in_another_language_is_a_neighbour():
    meaning, spoken = np.eye(12)[:2], np.eye(12)[10:]
    wanted = np.array([0, 1] * 3)
    english, spanish = 0.1 * meaning[wanted] + 5 * spoken[0], 0.1 * meaning[wanted] + 5 * spoken[1]
    intents = ["pay", "stop"] * 3 + ["chat"] * 6
    vectors = np.vstack([english, 0.1 * np.eye(12)[[4, 5] * 3] + 5 * spoken[1]])

    told = Neighbours().fit(vectors, intents, ["en"] * 6 + ["es"] * 6)

    assert list(told.intents[told.chances(spanish[:2]).argmax(1)]) == ["pay", "stop"]


@pytest.mark.parametrize("length", [3, 128, 384])
def test_products_in_eight_bits_are_right_to_the_second_decimal_place(length):
    numbers = np.random.default_rng(7)
    table, vectors = (numbers.normal(size=(count, length)).astype(np.float32) for count in (50, 2))
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    np.testing.assert_allclose(products(table)(vectors), vectors @ table.T, atol=0.01)
