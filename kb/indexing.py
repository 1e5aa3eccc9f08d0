"""What the search index is given of an article."""

from kb import render
from kb.models import Article, Audience
from kb.search.port import Document


def document_of(article: Article) -> Document:
    return Document(
        slug=article.slug,
        language=article.language,
        for_staff=article.audience is Audience.STAFF,
        title=article.title,
        summary=article.summary,
        body=render.to_text(article.body),
        search_words=article.search_words,
    )
