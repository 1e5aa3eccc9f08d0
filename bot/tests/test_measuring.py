"""The evaluation: what it reads, and what its figures mean."""

import json
from datetime import date

import pytest

from components.facts import facts_in
from components.finding import Setting
from measuring import figures
from measuring.entities import Named, agreed, expected_in, found_in, scores
from measuring.heard import Heard, read

MX = Setting.of({"market": "MX"})
TODAY = date(2026, 11, 25)


def heard(intent, guess, confidence=0.9, language="en"):
    return Heard("…", language, intent, guess, confidence)


def test_a_file_may_lack_what_it_likes(tmp_path):
    file = tmp_path / "x.jsonl"
    lines = [
        {"text": "hi", "intent": "greet", "lang": "xx"},
        {"text": "hi", "intent": "greet"},
        {"text": "hi"},
    ]
    file.write_text("\n\n".join(json.dumps(line) for line in lines), encoding="utf-8")

    assert len(read([file])) == 2
    told = figures.everything([heard("greet", "greet", language="xx")], 0.3)
    assert told["accuracy"] == {"all": 1.0, "xx": 1.0}
    assert told["out_of_scope_recall"]["all"] is None
    assert told["entities"] is None


def test_what_is_not_sure_enough_is_turned_away():
    told = figures.of(
        [
            heard("greet", "greet", 0.2),
            heard("out_of_scope", "greet", 0.2),
            heard("out_of_scope", "out_of_scope"),
            heard("greet", "greet"),
            heard("out_of_scope", "greet"),
        ],
        0.3,
    )

    assert (told["out_of_scope_recall"], told["false_rejections"]) == (0.6667, 0.5)
    assert (told["accuracy"], told["accuracy_without_threshold"]) == (0.6, 0.6)
    assert told["wrongly_answered"] == 0.2


def test_confusions_are_told_most_frequent_first():
    told = figures.confused([heard("a", "b"), heard("a", "b"), heard("b", "a"), heard("a", "a")], 0.3)

    assert told[0] == {"intent": "a", "taken_for": "b", "times": 2}


def named(kind, *forms):
    return Named(kind, frozenset(forms))


def heard_in(text, market=""):
    return found_in({"text": text, "entities": facts_in(text, Setting(market, TODAY))})


def test_entities_are_compared_in_their_normal_form_however_they_are_written():
    as_list = {
        "entities": [{"entity": "amount", "value": "$1,299.00"}, {"type": "plan_name", "value": "Plus 20GB"}]
    }
    as_table = {"entities": {"amount": 1299, "plan_name": ["plus-20gb"]}}
    found = heard_in("me cobraron $1,299.00 por la de 20 gigas", "MX") - {named("currency", "mxn", "$")}

    for line in (as_list, as_table):
        assert scores([(expected_in(line, MX), found)])["f1"] == 1.0
    assert expected_in({}, MX) is None


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("hice la transferencia el 4 y nada", "date", "el 4"),
        ("hice la transferencia el 4 y nada", "date", "4"),
        ("hice la transferencia el 4 y nada", "date", "2026-12-04"),
        ("me clavaron 8 lucas", "amount", "8"),
        ("me clavaron 8 lucas", "amount", "8000"),
        ("me clavaron 8 lucas", "currency", "lucas"),
        ("10 quid", "currency", "quid"),
        ("10 quid", "currency", "GBP"),
        ("con tarjeta de débito", "payment_method", "tarjeta de debito"),
        ("con tarjeta de débito", "payment_method", "debit_card"),
    ],
)
def test_the_words_of_the_message_are_as_good_as_the_normal_form(text, kind, expected):
    (one,) = expected_in({"entities": [{"entity": kind, "value": expected}]}, Setting("", TODAY))

    assert any(one.same(other) for other in heard_in(text))


def test_another_value_or_another_kind_is_another_entity():
    ten = named("amount", "10", "10 quid")

    assert not ten.same(named("amount", "100"))
    assert not ten.same(named("data_volume", "10"))


def test_nothing_found_answers_for_two_that_were_expected():
    both = [named("date", "2026-11-30", "lunes"), named("date", "lunes")]

    assert agreed(both, [named("date", "2026-11-30", "lunes")]) == 1


def test_what_is_named_twice_counts_once():
    assert len(heard_in("every day 5 naira 5 naira 5 naira")) == 2


def test_entity_scores_count_every_one_missed_or_invented():
    found = found_in(
        {"entities": [{"entity": "language", "value": "en"}, {"entity": "date", "value": "2026-11-25"}]}
    )

    told = scores([({named("date", "2026-11-25")}, found), ({named("email", "a@b.mx")}, set())])

    assert (told["precision"], told["recall"], told["f1"]) == (1.0, 0.5, 0.6667)
    assert told["by_kind"] == {"date": 1.0, "email": 0.0}
