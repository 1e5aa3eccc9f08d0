from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.errors import Forbidden
from kb import access, queries, service
from kb.errors import (
    ArticleChangedMeanwhile,
    ArticleInvalid,
    ArticleNotFound,
    NothingToPublish,
)
from kb.events import ArticleWritten
from kb.models import Article, Audience, Translation
from tests.factories.actors import administrator, agent, staff, visitor
from tests.factories.kb import ArticleFactory
from tests.heard import heard

TEXTS = {
    "title": "What a PUK is",
    "summary": "When the PIN was wrong three times.",
    "body": "You find the **PUK** on the card.",
}
PLACE = {"category": "sim", "audience": Audience.PUBLIC}


def write(slug="puk", language="en", *, by=None, **changed):
    return service.write(slug, language, by=by or staff("manager"), **{**TEXTS, **PLACE, **changed})


def save(language="en", *, slug="puk", by=None, **changed):
    return service.save(slug, language, by=by or staff("manager"), **{**TEXTS, **changed})


def publish(language="en", *, slug="puk", **more):
    return service.publish(slug, language, by=staff("manager"), **more)


def shown(language="en", *, by=None):
    return access.article_for(by or visitor(), "puk", language)


def slugs(hits):
    return [hit.slug for hit in hits]


def test_a_written_article_is_recorded_announced_and_found(index):
    author = staff("manager")

    with heard(ArticleWritten) as said:
        version = write(by=author)

    article = db.session.scalars(select(Article)).one()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(each.actor_id, each.action) for each in entries] == [
        (author.id, "article.written"),
        (author.id, "article.published"),
    ]
    assert said[0] == ArticleWritten(article.id, "puk", "en", version.saved_at)
    [hit] = queries.search(visitor(), "puk", "en")
    assert (hit.slug, hit.snippet) == ("puk", "You find the PUK on the card.")


def test_every_version_is_kept_with_its_author_and_only_one_is_shown(index):
    write(by=staff("manager", name="Ana Ruiz"))
    write(by=staff("manager", name="Bruno Lima"), title="Find your PUK")

    versions = queries.versions(access.kept_article(staff("manager"), "puk"), "en")

    assert [(each.number, each.title, each.saved_by, each.state) for each in versions] == [
        (2, "Find your PUK", "Bruno Lima", "published"),
        (1, "What a PUK is", "Ana Ruiz", "archived"),
    ]


def test_writing_the_same_again_changes_nothing(index):
    first = write()

    with heard(ArticleWritten) as said:
        again = write()

    assert (again.id, said) == (first.id, [])


def test_a_draft_is_neither_found_nor_read_until_it_is_published(index):
    write(publish=False)
    assert queries.search(agent(), "puk", "en") == []
    with pytest.raises(ArticleNotFound):
        shown(by=staff("manager"))

    publish()

    assert slugs(queries.search(visitor(), "puk", "en")) == ["puk"]


def test_readers_keep_what_was_published_while_the_next_version_is_a_draft(index):
    write()

    save(title="All about the PUK")

    assert (shown().title, shown().number) == ("What a PUK is", 1)
    assert publish(number=2).number == 2
    assert (shown().title, shown().number) == ("All about the PUK", 2)
    with pytest.raises(NothingToPublish):
        publish()


def test_a_withdrawn_article_is_no_longer_found_and_comes_back_by_restoring(index):
    write()
    service.withdraw("puk", "en", by=staff("manager"))
    assert queries.search(agent(), "puk", "en") == []
    with pytest.raises(ArticleNotFound):
        shown()

    restored = service.restore("puk", "en", by=staff("manager"), number=1)

    assert (restored.state, restored.number) == ("archived", 1)
    save(title="PUK")
    restored = service.restore("puk", "en", by=staff("manager"), number=1)
    assert (restored.state, restored.number, restored.title) == ("draft", 3, "What a PUK is")
    publish()
    assert shown().number == 3


def test_an_author_who_did_not_see_the_latest_version_is_told_so(index):
    write()
    save(title="By a colleague", seen=1)

    with pytest.raises(ArticleChangedMeanwhile) as refused:
        save(title="By me", seen=1)
    assert refused.value.details == {"number": 2}
    with pytest.raises(ArticleChangedMeanwhile):
        publish(number=1)


