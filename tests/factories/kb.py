import factory

from app.core import clock
from kb.models import Article, Audience
from tests.factories.base import Factory


class ArticleFactory(Factory):
    class Meta:
        model = Article

    class Params:
        for_staff = factory.Trait(audience=Audience.STAFF)
        draft = factory.Trait(published_at=None)

    slug = factory.Sequence("article-{}".format)
    language = "en"
    category = "billing"
    audience = Audience.PUBLIC
    title = "How to read your bill"
    summary = "What each part of the bill means."
    body = "The bill has **three** parts."
    published_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)
