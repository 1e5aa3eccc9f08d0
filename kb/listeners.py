"""How the search index follows the articles."""

from app.core import db
from kb import indexing, switch
from kb.events import ArticleWithdrawn, ArticleWritten
from kb.models import Article


def follow_article(event: ArticleWritten | ArticleWithdrawn) -> None:
    """Bring the index in line with the article as it is now; hearing it twice does no harm."""
    article = db.session.get(Article, event.article_id)
    with db.transaction():
        if article is None or article.published_at is None:
            switch.index().remove(event.slug, event.language)
        else:
            switch.index().put(indexing.document_of(article))
