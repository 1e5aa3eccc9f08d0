import factory

from app.core import clock
from app.core.actor import SYSTEM
from kb.models import Article, ArticleVersion, Audience, State, Translation
from tests.factories.base import Factory


class BareArticleFactory(Factory):
    class Meta:
        model = Article

    class Params:
        for_staff = factory.Trait(audience=Audience.STAFF)

    slug = factory.Sequence("article-{}".format)
    category = "billing"
    audience = Audience.PUBLIC
    markets = factory.LazyFunction(list)
    source_language = "en"
    created_at = factory.LazyFunction(clock.now)


class TranslationFactory(Factory):
    class Meta:
        model = Translation

    article_id = None
    language = "en"
    number = 1
    published_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)


class ArticleVersionFactory(Factory):
    class Meta:
        model = ArticleVersion

    translation_id = None
    number = 1
    state = State.PUBLISHED
    title = "How to read your bill"
    summary = "What each part of the bill means."
    body = "The bill has **three** parts."
    saved_at = factory.LazyFunction(clock.now)
    saved_by = SYSTEM.name


def ArticleFactory(*, languages=("en",), draft=False, **more):  # noqa: N802 - called like the others
    """An article as readers find it: what its languages share, and a version in each."""
    texts = {name: more.pop(name) for name in ("title", "summary", "body") if name in more}
    article = BareArticleFactory(source_language=languages[0], **more)
    for language in languages:
        translation = TranslationFactory(
            article_id=article.id, language=language, published_at=None if draft else clock.now()
        )
        state = State.DRAFT if draft else State.PUBLISHED
        ArticleVersionFactory(translation_id=translation.id, state=state, **texts)
    return article
