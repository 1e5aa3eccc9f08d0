"""Building the search index anew."""

from collections.abc import Callable

from app.audit import service as audit
from app.core import db
from app.core.actor import SYSTEM, Actor
from kb import indexing, switch
from kb.shown import shown_to


def reindex(*, by: Actor, tell: Callable[[int, int], None] = lambda _done, _of: None) -> int:
    """From the published articles; returns how many there are. `tell` hears how far it is."""
    by.must("kb.write")
    with db.transaction():
        index = switch.index()
        index.clear()
        published = list(db.session.execute(shown_to(SYSTEM)))
        for done, (article, translation, version, _) in enumerate(published, 1):
            index.put(indexing.document_of(article, translation, version))
            tell(done, len(published))
        audit.record(by, "article.reindexed", "article", "*", articles=len(published))
    return len(published)