def test_a_translation_is_stale_once_its_source_says_something_else(index):
    write()
    save("es", title="Qué es el PUK")
    publish("es")
    assert not shown("es").is_stale

    save(body="The PUK is in the app now.")
    assert not shown("es").is_stale  # a draft of the source changes nothing for readers
    publish()
    assert shown("es").is_stale
    assert not shown("en").is_stale

    save("es", title="Qué es el PUK", body="El PUK está en la app.")
    publish("es")
    assert not shown("es").is_stale


def test_a_minor_change_of_the_source_leaves_fresh_translations_fresh_and_stale_ones_stale(index):
    write()
    for language in ("es", "pt"):
        save(language)
        publish(language)
    save(body="Look into the app.")
    publish()
    save("pt", body="Veja no aplicativo.")
    publish("pt")

    save(body="Look into the app!")
    publish(minor=True)

    assert (shown("es").is_stale, shown("pt").is_stale) == (True, False)


def test_authors_see_the_state_of_every_language(index):
    write()
    save("es", title="PUK en español")

    article = access.kept_article(staff("manager"), "puk")
    source, spanish, missing = queries.renditions(article)

    assert (source.language, source.is_source, source.published, source.draft) == (
        "en",
        True,
        1,
        None,
    )
    assert (spanish.language, spanish.published, spanish.draft) == ("es", None, 1)
    assert (missing.language, missing.is_missing) == ("pt", True)


def test_agents_do_not_write_articles(index):
    write()
    for forbidden in (
        lambda: write(by=agent()),
        lambda: save(by=agent()),
        lambda: service.withdraw("puk", "en", by=agent()),
        lambda: service.publish("puk", "en", by=agent()),
        lambda: access.kept_article(agent(), "puk"),
    ):
        with pytest.raises(Forbidden):
            forbidden()


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
        ("markets", ["MEX"]),
    ],
)
def test_an_article_that_cannot_be_kept_is_refused(index, field, value):
    with pytest.raises(ArticleInvalid) as refused:
        write(**{field: value})

    assert refused.value.details == {"field": field}


def test_an_untranslated_article_is_shown_in_english(database):
    ArticleFactory(slug="puk", languages=("pt", "en"))

    assert shown("pt").language == "pt"
    assert shown("es").language == "en"


@pytest.mark.parametrize("slug", ["never-was", "\0", "\ud800", "x" * 100_000])
def test_a_strange_address_is_simply_not_found(database, slug):
    with pytest.raises(ArticleNotFound):
        access.article_for(visitor(), slug, "en")


def test_readers_say_whether_it_helped(database):
    ArticleFactory(slug="puk")
    ArticleFactory(slug="draft", draft=True)

    for helpful in (True, True, False):
        service.rate("puk", "en", helpful, by=visitor())

    assert (shown().helpful, shown().unhelpful) == (2, 1)
    with pytest.raises(ArticleNotFound):
        service.rate("draft", "en", True, by=visitor())


def test_an_article_in_several_answers_of_one_conversation_counts_once(database):
    from app.core.ids import new_id

    ArticleFactory(slug="puk")
    first, second = new_id(), new_id()

    counted = [service.note_use("puk", "en", talk, by=agent()) for talk in (first, first, second)]

    assert counted == [True, False, True]
    assert shown().used == 2


def test_articles_come_due_for_review_and_are_put_off_by_who_read_them(index):
    write()
    article = db.session.scalars(select(Article)).one()
    author, today = staff("manager"), clock.now().date()
    assert queries.due(author) == []

    article.review_on = today - timedelta(days=3)
    db.session.flush()
    [late] = queries.due(author)
    assert (late.slug, late.days_over, late.owner) == ("puk", 3, None)

    with pytest.raises(ArticleInvalid):
        service.reviewed("puk", by=author, next_on=today)
    service.reviewed("puk", by=author, next_on=today + timedelta(days=90))
    assert queries.due(author) == []
    assert len(queries.due(author, within_days=90)) == 1


def test_reindexing_finds_again_what_the_index_lost(index):
    write()
    write("draft", publish=False)
    index.clear()
    told = []

    count = service.reindex(by=administrator(), tell=lambda done, of: told.append((done, of)))

    assert (count, told) == (1, [(1, 1)])
    assert len(queries.search(visitor(), "puk", "en")) == 1
    assert db.session.scalars(select(Translation.number)).all() == [1, 1]
