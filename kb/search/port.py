"""What a search index is to the knowledge base. Standard library only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """One article in one language; `body` is plain text. `markets` empty means every market.

    `search_words` are found like the summary, but never shown.
    """

    slug: str
    language: str
    audience: str
    title: str
    summary: str
    body: str
    search_words: str = ""
    markets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader may find: documents for these audiences, of these markets or of all.

    No markets at all mean that she reads those of every market.
    """

    audiences: frozenset[str]
    markets: frozenset[str] = frozenset()

    def covers(self, audience: str, markets: Sequence[str]) -> bool:
        here = not markets or not self.markets or not self.markets.isdisjoint(markets)
        return audience in self.audiences and here


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

    def search(
        self,
        text: str,
        language: str,
        *,
        reach: Reach,
        limit: int,
        synonyms: Sequence[Sequence[str]] = (),
    ) -> list[Hit]:
        """Best first. Accents and case do not count, small typos are forgiven, and the last
        word may be unfinished. Only documents within reach are found. Each group of `synonyms`
        says in several words or phrases one thing; whoever uses one means the others, too."""
