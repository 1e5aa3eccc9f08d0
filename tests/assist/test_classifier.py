"""What is learnt with scikit-learn says the same without it, and only numbers are kept of it."""

import random

import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from app.assist import fitting, quality, tokens
from app.assist.classifier import Guess, packed, unpacked
from app.demo.cases.solved import invented

LANGUAGES = ("en", "es", "pt")
# Written for this test, in nobody's words of the corpus: what people say, and what it is.
SAID = {
    "es": [
        ("Mi celular no agarra señal en el trabajo", "Red › Móvil"),
        ("El módem de la fibra parpadea en rojo y no hay internet en casa", "Red › Fibra"),
        ("Hay un cargo de roaming en mi factura y no lo reconozco", "Facturación › Cargos"),
        ("Hice el pago por transferencia y no se ha aplicado", "Facturación › Pagos"),
        ("Quiero cancelar el contrato, cuándo termina el plazo", "Cuenta › Contrato"),
    ],
    "pt": [
        ("Meu celular fica sem serviço e sem sinal no trabalho", "Red › Móvil"),
        ("O modem da fibra pisca e a internet de casa caiu", "Red › Fibra"),
        ("Tem uma cobrança de roaming na fatura que não reconheço", "Facturación › Cargos"),
        ("Paguei o boleto com Pix e não foi baixado", "Facturación › Pagos"),
        ("Quero cancelar, quando termina a fidelidade do contrato", "Cuenta › Contrato"),
    ],
    "en": [
        ("My phone has no service and calls drop at work", "Red › Móvil"),
        ("The light of the fibre modem blinks, home internet is down", "Red › Fibra"),
        ("I do not recognise a roaming charge on the bill", "Facturación › Cargos"),
        ("My payment by UPI was not applied to the invoice", "Facturación › Pagos"),
        ("I want to cancel, when does the contract end", "Cuenta › Contrato"),
    ],
}


def corpus(language, count=150, seed=3):
    told = list(invented(language, count, random.Random(seed)))
    return [f"{each.subject}. {each.summary}" for each in told], [each.category for each in told]


@pytest.mark.parametrize("kinds", [2, 6])
def test_it_says_what_scikit_learn_says(kinds):
    texts, labels = corpus("es")
    wanted = sorted(set(labels))[:kinds]
    kept = [pair for pair in zip(texts, labels, strict=True) if pair[1] in wanted]
    texts, labels = [text for text, _ in kept], [label for _, label in kept]

    mine = unpacked(packed(fitting.fit(texts, labels).classifier))

    vectors = TfidfVectorizer(analyzer=tokens.names_of, sublinear_tf=True, min_df=3)
    theirs = CalibratedClassifierCV(
        LogisticRegression(C=10.0, max_iter=500),
        method="temperature",
        cv=StratifiedKFold(4, shuffle=True, random_state=20261126),
        ensemble=False,
    ).fit(vectors.fit_transform(texts), labels)
    new = [text for text, _ in SAID["es"]]
    for text, expected in zip(new, theirs.predict_proba(vectors.transform(new)), strict=True):
        found = mine.probabilities(text)
        assert [found[each] for each in theirs.classes_] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_beats_the_most_frequent_by_far_on_later_tickets_and_knows_new_words(language):
    texts, labels = corpus(language)
    fitted = fitting.fit(texts[:120], labels[:120])

    guesses = [fitted.classifier.guess(each) for each in texts[120:]]
    mine = quality.measure(labels[120:], guesses, fitted.threshold)
    base = quality.always(quality.most_frequent(labels[:120]), labels[120:])

    assert mine.accuracy > 0.8 > base.accuracy + 0.3
    assert mine.macro_f1 > base.macro_f1 + 0.4
    assert mine.shown_right >= 0.8
    assert mine.coverage > 0.7
    said = [(fitted.classifier.guess(text).label, right) for text, right in SAID[language]]
    assert sum(one == right for one, right in said) >= 4, said


def test_its_reason_are_words_of_the_text_that_tell_something():
    classifier = fitting.fit(*corpus("es")).classifier

    guess = classifier.guess("Ayer llegó mi factura con un cargo de ROAMING, folio 1234567")

    assert guess.label == "Facturación › Cargos"
    assert {"roaming", "cargo", "factura"} & set(guess.words[:2])
    assert not {"con", "un", "mi", "de", "1234567"} & set(guess.words)


@pytest.mark.parametrize("text", ["", "   ", "👍", "12345678", "zzz qqq", "de la que"])
def test_of_what_it_does_not_understand_it_says_nothing(text):
    assert fitting.fit(*corpus("es")).classifier.guess(text) is None


def test_quality_is_counted_as_the_books_say():
    truth = ["a", "a", "a", "b", "b", "c"]
    said = ["a", "a", "b", "b", "a", "a"]
    sure = [0.9, 0.8, 0.9, 0.3, 0.2, 0.1]
    guesses = [Guess(*pair) for pair in zip(said, sure, strict=True)]

    found = quality.measure(truth, guesses, 0.5)

    # a: 2 of 4 said, 2 of 3 found; b: 1 of 2, 1 of 2; c: never said.
    assert found.accuracy == 0.5
    assert [each.f1 for each in found.labels] == [0.5714, 0.5, 0.0]
    assert found.macro_f1 == pytest.approx((0.5714 + 0.5) / 3, abs=1e-4)
    assert (found.coverage, found.shown_right) == (0.5, 0.6667)


def test_a_guess_is_shown_from_where_enough_are_right():
    truth = ["a"] * 10
    sure = [{"a": 0.9, "b": 0.1}] * 6 + [{"a": 0.42, "b": 0.58}] * 4

    assert quality.threshold_for(truth, sure) == 0.6
    assert quality.threshold_for(truth, [{"a": 0.1, "b": 0.9}] * 10) == quality.STEPS[-1]
