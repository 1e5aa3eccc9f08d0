import pytest

from kb import queries
from kb.comparing import changes
from kb.errors import ArticleInvalid, ShelfInvalid, ShelfNotEmpty
from kb.models import Audience
from kb.search.synonyms import read, shipped, touched, written
from kb.service import shelves
from tests.factories.actors import agent, staff, visitor
from tests.factories.kb import ArticleFactory

AUTHOR = staff("manager")


def put_up(code, *, parent=None, name=None):
    return shelves.put_up(code, by=AUTHOR, names={"en": name or code.title()}, parent=parent)


def test_shelves_hold_what_their_reader_may_see(database):
    ArticleFactory(slug="zones", category="sim", title="Zones")
    ArticleFactory(slug="activation", category="sim", title="Activation")
    ArticleFactory(slug="draft", category="billing", draft=True)
    ArticleFactory(slug="fraud", category="procedures", for_staff=True)

    seen = queries.shelves(visitor(), "en")
    titles = [each.title for each in queries.articles_in(visitor(), "sim", "en")]

    assert [(shelf.category, shelf.articles) for shelf in seen] == [("sim", 2)]
    assert titles == ["Activation", "Zones"]
    assert [each.category for each in queries.shelves(agent(), "en")] == ["sim", "procedures"]


def test_a_shelf_holds_what_stands_on_the_shelves_upon_it(database):
    put_up("esim", parent="sim", name="eSIM")
    put_up("esim-watch", parent="esim", name="Watches")
    ArticleFactory(slug="watch", category="esim-watch")

    counted = {each.category: each.articles for each in queries.shelves(visitor(), "en")}

    assert counted == {"sim": 1, "esim": 1, "esim-watch": 1}
    assert [each.code for each in queries.path_to("esim-watch")] == ["sim", "esim", "esim-watch"]
    assert [each.slug for each in queries.articles_in(visitor(), "sim", "en")] == ["watch"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "No Slug"}, "code"),
        ({"code": "sim", "parent": "sim"}, "parent"),
        ({"code": "sim", "parent": "esim"}, "parent"),
        ({"code": "new", "parent": "never-was"}, "parent"),
        ({"code": "new", "names": {"en": " "}}, "names"),
        ({"code": "new", "names": {"en": "x" * 81}}, "names"),
    ],
)
def test_a_shelf_that_cannot_stand_is_refused(database, change, field):
    put_up("esim", parent="sim")

    with pytest.raises(ShelfInvalid) as refused:
        shelves.put_up(**{"names": {"en": "Name"}, "by": AUTHOR, **change})

    assert refused.value.details == {"field": field}


def test_only_an_empty_shelf_is_taken_down(database):
    put_up("esim", parent="sim")
    ArticleFactory(slug="bill", category="billing")

    for full in ("sim", "billing"):
        with pytest.raises(ShelfNotEmpty):
            shelves.take_down(full, by=AUTHOR)
    shelves.take_down("esim", by=AUTHOR)
    shelves.take_down("sim", by=AUTHOR)

    assert "sim" not in {each.code for each in queries.categories()}


def test_words_that_mean_the_same_are_the_shipped_ones_until_they_are_written(index):
    from kb import service

    service.write(
        "leopard", "en", by=AUTHOR, title="Leopard plan", summary="Fast.", body="Fast.",
        category="plans", audience=Audience.PUBLIC,
    )  # fmt: skip
    assert queries.synonyms("en") == shipped("en")
    assert queries.search(visitor(), "panther", "en") == []

    shelves.write_synonyms("en", [["leopard", "panther"]], by=AUTHOR)

    assert [hit.slug for hit in queries.search(visitor(), "panthers", "en")] == ["leopard"]
    with pytest.raises(ArticleInvalid):
        shelves.write_synonyms("fr", [], by=AUTHOR)
    with pytest.raises(ArticleInvalid):
        shelves.write_synonyms("en", [["x" * 81, "y"]], by=AUTHOR)


def test_groups_of_words_are_written_a_line_each():
    groups = read("bill, invoice , bill\n\n# a remark\nalone\ntop  up,recharge # both\n")

    assert groups == [["bill", "invoice"], ["top up", "recharge"]]
    assert read(written(groups)) == groups
    assert touched("How to TÓP-up?", groups) == [groups[1]]
    assert touched("two invoices", groups) == [groups[0]]
    assert touched("up top", groups) == []


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_shipped_groups_say_each_thing_once(language):
    groups = shipped(language)

    assert len(groups) > 40
    assert all(len(group) > 1 for group in groups)


def test_versions_are_compared_word_by_word():
    found = changes("Pay in 5 days, please.", "Pay within 7 days, please.")

    assert [(each.kind, each.text) for each in found] == [
        ("same", "Pay "),
        ("gone", "in"),
        ("new", "within"),
        ("same", " "),
        ("gone", "5"),
        ("new", "7"),
        ("same", " days, please."),
    ]
    long = "\n".join(f"line {n} of many" for n in range(3000))
    assert [each.kind for each in changes(long, f"{long}\nmore")][-1] == "new"
