"""What the demo operator has to say, in every language."""

from string import Formatter

import pytest
from sqlalchemy import select

from app.core import db
from app.core.i18n import LANGUAGES
from app.demo import articles
from app.demo.canned_replies import CANNED_REPLIES
from kb import render
from kb.models import Article, ArticleVersion, Audience
from tests.factories.actors import administrator


def test_loading_the_articles_twice_writes_them_once(index):
    first = articles.load_articles(administrator())
    again = articles.load_articles(administrator())

    written = db.session.scalars(select(Article)).all()
    assert first == again == len(written)
    assert len(db.session.scalars(select(ArticleVersion)).all()) == len(written)


def test_every_article_is_written_in_every_language_for_the_same_readers(index):
    articles.load_articles(administrator())

    places = {}
    for article in db.session.scalars(select(Article)):
        places.setdefault(article.slug, {})[article.language] = (article.category, article.audience)
    assert all(set(each) == set(LANGUAGES) for each in places.values())
    assert all(len(set(each.values())) == 1 for each in places.values())
    staff_only = [slug for slug, each in places.items() if each["en"][1] is Audience.STAFF]
    assert (len(places), len(staff_only)) == (31, 4)


def test_every_article_renders_without_left_over_markup(index):
    articles.load_articles(administrator())

    for article in db.session.scalars(select(Article)):
        text = render.to_text(article.body)
        assert "**" not in text.replace("**21", "").replace("**6", "").replace("**004", "")
        assert "|" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prepared_answer_exists_in_every_language(language):
    shortcuts = {each.shortcut for each in CANNED_REPLIES}

    assert [each.shortcut for each in CANNED_REPLIES if each.language == language] == list(
        dict.fromkeys(each.shortcut for each in CANNED_REPLIES)
    )
    assert len(shortcuts) == 12


def test_prepared_answers_name_only_customer_and_agent():
    for reply in CANNED_REPLIES:
        named = {name for _, name, _, _ in Formatter().parse(reply.body) if name}

        assert named <= {"customer", "agent"}
