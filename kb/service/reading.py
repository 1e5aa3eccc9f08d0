"""What readers and agents leave behind: thumbs, questions, and in which answers articles went."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import LANGUAGES
from kb import access
from kb.cutting import cut
from kb.errors import ArticleNotFound
from kb.models import ArticleSearch, ArticleUse, Place, Translation
from kb.search.stems import stems_of

KEPT = timedelta(days=365)


def rate(slug: str, language: str, helpful: bool, *, by: Actor) -> None:
    """Count a reader's thumb up or down. Raises ArticleNotFound for what she may not read."""
    shown = access.article_for(by, slug, language)
    counter = Translation.helpful if helpful else Translation.unhelpful
    _count(shown.id, shown.language, counter)


def note_use(slug: str, language: str, conversation_id: UUID, *, by: Actor) -> bool:
    """The article went into an answer in this conversation; counted once for each conversation.

    Whoever calls has made sure that `by` has the conversation. Raises ArticleNotFound.
    """
    shown = access.article_for(by, slug, language)
    with db.transaction():
        added = db.session.execute(
            insert(ArticleUse)
            .values(
                article_id=shown.id,
                language=shown.language,
                conversation_id=conversation_id,
                staff_id=by.id,
                at=clock.now(),
            )
            .on_conflict_do_nothing()
            .returning(ArticleUse.id)
        ).first()
        if added is not None:
            _count(shown.id, shown.language, Translation.used)
    return added is not None


def note_search(
    question: str,
    language: str,
    *,
    place: Place,
    found: int,
    market: str | None = None,
    opened: bool = False,
) -> UUID | None:
    """Remember what was asked, without who asked; None when nothing is left of it."""
    words = cut(question)
    if not words or language not in LANGUAGES:
        return None
    with db.transaction():
        search = ArticleSearch(
            at=clock.now(),
            place=place,
            language=language,
            market=market,
            words=words,
            gist=stems_of(words, language) or words,
            found=found,
            opened=opened,
        )
        db.session.add(search)
        db.session.flush()  # its id is the answer
    return search.id


def opened(search_id: UUID) -> None:
    """One of the articles found was opened. What is not known is passed over."""
    with db.transaction():
        db.session.execute(
            update(ArticleSearch).where(ArticleSearch.id == search_id).values(opened=True)
        )


def forget_searches() -> int:
    """Questions are kept for a year. Returns how many went."""
    with db.transaction():
        old = delete(ArticleSearch).where(ArticleSearch.at < clock.now() - KEPT)
        gone = db.session.execute(old.returning(ArticleSearch.id)).all()
    return len(gone)


def _count(article_id: UUID, language: str, counter: InstrumentedAttribute[int]) -> None:
    with db.transaction():
        counted = db.session.execute(
            update(Translation)
            .where(Translation.article_id == article_id, Translation.language == language)
            .values({counter: counter + 1})
            .returning(Translation.id)
        )
        if counted.first() is None:
            raise ArticleNotFound
