import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import db
from app.core.errors import Forbidden
from kb import access, queries, service
from kb.errors import ArticleInvalid, ArticleNotFound
from kb.events import ArticleWritten
from kb.models import ArticleVersion, Audience
from tests.factories.actors import administrator, agent, staff, visitor
from tests.factories.kb import ArticleFactory
from tests.heard import heard

TEXTS = {
    "title": "What a PUK is",
    "summary": "When the PIN was wrong three times.",
    "body": "You find the **PUK** on the card.",
    "category": "sim",
    "audience": Audience.PUBLIC,
}


def write(slug="puk", language="en", *, by=None, **changed):
    return service.write(slug, language, by=by or staff("manager"), **{**TEXTS, **changed})


def test_a_written_article_is_recorded_announced_and_found(index):
    author = staff("manager")

    with heard(ArticleWritten) as said:
        article = write(by=author)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor_id, entry.action) == (author.id, "article.written")
    assert said == [ArticleWritten(article.id, "puk", "en", article.updated_at)]
    [hit] = queries.search("puk", "en", audience=Audience.PUBLIC)
    assert (hit.slug, hit.snippet) == ("puk", "You find the PUK on the card.")


def test_rewriting_keeps_every_version_with_its_author(index):
    write(by=staff("manager", name="Ana Ruiz"))
    article = write(by=staff("manager", name="Bruno Lima"), title="Find your PUK")

    versions = db.session.scalars(select(ArticleVersion).order_by(ArticleVersion.number)).all()
    assert [(each.title, each.saved_by) for each in versions] == [
        ("What a PUK is", "Ana Ruiz"),
        ("Find your PUK", "Bruno Lima"),
    ]
    assert (article.version, article.title) == (2, "Find your PUK")


def test_writing_the_same_again_changes_nothing(index):
    first = write()

    with heard(ArticleWritten) as said:
        again = write()

    assert (again.id, again.version, said) == (first.id, 1, [])


def test_a_draft_is_neither_found_nor_read_by_readers(index):
    write(publish=False)

    assert queries.search("puk", "en", audience=Audience.STAFF) == []
    assert access.article_for(staff("manager"), "puk", "en").title == "What a PUK is"
    with pytest.raises(ArticleNotFound):
        access.article_for(agent(), "puk", "en")


def test_a_withdrawn_article_is_no_longer_found(index):
    write()

    service.withdraw("puk", "en", by=staff("manager"))

    assert queries.search("puk", "en", audience=Audience.STAFF) == []
    with pytest.raises(ArticleNotFound):
        access.article_for(visitor(), "puk", "en")


def test_agents_do_not_write_articles(index):
    with pytest.raises(Forbidden):
        write(by=agent())
    with pytest.raises(Forbidden):
        service.withdraw("puk", "en", by=agent())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "../etc"),
        ("slug", "a" * 81),
        ("language", "fr"),
        ("category", "gossip"),
        ("title", "  "),
        ("summary", "x" * 501),
        ("body", "NUL \0"),
        ("body", "lone \ud800"),
    ],
)
def test_an_article_that_cannot_be_kept_is_refused(index, field, value):
    with pytest.raises(ArticleInvalid) as refused:
        write(**{field: value})

    assert refused.value.details == {"field": field}


def test_an_article_for_staff_does_not_exist_for_anybody_else(database):
    ArticleFactory(slug="fraud", for_staff=True)

    assert access.article_for(agent(), "fraud", "en").slug == "fraud"
    with pytest.raises(ArticleNotFound):
        access.article_for(visitor(), "fraud", "en")


def test_an_untranslated_article_is_shown_in_english(database):
    for language in ("pt", "en"):
        ArticleFactory(slug="bill", language=language)

    assert access.article_for(visitor(), "bill", "pt").language == "pt"
    assert access.article_for(visitor(), "bill", "es").language == "en"


@pytest.mark.parametrize("slug", ["never-was", "\0", "\ud800", "x" * 100_000])
def test_a_strange_address_is_simply_not_found(database, slug):
    with pytest.raises(ArticleNotFound):
        access.article_for(visitor(), slug, "en")


def test_readers_say_whether_it_helped(database):
    article = ArticleFactory()

    for helpful in (True, True, False):
        service.rate(article.id, helpful)

    db.session.refresh(article)
    assert (article.helpful, article.unhelpful) == (2, 1)
    with pytest.raises(ArticleNotFound):
        service.rate(ArticleFactory(draft=True).id, True)


def test_shelves_hold_what_their_reader_may_see(database):
    ArticleFactory(category="sim", title="Zones")
    ArticleFactory(category="sim", title="Activation")
    ArticleFactory(category="billing", draft=True)
    ArticleFactory(category="procedures", for_staff=True)

    seen = queries.categories("en", audience=Audience.PUBLIC)
    titles = [each.title for each in queries.articles_in("sim", "en", audience=Audience.PUBLIC)]

    assert [(shelf.category, shelf.articles) for shelf in seen] == [("sim", 2)]
    assert titles == ["Activation", "Zones"]
    everything = queries.categories("en", audience=Audience.STAFF)
    assert [shelf.category for shelf in everything] == ["sim", "procedures"]


def test_reindexing_finds_again_what_the_index_lost(index):
    write()
    write("draft", publish=False)
    index.clear()

    assert service.reindex(by=administrator()) == 1
    assert len(queries.search("puk", "en", audience=Audience.PUBLIC)) == 1
