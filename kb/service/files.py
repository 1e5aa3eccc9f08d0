"""Pictures and documents of articles. What they are was found out by the upload pipeline."""

from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import TooMany
from kb import access
from kb.models import ArticleFile
from kb.service.holding import held_for

_MOST_FILES = 50


def attach(
    slug: str, *, by: Actor, name: str, media_type: str, size: int, stored_as: str
) -> ArticleFile:
    """Keep a file that is stored already. Raises ArticleNotFound, TooMany."""
    with db.transaction():
        article = held_for(by, slug)
        query = select(func.count()).where(ArticleFile.article_id == article.id)
        if (db.session.scalar(query) or 0) >= _MOST_FILES:
            raise TooMany(retry_after=0)
        kept = ArticleFile(
            article_id=article.id,
            name=name,
            media_type=media_type,
            size=size,
            stored_as=stored_as,
            added_at=clock.now(),
            added_by=by.name,
        )
        db.session.add(kept)
        db.session.flush()  # its id goes into the trail
        audit.record(by, "article.file_added", "article", article.id, name=name, size=size)
    return kept


def remove(file_id: UUID, *, by: Actor) -> str:
    """Forget the file; where it was stored is returned, for whoever keeps the files."""
    by.must("kb.write")
    with db.transaction():
        kept = access.file_for(by, file_id)
        db.session.delete(kept)
        audit.record(by, "article.file_removed", "article", kept.article_id, name=kept.name)
    return kept.stored_as
