"""An option by its number, its place, its name or a part of it; on every channel alike."""

import pytest

from actions.tasks import choosing
from actions.tasks.question import Option

PLANS = [
    Option("starter-5gb", "Starter 5GB · $199.00", ("Starter 5GB",)),
    Option("max-unlimited", "Max Unlimited · $499.00", ("Max Unlimited",)),
    Option("family-share", "Family Share · $799.00", ("Family Share",)),
]
LINES = [
    Option("one", "55 1234 5678", ("+525512345678",)),
    Option("two", "55 8765 4321", ("+525587654321",)),
]


@pytest.mark.parametrize("said", ["2", "dos", "la segunda", "2.", "a segunda", "second one", "opción 2"])
def test_the_second(said):
    assert choosing.chosen(said, PLANS) is PLANS[1]


@pytest.mark.parametrize("said", ["la última", "the last one", "3", "family", "Familia? no, Share"])
def test_the_third(said):
    assert choosing.chosen(said, PLANS) is PLANS[2]


@pytest.mark.parametrize("said", ["1", "one", "uno", "um", "primeira", "starter"])
def test_the_first(said):
    assert choosing.chosen(said, PLANS) is PLANS[0]


@pytest.mark.parametrize(
    "said",
    [
        "4",
        "no",
        "sí",
        "la verde",
        "",
        "🙂",
        "el",
        "no sé cuál de todas las que dices me conviene",
    ],
)
def test_none_of_them(said):
    assert choosing.chosen(said, PLANS) is None


@pytest.mark.parametrize("said", ["4321", "la que termina en 4321", "55 8765 4321", "+52 55 8765 4321", "2"])
def test_a_line_by_its_last_digits(said):
    assert choosing.chosen(said, LINES) is LINES[1]


def test_what_may_mean_two_means_none():
    assert choosing.chosen("55", LINES) is None


@pytest.mark.parametrize(
    ("said", "codes"),
    [("max", ["max-unlimited"]), ("Max Unlimited", ["max-unlimited"]), ("plus-20gb", []), ("", [])],
)
def test_a_plan_by_a_part_of_its_name(said, codes):
    assert [each.value for each in choosing.named(said, PLANS)] == codes


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("no, la otra línea", True),
        ("the other one please", True),
        ("a outra", True),
        ("sí, otra vez", False),
        ("otra pregunta", False),
        ("mi otro plan", False),
    ],
)
def test_who_wants_the_other_one(said, other):
    assert choosing.wants_other(said, "linea line linha") is other


RANKED = [
    Option("extra-2gb", "Extra 2GB · $49.00", ("Extra 2GB", "2 GB"), ranked=True),
    Option("extra-10gb", "Extra 10GB · $129.00", ("Extra 10GB", "10 GB"), ranked=True),
]


@pytest.mark.parametrize("said", ["ah sorry meant the small one", "la más barata", "o menor", "2 gigas"])
def test_the_small_one(said):
    assert choosing.chosen(said, RANKED) is RANKED[0]


@pytest.mark.parametrize("said", ["the big one", "la grande", "o maior", "bota no de 10 giga"])
def test_the_big_one(said):
    assert choosing.chosen(said, RANKED) is RANKED[1]


def test_where_nothing_is_ranked_no_size_chooses():
    assert choosing.chosen("la más barata", PLANS) is None


def test_a_pack_by_its_size_in_words_and_no_word_that_only_links():
    packs = [Option("two", "Extra 2GB", ("2",)), Option("ten", "Extra 10GB", ("10",))]
    judged = [Option("wrong", "A charge is wrong"), Option("right", "It's clear now")]

    assert choosing.chosen("o de dez", packs) is packs[1]
    assert choosing.chosen("quiero la de dos", packs) is packs[0]
    assert choosing.chosen("yes do it now", judged) is None
