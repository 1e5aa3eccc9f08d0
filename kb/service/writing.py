"""Writing an article in a language: every save is a version, none is ever lost."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from kb.checking import LIMITS, check_place, checked, checked_markets
from kb.errors import ArticleChangedMeanwhile, ArticleInvalid, ArticleNotFound
from kb.events import ArticleWritten
from kb.models import Article, ArticleCategory, ArticleVersion, Audience, State, Translation
from kb.service.arranging import arrange_held
from kb.service.holding import (
    archive,
    begun,
    held_for,
    hold_slug,
    translation_of,
    version_in,
    version_of,
)
from kb.service.publishing import publish_held

REVIEW_AFTER = timedelta(days=180)


def write(
    slug: str,
    language: str,
    *,
    by: Actor,
    title: str,
    summary: str,
    body: str,
    category: str,
    audience: Audience,
    search_words: str = "",
    markets: Iterable[str] = (),
    owner_id: UUID | None = None,
    publish: bool = True,
) -> ArticleVersion:
    """Write an article in one language and say where it stands, or its next version.

    The language it is first written in is its own; others translate it. Writing what it already
    says changes nothing. Raises ArticleInvalid.
    """
    by.must("kb.write")
    texts = checked(title=title, summary=summary, body=body, search_words=search_words)
    with db.transaction():
        article = _article(slug, language, by, category, Audience(audience), markets, owner_id)
        translation = begun(article, language)
        latest = version_of(translation, translation.number)
        if latest is None or _differs(latest, texts):
            latest = _add_version(article, translation, texts, by)
        is_draft = latest.state is not State.PUBLISHED
        if publish and is_draft:
            publish_held(article, translation, latest, by=by)
        elif not publish and not is_draft:
            _add_version(article, translation, texts, by)
    return latest


def save(
    slug: str,
    language: str,
    *,
    by: Actor,
    title: str,
    summary: str,
    body: str,
    search_words: str = "",
    seen: int | None = None,
) -> ArticleVersion:
    """Save a draft of an article that there is, also in a language that is new to it.

    `seen` is the version that the author began with. Raises ArticleInvalid, ArticleNotFound and
    ArticleChangedMeanwhile.
    """
    check_place(slug, language)
    texts = checked(title=title, summary=summary, body=body, search_words=search_words)
    with db.transaction():
        article = held_for(by, slug)
        translation = begun(article, language)
        if seen is not None and seen != translation.number:
            raise ArticleChangedMeanwhile(number=translation.number)
        latest = version_of(translation, translation.number)
        if latest is not None and not _differs(latest, texts):
            return latest
        return _add_version(article, translation, texts, by)


def restore(slug: str, language: str, *, by: Actor, number: int) -> ArticleVersion:
    """Make a draft of what an earlier version said. Raises ArticleNotFound."""
    with db.transaction():
        article = held_for(by, slug)
        translation = translation_of(article.id, language)
        old = version_of(translation, number) if translation else None
        if old is None:
            raise ArticleNotFound(slug=slug)
        said = {name: getattr(old, name) for name in LIMITS}
        return save(slug, language, by=by, **said)


def _article(
    slug: str,
    language: str,
    by: Actor,
    category: str,
    audience: Audience,
    markets: Iterable[str],
    owner_id: UUID | None,
) -> Article:
    check_place(slug, language)
    if db.session.get(ArticleCategory, category) is None:
        raise ArticleInvalid(field="category")
    article = hold_slug(slug)
    if article is None:
        article = Article(
            slug=slug,
            category=category,
            audience=audience,
            markets=checked_markets(markets),
            source_language=language,
            owner_id=owner_id,
            review_on=(clock.now() + REVIEW_AFTER).date(),
            created_at=clock.now(),
        )
        db.session.add(article)
        db.session.flush()  # its languages name it
    else:
        held_for(by, slug)
        arrange_held(
            article, by=by, category=category, audience=audience, markets=checked_markets(markets)
        )
    return article


def _add_version(
    article: Article, translation: Translation, texts: dict[str, str], by: Actor
) -> ArticleVersion:
    archive(version_in(translation, State.DRAFT))
    translation.number += 1
    translation.updated_at = clock.now()
    version = ArticleVersion(
        translation_id=translation.id,
        number=translation.number,
        state=State.DRAFT,
        saved_at=translation.updated_at,
        saved_by=by.name,
        **texts,
    )
    db.session.add(version)
    db.session.flush()  # who hears of it reads the row
    audit.record(
        by,
        "article.written",
        "article",
        article.id,
        language=translation.language,
        version=version.number,
    )
    events.announce(
        ArticleWritten(article.id, article.slug, translation.language, version.saved_at)
    )
    return version


def _differs(version: ArticleVersion, texts: dict[str, str]) -> bool:
    return any(getattr(version, name) != value for name, value in texts.items())
