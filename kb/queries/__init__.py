"""Reading: what is found, what stands where, and what authors have to look after."""

from kb.queries.care import Due, Gap, drafts, due, due_count, gaps
from kb.queries.finding import (
    all_shown,
    languages_of,
    related,
    search,
    shown_hits,
    suggestions,
    synonyms,
)
from kb.queries.shelves import Shelf, articles_in, categories, path_to, shelves, under
from kb.queries.versions import Rendition, files_of, latest, renditions, version, versions

__all__ = [
    "Due",
    "Gap",
    "Rendition",
    "Shelf",
    "all_shown",
    "articles_in",
    "categories",
    "drafts",
    "due",
    "due_count",
    "files_of",
    "gaps",
    "languages_of",
    "latest",
    "path_to",
    "related",
    "renditions",
    "search",
    "shelves",
    "shown_hits",
    "suggestions",
    "synonyms",
    "under",
    "version",
    "versions",
]
