"""What a model has learnt survives being written down."""

import numpy as np

from components import learnt
from components.features import intent_model
from components.language import language_model

TEXTS = [
    "how much is my bill",
    "pay my bill",
    "quanto devo",
    "pagar a fatura",
    "cuanto debo",
    "pagar la factura",
]
INTENTS = ["view_bill", "make_payment"] * 3
LANGUAGES = ["en", "en", "pt", "pt", "es", "es"]


def test_a_restored_model_answers_as_the_trained_one(tmp_path):
    for build, labels in ((lambda: intent_model(20.0), INTENTS), (language_model, LANGUAGES)):
        trained = build().fit(TEXTS, labels)
        learnt.save(trained, tmp_path / "model.npz")

        restored = learnt.restore(build(), tmp_path / "model.npz")

        asked = ["quero pagar minha fatura", "bill?", ""]
        assert list(restored.classes_) == list(trained.classes_)
        np.testing.assert_array_equal(restored.predict_proba(asked), trained.predict_proba(asked))
