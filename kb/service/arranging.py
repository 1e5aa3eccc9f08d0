"""Where an article stands, for whom it is, who keeps it right, and when it is read again."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.identity.models import Staff
from kb.checking import checked_markets
from kb.errors import ArticleInvalid
from kb.events import ArticleArranged
from kb.models import Article, ArticleCategory, Audience
from kb.service.holding import held_for


def arrange(
    slug: str,
    *,
    by: Actor,
    category: str,
    audience: Audience,
    markets: Iterable[str] = (),
    owner_id: UUID | None = None,
    review_on: date | None = None,
) -> Article:
    """Say all of it at once. Raises ArticleNotFound, ArticleInvalid with the field."""
    with db.transaction():
        article = held_for(by, slug)
        if db.session.get(ArticleCategory, category) is None:
            raise ArticleInvalid(field="category")
        if owner_id is not None and db.session.get(Staff, owner_id) is None:
            raise ArticleInvalid(field="owner_id")
        chosen = checked_markets(markets)
        if by.markets and not by.markets.issuperset(chosen or article.markets or by.markets):
            raise ArticleInvalid(field="markets")
        arrange_held(
            article,
            by=by,
            category=category,
            audience=Audience(audience),
            markets=chosen,
            owner_id=owner_id,
            review_on=review_on,
        )
    return article


def arrange_held(article: Article, *, by: Actor, **wanted: object) -> None:
    """Change what differs; the index hears of it."""
    changes = {
        name: (_told(getattr(article, name)), _told(value))
        for name, value in wanted.items()
        if getattr(article, name) != value
    }
    if not changes:
        return
    for name in changes:
        setattr(article, name, wanted[name])
    db.session.flush()  # who hears of it reads the row
    audit.record(by, "article.arranged", "article", article.id, **changes)
    events.announce(ArticleArranged(article.id, article.slug, clock.now()))


def reviewed(slug: str, *, by: Actor, next_on: date) -> Article:
    """Somebody read it and found it right; it is due again on that day. Raises ArticleInvalid."""
    if next_on <= clock.now().date():
        raise ArticleInvalid(field="review_on")
    with db.transaction():
        article = held_for(by, slug)
        audit.record(
            by,
            "article.reviewed",
            "article",
            article.id,
            review_on=(_told(article.review_on), _told(next_on)),
        )
        article.review_on = next_on
    return article


def _told(value: object) -> object:
    return str(value) if isinstance(value, date | UUID) else value
