"""One rule says who reads which article, and every way to articles asks it."""

import pytest

from app.core import db
from app.core.actor import BOT, SYSTEM, Actor, Kind
from app.core.ids import new_id
from app.identity.permissions import CUSTOMER, VISITOR
from kb import access, queries, service
from kb.errors import ArticleNotFound, FileOfArticleUnknown
from kb.models import ArticleFile, Audience
from kb.service import files
from tests.factories.actors import administrator, agent, staff

PUBLIC, CUSTOMERS, STAFF = "public", "customers", "staff"


def visitor(*markets):
    return Actor(Kind.VISITOR, new_id(), "", VISITOR, frozenset(markets))


def customer(*markets):
    return Actor(Kind.CUSTOMER, new_id(), "Valeria", CUSTOMER, frozenset(markets))


def machine():
    return Actor(Kind.CLIENT, new_id(), "Partner", frozenset({"kb.read"}))


@pytest.fixture
def library(index):
    for audience in Audience:
        for markets in ((), ("MX",), ("BR",)):
            name = "-".join([audience.value, *markets]).lower()
            service.write(
                name,
                "en",
                by=administrator(),
                title=f"Outage {name}",
                summary="What to do in an outage.",
                body="Wait.",
                category="billing",
                audience=audience,
                markets=markets,
            )


def names(*audiences, markets=("", "-mx", "-br")):
    return {f"{audience}{market}" for audience in audiences for market in markets}


READERS = [
    pytest.param(visitor(), names(PUBLIC), id="a visitor"),
    pytest.param(visitor("MX"), names(PUBLIC, markets=("", "-mx")), id="a visitor of one market"),
    pytest.param(
        customer("BR"), names(PUBLIC, CUSTOMERS, markets=("", "-br")), id="a customer of one market"
    ),
    pytest.param(agent(), names(PUBLIC, CUSTOMERS, STAFF), id="an agent"),
    pytest.param(
        agent(markets=["MX"]),
        names(PUBLIC, CUSTOMERS, STAFF, markets=("", "-mx")),
        id="an agent of one market",
    ),
    pytest.param(machine(), names(PUBLIC), id="a machine"),
    pytest.param(BOT, set(), id="the bot without a permission"),
    pytest.param(staff(), set(), id="staff without a permission"),
    pytest.param(SYSTEM, names(PUBLIC, CUSTOMERS, STAFF), id="the system"),
]


def readable(actor, slug):
    try:
        return bool(access.article_for(actor, slug, "en"))
    except ArticleNotFound:
        return False


@pytest.mark.parametrize(("reader", "expected"), READERS)
def test_every_way_to_articles_shows_the_same(library, reader, expected):
    everything = names(PUBLIC, CUSTOMERS, STAFF)
    shelves = queries.shelves(reader, "en")

    assert {each for each in everything if readable(reader, each)} == expected
    assert {hit.slug for hit in queries.search(reader, "outage", "en", limit=50)} == expected
    assert {each.slug for each in queries.all_shown(reader)} == expected
    assert {each.slug for each in queries.articles_in(reader, "billing", "en")} == expected
    assert sum(each.articles for each in shelves) == len(expected)
    assert {each for each in everything if queries.languages_of(reader, each)} == expected
    offered = queries.suggestions(reader, ["outage"], "en", limit=50)
    assert {hit.slug for hit in offered} <= expected


@pytest.mark.parametrize(("reader", "expected"), READERS)
def test_files_are_opened_by_who_reads_their_article(library, reader, expected):
    for slug in names(PUBLIC, CUSTOMERS, STAFF):
        files.attach(
            slug, by=administrator(), name=slug, media_type="image/png", size=1, stored_as="x"
        )

    opened = set()
    for kept in db.session.query(ArticleFile):
        try:
            opened.add(access.file_for(reader, kept.id).name)
        except FileOfArticleUnknown:
            continue

    assert opened == expected


def test_a_file_of_a_draft_is_for_authors_only(library):
    kept = files.attach(
        "public", by=administrator(), name="a", media_type="image/png", size=1, stored_as="x"
    )
    service.withdraw("public", "en", by=administrator())

    assert access.file_for(staff("manager"), kept.id)
    with pytest.raises(FileOfArticleUnknown):
        access.file_for(agent(), kept.id)


def test_authors_of_one_market_do_not_touch_articles_of_another(library):
    author = staff("manager", markets=["MX"])

    for forbidden in (
        lambda: service.withdraw("public-br", "en", by=author),
        lambda: access.kept_article(author, "public-br"),
        lambda: service.restore("public-br", "en", by=author, number=1),
    ):
        with pytest.raises(ArticleNotFound):
            forbidden()
    service.withdraw("public-mx", "en", by=author)


def test_an_article_that_moves_to_other_readers_is_found_by_them_alone(library):
    service.arrange(
        "public", by=administrator(), category="sim", audience=Audience.STAFF, markets=["BR"]
    )

    assert not readable(visitor(), "public")
    assert "public" not in {h.slug for h in queries.search(visitor(), "outage", "en", limit=50)}
    assert "public" in {h.slug for h in queries.search(agent(), "outage", "en", limit=50)}
    assert not readable(agent(markets=["MX"]), "public")


def test_what_a_stale_index_still_says_is_not_shown(library, index):
    from kb.search.port import Document

    index.put(Document("staff", "en", "public", "Outage staff", "An outage.", "Wait."))

    assert "staff" not in {h.slug for h in queries.search(visitor(), "outage", "en", limit=50)}
