"""Articles, who reads and uses them, and what they are found by."""

from kb.models.article import (
    Article,
    ArticleCategory,
    ArticleFile,
    ArticleVersion,
    Audience,
    State,
    Translation,
)
from kb.models.found_by import SearchEntry, SearchWord, Synonyms
from kb.models.reading import ArticleSearch, ArticleUse, Place

__all__ = [
    "Article",
    "ArticleCategory",
    "ArticleFile",
    "ArticleSearch",
    "ArticleUse",
    "ArticleVersion",
    "Audience",
    "Place",
    "SearchEntry",
    "SearchWord",
    "State",
    "Synonyms",
    "Translation",
]
