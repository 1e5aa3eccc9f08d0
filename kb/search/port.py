"""What a search index is to the knowledge base. Standard library only."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """One article in one language; `body` is plain text.

    `search_words` are found like the summary, but never shown.
    """

    slug: str
    language: str
    for_staff: bool
    title: str
    summary: str
    body: str
    search_words: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found. `snippet` is plain text; `score` runs from 0 to 1, a perfect match."""

    slug: str
    language: str
    title: str
    summary: str
    snippet: str
    score: float


class SearchIndex(Protocol):
    """Whatever is asked, an index answers: nonsense finds nothing, and never fails."""

    def put(self, document: Document) -> None:
        """Add the document, or replace what was known of it."""

    def remove(self, slug: str, language: str) -> None:
        """Forget the document, if it was known."""

    def clear(self) -> None:
        """Forget everything."""

    def search(self, text: str, language: str, *, for_staff: bool, limit: int) -> list[Hit]:
        """Best first. Accents and case do not count, small typos are forgiven, and the last
        word may be unfinished. Documents for staff are found only `for_staff`."""
