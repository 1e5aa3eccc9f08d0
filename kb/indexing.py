"""What the search index is given of an article."""

from kb import render
from kb.models import Article, ArticleVersion, Translation
from kb.search.port import Document


def document_of(article: Article, translation: Translation, version: ArticleVersion) -> Document:
    return Document(
        slug=article.slug,
        language=translation.language,
        audience=article.audience.value,
        markets=tuple(article.markets),
        title=version.title,
        summary=version.summary,
        body=render.to_text(version.body),
        search_words=version.search_words,
    )
