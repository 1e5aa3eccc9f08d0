"""What readers get of what was written: publishing it, and taking it back."""

from sqlalchemy import update

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from kb.errors import ArticleChangedMeanwhile, ArticleNotFound, NothingToPublish
from kb.events import ArticleWithdrawn, ArticleWritten
from kb.models import Article, ArticleVersion, State, Translation
from kb.service.holding import archive, held_for, translation_of, version_in


def publish(
    slug: str, language: str, *, by: Actor, number: int | None = None, minor: bool = False
) -> ArticleVersion:
    """Show the draft to readers; what they had is kept as archived.

    `number` is the draft that was looked at. A `minor` change of the source leaves its
    translations as good as they were; after any other one they are stale. Raises
    ArticleNotFound, NothingToPublish, ArticleChangedMeanwhile.
    """
    with db.transaction():
        article, translation = _held(by, slug, language)
        draft = version_in(translation, State.DRAFT)
        if draft is None:
            raise NothingToPublish
        if number is not None and draft.number != number:
            raise ArticleChangedMeanwhile(number=draft.number)
        publish_held(article, translation, draft, by=by, minor=minor)
    return draft


def publish_held(
    article: Article,
    translation: Translation,
    draft: ArticleVersion,
    *,
    by: Actor,
    minor: bool = False,
) -> None:
    before = version_in(translation, State.PUBLISHED)
    archive(before)
    draft.state = State.PUBLISHED
    translation.published_at = translation.published_at or clock.now()
    translation.updated_at = clock.now()
    if translation.language != article.source_language:
        translation.translated_from = _number_shown(article)
    elif minor and before is not None:
        _keep_fresh(article, before.number, draft.number)
    db.session.flush()  # who hears of it reads the rows
    audit.record(
        by,
        "article.published",
        "article",
        article.id,
        language=translation.language,
        version=draft.number,
    )
    events.announce(
        ArticleWritten(article.id, article.slug, translation.language, translation.updated_at)
    )


def withdraw(slug: str, language: str, *, by: Actor) -> None:
    """Take an article out of sight in one language; its text is kept. Raises ArticleNotFound."""
    with db.transaction():
        article, translation = _held(by, slug, language)
        shown = version_in(translation, State.PUBLISHED)
        if shown is None:
            return
        archive(shown)
        translation.updated_at = clock.now()
        audit.record(by, "article.withdrawn", "article", article.id, language=translation.language)
        events.announce(
            ArticleWithdrawn(article.id, slug, translation.language, translation.updated_at)
        )


def _held(by: Actor, slug: str, language: str) -> tuple[Article, Translation]:
    article = held_for(by, slug)
    translation = translation_of(article.id, language)
    if translation is None:
        raise ArticleNotFound(slug=slug)
    return article, translation


def _number_shown(article: Article) -> int:
    source = translation_of(article.id, article.source_language)
    shown = version_in(source, State.PUBLISHED) if source else None
    return shown.number if shown else 0


def _keep_fresh(article: Article, before: int, now: int) -> None:
    """Translations of what was shown until now say the same as what is shown from now on."""
    db.session.execute(
        update(Translation)
        .where(
            Translation.article_id == article.id,
            Translation.language != article.source_language,
            Translation.translated_from == before,
        )
        .values(translated_from=now)
    )
