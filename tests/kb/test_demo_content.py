"""What the demo operator has to say, in every language."""

import pytest
from sqlalchemy import select

from app.conversations import filling
from app.core import db
from app.core.i18n import LANGUAGES
from app.demo import articles
from app.demo.canned_replies import CANNED_REPLIES
from kb import render
from kb.models import Article, ArticleVersion, Audience, Translation
from tests.factories.actors import administrator

pytestmark = pytest.mark.long


def test_loading_the_articles_twice_writes_them_once(demo_articles):
    again = articles.load_articles(administrator())

    written = db.session.scalars(select(Translation)).all()
    assert demo_articles == again == len(written)
    assert len(db.session.scalars(select(ArticleVersion)).all()) == len(written)


def test_every_article_is_written_in_every_language_for_the_same_readers(demo_articles):
    languages = {}
    for article, language in db.session.execute(
        select(Article, Translation.language).join(
            Translation, Translation.article_id == Article.id
        )
    ):
        languages.setdefault(article, set()).add(language)
    assert all(each == set(LANGUAGES) for each in languages.values())
    staff_only = [each for each in languages if each.audience is Audience.STAFF]
    assert (len(languages), len(staff_only)) == (70, 5)


def test_every_article_renders_without_left_over_markup(demo_articles):
    for version in db.session.scalars(select(ArticleVersion)):
        text = render.to_text(version.body)
        assert "**" not in text.replace("**21", "").replace("**6", "").replace("**004", "")
        assert "|" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prepared_answer_exists_in_every_language(language):
    shortcuts = {each.shortcut for each in CANNED_REPLIES}

    assert [each.shortcut for each in CANNED_REPLIES if each.language == language] == list(
        dict.fromkeys(each.shortcut for each in CANNED_REPLIES)
    )
    assert len(shortcuts) == 14


def test_prepared_answers_name_only_what_is_filled_in():
    for reply in CANNED_REPLIES:
        assert filling.checked(reply.body) == reply.body
