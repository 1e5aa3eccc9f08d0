"""How the search index follows the articles."""

from uuid import UUID

from app.core import db
from app.core.actor import SYSTEM
from kb import indexing, switch
from kb.events import ArticleArranged, ArticleWithdrawn, ArticleWritten
from kb.models import Article, Translation
from kb.shown import shown_to


def follow_article(event: ArticleWritten | ArticleWithdrawn) -> None:
    """Bring the index in line with the article as it is now; hearing it twice does no harm."""
    _follow(event.article_id, event.slug, event.language)


def follow_arrangement(event: ArticleArranged) -> None:
    """The same in every language: audience and markets are in the index, too."""
    query = db.session.query(Translation.language).filter_by(article_id=event.article_id)
    for (language,) in query:
        _follow(event.article_id, event.slug, language)


def _follow(article_id: UUID, slug: str, language: str) -> None:
    query = shown_to(SYSTEM).where(Article.id == article_id, Translation.language == language)
    with db.transaction():
        row = db.session.execute(query).first()
        if row is None:
            switch.index().remove(slug, language)
        else:
            article, translation, version, _ = row
            switch.index().put(indexing.document_of(article, translation, version))
