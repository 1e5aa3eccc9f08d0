"""Articles held against other writers while something is done to them."""

from uuid import UUID

from sqlalchemy import func, select

from app.core import clock, db
from app.core.actor import Actor
from kb.errors import ArticleNotFound
from kb.models import Article, ArticleVersion, State, Translation
from kb.reach import reach_of


def hold_slug(slug: str) -> Article | None:
    """The article, if there is one; nobody else creates or changes it until the end."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"article.{slug}"))))
    query = select(Article).where(Article.slug == slug).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def held_for(by: Actor, slug: str) -> Article:
    """An article within the author's reach. Raises Forbidden, ArticleNotFound."""
    by.must("kb.write")
    article = hold_slug(slug)
    if article is None or not reach_of(by).covers(article.audience.value, article.markets):
        raise ArticleNotFound(slug=slug)
    return article


def translation_of(article_id: UUID, language: str) -> Translation | None:
    """Whoever holds the article may change it."""
    query = select(Translation).filter_by(article_id=article_id, language=language)
    return db.session.scalar(query.execution_options(populate_existing=True))


def begun(article: Article, language: str) -> Translation:
    found = translation_of(article.id, language)
    if found is None:
        found = Translation(article_id=article.id, language=language, number=0, translated_from=0)
        found.updated_at = clock.now()
        db.session.add(found)
        db.session.flush()  # its versions name it
    return found


def version_in(translation: Translation, state: State) -> ArticleVersion | None:
    query = select(ArticleVersion).filter_by(translation_id=translation.id, state=state)
    return db.session.scalar(query)


def version_of(translation: Translation, number: int) -> ArticleVersion | None:
    query = select(ArticleVersion).filter_by(translation_id=translation.id, number=number)
    return db.session.scalar(query)


def archive(version: ArticleVersion | None) -> None:
    if version is not None:
        version.state = State.ARCHIVED
        db.session.flush()  # only one version may be a draft, or published
